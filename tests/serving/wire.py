"""A client that sends and reads bytes, as slowly and as wrongly as a test wants."""

import contextlib
import select
import socket
from dataclasses import dataclass


@dataclass
class Answer:
    """A reply as it came over the wire."""

    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Wire:
    """One connection to a server on this machine. Nothing on it is waited for longer than `patience` seconds."""

    def __init__(self, port: int, patience: float = 10.0, window: int | None = None) -> None:
        self.socket = socket.socket()
        if window:  # How much the kernel takes from the server while nobody reads here.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.socket.settimeout(patience)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def _more(self) -> bool:
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            data = b""
        self._received += data
        return bool(data)

    def answer(self, head_only: bool = False) -> Answer | None:
        """The next reply; None where the connection ended without one."""
        while b"\r\n\r\n" not in self._received:
            if not self._more():
                assert not self._received, f"the end came within a head: {self._received!r}"
                return None
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        status = int(first.split(" ")[1])
        if head_only or status in (100, 204, 304):
            return Answer(status, fields, b"")
        if "content-length" not in fields:
            while self._more():
                pass
            body, self._received = self._received, b""
            return Answer(status, fields, body)
        length = int(fields["content-length"])
        while len(self._received) < length:
            assert self._more(), "the end came within a body"
        body, self._received = self._received[:length], self._received[length:]
        return Answer(status, fields, body)

    def is_open(self) -> bool:
        """Whether the server holds this connection and has said nothing on it."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return not poll.poll(0)


def ask(port: int, data: bytes, patience: float = 10.0) -> Answer | None:
    """The reply to these bytes on a connection of their own; None where it was closed without one."""
    with Wire(port, patience) as wire:
        with contextlib.suppress(ConnectionError):
            wire.send(data)
        return wire.answer(head_only=data.startswith(b"HEAD "))


def get(path: str, fields: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{fields}\r\n".encode()
