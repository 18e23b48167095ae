"""A candidate takes the quiz, from the invitation to the receipt, each in their own way."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from quiz.domain.items import KINDS
from quiz.services.results import scorecards
from tests.browser import journeys
from tests.browser.conftest import Desk, Site
from tests.browser.journeys import Hand, Keyboard, Mouse, button
from tests.factories import EACH

WAYS: dict[str, tuple[Callable[[Page], Hand], dict[str, object]]] = {
    "by mouse": (Mouse, {}),
    "by keyboard alone on a small screen": (Keyboard, {"viewport": {"width": 320, "height": 640}}),
    "without JavaScript": (lambda page: Mouse(page, orders=False), {"java_script_enabled": False}),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_candidate_goes_from_the_invitation_to_the_receipt(way: str, desk: Desk, site: Site) -> None:
    invited = site.world.candidate(site.world.assessment(draws=journeys.ONE_OF_EACH))
    make, options = WAYS[way]
    hand = make(page := desk.page(**options))
    assert journeys.practise(hand, f"/i/{invited.link}", site.right) == EACH

    hand.press(button(page, "Start the clock"))
    met = []
    for number in range(1, EACH + 1):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Question {number} of {EACH}")
        met.append(site.asked(page)[0].kind)
        journeys.answer(hand, site.right(page))
        if options.get("java_script_enabled", True):
            journeys.expect_saved(page)
        hand.press(button(page, "Save and continue" if number < EACH else "Save and see all questions"))
    assert sorted(met) == sorted(KINDS)
    expect(page.get_by_text(f"{EACH} answered.")).to_be_visible()
    journeys.finish(hand)

    expect(page.get_by_text(f"{EACH} of {EACH} questions")).to_be_visible()
    sheet = scorecards.sheet(site.world.store, invited.invitation_id, datetime.now(UTC))
    assert (sheet.card.overall.share, sheet.over.ended_by) == (1, "candidate")


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_answer_of_each_kind_is_there_after_a_reload(kind: str, desk: Desk, site: Site) -> None:
    page = desk.question(site.started(), kind)
    journeys.answer(Mouse(page), site.right(page))
    journeys.expect_saved(page)
    answered = journeys.given(page)
    page.reload()
    journeys.expect_saved(page)
    assert answered
    assert journeys.given(page) == answered


def test_a_flagged_question_shows_as_flagged_among_all_questions(desk: Desk, site: Site) -> None:
    candidate = site.started()
    page = desk.question(candidate, "number")
    page.get_by_label("Flag this question").check()
    journeys.expect_saved(page, ": no answer")
    page.goto(f"/sitting/{candidate.invitation_id}/overview")
    flagged = page.get_by_role("listitem").filter(has_text="Flagged")
    expect(flagged).to_have_count(1)
    expect(flagged).to_contain_text(f"Question {site.number(candidate, 'number')}")
    flagged.get_by_role("link").click()
    expect(page.get_by_label("Flag this question")).to_be_checked()


def test_back_and_forward_show_what_is_stored_now(desk: Desk, site: Site) -> None:
    page = desk.page(candidate := site.started())
    page.goto(f"/sitting/{candidate.invitation_id}/question/1")
    journeys.answer(Mouse(page), site.right(page))
    first = journeys.given(page)
    button(page, "Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Question 2 of {EACH}")
    journeys.answer(Mouse(page), site.right(page))
    second = journeys.given(page)
    journeys.expect_saved(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Question 1 of {EACH}")
    journeys.expect_saved(page)
    assert journeys.given(page) == first
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Question 2 of {EACH}")
    journeys.expect_saved(page)
    assert journeys.given(page) == second


def test_what_is_not_answered_is_named_before_the_end(desk: Desk, site: Site) -> None:
    page = desk.page(candidate := site.started())
    page.goto(f"/sitting/{candidate.invitation_id}/question/1")
    journeys.answer(Mouse(page), site.right(page))
    journeys.expect_saved(page)
    page.goto(f"/sitting/{candidate.invitation_id}/finish")
    numbers = page.get_by_role("list", name="Not answered")
    expect(numbers.get_by_role("listitem")).to_have_text([f"Question {n}" for n in range(2, EACH + 1)])


def test_the_link_leads_back_to_a_running_quiz(desk: Desk, site: Site) -> None:
    candidate = site.started()
    page = desk.page()
    page.goto(f"/i/{candidate.link}")
    button(page, "Go back to your quiz").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All questions")
