"""JSON in requests: what could be read differently, or only tires a reader, is a request that is not understood."""

from pathlib import Path

import pytest

from quiz.app import create_app
from quiz.web import strict_json
from quiz.web.access import VISITOR, tied
from tests.conftest import settings

REFUSED = {
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 30 + b"1" + b"}" * 30,
    "lists that stay open": b"[" * 1000,
    "a name twice": b'{"answer": "1", "answer": "2"}',
    "a name twice, written otherwise": b'{"answer": "1", "\\u0061nswer": "2"}',
    "a name twice within": b'{"a": [{"b": 1, "b": 1}]}',
    "no number": b'{"a": NaN}',
    "no end": b'{"a": -Infinity}',
    "an endless number": b"9" * 200_000,
    "a number beyond all": b"1e999",
    "digits without end": b"0." + b"3" * 1000,
    "half a character": b'"\\ud800"',
    "half a name": b'{"\\udfff": 1}',
    "another encoding": '{"a": 1}'.encode("utf-16"),
    "bytes": b"\xff\xfe",
    "nothing": b"",
    "a comment": b"{} // done",
    "one text after another": b"{} {}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_whose_json_is_no_plain_json_is_not_understood(tmp_path: Path, name: str) -> None:
    app = create_app(settings(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite3'}"))
    client = app.test_client()
    visitor = "v" * 43
    client.set_cookie(f"quiz-{VISITOR}", visitor)
    with app.test_request_context():
        headers = {"X-CSRF-Token": tied(VISITOR, visitor), "Accept": "application/json"}
    for path in ("/sign-in", "/i/nothing", "/nowhere"):
        reply = client.post(path, data=REFUSED[name], content_type="application/json", headers=headers)
        assert reply.status_code == 400, path
        assert reply.json is not None
        assert reply.json["title"] == "The request could not be understood"


def test_plain_json_is_read() -> None:
    text = '{"a": [1, -2.5, true, null, "\\u00e9\\ud83d\\ude00", {"b": {}}], "c": 12345678901234567890}'
    assert strict_json.read(text) == {
        "a": [1, -2.5, True, None, "é\N{GRINNING FACE}", {"b": {}}],
        "c": 12345678901234567890,
    }
    assert strict_json.read(text.encode()) == strict_json.read(text)
