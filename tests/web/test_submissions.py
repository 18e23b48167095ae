"""A form of staff counts once, however often it is sent, and is not lost to a session that has ended meanwhile."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from quiz.services.people import accounts, submissions
from quiz.services.people.submissions import Submission
from quiz.store.accounts import StaffSession
from quiz.store.assessments import Assessment
from quiz.store.database import Store, reading
from quiz.store.invitations import Invitation
from quiz.web.browser_names import browser_name
from tests.factories import PASSWORD, World
from tests.pages import Browser, Page

OURS = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form that a page of ours sends."""


@pytest.fixture
def recruiter(world: World, browser: Browser) -> Browser:
    browser.sign_in(world.user("recruiter"), PASSWORD)
    return browser


def count(store: Store, table: Any) -> int:
    with reading(store) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def plan(page: Page) -> dict[str, Any]:
    return page.form("/assessments/new") | {"title": "Backend", "minutes": "20", "draw demo": "4"}


def post(browser: Browser, path: str, data: Any, follow: bool = False, **headers: str) -> TestResponse:
    return browser.client.post(path, data=data, headers=OURS | headers, follow_redirects=follow)


def link_in(html: str) -> str:
    found = re.search(r"http://localhost(/i/[\w-]{43})", html)
    assert found
    return found.group(1)


# Once ------------------------------------------------------------------------------------------------------------


def test_publishing_twice_makes_one_assessment_and_leads_to_it_twice(recruiter: Browser, store: Store) -> None:
    form = plan(recruiter.open("/assessments/new"))
    first, second = (post(recruiter, "/assessments/new", form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert count(store, Assessment) == 1


def test_publishing_twice_at_the_same_moment_makes_one_assessment(app: Flask, recruiter: Browser, store: Store) -> None:
    form = plan(recruiter.open("/assessments/new"))
    token = recruiter.client.get_cookie("quiz-staff")
    assert token
    gate, replies = threading.Barrier(3), list[str]()

    def send() -> None:
        browser = Browser(app)
        browser.client.set_cookie("quiz-staff", token.value)
        gate.wait(10)
        replies.append(post(browser, "/assessments/new", form).location or "")

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(replies)) == 1
    assert replies[0].startswith("/assessments/")
    assert count(store, Assessment) == 1


def test_the_form_that_is_opened_again_or_filled_in_otherwise_is_another(recruiter: Browser, store: Store) -> None:
    form = plan(recruiter.open("/assessments/new"))
    post(recruiter, "/assessments/new", form)
    post(recruiter, "/assessments/new", form | {"title": "Frontend"})
    post(recruiter, "/assessments/new", plan(recruiter.open("/assessments/new")))
    assert count(store, Assessment) == 3


def test_what_was_refused_can_be_mended_and_sent_from_the_same_page(recruiter: Browser, store: Store) -> None:
    form = plan(recruiter.open("/assessments/new"))
    for _ in range(2):
        assert post(recruiter, "/assessments/new", form | {"minutes": "0"}).status_code == 422
        assert post(recruiter, "/assessments/new", form | {"draw demo": "99"}).status_code == 422
    assert post(recruiter, "/assessments/new", form).status_code == 303
    assert count(store, Assessment) == 1


def test_the_link_is_seen_however_often_its_form_is_sent_and_its_page_reloaded(
    app: Flask, recruiter: Browser, world: World, store: Store
) -> None:
    address = f"/assessments/{world.assessment()}"
    form = recruiter.open(address).form("/invitations") | {"name": "Ada", "email": "ada@example.org"}
    replies = [post(recruiter, f"{address}/invitations", form) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [303, 303]
    pages = [recruiter.open(reply.location or "") for reply in (*replies, *replies)]
    (link,) = {link_in(page.html) for page in pages}
    assert Browser(app).open(link)
    assert count(store, Invitation) == 1


def test_a_new_link_is_made_once_and_a_reload_kills_nothing(app: Flask, recruiter: Browser, world: World) -> None:
    candidate = world.candidate(world.assessment())
    path = f"/invitations/{candidate.invitation_id}/link"
    page = recruiter.send(recruiter.open("/assessments"), "/sign-out")  # A stranger's list has other keys.
    page = recruiter.sign_in("recruiter@example.org", PASSWORD)
    page = recruiter.open(next(href for href in page.links if re.match(r"/assessments/\w{30}", href)))
    form = page.form(path)
    links = {link_in(post(recruiter, path, form, follow=True).get_data(as_text=True)) for _ in range(3)}
    (link,) = links
    assert Browser(app).open(link)
    Browser(app).open(f"/i/{candidate.link}", status=404)
    page = recruiter.open(
        next(href for href in recruiter.open("/assessments").links if re.match(r"/assess.*\w{30}", href))
    )
    newer = link_in(recruiter.send(page, path).html)
    assert newer != link
    Browser(app).open(link, status=404)


def test_a_link_is_shown_to_whoever_made_it_for_an_hour_and_not_once_it_was_replaced(
    app: Flask, recruiter: Browser, world: World
) -> None:
    address = f"/assessments/{world.assessment()}"
    form = recruiter.open(address).form("/invitations") | {"name": "Ada", "email": "ada@example.org"}
    shown = post(recruiter, f"{address}/invitations", form).location or ""
    assert link_in(recruiter.open(shown).html)
    other = Browser(app)
    other.sign_in(world.user("admin"), PASSWORD)
    other.open(shown, status=404)
    other.open(shown.partition("?")[0], status=404)
    Browser(app).open(shown)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
        recruiter.sign_in("recruiter@example.org", PASSWORD)
        assert "can no longer be shown" in recruiter.open(shown, status=404).text
    recruiter.sign_in("recruiter@example.org", PASSWORD)
    recruiter.send(recruiter.open(address), "/link")
    assert "replaced by a newer one" in recruiter.open(shown, status=404).text


def test_withdrawing_signing_out_and_ending_sessions_may_be_sent_twice(recruiter: Browser, world: World) -> None:
    assessment = world.assessment()
    candidate = world.candidate(assessment)
    form = recruiter.open(f"/assessments/{assessment}").form("/withdraw")
    for _ in range(2):
        assert post(recruiter, f"/invitations/{candidate.invitation_id}/withdraw", form).status_code == 303
        assert post(recruiter, "/account/sessions", form).status_code == 303
    for _ in range(2):
        assert post(recruiter, "/sign-out", form).location.startswith("/sign-in")


def test_what_was_sent_is_stored_as_hashes_without_the_link(recruiter: Browser, world: World, store: Store) -> None:
    address = f"/assessments/{world.assessment()}"
    form = recruiter.open(address).form("/invitations") | {"name": "Ada", "email": "ada@example.org"}
    location = post(recruiter, f"{address}/invitations", form).location or ""
    key = location.partition("made=")[2]
    with store.connect() as connection:
        rows = str(connection.execute(sa.text("SELECT * FROM submissions")).all())
    assert key not in rows
    assert form["form_key"] not in rows
    assert link_in(recruiter.open(location).html)[3:] not in rows


def test_a_form_is_forgotten_after_a_month(store: Store) -> None:
    by, now = Submission("key", 1, "secret"), datetime.now(UTC)
    submissions.once(store, by, now, lambda _: "first")
    submissions.forget_submissions(store, now + submissions.KEPT)
    assert submissions.once(store, by, now, lambda _: "second") == "first"
    submissions.forget_submissions(store, now + submissions.KEPT + timedelta(seconds=1))
    assert submissions.once(store, by, now, lambda _: "second") == "second"


def test_every_form_of_staff_carries_a_key(app: Flask, recruiter: Browser, world: World) -> None:
    assessment = world.assessment()
    world.candidate(assessment)
    for address in ("/assessments", f"/assessments/{assessment}", "/assessments/new", "/account", "/banks"):
        for form in recruiter.open(address).all("form"):
            if form.get("method") == "post":
                assert "form_key" in [field.get("name") for field in form.iter() if field.tag.endswith("}input")]


# Over a sign-in --------------------------------------------------------------------------------------------------


@pytest.fixture(params=["idle for 31 minutes", "signed out elsewhere", "the browser lost its cookies"])
def stranded(
    request: pytest.FixtureRequest, recruiter: Browser, world: World
) -> Iterator[tuple[Browser, dict[str, Any]]]:
    """A recruiter with a filled in form whose session has ended in one way or another."""
    form = plan(recruiter.open("/assessments/new"))
    if request.param.startswith("idle"):
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=31)):
            yield recruiter, form
        return
    if request.param.startswith("signed out"):
        recruiter.send(recruiter.open("/assessments"), "/sign-out")
    else:
        recruiter.client.delete_cookie("quiz-staff")
        recruiter.client.delete_cookie("quiz-visitor")
    yield recruiter, form


def test_a_form_survives_a_sign_in(stranded: tuple[Browser, dict[str, Any]], store: Store) -> None:
    browser, form = stranded
    refused = post(browser, "/assessments/new", form)
    assert refused.status_code == 401
    page = Page(refused)
    page = browser.send(page, "/sign-in", {"email": "recruiter@example.org", "password": "wrong"}, status=401)
    page = browser.send(page, "/sign-in", {"email": "recruiter@example.org", "password": PASSWORD})
    assert page.title.startswith("Your form was kept")
    assert count(store, Assessment) == 0
    filled_in = browser.send(page, "/assessments/new", {"review": "yes"}, status=422)
    assert {name: filled_in.form("/assessments/new")[name] for name in ("title", "minutes", "draw demo")} == {
        name: form[name] for name in ("title", "minutes", "draw demo")
    }
    assert count(store, Assessment) == 0
    published = browser.send(page, "/assessments/new", {"review": None})
    assert published.title.startswith("Backend")
    browser.send(page, "/assessments/new", {"review": None})
    browser.send(filled_in, "/assessments/new")
    assert count(store, Assessment) == 1


def test_a_form_of_an_earlier_session_is_sent_when_its_owner_says_so(recruiter: Browser, store: Store) -> None:
    """Signed in again in another tab: the form in this one belongs to a session that is over."""
    form = plan(recruiter.open("/assessments/new"))
    recruiter.sign_in("recruiter@example.org", PASSWORD)
    asked = post(recruiter, "/assessments/new", form)
    assert asked.status_code == 409
    assert count(store, Assessment) == 0
    assert recruiter.send(Page(asked), "/assessments/new", {"review": None}).title.startswith("Backend")


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_no_other_site_gets_a_form_kept(recruiter: Browser, headers: dict[str, str]) -> None:
    form = plan(recruiter.open("/assessments/new")) | {"csrf_token": "made up"}
    response = recruiter.client.post("/assessments/new", data=form, headers=headers)
    assert response.status_code == 403
    assert "Backend" not in response.get_data(as_text=True)


def test_a_password_is_never_kept(recruiter: Browser) -> None:
    form = recruiter.open("/account").form("/account") | {"current": PASSWORD, "password": "an entirely new phrase"}
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=31)):
        refused = post(recruiter, "/account", form, follow=True).get_data(as_text=True)
    assert PASSWORD not in refused
    assert "an entirely new phrase" not in refused


@pytest.mark.parametrize(
    "kept",
    [
        "[" * 50_000,
        '{"path": "/assessments/new", "fields": ' + "[" * 50_000,
        "nonsense",
        "{}",
        '{"path": "https://evil.example/", "fields": []}',
        '{"path": "//evil.example/assessments/new", "fields": []}',
        '{"path": "/i/x", "fields": []}',
        '{"path": "/sign-in", "fields": []}',
        '{"path": "/assessments", "fields": []}',
        '{"path": "/assessments/new", "fields": [["a"]]}',
    ],
)
def test_what_was_not_kept_by_us_leads_nowhere(world: World, browser: Browser, kept: str) -> None:
    page = browser.open("/sign-in")
    data = page.form("/sign-in") | {"email": world.user("recruiter"), "password": PASSWORD, "kept": kept}
    assert browser.client.post("/sign-in", data=data).location == "/"


# Sessions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.14.1", "curl/8.14.1"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_named_as_its_user_calls_it(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def test_people_see_and_end_their_own_sessions_and_nobody_elses(app: Flask, world: World, store: Store) -> None:
    here, there, other = Browser(app), Browser(app), Browser(app)
    for browser in (here, there):
        browser.client.environ_base["HTTP_USER_AGENT"] = f"Browser {'here' if browser is here else 'there'}"
    email = world.user("recruiter")
    here.sign_in(email, PASSWORD)
    there.sign_in(email, PASSWORD)
    other.sign_in(world.user("author"), PASSWORD)
    page = here.open("/account")
    assert "Browser here" in page.text
    assert "Browser there" in page.text
    address = next(str(form.get("action")) for form in page.all("form") if "/sessions/" in str(form.get("action")))
    post(other, address, other.open("/account").form("/sign-out"))
    assert there.open("/account").path == "/account"
    here.send(page, address)
    assert there.open("/account").path == "/sign-in"
    there.sign_in(email, PASSWORD)
    here.send(here.open("/account"), "/account/sessions")
    assert there.open("/account").path == "/sign-in"
    assert here.open("/account").path == "/account"
    assert other.open("/account").path == "/account"


def test_every_page_of_staff_has_the_way_out(recruiter: Browser, world: World) -> None:
    assessment = world.assessment()
    candidate = world.candidate(assessment)
    world.start(candidate)
    world.finish(candidate)
    card = f"/invitations/{candidate.invitation_id}/scorecard"
    for address in ("/assessments", "/assessments/new", f"/assessments/{assessment}", card, "/account", "/banks"):
        actions = [(form.get("method"), form.get("action")) for form in recruiter.open(address).all("form")]
        assert ("post", "/sign-out") in actions, address


def test_another_role_ends_the_sessions_of_an_account(recruiter: Browser, store: Store) -> None:
    accounts.set_role(store, "recruiter@example.org", "author")
    assert recruiter.open("/assessments").path == "/sign-in"
    assert count(store, StaffSession) == 0


def test_a_browser_is_known_from_its_first_sign_in_on(app: Flask, world: World) -> None:
    browser, email = Browser(app), world.user("recruiter")
    browser.sign_in(email, PASSWORD)
    known = browser.client.get_cookie("quiz-browser")
    assert known
    assert known.http_only
    browser.send(browser.open("/account"), "/sign-out")
    page = Browser(app).open("/sign-in")
    stranger = Browser(app)
    for _ in range(11):
        page = stranger.open("/sign-in")
        data = page.form("/sign-in") | {"email": email, "password": "wrong"}
        last = stranger.client.post("/sign-in", data=data)
    assert last.status_code == 429
    assert browser.sign_in(email, PASSWORD).path == "/assessments"
