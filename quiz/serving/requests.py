"""Requests as they arrive: the part of HTTP/1.1 (RFC 9112) that clients and proxies use, read strictly.

Whatever a proxy in front might understand differently is refused, so that no request can be hidden in another: bare
line ends, folded lines, a field given twice that counts once, a length beside chunks, targets that are not a path.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from quiz.serving.limits import Limits

_LINE = re.compile(rb"([A-Z]{1,16}) (/[!\"$-~]*) HTTP/1\.([01])")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t -~\x80-\xff]*)")
_HOPELESS = re.compile(rb"\A[^A-Z\r]|(?<!\r)\n|\r[^\n]")
"""What no head of a request contains, so that there is no need to wait for the rest of it."""
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
_LONGEST_CHUNK_LINE = 10

_ONCE = frozenset({"HTTP_HOST", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT"})

_WORDS = {
    400: "The request could not be understood.",
    408: "The request took too long to arrive.",
    413: "The request is too large.",
    414: "The address is too long.",
    417: "That expectation cannot be met.",
    431: "The head of the request is too large.",
    500: "Something went wrong on our side. Try again.",
    505: "This server speaks only HTTP/1.1.",
}


class Refused(Exception):
    """A request that is not handled: the status of the reply, and a sentence for whoever reads it."""

    def __init__(self, status: int) -> None:
        super().__init__(_WORDS[status])
        self.status = status


@dataclass(slots=True)
class Head:
    """The head of a request.

    `environ` is what WSGI calls its method, target and fields. `length` is how many bytes of a body follow, or None
    where the body comes in chunks. `keeps` is whether the client wants to keep the connection, `waits` whether it waits
    for a word before it sends the body.
    """

    environ: dict[str, str]
    length: int | None
    keeps: bool
    waits: bool


def take_head(received: bytearray, limits: Limits) -> Head | None:
    """The head of the request that begins what was received, taken away from it; None until all of it is there.

    Raises Refused.
    """
    if received[:2] == b"\r\n":  # RFC 9112, 2.2: a line end that an old client sends after a body.
        del received[:2]
    end = received.find(b"\r\n\r\n", 0, limits.head_bytes)
    if end < 0:
        if received and _HOPELESS.search(received, 0, limits.head_bytes):
            raise Refused(400)
        if len(received) >= limits.head_bytes:
            raise Refused(414 if received.find(b"\r\n", 0, limits.head_bytes) < 0 else 431)
        return None
    line, *fields = bytes(received[:end]).split(b"\r\n")
    del received[: end + 4]
    if len(fields) > limits.fields:
        raise Refused(431)
    return _head(line, fields, limits)


def _head(line: bytes, fields: list[bytes], limits: Limits) -> Head:
    read = _LINE.fullmatch(line)
    if read is None:
        raise Refused(505 if re.fullmatch(rb"[A-Z]+ \S+ HTTP/[02-9]\.[0-9]", line) else 400)
    method, target, minor = read.groups()
    path, _, query = target.decode("ascii").partition("?")
    environ = {
        "REQUEST_METHOD": method.decode("ascii"),
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1") if "%" in path else path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": f"HTTP/1.{minor.decode('ascii')}",
    }
    for field in fields:
        _add(field, environ)
    if minor == b"1" and "HTTP_HOST" not in environ:
        raise Refused(400)
    return Head(environ, _length(environ, minor, limits), _keeps(environ, minor), _waits(environ))


def _add(field: bytes, environ: dict[str, str]) -> None:
    read = _FIELD.fullmatch(field)
    if read is None:
        raise Refused(400)
    name, value = _name(read[1]), read[2].strip(b" \t").decode("latin-1")
    if name is None:
        return
    if name in environ:
        if name in _ONCE:
            raise Refused(400)
        value = f"{environ[name]}{'; ' if name == 'HTTP_COOKIE' else ', '}{value}"
    environ[name] = value


@lru_cache(maxsize=512)
def _name(field: bytes) -> str | None:
    """The name of a field in WSGI; None for one with an underscore, which there would pass for one with a hyphen."""
    if b"_" in field:
        return None
    name = field.decode("ascii").upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def _length(environ: dict[str, str], minor: bytes, limits: Limits) -> int | None:
    length, coding = environ.get("CONTENT_LENGTH"), environ.get("HTTP_TRANSFER_ENCODING")
    if coding is not None:
        if length is not None or minor == b"0" or coding.lower() != "chunked":
            raise Refused(400)
        del environ["HTTP_TRANSFER_ENCODING"]
        return None
    if length is None:
        return 0
    if not re.fullmatch("[0-9]{1,18}", length):
        raise Refused(400)
    if int(length) > limits.body_bytes:
        raise Refused(413)
    return int(length)


def _keeps(environ: dict[str, str], minor: bytes) -> bool:
    wishes = environ.get("HTTP_CONNECTION")
    return minor == b"1" and (wishes is None or "close" not in wishes.lower().replace(" ", "").split(","))


def _waits(environ: dict[str, str]) -> bool:
    expected = environ.get("HTTP_EXPECT")
    if expected is None:
        return False
    if expected.lower() != "100-continue":
        raise Refused(417)
    return environ["SERVER_PROTOCOL"] == "HTTP/1.1"


class Body:
    """The body of a request, put together as it arrives."""

    def __init__(self, length: int | None, limits: Limits) -> None:
        self._length, self._limits = length, limits
        self._chunks = bytearray()
        self._left_of_chunk = 0
        self._taken = 0

    @property
    def held(self) -> int:
        """How many bytes of it are here already."""
        return len(self._chunks)

    def take(self, received: bytearray) -> bytes | None:
        """The whole body, taken away from what was received; None until all of it is there. Raises Refused."""
        if self._length is None:
            return self._take_chunks(received)
        if len(received) < self._length:
            return None
        body = bytes(received[: self._length])
        del received[: self._length]
        return body

    def _take_chunks(self, received: bytearray) -> bytes | None:
        while received:
            if self._left_of_chunk > 2:
                self._take_data(received)
                continue
            if self._left_of_chunk:  # What is left is the line end after the data.
                if len(received) < 2:
                    return None
                if received[:2] != b"\r\n":
                    raise Refused(400)
                del received[:2]
                self._left_of_chunk = 0
                continue
            size = self._take_size(received)
            if size is None:
                return None
            if size == 0:
                return bytes(self._chunks)
            self._left_of_chunk = size + 2
        return None

    def _take_data(self, received: bytearray) -> None:
        data = received[: self._left_of_chunk - 2]
        del received[: len(data)]
        self._chunks += data
        self._left_of_chunk -= len(data)

    def _take_size(self, received: bytearray) -> int | None:
        """The size of the next chunk, taken with its line; 0 is the end, with the line end that follows it."""
        read = _CHUNK.match(received)
        if read is None:
            if b"\n" in received or len(received) >= _LONGEST_CHUNK_LINE:
                raise Refused(400)
            return None
        size = int(read[1], 16)
        if size == 0:  # Fields after the last chunk are not taken: nobody here reads them.
            if len(received) < read.end() + 2:
                return None
            if received[read.end() : read.end() + 2] != b"\r\n":
                raise Refused(400)
            del received[: read.end() + 2]
            return 0
        self._taken += size + read.end() + 2
        if self._taken > self._limits.body_bytes:
            raise Refused(413)
        del received[: read.end()]
        return size
