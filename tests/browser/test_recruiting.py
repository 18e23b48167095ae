"""A recruiter makes an assessment, invites somebody, and reads the scorecard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import journeys
from tests.browser.conftest import Desk, Site
from tests.browser.journeys import Mouse, button
from tests.factories import EACH


def test_a_recruiter_gets_from_the_sign_in_to_a_scorecard(desk: Desk, site: Site) -> None:
    page = desk.page()
    journeys.sign_in(page, site.world.user("recruiter", "journey@example.org"))
    button(page, "New assessment").click()
    page.get_by_label("Title").fill("Backend developer")
    page.get_by_label("Minutes").fill("10")

    outlook = page.locator("[data-outlook-text]")
    count = page.get_by_label("Group 1", exact=True)
    count.fill(str(EACH + 1))
    expect(outlook).to_contain_text("Not enough questions")
    count.fill(str(EACH))
    expect(outlook).to_contain_text(f"{EACH} questions.")
    expect(page.locator("[data-outlook]")).to_have_attribute("data-state", "feasible")
    page.get_by_label("Minutes").fill("1")
    expect(outlook).to_contain_text("shorter than that")
    page.get_by_label("Minutes").fill("10")
    page.get_by_label("Pass mark").fill("60")
    button(page, "Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Backend developer")
    address = page.url

    link = journeys.invite(page, "Grace Hopper", "grace@example.org")
    assert link.startswith(f"{site.url}/i/")
    page.goto(address)
    expect(page.get_by_role("row", name=re.compile("^Grace Hopper"))).to_contain_text("Invited")
    assert link.rsplit("/", 1)[1] not in page.content()

    candidate = desk.page()
    candidate.goto(link)
    button(candidate, "Get ready").click()
    candidate.get_by_role("link", name="Skip the practice").click()
    button(candidate, "Start the clock").click()
    journeys.answer(Mouse(candidate), site.right(candidate))
    journeys.expect_saved(candidate)
    candidate.goto(candidate.url.replace("question/1", "overview"))
    journeys.finish(Mouse(candidate))

    page.reload()
    page.get_by_role("link", name="Scorecard of Grace Hopper").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grace Hopper")
    expect(page.get_by_text(f"1 of {EACH}", exact=True)).to_be_visible()
    expect(page.get_by_text(f"{EACH - 1} questions were not answered")).to_be_visible()
    assert page.locator("details.answer").count() == EACH
    button(page, "Open all").click()
    expect(page.locator("details.answer[open]")).to_have_count(EACH)


def test_the_link_can_be_copied(desk: Desk, site: Site) -> None:
    context = desk.browser(staff=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"/assessments/{site.world.assessment()}")
    link = journeys.invite(page, "Grace Hopper", "grace@example.org")
    button(page, "Copy the link").click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_plan_that_cannot_be_filled_is_refused_with_its_shortage(script: bool, desk: Desk) -> None:
    page = desk.page(staff=True, java_script_enabled=script)
    page.goto("/assessments/new")
    page.get_by_label("Title").fill("Too much")
    page.get_by_label("From the whole bank").first.fill("99")
    button(page, "Publish").click()
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_contain_text("Not enough questions")
    expect(page.get_by_label("From the whole bank").first).to_have_value("99")


def test_a_print_of_a_scorecard_opens_every_answer_and_closes_it_again(desk: Desk, site: Site) -> None:
    candidate = site.started()
    site.world.finish(candidate)
    page = desk.page(staff=True)
    page.goto(f"/invitations/{candidate.invitation_id}/scorecard")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("details.answer[open]")).to_have_count(EACH)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("details.answer[open]")).to_have_count(0)
