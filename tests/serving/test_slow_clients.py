"""`quiz serve`, with nothing in front of it, goes on serving while hundreds of clients keep it waiting."""

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

import pytest

from tests.serving.conftest import Installation, Sitting
from tests.serving.wire import Wire, ask, get


class Crowd(ExitStack):
    """Clients that have begun something and go on a byte at a time, or not at all."""

    def __init__(self, port: int, count: int, begin: bytes, byte: bytes = b"", window: int | None = None) -> None:
        super().__init__()
        self.byte = byte
        self.wires: list[Wire] = []
        for _ in range(count):
            self.wires.append(self.enter_context(Wire(port, window=window)))
            self.wires[-1].send(begin)

    def drip(self) -> None:
        """Everybody sends a byte."""
        for wire in self.wires if self.byte else ():
            with suppress(OSError):
                wire.send(self.byte)

    def waiting(self) -> int:
        """How many are connected and have not been told anything."""
        return sum(wire.is_open() for wire in self.wires)


def _heads(sitting: Sitting) -> Crowd:
    return Crowd(sitting.port, 200, b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", b"a")


def _bodies(sitting: Sitting) -> Crowd:
    return Crowd(sitting.port, 200, sitting.request(b"answer=", length=1000), b"a")


def _json(sitting: Sitting) -> Crowd:
    begin = sitting.request(b'{"answer":', length=1000)
    return Crowd(sitting.port, 200, begin.replace(b"x-www-form-urlencoded", b"json").replace(b"POST", b"PUT"), b" ")


def _chunks(sitting: Sitting) -> Crowd:
    begin = sitting.request().replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    return Crowd(sitting.port, 200, begin + b"3E8\r\n", b"a")


def _silent(sitting: Sitting) -> Crowd:
    return Crowd(sitting.port, 500, b"")


def _readers(sitting: Sitting) -> Crowd:
    return Crowd(sitting.port, 40, get("/static/staff.css") * 12, window=4096)


CROWDS: dict[str, list[Callable[[Sitting], Crowd]]] = {
    "heads": [_heads],
    "forms": [_bodies],
    "json": [_json],
    "chunks": [_chunks],
    "idle": [_silent],
    "readers": [_readers],
    "all": [_heads, _bodies, _json, _chunks, _silent, _readers],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CROWDS)
def test_health_and_saves_are_answered_while_clients_keep_the_server_waiting(served: Installation, name: str) -> None:
    sitting = served.sitting()
    with ExitStack() as stack:
        crowds = [stack.enter_context(make(sitting)) for make in CROWDS[name]]
        for _ in range(2):
            time.sleep(1)
            for crowd in crowds:
                crowd.drip()
            health = ask(served.port, get("/health"), patience=5)
            assert health is not None
            assert (health.status, health.text) == (200, "ok")
            assert [sitting.save(number) for number in (1, 2, 3, 4)] == [200] * 4
        for make, crowd in zip(CROWDS[name], crowds, strict=True):
            if make is not _readers:  # Those are being answered, and only do not read it.
                assert crowd.waiting() == len(crowd.wires), "service was given while they were connected"


@pytest.mark.slow
def test_slow_requests_are_given_up_and_idle_connections_stay(served: Installation) -> None:
    sitting = served.sitting()
    with ExitStack() as stack:
        slow = [stack.enter_context(make(sitting)) for make in (_heads, _bodies, _json, _chunks)]
        idle = stack.enter_context(_silent(sitting))
        for _ in range(14):
            time.sleep(1)
            for crowd in slow:
                crowd.drip()
        assert [crowd.waiting() for crowd in slow] == [0, 0, 0, 0]
        assert idle.waiting() == 500


@pytest.mark.slow
def test_more_connections_than_file_descriptors_keep_nobody_out(installation: Installation) -> None:
    few, installation = ("sh", "-c", 'ulimit -n 256; exec "$@"', "sh"), installation.elsewhere()
    with installation.serving(*few, QUIZ_WORKERS="1"), Crowd(installation.port, 600, b"") as idle:
        sitting = installation.sitting()
        assert [sitting.save(number) for number in (1, 2, 3, 4)] == [200] * 4
        assert 0 < idle.waiting() < 256
