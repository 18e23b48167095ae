"""What `quiz serve` says over the wire to whoever tries what no browser does."""

import re

import pytest

from tests.serving.conftest import Installation
from tests.serving.corpus import AMBIGUOUS, HIDDEN
from tests.serving.wire import Wire, ask, get

TELLTALE = re.compile(rb"werkzeug|flask|python|granian|traceback|/quiz/|\.py\b", re.IGNORECASE)

NOWHERE = [
    "/.git/config",
    "/.git/",
    "/.env",
    "/metrics",
    "/openapi",
    "/openapi.json",
    "/docs",
    "/debug",
    "/console",
    "/server-status",
    "/static/",
    "/static",
    "/static/../pyproject.toml",
    "/static/%2e%2e/%2e%2e/pyproject.toml",
    "/static/..%2f..%2fpyproject.toml",
    "/static//etc/passwd",
    "/?__debugger__=yes&cmd=resource&f=debugger.js",
]


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_request_that_could_hide_another_is_refused_and_the_other_never_answered(
    served: Installation, name: str
) -> None:
    with Wire(served.port) as wire:
        wire.send(AMBIGUOUS[name].replace(b"Host: a\r\n", b"Host: 127.0.0.1\r\n"))
        wire.send(HIDDEN.replace(b"Host: a", b"Host: 127.0.0.1"))
        answer = wire.answer()
        assert answer is None or answer.status == 400
        assert wire.answer() is None


@pytest.mark.parametrize("path", NOWHERE)
def test_there_is_nothing_beside_the_pages(served: Installation, path: str) -> None:
    answer = ask(served.port, get(path, "Connection: close\r\n"))
    assert answer is not None
    if path.startswith("/?"):
        assert (answer.status, answer.fields["location"]) == (303, "/sign-in") or answer.status == 200
        assert b"debugger" not in answer.body
    else:
        assert answer.status == 404
        assert b"There is no such page" in answer.body


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET /health", 200),
        ("GET /sign-in", 200),
        ("GET /nowhere", 404),
        ("POST /sign-in", 403),
        ("POST /health", 405),
        ("TRACE /health", 405),
        ("TRACE /sign-in", 405),
        ("TRACK /sign-in", 405),
        ("PROPFIND /sign-in", 405),
        ("OPTIONS /nowhere", 404),
        ("GET /" + "a" * 20_000, 414),
        ("GET /" + "a" * 5_000, 404),
        ("GET nonsense", 400),
        ("CONNECT 127.0.0.1:22", 400),
        ("GET /sitting/" + "x" * 30 + "/clock", 401),
    ],
)
def test_no_reply_names_what_made_it(served: Installation, request_line: str, status: int) -> None:
    secret = "never-echoed-0123"
    request = f"{request_line} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Secret: {secret}\r\nAccept: text/html\r\n\r\n"
    answer = ask(served.port, request.encode())
    assert answer is not None
    assert answer.status == status
    assert not {"server", "x-powered-by", "via"} & answer.fields.keys()
    whole = b"\n".join([*(f"{name}: {value}".encode() for name, value in answer.fields.items()), answer.body])
    assert TELLTALE.search(whole) is None
    assert secret.encode() not in whole
    assert answer.fields["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.fields["content-security-policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "", "a b", "127.0.0.1@evil"]
)
def test_another_host_is_refused(served: Installation, host: str) -> None:
    answer = ask(served.port, f"GET /sign-in HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert answer is not None
    assert answer.status == 400
    assert b"evil" not in answer.body


@pytest.mark.parametrize(
    "field",
    [
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Port: 444",
        "X-Forwarded-Prefix: /evil",
        "Forwarded: host=evil.example;proto=https",
        "X_Forwarded_Host: evil.example",
        "X-Original-URL: /nowhere",
        "X-Rewrite-URL: /nowhere",
        "X-HTTP-Method-Override: DELETE",
        "X-Script-Name: /evil",
    ],
)
def test_what_only_a_proxy_may_say_is_ignored_where_there_is_none(served: Installation, field: str) -> None:
    for path in ("/sign-in", "/assessments", "/account"):
        plain, said = ask(served.port, get(path)), ask(served.port, get(path, f"{field}\r\n"))
        assert plain is not None
        assert said is not None
        assert (said.status, said.fields.get("location")) == (plain.status, plain.fields.get("location"))
        assert b"evil" not in said.body


def test_an_invented_address_does_not_escape_a_limit(served: Installation) -> None:
    """Sixty wrong links, each from an address that the client made up: the limit is thirty in ten minutes."""
    statuses = set()
    for n in range(65):
        fields = f"X-Forwarded-For: 10.0.0.{n}\r\nX-Real-IP: 10.0.0.{n}\r\nForwarded: for=10.0.0.{n}\r\n"
        answer = ask(served.port, get(f"/i/{'x' * 42}{n}", fields))
        assert answer is not None
        statuses.add(answer.status)
    assert statuses == {404, 429}


@pytest.mark.parametrize(
    "path",
    ["/health", "/sign-in", "/i/nothing", "/sitting/" + "x" * 30 + "/clock", "/assessments", "/banks", "/account"],
)
def test_what_a_script_asks_for_is_never_redirected(served: Installation, path: str) -> None:
    answer = ask(served.port, get(path, "Accept: application/json\r\n"))
    assert answer is not None
    assert not 300 <= answer.status < 400
