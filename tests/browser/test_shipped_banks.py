"""The banks that come along, as candidates meet them: on a phone, and in the dark."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from quiz.domain.items import KINDS
from quiz.domain.plans import Draw
from tests.browser import inspection, journeys
from tests.browser.conftest import Desk, Site
from tests.browser.journeys import Mouse, button


@pytest.fixture
def desk(chromium: Browser, shipped: Site) -> Iterator[Desk]:
    """Browsers at the application with the banks that come along."""
    with Desk.at(shipped, chromium) as desk:
        yield desk


def complaints(page: Page) -> list[str]:
    return inspection.axe(page) + inspection.overflow(page) + inspection.targets(page)


PHONE_IN_THE_DARK = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark", "reduced_motion": "reduce"}


def test_a_quiz_on_both_banks_can_be_taken_on_a_phone_in_the_dark(desk: Desk, shipped: Site) -> None:
    draws = [Draw(bank="oca", count=10), Draw(bank="session-management", count=10)]
    candidate = shipped.world.candidate(shipped.world.assessment(draws=draws, minutes=40))
    shipped.world.start(candidate, seed=1)
    page = desk.page(candidate, **PHONE_IN_THE_DARK)
    page.goto(f"/sitting/{candidate.invitation_id}/question/1")
    found = []
    for number in range(1, 21):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Question {number} of 20")
        journeys.answer(Mouse(page), shipped.right(page))
        journeys.expect_saved(page)
        found += [f"question {number}: {complaint}" for complaint in complaints(page)]
        button(page, "Save and continue" if number < 20 else "Save and see all questions").click()
    journeys.finish(Mouse(page))
    recruiter = desk.page(staff=True, **PHONE_IN_THE_DARK)
    recruiter.goto(f"/invitations/{candidate.invitation_id}/scorecard")
    button(recruiter, "Open all").click()
    found += [f"scorecard: {complaint}" for complaint in complaints(recruiter)]
    assert found == []


def test_every_kind_can_be_practised_on_a_phone(desk: Desk, shipped: Site) -> None:
    draws = [Draw(bank="oca", count=10), Draw(bank="session-management", count=10)]
    candidate = shipped.world.candidate(shipped.world.assessment(draws=draws, minutes=40))
    page = desk.page(candidate, viewport={"width": 320, "height": 640})
    page.goto(f"/sitting/{candidate.invitation_id}/practice/1")
    met, found = [], []
    while True:
        met.append(shipped.asked(page)[0].kind)
        journeys.answer(Mouse(page), shipped.right(page))
        button(page, "Try this answer").click()
        expect(page.get_by_text("In the quiz this answer would now be saved.")).to_be_visible()
        found += [f"{met[-1]}: {complaint}" for complaint in complaints(page)]
        if not (following := button(page, "Next practice question")).count():
            break
        following.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"^Practice {len(met) + 1} of"))
    assert met == list(KINDS)
    assert found == []
