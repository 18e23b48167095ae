"""The browser lab: real headless Chromium, on pages that a server in the sandbox serves.

The program is the document at `http://localhost/`: a whole page, a fragment of one (it gets the doctype it lacks), or
a response that begins with `HTTP/1.1 `. A listing of CSS or JavaScript stands in a hidden program, in its `<style>` or
`<script>`. `files` are served by their paths or whole addresses, likewise. Every host leads there, by http and https.

Without `calls` the program is opened. Each plain GET among the `calls` is opened as if its address was typed, and the
responses are the documents which the page's own frame asked for, redirects included; any other call is fetched by the
page that is open, with credentials. Timers up to three seconds have run when a page is looked at.

Chromium is driven by its own protocol over pipes: no package and no driver has to match its version.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from quiz.labs import interpreter
from quiz.labs.base import OUTPUT, SECONDS, Condition, Lab, LabMissing, Worker
from quiz.labs.workers import Harness, harness_worker

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MEMORY = 4 * 1024 * 1024 * 1024
"""Bytes; the browser's processes share most of theirs, and it is counted for each."""
_PROCESSES = 1024
"""Threads of a browser; what pages run cannot start any."""


class BrowserLab(Lab):
    """HTML, CSS, scripts and cookies as a browser takes them."""

    name = "browser"
    languages = frozenset({"html", "css", "javascript", "http"})
    releases = ("",)
    harness = 1
    variants = 24
    most_workers = 2

    def environment(self, release: str) -> str:
        return _environment()

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        _environment()
        with harness_worker(_start_harness, lasting=True) as worker:
            yield worker


def _start_harness(condition: Condition) -> Harness:
    program = _program()
    process = interpreter.start(
        "browser",
        condition,
        arguments=(str(program), str(SECONDS), str(OUTPUT)),
        readable=[program.parent],
        processes=_PROCESSES,
    )
    return Harness(process, _MEMORY)


def _program() -> Path:
    """The browser as it is started; Chrome lives outside the system's folders."""
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is None:
        raise LabMissing("Install Chromium: apt install chromium")
    return Path(found).resolve()


@cache
def _environment() -> str:
    if shutil.which("openssl") is None:
        raise LabMissing("Install OpenSSL: apt install openssl")
    said = subprocess.run([_program(), "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"[\d.]+", said)
    return f"Chromium {version[0] if version else 'of unknown version'}"
