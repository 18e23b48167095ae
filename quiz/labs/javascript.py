"""JavaScript: Node.js, a process for each program."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from quiz.labs.base import Lab, LabMissing, Worker
from quiz.labs.processes import HARNESS, process_worker

_HEAP = 192


class JavaScriptLab(Lab):
    """Programs that need no page; those that do are for the browser's lab."""

    name = "javascript"
    languages = frozenset({"javascript"})
    releases = ("",)
    harness = 2

    def environment(self, release: str) -> str:
        node = node_program()
        return f"Node.js {_version(node)}"

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        node = node_program()
        # A file is a module where it has to be one, as newer releases of Node.js have it without being told.
        flags = ["--experimental-vm-modules", "--experimental-detect-module", f"--max-old-space-size={_HEAP}"]
        run = [str(node), *flags, "--require", str(HARNESS / "run_javascript.cjs")]
        with process_worker(run, "program.js", [node], localized=True) as worker:
            yield worker


def node_program() -> Path:
    """Node.js itself. Raises LabMissing."""
    found = shutil.which("node")
    if found is None:
        raise LabMissing("install Node.js 20.19 or newer: apt install nodejs")
    return Path(found).resolve()


@cache
def _version(node: Path) -> str:
    return (
        subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip().removeprefix("v")
    )
