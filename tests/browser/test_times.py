"""Times in the reader's own zone where scripts run, and in UTC, said so, where they do not."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import journeys
from tests.browser.conftest import Desk, Site
from tests.browser.journeys import Mouse

CLOSES = datetime(2099, 1, 15, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("America/New_York", "15 January 2099, 18:30 GMT-5"),
        ("Asia/Tokyo", "16 January 2099, 08:30 GMT+9"),
        ("Europe/London", "15 January 2099, 23:30 GMT"),
    ],
)
def test_a_time_is_shown_as_the_readers_clock_has_it(desk: Desk, site: Site, zone: str, shown: str) -> None:
    candidate = site.world.candidate(site.world.assessment(closes_at=CLOSES))
    page = desk.page(timezone_id=zone)
    page.goto(f"/i/{candidate.link}")
    time = page.locator("time[data-local=moment]").first
    expect(time).to_have_text(shown)
    expect(time).to_have_attribute("title", "15 January 2099, 23:30 UTC")
    plain = desk.page(timezone_id=zone, java_script_enabled=False)
    plain.goto(f"/i/{candidate.link}")
    expect(plain.locator("time[data-local=moment]").first).to_have_text("15 January 2099, 23:30 UTC")


def test_when_an_answer_was_saved_is_told_in_the_readers_time(desk: Desk, site: Site) -> None:
    candidate = site.started()
    page = desk.page(candidate, timezone_id="Asia/Kolkata")
    page.goto(f"/sitting/{candidate.invitation_id}/question/1")
    journeys.answer(Mouse(page), site.right(page))
    there = datetime.now(UTC) + timedelta(hours=5, minutes=30)
    saved = page.locator("[data-save-text]")
    expect(saved).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d GMT\+5:30$"))
    found = re.search(r"(\d\d):(\d\d)", saved.inner_text())
    assert found
    apart = (int(found[1]) * 60 + int(found[2]) - there.hour * 60 - there.minute) % 1440
    assert min(apart, 1440 - apart) <= 2
    page.reload()
    expect(saved).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d GMT\+5:30$"))
    expect(page.locator("[data-clock-plain]")).to_contain_text("GMT+5:30")
