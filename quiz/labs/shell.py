"""Shells: a script in a folder of its own, with the system's usual tools."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from quiz.labs.base import Lab, LabMissing, Worker
from quiz.labs.interpreter import program
from quiz.labs.processes import HARNESS, process_worker

_SHELLS = {"sh": "/bin/sh", "bash": "/bin/bash"}


class ShellLab(Lab):
    """POSIX sh and bash."""

    name = "shell"
    languages = frozenset({"bash", "sh"})
    releases = ("sh", "bash")
    harness = 2

    def environment(self, release: str) -> str:
        return _environment(release)

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        _environment(release)
        run = [str(program()), "-I", "-S", "-X", "utf8", str(HARNESS / "run_shell.py"), _SHELLS[release]]
        with process_worker(run, "script.sh") as worker:
            yield worker


@cache
def _environment(release: str) -> str:
    if not Path(_SHELLS[release]).exists():
        raise LabMissing(f"install {release}: apt install {release}")
    if release == "bash":
        told = subprocess.run(["/bin/bash", "--version"], capture_output=True, text=True, check=True).stdout
        version = re.search(r"version ([\d.]+)", told)
        return f"bash {version[1] if version else ''}".strip()
    real = Path("/bin/sh").resolve().name
    package = shutil.which("dpkg-query")
    if package is None:
        return real
    told = subprocess.run([package, "-W", "-f=${Version}", real], capture_output=True, text=True, check=False).stdout
    return f"{real} {told.partition('-')[0]}".strip()
