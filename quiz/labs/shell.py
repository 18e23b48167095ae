"""Shells: a script in a folder of its own, with the system's usual tools."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from quiz.domain.proofs.observations import Diagnostic, Observation, Request
from quiz.labs.base import Condition, Lab, LabMissing, Worker
from quiz.labs.processes import process_worker

_SHELLS = {"sh": "/bin/sh", "bash": "/bin/bash"}
_LINE = re.compile(r"(?:line )?(\d+): (.*)")


class ShellLab(Lab):
    """POSIX sh and bash."""

    name = "shell"
    languages = frozenset({"bash", "sh"})
    releases = ("sh", "bash")
    harness = 1

    def environment(self, release: str) -> str:
        return _environment(release)

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        _environment(release)
        with process_worker([_SHELLS[release]], "script.sh") as worker:
            yield _ShellWorker(worker, _SHELLS[release])


class _ShellWorker(Worker):
    """A shell reads on as it runs, so its own check comes first: it says what cannot be parsed, and where."""

    def __init__(self, worker: Worker, shell: str) -> None:
        self._worker, self._shell = worker, shell

    def observe(self, request: Request, condition: Condition) -> Observation:
        # Reading a script runs nothing of it.
        read = subprocess.run(
            [self._shell, "-n"], input=request.program, capture_output=True, text=True, check=False, timeout=20
        )
        if read.returncode:
            found = _LINE.search(read.stderr)
            line, message = (int(found[1]), found[2]) if found else (0, read.stderr.strip())
            return Observation(compiled=False, diagnostics=(Diagnostic(line=line, message=message),))
        return self._worker.observe(request, condition).model_copy(update={"compiled": True})


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
