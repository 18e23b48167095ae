"""Responses as an author writes them: a status line, headers, an empty line and a body, sent as they stand."""

import mimetypes
import re
from collections.abc import Mapping

_START = re.compile(r"HTTP/\d")
_TYPES = mimetypes.MimeTypes()
"""The types that Python knows, without those of the machine."""
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def is_raw(text: str) -> bool:
    """Whether a text is a whole response rather than a document."""
    return _START.match(text) is not None


def raw(text: str) -> bytes:
    """A whole response as it goes over the wire: its head gets the line ends of HTTP, its body stays as it is."""
    head, gap, body = text.replace("\r\n", "\n").partition("\n\n")
    return (head.rstrip("\n").replace("\n", "\r\n") + "\r\n\r\n").encode() + (body.encode() if gap else b"")


def document(text: str, name: str) -> bytes:
    """A response that carries a document; its type follows from its name."""
    if is_raw(text):
        return raw(text)
    kind = _TYPES.guess_type(name)[0] or "text/html"
    body = text.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body


def found(files: Mapping[str, str], origin: str, target: str) -> bytes | None:
    """The file that is asked for, as a response: `origin` is scheme and host, `target` the path with its query.

    It may be named by its whole address, by its path with the query, or by its path.
    """
    path = target.partition("?")[0]
    for name in (f"{origin}{target}", f"{origin}{path}", target, path, path.lstrip("/")):
        if name in files:
            return document(files[name], path)
    return None
