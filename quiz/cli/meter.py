"""How far a long run has come: a steady line on a terminal, and a line a minute where nobody is watching."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from quiz.services.authoring.bench import Progress

_WIDTH = 30
_SECOND, _MINUTE = 1.0, 60.0


class Meter:
    """Tells how many programs have run and how long that took. It never goes back, though more to run may turn up."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._began = stream, time.monotonic()
        self._done = self._total = 0
        self._share = 0.0

    def tell(self, done: int, total: int) -> None:
        """Take note of how far it is."""
        self._done, self._total = max(done, self._done), max(total, self._total)
        self._share = max(self._share, self._done / self._total)

    def draw(self) -> None:
        """Draw the line anew, in place of the one before."""
        full = int(self._share * _WIDTH)
        bar = "#" * full + "-" * (_WIDTH - full)
        self._stream.write(f"\rRunning [{bar}] {self._words()} ")
        self._stream.flush()

    def say(self) -> None:
        """Write a line of its own."""
        self._stream.write(f"Running: {self._words()}\n")
        self._stream.flush()

    def _words(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        return f"{self._done} of {self._total} programs, {minutes}:{seconds:02}"


@contextmanager
def meter(stream: TextIO | None = None) -> Iterator[Progress]:
    """Say on a stream, standard error if left out, how far a run has come, until it ends."""
    to = stream or sys.stderr
    line = Meter(to)
    watched = to.isatty()
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(_SECOND if watched else _MINUTE):
            line.draw() if watched else line.say()

    teller = threading.Thread(target=go_on, daemon=True)
    teller.start()
    try:
        yield line.tell
    finally:
        over.set()
        teller.join()
        if watched:
            line.draw()
            to.write("\n")
