"""The http lab: a real server and a real client.

The program is one of two things. A text that begins with `HTTP/1.1 ` is a response, sent as it stands to every call.
Anything else is Python that defines a WSGI application named `app`; Flask may be used. Without a program the `files`
are served by their paths. The client is curl, with one cookie jar for all calls of a request; it follows no redirect.
Calls go to `http://localhost` unless they name another host: every host leads to the program.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata

from quiz.labs import interpreter
from quiz.labs.base import OUTPUT, SECONDS, Condition, Lab, LabMissing, Worker
from quiz.labs.workers import Harness, harness_worker


class HttpLab(Lab):
    """HTTP as servers send it and clients take it."""

    name = "http"
    languages = frozenset({"http", "python"})
    releases = ("",)
    harness = 1

    def environment(self, release: str) -> str:
        return _environment()

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        _environment()
        with harness_worker(_start_harness) as worker:
            yield worker


def _start_harness(condition: Condition) -> Harness:
    return Harness(interpreter.start("http_exchange", condition, arguments=(str(SECONDS), str(OUTPUT)), packages=True))


@cache
def _environment() -> str:
    if shutil.which("curl") is None:
        raise LabMissing("Install curl: apt install curl")
    said = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"curl (\S+)", said)
    return (
        f"curl {version[1] if version else 'of unknown version'}, "
        f"Python {'.'.join(map(str, sys.version_info[:3]))}, Flask {metadata.version('flask')}"
    )
