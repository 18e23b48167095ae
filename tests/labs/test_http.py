"""The http lab: what servers and clients say to each other, and that no program breaks it."""

from collections.abc import Iterator

import pytest

from quiz.domain.proofs.observations import Call, Observation, Request
from quiz.labs.base import CONDITIONS, LabFailed, LabMissing, Worker
from quiz.labs.http import HttpLab

SHOP = """\
from flask import Flask, redirect, request, session
app = Flask(__name__)
app.secret_key = "a key for tests"

@app.post("/login")
def login():
    session["user"] = request.form["user"]
    return redirect("/account")

@app.get("/account")
def account():
    print("asked for the account")
    return f"Hello {session.get('user', 'nobody')}"
"""
PLAIN = """\
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [{body}]
"""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    try:
        with HttpLab().open("") as opened:
            yield opened
    except LabMissing as missing:
        pytest.skip(str(missing))


def observe(worker: Worker, program: str = "", *calls: Call | str, **more: object) -> Observation:
    made = tuple(Call(path=one) if isinstance(one, str) else one for one in calls)
    request = Request.model_validate({"lab": "http", "program": program, "calls": made, **more})
    return worker.observe(request, CONDITIONS[0])


def headers(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {name.lower(): value for name, value in pairs}


def test_a_raw_response_arrives_as_it_was_written(worker: Worker) -> None:
    seen = observe(worker, "HTTP/1.1 302 Found\nLocation: /login\nX-Two: a\nX-Two: b\nContent-Length: 0\n", "/")
    assert seen == Observation(responses=seen.responses)
    assert seen.responses[0].status == 302
    assert seen.responses[0].headers == (
        ("Location", "/login"),
        ("X-Two", "a"),
        ("X-Two", "b"),
        ("Content-Length", "0"),
    )


def test_a_body_ends_where_its_length_says(worker: Worker) -> None:
    assert observe(worker, "HTTP/1.1 200 OK\nContent-Length: 2\n\nyes\n", "/").responses[0].body == "ye"
    short = observe(worker, "HTTP/1.1 200 OK\nContent-Length: 20\n\nyes\n", "/")
    assert short.thrown is not None
    assert (short.thrown.kind, short.responses) == ("NoAnswer", ())


@pytest.mark.parametrize(
    ("cookie", "url", "sent"),
    [
        ("a=1", "http://shop.example/any", "a=1"),
        ("a=1; Path=/cart", "http://shop.example/carton", None),
        ("a=1; Path=/cart", "http://shop.example/cart/2", "a=1"),
        ("a=1; Max-Age=0", "http://shop.example/", None),
        ("a=1", "http://api.shop.example/", None),
        ("a=1; Domain=shop.example", "http://api.shop.example/", "a=1"),
        ("a=1; Domain=other.example", "http://other.example/", None),
        ("a=1; Secure", "http://shop.example/", None),
    ],
)
def test_the_jar_keeps_cookies_as_clients_do(worker: Worker, cookie: str, url: str, sent: str | None) -> None:
    program = f"HTTP/1.1 200 OK\nSet-Cookie: {cookie}\nContent-Length: 0\n"
    seen = observe(worker, program, "http://shop.example/", url)
    assert headers(seen.responses[1].sent).get("cookie") == sent


def test_an_application_keeps_a_session_and_is_not_followed(worker: Worker) -> None:
    login = Call(method="POST", path="/login", body="user=Ada")
    seen = observe(worker, SHOP, login, "/account")
    assert seen.responses[0].status == 302
    assert headers(seen.responses[0].headers)["location"] == "/account"
    assert "HttpOnly" in headers(seen.responses[0].headers)["set-cookie"]
    assert not {"date", "server"} & set(headers(seen.responses[0].headers))
    assert seen.responses[1].body == "Hello Ada"
    assert (seen.printed, seen.compiled) == ("asked for the account\n", True)


def test_requests_carry_method_headers_and_body(worker: Worker) -> None:
    program = PLAIN.format(body="(environ['REQUEST_METHOD'] + environ.get('HTTP_X_A', '-')).encode()")
    seen = observe(worker, program, Call(method="PUT", headers={"X-A": "b"}, body="x"), Call(method="HEAD"))
    assert seen.responses[0].body == "PUTb"
    assert headers(seen.responses[0].sent)["content-length"] == "1"
    assert seen.responses[1].body == ""


def test_files_are_served_by_path_and_host(worker: Worker) -> None:
    files = {
        "/a.txt": "plain\n",
        "/gone": "HTTP/1.1 410 Gone\nContent-Length: 0\n",
        "http://other.example/a.txt": "other\n",
    }
    seen = observe(worker, "", "/a.txt", "/gone", "/none", "http://other.example/a.txt", files=files)
    assert [one.status for one in seen.responses] == [200, 410, 404, 200]
    assert [seen.responses[n].body for n in (0, 3)] == ["plain\n", "other\n"]


def test_templates_lie_beside_the_program(worker: Worker) -> None:
    program = (
        "from flask import Flask, render_template\napp = Flask(__name__)\n"
        "@app.get('/')\ndef show():\n    return render_template('a.html', name='<b>')\n"
    )
    seen = observe(worker, program, "/", files={"templates/a.html": "Hi {{ name }}"})
    assert seen.responses[0].body == "Hi &lt;b&gt;"


def test_failures_are_facts(worker: Worker) -> None:
    refused = observe(worker, "def app(:\n", "/")
    assert (refused.compiled, refused.diagnostics[0].line) == (False, 1)
    broken = observe(worker, "x = {}\nx['a']\n", "/")
    assert broken.thrown is not None
    assert (broken.thrown.kind, broken.thrown.line) == ("KeyError", 2)
    late = observe(worker, "def app(environ, start_response):\n    return 1 / 0\n", "/")
    assert late.thrown is not None
    assert (late.thrown.kind, late.thrown.line, late.responses[0].status) == ("ZeroDivisionError", 2, 500)


def test_conditions_change_the_time_zone(worker: Worker) -> None:
    request = Request(lab="http", program="import time\nprint(time.tzname[0])\napp = print")
    assert len({worker.observe(request, condition).printed for condition in CONDITIONS}) == 3


@pytest.mark.parametrize(
    ("program", "fact"),
    [
        ("import sys\nsys.exit(4)", "exit=4"),
        ("import os\nos._exit(3)", "exit=3"),
        ("def app(environ, start_response):\n    import os\n    os._exit(5)", "exit=5"),
        ("while True:\n    print('x' * 1000)", "exceeded='output'"),
        ("print('x' * 100_000_000)", "exceeded='output'"),
        (PLAIN.format(body="b'x' * 10_000_000"), "exceeded='output'"),
        ("kept = 'x' * 10**10", "exceeded='memory'"),
        ("import os\nwhile True:\n    os.fork()", "exceeded="),
        ("import os\nos.kill(os.getppid(), 9)", "exceeded="),
        ("import os\nprint(os.path.exists('/etc/passwd'))\napp = print", 'printed="False'),
        ("import threading\nwhile True:\n    threading.Thread(target=threading.Event().wait).start()", "RuntimeError"),
        ("with open('full', 'wb') as file:\n    while True:\n        file.write(b'x' * 10**6)", "OSError"),
        ("import os\nos.write(99, b'x')", "OSError"),
        ("import socket\nsocket.create_connection(('192.0.2.1', 80))", "OSError"),
        ("import os\nos.listdir(f'/proc/{os.getppid()}/fd')", "PermissionError"),
    ],
)
def test_hostile_programs_are_contained(worker: Worker, program: str, fact: str) -> None:
    assert fact in repr(observe(worker, program, "/"))
    assert observe(worker, PLAIN.format(body="b'well'"), "/").responses[0].body == "well"


@pytest.mark.slow
@pytest.mark.parametrize(
    "program",
    [
        "while True:\n    pass",
        "def app(environ, start_response):\n    while True:\n        pass",
        "import os, time\nif not os.fork():\n    os.setsid()\nwhile True:\n    print('here')\n    time.sleep(0.1)",
    ],
)
def test_endless_programs_are_ended(worker: Worker, program: str) -> None:
    assert not observe(worker, program, "/").ended
    assert observe(worker, PLAIN.format(body="b'well'"), "/").responses[0].body == "well"


def test_requests_that_cannot_be_sent_are_refused(worker: Worker) -> None:
    for call in (Call(path="ftp://x/"), Call(method="GET /"), Call(headers={"A": "b\nc"})):
        with pytest.raises(LabFailed, match="request"):
            observe(worker, "HTTP/1.1 200 OK\n", call)
    with pytest.raises(LabFailed, match="no application"):
        observe(worker, "server = None", "/")
