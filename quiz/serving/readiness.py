"""Which sockets are ready: each is told to one thread of those that wait, once, until it is armed again."""

import select
import sys
from typing import Protocol


class Readiness(Protocol):
    """What several threads wait on at once."""

    def add(self, number: int) -> None:
        """Begin to wait for something to arrive at the socket with this file descriptor."""

    def arm(self, number: int, *, sending: bool = False) -> None:
        """Wait once more: for something to arrive, or until something can be sent."""

    def wait(self) -> int | None:
        """The descriptor of a socket that is ready; None where there was none after all."""


class _Epoll:
    """Linux. A socket that was closed is forgotten by itself."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._receiving = select.EPOLLIN | select.EPOLLONESHOT
        self._sending = select.EPOLLOUT | select.EPOLLONESHOT

    def add(self, number: int) -> None:
        self._epoll.register(number, self._receiving)

    def arm(self, number: int, *, sending: bool = False) -> None:
        self._epoll.modify(number, self._sending if sending else self._receiving)

    def wait(self) -> int | None:
        ready = self._epoll.poll(None, 1)
        return ready[0][0] if ready else None


if sys.platform == "linux":

    def readiness() -> Readiness:
        """What this system waits with."""
        return _Epoll()

else:

    class _Kqueue:
        """macOS and BSD. Here too a closed socket is forgotten by itself."""

        def __init__(self) -> None:
            self._kqueue = select.kqueue()

        def add(self, number: int) -> None:
            self.arm(number)

        def arm(self, number: int, *, sending: bool = False) -> None:
            kind = select.KQ_FILTER_WRITE if sending else select.KQ_FILTER_READ
            wish = select.kevent(number, kind, select.KQ_EV_ADD | select.KQ_EV_ONESHOT)
            self._kqueue.control([wish], 0)

        def wait(self) -> int | None:
            ready = self._kqueue.control(None, 1, None)
            return ready[0].ident if ready else None

    def readiness() -> Readiness:
        """What this system waits with."""
        return _Kqueue()
