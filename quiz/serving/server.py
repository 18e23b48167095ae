"""The server of one process: a few threads that share all connections, none of which ever waits for a client."""

import contextlib
import heapq
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from quiz.serving.connection import Connection, Gone, Phase
from quiz.serving.limits import Limits, connections_possible
from quiz.serving.readiness import readiness
from quiz.serving.replies import Application, Gateway
from quiz.serving.requests import Refused

log = logging.getLogger("quiz.serving")

_STOPPING = 10.0
"""How long a server that stops waits for requests under way, in seconds."""

_FRESH = 1.0
"""How long it leaves a new connection, whose request may be on its way, in seconds."""


class Server:
    """Serves an application to whoever connects to a listening socket."""

    def __init__(self, application: Application, listener: socket.socket, limits: Limits, threads: int) -> None:
        host, port = listener.getsockname()[:2]
        self._gateway = Gateway(application, host, port)
        self._listener = listener
        self._limits = replace(limits, connections=connections_possible(limits.connections))
        self._threads = threads
        self._connections: dict[int, Connection] = {}
        self._readiness = readiness()
        self._stopping = False
        listener.setblocking(False)

    def serve(self, tick: Callable[[], bool]) -> None:
        """Serve for as long as `tick`, which waits for a moment, says so; then finish what is under way, and return."""
        self._readiness.add(self._listener.fileno())
        for _ in range(self._threads):
            threading.Thread(target=self._work, daemon=True).start()
        log.info("Ready to serve on %s, port %d", *self._listener.getsockname()[:2])
        while tick():
            self._look_at_the_time()
        self._stop()

    def _look_at_the_time(self) -> None:
        """Give up the clients that had their time, and those that fill the memory."""
        now = time.monotonic()
        connections = list(self._connections.values())
        for connection in connections:
            if connection.overdue(now):
                connection.hang_up()
        held = sum(connection.held for connection in connections)
        for connection in sorted(connections, key=lambda c: -c.held) if held > self._limits.held_bytes else ():
            if held <= self._limits.held_bytes:
                break
            held -= connection.held
            connection.hang_up()

    def _stop(self) -> None:
        while self._accept():  # Who is connected already is not turned away.
            pass
        self._stopping = True
        self._listener.close()
        end = time.monotonic() + _STOPPING
        while self._connections and (now := time.monotonic()) < end:
            for connection in list(self._connections.values()):
                if connection.phase is Phase.IDLE and now - connection.since > _FRESH:
                    connection.hang_up()
            time.sleep(0.05)

    # What each thread does

    def _work(self) -> None:
        while True:
            number = self._readiness.wait()
            try:
                if number == self._listener.fileno():
                    self._accept()
                elif number in self._connections:
                    self._attend(self._connections[number])
            except Exception:  # A fault in serving one client must not take a thread from all others.
                log.exception("a connection failed")

    def _accept(self) -> bool:
        """Take a connection that waits; whether there was one."""
        try:
            client, address = self._listener.accept()
        except OSError as error:
            if not isinstance(error, BlockingIOError | ConnectionError):  # There is no descriptor left.
                self._make_room()
                time.sleep(0.01)
            return False
        finally:
            with contextlib.suppress(OSError, ValueError):  # A server that stops has closed it.
                self._readiness.arm(self._listener.fileno())
        if len(self._connections) >= self._limits.connections:
            self._make_room()
            if len(self._connections) >= self._limits.connections * 9 // 8:
                client.close()
                return True
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections[client.fileno()] = Connection(client, address[0], self._limits)
        self._readiness.add(client.fileno())
        return True

    def _make_room(self) -> None:
        """Give up the connections that have kept us waiting longest, idle ones first."""
        waiting = [c for c in list(self._connections.values()) if c.phase is not Phase.HANDLING and not c.given_up]
        few = 1 + self._limits.connections // 16
        for connection in heapq.nsmallest(few, waiting, key=lambda c: (c.phase is not Phase.IDLE, c.since)):
            connection.hang_up()

    def _attend(self, connection: Connection) -> None:
        """Go on with a connection that is ready, until it waits for its client again or has ended."""
        try:
            try:
                if connection.phase is not Phase.SENDING and not connection.pipelined:
                    connection.receive()
                self._go_on(connection)
            except Refused as refused:
                connection.refuse(refused)
                self._go_on(connection)
        except Gone:
            self._end(connection)
        except BaseException:
            self._end(connection)
            raise

    def _go_on(self, connection: Connection) -> None:
        """Answer a request that is complete; a client that sends several at once has its turn for each."""
        number = connection.socket.fileno()
        connection.pipelined = False
        if connection.phase is not Phase.SENDING:
            request = connection.next_request()
            if request is None:
                self._readiness.arm(number)  # From here on it may be another thread's.
                return
            connection.reply(self._gateway, *request, keeps=not self._stopping)
        if connection.send():
            if not connection.end_reply():
                raise Gone
            connection.pipelined = bool(connection.received)
            self._readiness.arm(number, sending=connection.pipelined)
        else:
            self._readiness.arm(number, sending=True)

    def _end(self, connection: Connection) -> None:
        self._connections.pop(connection.socket.fileno(), None)
        connection.close()
