"""The processes that serve: as many as were asked for, started again where one fails, stopped together."""

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import NoReturn

from quiz.serving.limits import Limits
from quiz.serving.replies import Application
from quiz.serving.server import Server

log = logging.getLogger("quiz.serving")

_TICK = 0.25
"""How often processes look at the time and at each other, in seconds."""

_PAUSE = 1.0
"""How long before a process that failed is started again, in seconds: what it failed for may last."""

_STOPPING = 15.0
"""How long processes may take to stop, in seconds; longer than a server waits for its requests."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def serve(
    make: Callable[[], Application], address: tuple[str, int], processes: int, threads: int, limits: Limits
) -> None:
    """Serve what `make` makes in each process, until SIGTERM or SIGINT; requests under way are finished then."""
    listeners = _listeners(address, processes, limits.connections)
    _Processes(lambda listener, tick: Server(make(), listener, limits, threads).serve(tick), listeners).run()


def _listeners(address: tuple[str, int], count: int, backlog: int) -> list[socket.socket]:
    """A listening socket for each process.

    Linux deals connections out to sockets that share a port. At a single one they would all go to one of the processes
    if nothing keeps it busy at that moment, and stay there; elsewhere there is no other choice. The sockets outlive a
    process that fails, so nobody who waits at them is lost.
    """
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    if sys.platform != "linux":
        return [socket.create_server(address, family=family, backlog=backlog)] * count
    return [socket.create_server(address, family=family, backlog=backlog, reuse_port=True) for _ in range(count)]


class _Processes:
    """Processes that do the same work, each at a listening socket of its own, and this process, which keeps them."""

    def __init__(
        self, work: Callable[[socket.socket, Callable[[], bool]], None], listeners: list[socket.socket]
    ) -> None:
        self._work, self._listeners = work, listeners
        self._stop = threading.Event()
        self._running: dict[int, socket.socket] = {}

    def run(self) -> None:
        """Keep the processes running until a signal asks to stop."""
        for number in _SIGNALS:
            signal.signal(number, lambda *_: self._stop.set())
        for listener in self._listeners:
            self._start(listener)
        while not self._stop.wait(_TICK):
            for listener in self._ended():
                log.error("a serving process has ended; another takes its place")
                if not self._stop.wait(_PAUSE):
                    self._start(listener)
        self._end()

    def _start(self, listener: socket.socket) -> None:
        parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # Until the new process has handlers of its own.
        try:
            if (child := os.fork()) == 0:
                self._be_child(listener, parent)
            self._running[child] = listener
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _be_child(self, listener: socket.socket, parent: int) -> NoReturn:
        """Work until asked to stop, or until the process that keeps this one is gone. Nothing of the caller's runs."""
        code = 1
        try:
            stop = threading.Event()
            signal.signal(signal.SIGTERM, lambda *_: stop.set())
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the process that keeps them decides.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            self._close(other for other in self._listeners if other is not listener)
            self._work(listener, lambda: not stop.wait(_TICK) and os.getppid() == parent)
            code = 0
        except BaseException:
            log.exception("a process cannot serve")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _close(self, listeners: Iterable[socket.socket]) -> None:
        for listener in listeners:
            listener.close()

    def _ended(self) -> list[socket.socket]:
        """The sockets of the processes that have ended, which are forgotten."""
        return [self._running.pop(pid) for pid in list(self._running) if os.waitpid(pid, os.WNOHANG)[0]]

    def _end(self) -> None:
        self._close(self._listeners)
        for pid in self._running:
            os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + _STOPPING
        while self._running and time.monotonic() < end:
            time.sleep(0.02)
            self._ended()
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
