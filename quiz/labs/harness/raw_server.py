"""A server that sends responses as their author wrote them, for any host, with and without TLS."""

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Mapping
from typing import Any

from quiz.labs.harness import raw_responses

_HEAD = 64 * 1024
_HANDSHAKE = b"\x16"
"""The first byte of a client that speaks TLS."""


class RawServer(socketserver.ThreadingTCPServer):
    """Serves `files` by their addresses or paths; `otherwise` is the response to every other request, 404 if empty."""

    daemon_threads = True

    def __init__(
        self, listener: socket.socket, files: Mapping[str, str], otherwise: str = "", tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.files = files
        self.otherwise = otherwise
        self.tls = tls
        self._answering = 0
        self._counting = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether any connection is still open."""
        return self._answering > 0

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one connection, and be counted meanwhile."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._count(-1)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take one connection; a thread answers it."""
        self._count(1)
        try:
            super().process_request(request, client_address)
        except RuntimeError:
            # There cannot be any more threads.
            self._count(-1)
            self.shutdown_request(request)

    def _count(self, more: int) -> None:
        with self._counting:
            self._answering += more

    def response(self, origin: str, target: str) -> bytes:
        """What is sent for a request to `origin` (scheme and host) for `target` (path and query)."""
        found = raw_responses.found(self.files, origin, target)
        if found is None and self.otherwise.strip():
            return raw_responses.raw(self.otherwise)
        return raw_responses.NOT_FOUND if found is None else found

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is no news."""


class _Handler(socketserver.StreamRequestHandler):
    timeout = 5.0

    def setup(self) -> None:
        assert isinstance(self.server, RawServer)
        self.scheme = "http"
        if self.server.tls is not None and self.request.recv(1, socket.MSG_PEEK) == _HANDSHAKE:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            self.scheme = "https"
        super().setup()

    def handle(self) -> None:
        assert isinstance(self.server, RawServer)
        words = self.rfile.readline(_HEAD).decode("latin-1").split()
        fields: dict[str, str] = {}
        while line := self.rfile.readline(_HEAD).strip():
            name, _, value = line.decode("latin-1").partition(":")
            fields[name.casefold()] = value.strip()
        length = fields.get("content-length", "")
        # What a client sends has to be taken from it: closing over unread bytes would reset the connection.
        self.rfile.read(int(length) if re.fullmatch(r"\d{1,9}", length) else 0)
        if len(words) > 1:
            self.wfile.write(self.server.response(f"{self.scheme}://{fields.get('host', '')}", words[1]))
