"""The clock on the page: the server's time, told without noise."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, Site
from tests.browser.journeys import Mouse, answer, expect_saved
from tests.factories import Candidate

WATCH = """() => {
  window.said = [];
  for (const node of document.querySelectorAll("[data-clock] [role=status], [data-clock] [role=alert]")) {
    new MutationObserver(() => node.textContent && window.said.push(`${node.role}: ${node.textContent}`))
      .observe(node, {childList: true, characterData: true, subtree: true});
  }
}"""
"""Notes all that a screen reader is told by the clock."""


def open_alone(desk: Desk, candidate: Candidate, now: datetime | None = None) -> Page:
    """A question on a device whose time the test moves, and whose clock is not corrected by the server."""
    page = desk.page(candidate)
    page.clock.install(time=now)
    page.route("**/clock", lambda route: route.abort())
    page.goto(f"/sitting/{candidate.sitting_id}/question/1")
    expect(page.get_by_role("timer")).to_be_visible()
    return page


def test_the_time_can_be_hidden_and_shown_and_stays_so(desk: Desk, site: Site) -> None:
    page = desk.page(candidate := site.started())
    page.goto(f"/sitting/{candidate.sitting_id}/question/1")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(20|19) min left$"))
    page.get_by_role("button", name="Hide time").click()
    expect(page.get_by_role("timer")).to_be_hidden()
    page.goto(f"/sitting/{candidate.sitting_id}/overview")
    expect(page.get_by_role("button", name="Show time")).to_be_visible()
    expect(page.get_by_role("timer")).to_be_hidden()
    page.get_by_role("button", name="Show time").click()
    expect(page.get_by_role("timer")).to_be_visible()


def test_a_screen_reader_hears_of_the_time_now_and_then_and_not_every_second(desk: Desk, site: Site) -> None:
    page = open_alone(desk, site.started())
    page.evaluate(WATCH)
    page.clock.run_for("19:50")
    assert page.evaluate("said") == [
        "status: 10 minutes left.",
        "status: 5 minutes left.",
        "alert: 1 minute left.",
        "alert: 30 seconds left.",
    ]
    expect(page.get_by_role("timer")).to_have_attribute("aria-live", "off")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^\d+ s left$"))


def test_a_warning_is_not_repeated_on_the_next_page(desk: Desk, site: Site) -> None:
    page = open_alone(desk, candidate := site.started(left=timedelta(seconds=301)))
    page.evaluate(WATCH)
    page.clock.run_for(2000)
    assert page.evaluate("said") == ["status: 5 minutes left."]
    site.pass_time(candidate, timedelta(seconds=2))  # As it did on the device.
    page.goto(f"/sitting/{candidate.sitting_id}/question/2")
    page.evaluate(WATCH)
    page.clock.run_for(2000)
    assert page.evaluate("said") == []


def test_seconds_are_shown_in_the_last_two_minutes_only(desk: Desk, site: Site) -> None:
    page = open_alone(desk, site.started(left=timedelta(minutes=3)))
    page.clock.run_for(1000)
    expect(page.get_by_role("timer")).to_have_text("2 min left")
    page.clock.run_for(60_000)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^1 min \d+ s left$"))


@pytest.mark.parametrize("days", [-1, 1])
def test_a_device_whose_clock_is_wrong_or_changed_shows_the_same_time(days: int, desk: Desk, site: Site) -> None:
    wrong = datetime.now(UTC) + timedelta(days=days)
    page = open_alone(desk, candidate := site.started(), wrong)
    timer = page.get_by_role("timer")
    page.clock.run_for(60_000)
    expect(timer).to_have_text("18 min left")
    page.clock.set_system_time(wrong + timedelta(days=days))
    page.clock.run_for(60_000)
    expect(timer).to_have_text("17 min left")
    answer(Mouse(page), site.right(page))
    expect_saved(page)
    assert page.url.endswith(f"/sitting/{candidate.sitting_id}/question/1")


def test_a_page_that_counts_wrongly_is_corrected_by_the_server(desk: Desk, site: Site) -> None:
    page = desk.page(candidate := site.started())
    page.goto(f"/sitting/{candidate.sitting_id}/question/1")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(20|19) min left$"))
    site.pass_time(candidate, timedelta(minutes=13))
    answer(Mouse(page), site.right(page))
    expect_saved(page)
    expect(page.get_by_role("timer")).to_have_text("6 min left")


def test_at_zero_the_server_decides_whether_it_is_over(desk: Desk, site: Site) -> None:
    page = open_alone(desk, candidate := site.started())
    page.clock.run_for("20:01")
    expect(page.get_by_role("timer")).to_have_text("Time is up")
    assert page.url.endswith("/question/1")
    page.unroute_all()
    page.clock.run_for(20_000)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(20|19) min left$"))
    assert page.url.endswith(f"/sitting/{candidate.sitting_id}/question/1")
