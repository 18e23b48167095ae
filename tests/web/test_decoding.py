"""What is sent is decoded once: nothing that was encoded twice turns into something else on the way."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quiz import paths
from quiz.services.publishing import invitations
from tests.factories import PASSWORD, World
from tests.pages import Browser

TWICE = [
    "%2527",
    "%2e%2e%2f",
    "&amp;lt;b&amp;gt;",
    "&lt;b&gt;",
    "%253Cscript%253E",
    "\\u003cb\\u003e",
    "+%2B+",
    "a%00b",
]
"""Texts that mean something else if they are decoded once more."""


@pytest.fixture
def recruiter(world: World, browser: Browser) -> Browser:
    browser.sign_in(world.user("recruiter"), PASSWORD)
    return browser


@pytest.mark.parametrize("text", TWICE)
def test_a_name_is_shown_as_it_was_typed(world: World, recruiter: Browser, text: str) -> None:
    assessment = world.assessment()
    invitations.invite(world.store, assessment, text, "ada@example.org", datetime.now(UTC))
    assert text in recruiter.open(f"/assessments/{assessment}").text


@pytest.mark.parametrize("text", TWICE)
def test_a_search_stands_in_its_field_as_it_was_typed(world: World, recruiter: Browser, text: str) -> None:
    page = recruiter.open("/assessments", query_string={"search": text})
    fields = [field.get("value") for field in page.all("input") if field.get("name") == "search"]
    assert fields == [text]


@pytest.mark.parametrize("text", ["..%2f..%2fetc%2fpasswd", "%252e%252e%252fsecret_key", "..%5csecret_key", "%00"])
def test_no_address_of_a_file_is_decoded_twice(client: FlaskClient, text: str) -> None:
    assert client.get(f"/static/0123456789abcdef/{text}").status_code == 404


BOMBS = [
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"a": 1e999999}',
    b'{"a": NaN}',
    b'{"a": 1, "a": 2}',
    b"\xff\xfe",
    b"1" * 200_000,
]


@pytest.mark.parametrize("body", BOMBS, ids=range(len(BOMBS)))
@pytest.mark.parametrize("path", ["/sign-in", "/i/x", "/assessments/new", "/sitting/0123456789/start"])
def test_json_opens_nothing_whatever_it_holds(app: Flask, path: str, body: bytes) -> None:
    reply = app.test_client().post(path, data=body, content_type="application/json")
    assert reply.status_code in (400, 401, 403, 404)


def test_no_page_listens_to_other_windows() -> None:
    """Messages between tabs go over a channel of this origin; none from a frame or an opener is heard."""
    scripts = "".join(path.read_text() for path in paths.PACKAGE.rglob("*.mjs"))
    assert not re.search(r"""(window|self|globalThis)\??\.(onmessage|addEventListener\(["']message)""", scripts)
