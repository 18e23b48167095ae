"""What is sent to a client: the application's reply, or a refusal in a sentence of our own."""

import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from email.utils import formatdate
from functools import lru_cache
from io import BytesIO
from itertools import chain
from typing import Any

from quiz.serving.requests import Head, Refused

log = logging.getLogger("quiz.serving")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""A WSGI application (PEP 3333)."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_AT_ONCE = 64 * 1024
"""A reply up to this many bytes is made in one piece, and the application's part in it is over before it is sent."""

_REFUSAL = (
    "HTTP/1.1 {status} {reason}\r\nDate: {date}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: {length}\r\nConnection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\r\n{words}"
)

_REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    413: "Content Too Large",
    414: "URI Too Long",
    417: "Expectation Failed",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    505: "HTTP Version Not Supported",
}


class Reply:
    """A reply on its way.

    `parts` are the bytes still to be sent, `keeps` is whether the connection stays after it, `refuses` whether the
    request was not read to its end, and `close` tells the application that its reply was sent or cannot be.
    """

    def __init__(
        self,
        parts: Iterator[bytes],
        keeps: bool,
        close: Callable[[], object] = lambda: None,
        refuses: bool = False,
    ) -> None:
        self.parts, self.keeps, self.close, self.refuses = parts, keeps, close, refuses


def refusal(refused: Refused) -> Reply:
    """A refusal; the connection ends after it, because where the next request would begin is unknown."""
    words = f"{refused}\n"
    text = _REFUSAL.format(
        status=refused.status, reason=_REASONS[refused.status], date=_date(), length=len(words), words=words
    )
    return Reply(iter([text.encode()]), keeps=False, refuses=True)


class Gateway:
    """Calls a WSGI application for one request after the other."""

    def __init__(self, application: Application, host: str, port: int) -> None:
        self._application = application
        self._environ: dict[str, Any] = {
            "SCRIPT_NAME": "",
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }

    def reply(self, head: Head, body: bytes, peer: str, keeps: bool) -> Reply:
        """The application's reply to a request, or our own where the application fails without one."""
        environ = self._environ | head.environ
        environ["REMOTE_ADDR"] = peer
        environ["wsgi.input"] = BytesIO(body)
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
        try:
            started = _Started()
            parts = self._application(environ, started)
            return _reply(started, parts, head, keeps)
        except Exception:
            log.exception("the application failed without a reply")
            return refusal(Refused(500))


class _Started:
    """What WSGI calls `start_response`: keeps the status and the fields of a reply."""

    def __init__(self) -> None:
        self.status = ""
        self.fields: list[tuple[str, str]] = []

    def __call__(self, status: str, fields: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], None]:
        self.status, self.fields = status, fields
        return _refuse_write

    def field(self, wanted: str) -> str | None:
        return next((value for name, value in self.fields if name.lower() == wanted), None)


def _refuse_write(_data: bytes) -> None:
    raise NotImplementedError("reply with an iterable: write() is for applications older than PEP 333")


def _reply(started: _Started, parts: Iterable[bytes], head: Head, keeps: bool) -> Reply:
    close: Callable[[], object] = getattr(parts, "close", lambda: None)
    try:
        told = started.field("content-length")
        length = None if told is None else int(told)
        if head.environ["REQUEST_METHOD"] == "HEAD" or started.status[:3] in ("204", "304"):
            whole = _head(started, keeps)
        elif length is not None and length <= _AT_ONCE:
            whole = b"".join([_head(started, keeps), *_measured(parts, length)])
        else:  # Where its length is not known, the end of the connection is the end of the reply.
            keeps = keeps and length is not None
            return Reply(chain([_head(started, keeps)], _measured(parts, length)), keeps, close)
    except BaseException:
        close()
        raise
    close()
    return Reply(iter([whole]), keeps)


def _measured(parts: Iterable[bytes], length: int | None) -> Iterator[bytes]:
    """The parts of a reply. Raises ValueError where they are not as long as was announced."""
    left = length
    for part in parts:
        if left is not None:
            left -= len(part)
            if left < 0:
                raise ValueError("the reply is longer than it says")
        if part:
            yield part
    if left:
        raise ValueError("the reply is shorter than it says")


def _head(started: _Started, keeps: bool) -> bytes:
    lines = [f"HTTP/1.1 {started.status}", f"Date: {_date()}"]
    for name, value in started.fields:
        if "\n" in value or "\r" in value:
            raise ValueError("a field of the reply has a line end in it")
        lines.append(f"{name}: {value}")
    if not keeps:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@lru_cache(maxsize=2)
def _date_of(second: int) -> str:
    return formatdate(second, usegmt=True)


def _date() -> str:
    """Now, as HTTP writes it."""
    return _date_of(int(time.time()))
