"""In a real browser: buttons pressed twice, pages reloaded, forms sent too late, links followed from web mail."""

import http.server
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from quiz.store.accounts import StaffSession, User
from quiz.store.assessments import Assessment
from quiz.store.database import reading, writing
from quiz.store.invitations import Invitation
from tests.browser import journeys
from tests.browser.conftest import Desk, Site
from tests.browser.journeys import button


def made(site: Site, title: str) -> int:
    with reading(site.world.store) as session:
        query = sa.select(sa.func.count()).select_from(Assessment).where(Assessment.title == title)
        return session.scalar(query) or 0


def fill_in(page: Page, title: str) -> None:
    page.goto("/assessments/new")
    page.get_by_label("Title").fill(title)
    page.get_by_label("From the whole bank").first.fill("4")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_two_clicks_on_publish_make_one_assessment(desk: Desk, site: Site, script: bool) -> None:
    page, title = desk.page(staff=True, java_script_enabled=script), f"Twice {script}"
    fill_in(page, title)
    button(page, "Publish").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.go_back()
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert made(site, title) == 1


def test_two_clicks_make_one_link_which_is_seen_and_outlives_reloads(desk: Desk, site: Site) -> None:
    page = desk.page(staff=True)
    page.goto(f"/assessments/{site.world.assessment()}")
    page.get_by_label("Name", exact=True).fill("Grace Hopper")
    page.get_by_label("E-mail address", exact=True).fill("twice@example.org")
    button(page, "Make the link").dblclick()
    field = page.get_by_label("Personal link")
    expect(field).to_have_value(re.compile(r"/i/[\w-]{43}$"))
    link = field.input_value()
    page.reload()
    expect(field).to_have_value(link)
    desk.page().goto(link)
    with reading(site.world.store) as session:
        assert len(session.scalars(sa.select(Invitation).where(Invitation.email == "twice@example.org")).all()) == 1


def test_a_form_that_was_filled_in_for_too_long_is_sent_after_the_sign_in(desk: Desk, site: Site) -> None:
    page, email = desk.page(), site.world.user("recruiter", "late@example.org")
    journeys.sign_in(page, email)
    fill_in(page, "Filled in for long")
    with writing(site.world.store) as session:
        mine = StaffSession.user_id == sa.select(User.id).where(User.email == email).scalar_subquery()
        idle_since = datetime.now(UTC) - timedelta(minutes=31)
        session.execute(sa.update(StaffSession).where(mine).values(last_seen_at=idle_since))
    button(page, "Publish").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(journeys.PASSWORD)
    button(page, "Sign in").click()
    button(page, "Look at it first").click()
    expect(page.get_by_label("Title")).to_have_value("Filled in for long")
    button(page, "Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Filled in for long")
    assert made(site, "Filled in for long") == 1


def test_two_clicks_change_a_password_once_and_leave_nobody_out(desk: Desk, site: Site) -> None:
    page, email, new = desk.page(), site.world.user("recruiter", "changed@example.org"), "an entirely new phrase"
    journeys.sign_in(page, email)
    page.goto("/account")
    page.get_by_label("Current password").fill(journeys.PASSWORD)
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_label("New password again").fill(new)
    button(page, "Change the password").dblclick()
    expect(page.get_by_role("heading", name="The password was changed")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")


@pytest.fixture
def web_mail(site: Site) -> Iterator[str]:
    """The address of a page of another site, with a link to this one and a form that would change something here."""

    class Mail(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(
                f'<!doctype html><title>Mail</title><a href="{site.url}/assessments">Assessments</a>'
                f'<form method="post" action="{site.url}/sign-out"><button>Forge</button></form>'.encode()
            )

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mail) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_address[1]}/"  # Another name, and so another site.
        server.shutdown()
        thread.join()


def test_whoever_comes_from_web_mail_is_signed_in_and_nothing_there_acts_for_them(desk: Desk, web_mail: str) -> None:
    page = desk.page(staff=True)
    page.goto(web_mail)
    page.get_by_role("link", name="Assessments").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assessments")
    page.goto(web_mail)
    page.get_by_role("button", name="Forge").click()
    expect(page.get_by_text("another site")).to_be_visible()
    page.goto("/assessments")
    expect(page.get_by_role("heading", level=1)).to_have_text("Assessments")
