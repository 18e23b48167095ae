"""What holds for every route and every page, so that a new one cannot forget it."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.routing import Rule

from quiz.app import create_app
from quiz.config import Settings
from tests.factories import PASSWORD, World
from tests.pages import Browser

AUDIENCES = {"anyone", "candidates", "staff"}
OPEN = {
    "account.home",
    "account.sign_in",
    "account.sign_in_with_password",
    "assets.file",
    "candidate.enter",
    "candidate.invitation",
    "candidate.left",
    "health.health",
}
"""Every route that lets everybody in. A new one belongs here only with a reason."""


@pytest.fixture
def routes(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def url(rule: Rule) -> str:
    """An address that a rule answers to, of things that do not exist."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        values[name] = {
            "number": 1,
            "assessment_id": "0" * 30,
            "invitation_id": "0" * 30,
            "session_id": "0" * 30,
        }.get(name, "a" * 16)
    path = rule.rule
    for name, value in values.items():
        path = re.sub(rf"<[^<>]*:{name}>", str(value), path)
    return path


def test_every_route_says_who_may_enter(app: Flask, routes: list[Rule]) -> None:
    silent = [r.endpoint for r in routes if getattr(app.view_functions[r.endpoint], "access", None) is None]
    assert not silent, f"say @anyone, @candidates or @staff(...) on: {silent}"
    assert {app.view_functions[r.endpoint].access.audience for r in routes} == AUDIENCES


def test_only_the_routes_meant_to_be_open_are_open(app: Flask, routes: list[Rule]) -> None:
    assert {r.endpoint for r in routes if app.view_functions[r.endpoint].access.audience == "anyone"} == OPEN


def test_every_route_has_a_sentence_and_typed_parameters(app: Flask, routes: list[Rule]) -> None:
    for rule in routes:
        assert app.view_functions[rule.endpoint].__doc__, f"{rule.endpoint} needs a docstring"
        assert not re.search(r"<\w+>", rule.rule), f"{rule.rule}: give each parameter a converter with a limit"


def test_strangers_get_no_further_than_the_door(client: FlaskClient, routes: list[Rule]) -> None:
    for rule in routes:
        if rule.endpoint in OPEN:
            continue
        response = client.get(url(rule)) if "GET" in rule.methods else client.open(url(rule), method="POST")
        assert response.status_code in (303, 401, 403, 405), f"{rule.endpoint}: {response.status_code}"
        if response.status_code == 303:
            assert response.location.startswith("/sign-in")


@pytest.mark.parametrize(("role", "closed"), [("author", "recruiter."), ("recruiter", "nothing")])
def test_roles_open_only_their_own_pages(
    world: World, browser: Browser, routes: list[Rule], role: str, closed: str
) -> None:
    browser.sign_in(world.user(role), PASSWORD)
    for rule in routes:
        if rule.endpoint.startswith(closed) and "GET" in rule.methods:
            assert browser.client.get(url(rule)).status_code == 403, rule.endpoint


def test_unsafe_requests_without_a_token_or_from_elsewhere_are_refused(client: FlaskClient, routes: list[Rule]) -> None:
    for rule in routes:
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}:
            assert client.open(url(rule), method=method).status_code == 403, rule.endpoint
            elsewhere = client.open(url(rule), method=method, headers={"Sec-Fetch-Site": "cross-site"})
            assert elsewhere.status_code == 403, rule.endpoint


HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def test_every_response_is_protected_and_not_kept(client: FlaskClient, routes: list[Rule]) -> None:
    addresses = [url(rule) for rule in routes if "GET" in rule.methods] + ["/nowhere", "/i/guess"]
    for address in addresses:
        response = client.get(address)
        for name, value in HEADERS.items():
            assert response.headers[name].startswith(value), (address, name)
        assert len(response.headers.getlist("Content-Security-Policy")) == 1
        assert response.headers["Cache-Control"] == "no-store", address
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Server" not in response.headers


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    policy = client.get("/sign-in").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    for directive in ("base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "script-src 'self'"):
        assert directive in policy


def test_static_files_are_kept_under_addresses_that_change_with_them(browser: Browser) -> None:
    page = browser.open("/sign-in")
    styles = [link.get("href") for link in page.all("link") if link.get("rel") == "stylesheet"]
    assert styles
    for address in styles:
        response = browser.client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]


def test_behind_https_cookies_are_host_only_and_transport_is_strict(secure_settings: Settings) -> None:
    app = create_app(secure_settings)
    response = app.test_client().get("/sign-in", base_url="https://quiz.example.org")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-quiz-visitor=")
    for attribute in ("Secure", "HttpOnly", "SameSite=", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_requests_for_another_host_are_refused_even_as_the_first(client: FlaskClient) -> None:
    assert client.get("/sign-in", base_url="http://evil.example").status_code == 400


def test_a_token_that_is_not_even_ascii_is_refused(client: FlaskClient) -> None:
    assert client.post("/sign-in", data={"csrf_token": "\u00e9"}).status_code == 403


@pytest.mark.parametrize("path", ["/question/99999999999999999999", "/question/0", "/question/-1", "/question/²"])
def test_numbers_out_of_range_are_no_pages(client: FlaskClient, path: str) -> None:
    assert client.get(f"/sitting/{'0' * 30}{path}").status_code == 404


def test_large_requests_are_refused(app: Flask, browser: Browser) -> None:
    page = browser.open("/sign-in")
    form = page.form("/sign-in") | {"email": "a" * 300_000}
    assert browser.client.post("/sign-in", data=form).status_code == 413


def test_a_failure_shows_a_reference_and_nothing_of_the_inside(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode(*_: Any) -> None:
        raise ValueError("the secret inside")

    monkeypatch.setattr("quiz.services.delivery.admission.look", explode)
    response = app.test_client().get("/i/the-token-of-an-invitation")
    shown = response.get_data(as_text=True)
    reference = re.search(r"<code[^>]*>(\w{12})</code>", shown)
    assert response.status_code == 500
    assert reference
    assert "secret inside" not in shown
    assert reference.group(1) in caplog.text
    assert "the-token-of-an-invitation" not in "".join(record.getMessage() for record in caplog.records)


def test_a_database_that_does_not_answer_is_a_503_that_asks_to_try_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any) -> None:
        raise OperationalError("SELECT secret", {}, Exception("database is locked"))

    monkeypatch.setattr("quiz.services.delivery.admission.look", locked)
    response = app.test_client().get("/i/x")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"
    assert "SELECT" not in response.get_data(as_text=True)


def test_a_full_disk_is_a_503_and_a_line_in_the_log_that_says_what_to_mend(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [
        (OperationalError("INSERT secret", {}, Exception("database or disk is full")), "free space"),
        (PoolTimeout("QueuePool limit"), "all connections are in use"),
    ]
    for error, words in errors:

        def fail(*_: Any, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr("quiz.services.delivery.admission.look", fail)
        response = app.test_client().get("/i/x")
        assert response.status_code == 503
        assert words in caplog.text
        assert "secret" not in caplog.text
