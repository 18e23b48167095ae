"""Colours for code, within a limit of time: what takes longer, or breaks the lexer, is shown in one colour."""

import atexit
import json
import os
import subprocess
import sys
import threading
from functools import lru_cache

from markupsafe import Markup

from quiz.domain import listings
from quiz.web import highlighter

MOST = 20_000
"""Characters; what is longer gets no colours. Authors may write less in a listing."""
_RUN = Markup('<span class="{}">{}</span>')


@lru_cache(maxsize=5_000)
def lines(source: str, language: str) -> tuple[Markup, ...]:
    """The lines of a listing as HTML, each by itself, and as many as it has."""
    plain = listings.lines(listings.mended(source))
    runs = _WORKER.runs("\n".join(plain), language) if len(source) <= MOST else []
    if ["".join(text for _, text in line) for line in runs] != plain:
        return tuple(map(Markup.escape, plain))
    return tuple(Markup().join(_run(style, text) for style, text in line) for line in runs)


def _run(style: str, text: str) -> Markup:
    return _RUN.format(style, text) if style else Markup.escape(text)


class _Worker:
    """The process that colours, begun when it is first needed and again after it was ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0

    def runs(self, source: str, language: str) -> highlighter.Runs:
        """The runs of each line; none where that takes too long or cannot be done."""
        with self._lock:
            try:
                process = self._running()
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(json.dumps([source, language]) + "\n")
                process.stdin.flush()
                reply = process.stdout.readline()
            except OSError:
                reply = ""
            if not reply:
                self._end()
        runs: highlighter.Runs = json.loads(reply or "[]")
        return runs

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._owner != os.getpid():  # A forked process has pipes that belong to another.
            self._owner = os.getpid()
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", highlighter.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="ascii",  # JSON escapes the rest.
                env={name: value for name, value in os.environ.items() if name.startswith(("PATH", "PYTHON", "LD_"))},
            )
            atexit.register(self._end)
        return self._process

    def _end(self) -> None:
        if self._process is None or self._owner != os.getpid():
            return
        self._process.kill()
        self._process.communicate()
        self._process = None


_WORKER = _Worker()
