"""What is a request and what is not, byte by byte."""

import contextlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.serving.limits import Limits
from quiz.serving.requests import Body, Head, Refused, take_head
from tests.serving.corpus import AMBIGUOUS

LIMITS = Limits(body_bytes=100, head_bytes=400, fields=10)


def read(data: bytes, pieces: list[int] | None = None) -> tuple[Head, bytes, bytes] | None:
    """The request that these bytes begin with, its body and what follows, when they arrive in such pieces."""
    received, head, body = bytearray(), None, None
    cuts = sorted({min(cut, len(data)) for cut in pieces or []} | {0, len(data)})
    for begin, end in pairwise(cuts):
        received += data[begin:end]
        head = head or take_head(received, LIMITS)
        if head is not None:
            body = body or Body(head.length, LIMITS)
            if (whole := body.take(received)) is not None:
                return head, whole, bytes(received) + data[end:]
    return None


def refused(data: bytes) -> int:
    with pytest.raises(Refused) as caught:
        read(data)
    return caught.value.status


def test_a_request_is_read_as_wsgi_names_it() -> None:
    found = read(
        b"GET /caf%C3%A9?a=1&b=%20 HTTP/1.1\r\nHost: example.org\r\nCookie: a=1\r\nX-One:  spaced \t\r\n"
        b"Cookie: b=2\r\nAccept: x\r\nAccept: y\r\n\r\n"
    )
    assert found is not None
    head, body, rest = found
    assert head.environ == {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/caf\xc3\xa9",
        "QUERY_STRING": "a=1&b=%20",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "example.org",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_ONE": "spaced",
        "HTTP_ACCEPT": "x, y",
    }
    assert (body, rest, head.keeps) == (b"", b"", True)


REQUESTS = [
    (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b""),
    (b"PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    (b"PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n02\r\nlo\r\n0\r\n\r\n", b"hello"),
    (b"\r\nPOST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", b""),
]


@given(st.sampled_from(REQUESTS), st.lists(st.integers(1, 200)), st.sampled_from([b"", b"GET /next HTTP/1.1\r\n"]))
def test_a_request_is_the_same_however_its_bytes_arrive(
    request_body: tuple[bytes, bytes], pieces: list[int], following: bytes
) -> None:
    request, body = request_body
    found = read(request + following, pieces)
    assert found is not None
    assert found[1:] == (body, following)


@given(st.sampled_from(REQUESTS), st.data())
def test_a_request_that_is_not_whole_is_waited_for(request_body: tuple[bytes, bytes], data: st.DataObject) -> None:
    request = request_body[0].removeprefix(b"\r\n")
    assert read(request[: data.draw(st.integers(0, len(request) - 1))]) is None


@given(st.binary(max_size=120))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(Refused):
        read(data)


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_two_programs_could_understand_differently_is_refused(name: str) -> None:
    assert refused(AMBIGUOUS[name]) == 400


def test_another_version_is_refused_as_one() -> None:
    assert refused(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 505
    assert refused(b"GET / HTTP/3.1\r\nHost: a\r\n\r\n") == 505


def test_a_name_with_an_underscore_cannot_pass_for_one_with_a_hyphen() -> None:
    found = read(b"GET / HTTP/1.1\r\nHost: a\r\nX_Forwarded_For: 1.2.3.4\r\nContent_Length: 7\r\n\r\n")
    assert found is not None
    assert "HTTP_X_FORWARDED_FOR" not in found[0].environ
    assert found[0].length == 0


def test_what_is_too_large_is_refused_before_it_is_there() -> None:
    begin = b"POST / HTTP/1.1\r\nHost: a\r\n"
    assert refused(begin + b"Content-Length: 101\r\n\r\n") == 413
    assert refused(begin + b"Transfer-Encoding: chunked\r\n\r\n65\r\n") == 413
    assert refused(begin + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 30) == 413, "framing counts too"
    assert refused(b"GET /" + b"a" * 500) == 414
    assert refused(b"GET /" + b"a" * 500 + b" HTTP/1.1\r\nHost: a\r\n\r\n") == 414
    assert refused(begin + b"X: " + b"a" * 500) == 431
    assert refused(begin + b"X: y\r\n" * 10 + b"\r\n") == 431


def test_an_expectation_is_one_that_can_be_met() -> None:
    begin = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: "
    head = take_head(bytearray(begin + b"100-Continue\r\n\r\n"), LIMITS)
    assert head is not None
    assert head.waits
    assert refused(begin + b"a miracle\r\n\r\n") == 417


@pytest.mark.parametrize(
    ("version", "field", "keeps"),
    [
        ("1.1", "", True),
        ("1.1", "Connection: close\r\n", False),
        ("1.1", "Connection: x, Close\r\n", False),
        ("1.1", "Connection: keep-alive\r\n", True),
        ("1.0", "", False),
        ("1.0", "Connection: keep-alive\r\n", False),
    ],
)
def test_who_wants_to_stay_connected(version: str, field: str, keeps: bool) -> None:
    head = take_head(bytearray(f"GET / HTTP/{version}\r\nHost: a\r\n{field}\r\n".encode()), LIMITS)
    assert head is not None
    assert head.keeps is keeps
