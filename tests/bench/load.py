"""A small load generator: one thread, one keep-alive connection per candidate, requests made ready beforehand."""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Next = Callable[[int], bytes | None]
"""Gives the next request of a connection, or None when it has none left."""


@dataclass
class Result:
    """What a run measured: seconds it took, the latency of every request in seconds, and the statuses seen."""

    seconds: float
    latencies: list[float]
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """A latency in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


class _Connection:
    def __init__(self, number: int, port: int) -> None:
        self.number = number
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.due = 0.0

    def whole(self) -> int | None:
        """The status of the reply, once all of it is there."""
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.received[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 : head.find(b"\r", at) if b"\r" in head[at:] else None]) if at >= 0 else 0
        return int(self.received[9:12]) if len(self.received) >= end + 4 + length else None


def run(port: int, connections: int, seconds: float, request: Next, offered: float | None = None) -> Result:
    """Send requests for `seconds` and measure them.

    Closed loop: each connection sends its next request as soon as it has its reply. With `offered` requests per
    second instead, requests fall due evenly over all connections, and latency counts from when they were due.
    """
    selector = selectors.DefaultSelector()
    everybody = [_Connection(number, port) for number in range(connections)]
    result = Result(0, [])
    begin = time.perf_counter()
    stop = begin + seconds
    busy = 0

    def send(connection: _Connection, due: float) -> bool:
        data = request(connection.number)
        if data is None:
            return False
        connection.due, connection.received = due, b""
        connection.socket.sendall(data)
        return True

    for connection in everybody:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    idle = list(everybody)
    sent = 0
    while True:
        now = time.perf_counter()
        if now < stop:
            if offered is None:
                while idle:
                    busy += send(idle.pop(), time.perf_counter())
            else:
                while idle and sent < (now - begin) * offered:
                    busy += send(idle.pop(0), begin + sent / offered)
                    sent += 1
        if not busy and (now >= stop or offered is None):
            break
        for key, _ in selector.select(0.001 if offered else 0.1):
            connection: Any = key.data
            data = connection.socket.recv(262144)
            if not data:
                raise ConnectionError("the server closed a connection")
            connection.received += data
            status = connection.whole()
            if status is not None:
                result.latencies.append(time.perf_counter() - connection.due)
                result.statuses[status] = result.statuses.get(status, 0) + 1
                busy -= 1
                idle.append(connection)
    result.seconds = time.perf_counter() - begin
    for connection in everybody:
        connection.socket.close()
    return result
