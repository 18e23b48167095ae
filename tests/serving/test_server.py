"""The server of one process, before a small application: what clients may do, and what they cannot do to each other."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from quiz.serving.limits import Limits, connections_possible
from quiz.serving.server import Server
from tests.serving.wire import Wire, ask, get

QUICK = Limits(
    body_bytes=100_000, head_seconds=0.5, patience=0.5, bytes_per_second=50_000, idle_seconds=30, farewell_seconds=0.5
)
"""Limits that a test can wait for."""


class Application:
    """An application whose replies tests can tell apart."""

    def __init__(self) -> None:
        self.closed = 0
        self.bodies: list[bytes] = []
        self.go_on = threading.Event()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        self.bodies.append(body)
        match environ["PATH_INFO"]:
            case "/large":
                start("200 OK", [("Content-Length", str(8_000_000))])
                return _Parts([b"x" * 80_000] * 100, self)
            case "/short":
                start("200 OK", [("Content-Length", "200000")])
                return _Parts([b"x" * 100_000], self)
            case "/unknown":
                start("200 OK", [])
                return _Parts([b"one", b"", b"two"], self)
            case "/fails":
                raise RuntimeError("on purpose")
            case "/splits":
                start("200 OK", [("X", "a\r\nSet-Cookie: b"), ("Content-Length", "0")])
                return []
            case "/waits":
                assert self.go_on.wait(10)
        text = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(body)}".encode()
        start("200 OK", [("Content-Length", str(len(text)))])
        return _Parts([text], self)


class _Parts(list[bytes]):
    def __init__(self, parts: list[bytes], application: Application) -> None:
        super().__init__(parts)
        self._application = application

    def close(self) -> None:
        self._application.closed += 1


@contextmanager
def serving(limits: Limits = QUICK, threads: int = 2) -> Iterator[tuple[int, Application]]:
    """A server in threads of this process; its port and its application."""
    application, stop = Application(), threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listener:
        server = Server(application, listener, limits, threads)
        thread = threading.Thread(target=server.serve, args=(lambda: not stop.wait(0.05),))
        thread.start()
        try:
            yield listener.getsockname()[1], application
        finally:
            application.go_on.set()
            stop.set()
            thread.join()


def put(path: str, body: bytes, fields: str = "") -> bytes:
    head = f"PUT {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n{fields}\r\n"
    return head.encode() + body


def soon(true: Callable[[], bool]) -> bool:
    """Whether something becomes true within ten seconds."""
    return any(true() or time.sleep(0.02) for _ in range(500))


# What clients may do ---------------------------------------------------------------------------------------------


def test_a_connection_stays_for_one_request_after_the_other() -> None:
    with serving() as (port, _), Wire(port) as wire:
        for n in range(3):
            wire.send(put(f"/{n}", b"x" * n))
            answer = wire.answer()
            assert answer is not None
            assert answer.text == f"PUT /{n} {n}"
            assert "connection" not in answer.fields
        assert wire.is_open()


def test_requests_that_arrive_together_are_answered_in_order() -> None:
    with serving() as (port, _), Wire(port) as wire:
        wire.send(put("/one", b"1") + get("/two") + put("/three", b"333"))
        texts = [answer.text for answer in (wire.answer(), wire.answer(), wire.answer()) if answer]
    assert texts == ["PUT /one 1", "GET /two 0", "PUT /three 3"]


def test_a_connection_ends_where_the_client_wants_it() -> None:
    with serving() as (port, _), Wire(port) as wire:
        wire.send(get("/", "Connection: close\r\n"))
        answer = wire.answer()
        assert answer is not None
        assert answer.fields["connection"] == "close"
        assert wire.answer() is None


def test_a_reply_has_a_date_and_does_not_name_the_server() -> None:
    with serving() as (port, _):
        for request in (get("/"), b"nonsense\r\n\r\n", get("/fails")):
            answer = ask(port, request)
            assert answer is not None
            assert "date" in answer.fields
            assert "server" not in answer.fields


def test_a_reply_to_head_has_no_body() -> None:
    with serving() as (port, application), Wire(port) as wire:
        wire.send(get("/large").replace(b"GET", b"HEAD") + get("/next"))
        answer = wire.answer(head_only=True)
        assert answer is not None
        assert answer.fields["content-length"] == "8000000"
        following = wire.answer()
        assert following is not None
        assert following.text == "GET /next 0"
        assert application.closed == 2


def test_a_body_in_chunks_is_put_together() -> None:
    with serving() as (port, application):
        head = b"PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer = ask(port, head + b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n")
        assert answer is not None
        assert answer.text == "PUT /c 13"
        assert application.bodies == [b"abc0123456789"]


def test_a_client_that_asks_is_told_to_go_on() -> None:
    with serving() as (port, _), Wire(port) as wire:
        wire.send(b"PUT /e HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        told = wire.answer()
        assert told is not None
        assert told.status == 100
        wire.send(b"abc")
        answer = wire.answer()
        assert answer is not None
        assert answer.text == "PUT /e 3"


def test_a_large_reply_is_sent_in_parts_and_a_reply_of_unknown_length_ends_with_the_connection() -> None:
    with serving() as (port, application):
        large = ask(port, get("/large"))
        assert large is not None
        assert len(large.body) == 8_000_000
        unknown = ask(port, get("/unknown"))
        assert unknown is not None
        assert (unknown.body, unknown.fields["connection"]) == (b"onetwo", "close")
        assert soon(lambda: application.closed == 2)


# What an application may do wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/fails", "/splits"])
def test_an_application_that_fails_is_answered_for_without_a_word_about_it(path: str) -> None:
    with serving() as (port, _):
        answer = ask(port, get(path))
        assert answer is not None
        assert answer.status == 500
        assert answer.text == "Something went wrong on our side. Try again.\n"


def test_a_reply_that_is_shorter_than_it_says_is_cut_off() -> None:
    with serving() as (port, application), Wire(port) as wire:
        wire.send(get("/short") + get("/next"))
        with pytest.raises(AssertionError, match="within a body"):
            wire.answer()
        assert application.closed == 1
        assert ask(port, get("/")) is not None, "and its thread serves others"


# What clients cannot do to others --------------------------------------------------------------------------------


def test_clients_that_wait_take_no_thread() -> None:
    """With one thread, and with time enough for each: nobody waits for a head, a body, a reply or a next request."""
    with serving(Limits(), threads=1) as (port, _):
        beginnings = [b"", b"GET / HT", put("/x", b"")[:-2], put("/x", b"abc")[:-1], get("/large") * 3]
        waiting = [Wire(port, window=4096) for _ in range(10) for _ in beginnings]
        for number, wire in enumerate(waiting):
            wire.send(beginnings[number % len(beginnings)])
        answers = [ask(port, put("/y", b"abc")) for _ in range(20)]
        assert [answer and answer.text for answer in answers] == ["PUT /y 3"] * 20
        assert all(wire.is_open() for number, wire in enumerate(waiting) if number % len(beginnings) < 4)
        for wire in waiting:
            wire.socket.close()


@pytest.mark.parametrize(
    "begin",
    [
        b"GET / HTTP/1.1\r\nX: ",
        b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3E8\r\n",
        b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
    ],
)
def test_a_request_that_arrives_a_byte_at_a_time_is_given_up(begin: bytes) -> None:
    with serving() as (port, application), Wire(port) as wire:
        wire.send(begin)
        if b"Expect" in begin:
            assert wire.answer() is not None
        sent = 0
        wire.socket.settimeout(0.02)
        answer = None
        while sent < 900 and answer is None:
            sent += 1
            with contextlib.suppress(ConnectionError):
                wire.send(b"a")
            with contextlib.suppress(TimeoutError):
                answer = wire.answer()
        assert answer is not None
        assert answer.status == 408
        assert answer.fields["connection"] == "close"
        assert application.bodies == []


def test_a_large_body_has_the_time_that_it_needs() -> None:
    limits = replace(QUICK, patience=2.0, bytes_per_second=5_000)
    with serving(limits) as (port, _), Wire(port) as wire:
        request = put("/x", b"x" * 100_000)
        for begin in range(0, len(request), 10_000):  # In all longer than a body may take that hardly moves.
            wire.send(request[begin : begin + 10_000])
            time.sleep(0.25)
        answer = wire.answer()
        assert answer is not None
        assert answer.text == "PUT /x 100000"


def test_who_does_not_read_the_reply_is_given_up() -> None:
    with serving() as (port, application), Wire(port, window=4096) as wire:
        wire.send(get("/large"))
        assert soon(lambda: application.closed == 1)
        with pytest.raises(AssertionError, match="within a body"):
            wire.answer()


def test_an_idle_connection_ends_after_its_time() -> None:
    with serving(replace(QUICK, idle_seconds=0.2)) as (port, _), Wire(port) as wire, Wire(port) as silent:
        wire.send(get("/"))
        assert wire.answer() is not None
        assert wire.answer() is None
        assert silent.answer() is None


def test_too_many_connections_end_those_that_are_idle_longest() -> None:
    with serving(replace(QUICK, connections=20, head_seconds=30)) as (port, _):
        busy, oldest = Wire(port), Wire(port)
        for wire in (busy, oldest):  # Those that had an answer are known to the server, whichever it accepted first.
            wire.send(get("/"))
            assert wire.answer() is not None
        busy.send(b"GET /busy HTTP/1.1\r\n")
        time.sleep(0.1)
        idle = [Wire(port) for _ in range(60)]
        assert ask(port, get("/")) is not None
        assert soon(lambda: not oldest.is_open())
        assert soon(lambda: sum(wire.is_open() for wire in idle) <= 20)
        busy.send(b"Host: a\r\n\r\n")
        served = busy.answer()
        assert served is not None
        assert served.text == "GET /busy 0"
        for wire in [*idle, oldest, busy]:
            wire.socket.close()


def test_requests_that_fill_the_memory_are_given_up() -> None:
    with serving(replace(QUICK, patience=30, held_bytes=150_000)) as (port, _):
        large = [Wire(port) for _ in range(3)]
        for wire in large:
            wire.send(put("/x", b"x" * 90_000)[:-1])
        small = Wire(port)
        small.send(put("/small", b"abc")[:-1])
        assert soon(lambda: sum(wire.is_open() for wire in large) == 1)
        small.send(b"c")
        served = small.answer()
        assert served is not None
        assert served.text == "PUT /small 3"
        for wire in [*large, small]:
            wire.socket.close()


def test_a_refused_request_reads_its_refusal_though_it_is_still_being_sent() -> None:
    with serving() as (port, _), Wire(port) as wire:
        wire.send(b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n" + b"x" * 100_001)
        answer = wire.answer()
        assert answer is not None
        assert (answer.status, answer.text) == (413, "The request is too large.\n")
        assert wire.answer() is None


def test_nothing_after_a_refused_request_is_answered() -> None:
    with serving() as (port, application), Wire(port) as wire:
        wire.send(b"nonsense\r\n\r\n" + get("/hidden"))
        answer = wire.answer()
        assert answer is not None
        assert answer.status == 400
        assert wire.answer() is None
        assert application.bodies == []


# The end ---------------------------------------------------------------------------------------------------------


def test_a_server_that_stops_finishes_what_is_under_way() -> None:
    with serving() as (port, application):
        idle, busy, late = Wire(port), Wire(port), Wire(port)
        busy.send(get("/waits"))
        late.send(put("/late", b"abc")[:-1])
        threading.Timer(0.3, late.send, [b"c"]).start()
        assert soon(lambda: application.bodies == [b""])
    answer = busy.answer()
    assert answer is not None
    assert answer.text == "GET /waits 0"
    begun = late.answer()
    assert begun is not None
    assert begun.text == "PUT /late 3"
    assert not idle.is_open()
    for wire in (idle, busy, late):
        wire.socket.close()


def test_there_are_no_more_connections_than_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr("resource.setrlimit", lambda _, limits: asked.append(limits))
    for soft, hard, possible, raised in [
        (1024, 4096, 3968, [(4096, 4096)]),
        (1024, 1_000_000, 4096, [(4224, 1_000_000)]),
        (1_000_000, -1, 4096, []),
        (64, 64, 16, []),
    ]:
        asked.clear()
        monkeypatch.setattr("resource.getrlimit", lambda _, limits=(soft, hard): limits)
        assert connections_possible(4096) == possible
        assert asked == raised
