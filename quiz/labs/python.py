"""Python: the interpreter that runs quiz, with the standard library."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from quiz.labs.base import Lab, Worker
from quiz.labs.interpreter import program
from quiz.labs.processes import HARNESS, process_worker

_ADDRESSES = 1024 * 1024 * 1024


class PythonLab(Lab):
    """Programs of Python and its library."""

    name = "python"
    languages = frozenset({"python"})
    releases = ("",)
    harness = 2

    def environment(self, release: str) -> str:
        return f"Python {'.'.join(map(str, sys.version_info[:3]))}"

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        run = [
            "prlimit",
            f"--as={_ADDRESSES}",
            str(program()),
            # Not isolated: the seed of its hashes comes with the environment.
            "-P",
            "-s",
            "-S",
            "-X",
            "utf8",
            str(HARNESS / "run_python.py"),
        ]
        with process_worker(run, "program.py") as worker:
            yield worker
