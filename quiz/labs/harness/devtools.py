"""Driving Chromium by its DevTools protocol, over a pair of pipes: JSON messages that end with a zero byte."""

import base64
import fcntl
import json
import os
import select
import time
from collections.abc import Callable, Sequence
from typing import Any

Event = Callable[[str, str, dict[str, Any]], None]
"""Takes an event: the session it belongs to, its method and its parameters."""
_FIRST_FREE = 10
_LONGEST = 8 * 1024 * 1024
"""Bytes of one message."""


class Refused(Exception):
    """The browser does not do what it was asked."""


class Late(Exception):
    """The browser did not answer in time."""


class Gone(Exception):
    """The browser has ended."""


class TooMuch(Exception):
    """A page says more than a program may."""


class Browser:
    """A running Chromium. `until` is always a time of the monotonic clock."""

    def __init__(self, argv: Sequence[str], on_event: Event) -> None:
        self._on_event = on_event
        self._asked = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._rest = b""
        reads, self._out = _pipe()
        self._in, writes = _pipe()
        nowhere = os.open(os.devnull, os.O_RDWR)
        # Chromium reads from descriptor 3 and writes to 4.
        moves = ((nowhere, 0), (nowhere, 1), (nowhere, 2), (reads, 3), (writes, 4))
        self.pid = os.posix_spawnp(
            argv[0], list(argv), os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, old, new) for old, new in moves]
        )
        for descriptor in (reads, writes, nowhere):
            os.close(descriptor)

    def call(self, until: float, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Ask for something and wait for the answer. Raises Refused, Late, Gone."""
        self._asked += 1
        number = self._asked
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        try:
            os.write(self._out, json.dumps(message).encode() + b"\0")
        except OSError as error:
            raise Gone from error
        while number not in self._answers:
            self.listen(until)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise Refused(answer["error"].get("message", method))
        result: dict[str, Any] = answer["result"]
        return result

    def listen(self, until: float) -> None:
        """Take what the browser says next, or raise Late, Gone or TooMuch."""
        left = until - time.monotonic()
        if left <= 0 or not select.select([self._in], [], [], left)[0]:
            raise Late
        part = os.read(self._in, 1 << 20)
        if not part:
            raise Gone
        *messages, self._rest = (self._rest + part).split(b"\0")
        if len(self._rest) > _LONGEST:
            raise TooMuch
        for text in messages:
            message = json.loads(text)
            if "id" in message:
                self._answers[message["id"]] = message
            else:
                self._on_event(message.get("sessionId", ""), message["method"], message.get("params", {}))


def body(answer: dict[str, Any]) -> str:
    """The text of a body as the protocol gives it."""
    if answer["base64Encoded"]:
        return base64.b64decode(answer["body"]).decode("utf-8", "backslashreplace")
    return str(answer["body"])


def _pipe() -> tuple[int, int]:
    """A pipe whose ends lie above the descriptors that Chromium uses."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
