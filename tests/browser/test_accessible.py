"""Every page can be used by everybody: on a phone, enlarged, in the dark, by keyboard, with a screen reader."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from quiz.domain.items import KINDS
from tests import factories
from tests.browser import inspection, journeys
from tests.browser.conftest import Desk, serve
from tests.browser.journeys import Mouse, button

PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


def inspect(page: Page) -> list[str]:
    """What is wrong with a page on a phone in the light, and on a desktop, everything opened, in the dark."""
    found = []
    for scheme, size in (("light", PHONE), ("dark", DESKTOP)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # Nothing is still on its way.
        page.set_viewport_size(size)
        if size is DESKTOP:
            page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        looks = (inspection.axe, inspection.outline, inspection.borders, inspection.targets, inspection.overflow)
        found += [f"{scheme}: {complaint}" for look in (*looks, inspection.focus) for complaint in look(page)]
    page.set_viewport_size({"width": DESKTOP["width"] // 2, "height": DESKTOP["height"]})
    return found + [f"enlarged: {complaint}" for complaint in inspection.enlarged(page)]


# Candidates ------------------------------------------------------------------------------------------------------


def sitting(path: str, running: bool = True) -> Callable[[Desk], Page]:
    """A page of a candidate."""

    def open_page(desk: Desk) -> Page:
        candidate = desk.site.started() if running else desk.site.world.candidate()
        page = desk.page(candidate)
        page.goto(f"/sitting/{candidate.invitation_id}/{path}")
        return page

    return open_page


def answered(kind: str) -> Callable[[Desk], Page]:
    """A question with its answer."""

    def open_page(desk: Desk) -> Page:
        page = desk.question(desk.site.started(), kind)
        journeys.answer(Mouse(page), desk.site.right(page))
        journeys.expect_saved(page)
        return page

    return open_page


def invitation(running: bool) -> Callable[[Desk], Page]:
    def open_page(desk: Desk) -> Page:
        candidate = desk.site.started() if running else desk.site.world.candidate()
        page = desk.page()
        page.goto(f"/i/{candidate.link}")
        return page

    return open_page


def unanswered_practice(desk: Desk) -> Page:
    page = sitting("practice/1", running=False)(desk)
    button(page, "Try this answer").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    return page


def tried_practice(desk: Desk) -> Page:
    page = sitting("practice/1", running=False)(desk)
    journeys.answer(Mouse(page), desk.site.right(page))
    button(page, "Try this answer").click()
    expect(page.get_by_text("That works")).to_be_visible()
    return page


def conflict(desk: Desk) -> Page:
    page = desk.question(candidate := desk.site.started(), "short text")
    number = desk.site.number(candidate, "short text")
    desk.site.world.save(candidate, number, 1, {"answer": ["elsewhere"]})
    page.locator("input.answer-text").fill("here")
    expect(page.get_by_text("Another answer is stored")).to_be_visible()
    return page


def signed_out(desk: Desk) -> Page:
    page = desk.question(desk.site.started(), "short text")
    page.context.clear_cookies()
    page.locator("input.answer-text").fill("word")
    expect(page.get_by_text("Your answer could not be saved")).to_be_visible()
    return page


def refused(desk: Desk) -> Page:
    page = desk.question(desk.site.started(), "number")
    page.locator("input.answer-number").fill("twelve")
    expect(page.locator("#problem")).to_be_visible()
    page.get_by_role("button", name="Save and").first.click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    return page


def retrying(desk: Desk) -> Page:
    page = desk.question(desk.site.started(), "short text")
    page.context.set_offline(True)
    page.locator("input.answer-text").fill("word")
    expect(page.locator("[data-save-text]")).to_have_text("Not saved yet: retrying")
    return page


def receipt(desk: Desk) -> Page:
    candidate = desk.site.started()
    desk.site.world.finish(candidate)
    page = desk.page(candidate)
    page.goto(f"/sitting/{candidate.invitation_id}/receipt")
    return page


def visitor(path: str) -> Callable[[Desk], Page]:
    def open_page(desk: Desk) -> Page:
        page = desk.page()
        page.goto(path)
        return page

    return open_page


CANDIDATE_PAGES: dict[str, Callable[[Desk], Page]] = {
    "invitation": invitation(running=False),
    "invitation to a running quiz": invitation(running=True),
    **{f"practice: {kind}": sitting(f"practice/{n}", False) for n, kind in enumerate(KINDS, start=1)},
    "practice, tried": tried_practice,
    "practice, not answered": unanswered_practice,
    "ready": sitting("ready", running=False),
    **{f"question: {kind}": answered(kind) for kind in KINDS},
    "question, two answers": conflict,
    "question, signed out": signed_out,
    "question, refused": refused,
    "question, offline": retrying,
    "overview": sitting("overview"),
    "finish?": sitting("finish"),
    "receipt": receipt,
    "wrong link": visitor("/i/nothing"),
    "no such page": visitor("/nothing"),
    "another browser": visitor(f"/sitting/{'x' * 30}/overview"),
}


@pytest.mark.parametrize("name", CANDIDATE_PAGES)
def test_a_page_of_candidates_can_be_used_by_everybody(name: str, desk: Desk) -> None:
    assert inspect(CANDIDATE_PAGES[name](desk)) == []


# Staff -----------------------------------------------------------------------------------------------------------


def staff(path: str) -> Callable[[Desk], Page]:
    """A page of a recruiter."""

    def open_page(desk: Desk) -> Page:
        page = desk.page(staff=True)
        page.goto(path)
        return page

    return open_page


def assessment(desk: Desk) -> Page:
    """An assessment with candidates in every state."""
    world = desk.site.world
    made = world.assessment()
    for name in ("ada", "ben", "cleo"):
        candidate = world.candidate(made, f"{name}@example.org")
        if name != "ada":
            world.start(candidate)
        if name == "cleo":
            world.save(candidate, 1, 1, {})
            world.finish(candidate)
    page = staff(f"/assessments/{made}")(desk)
    expect(page.get_by_role("row")).to_have_count(4)
    return page


def scorecard(desk: Desk) -> Page:
    page = assessment(desk)
    page.get_by_role("link", name=re.compile("^Scorecard")).click()
    expect(page.get_by_role("heading", level=2, name="By group")).to_be_visible()
    return page


def link(desk: Desk) -> Page:
    page = staff(f"/assessments/{desk.site.world.assessment()}")(desk)
    journeys.invite(page, "Ada Lovelace", "ada@example.org")
    return page


def refused_form(path: str, press: str) -> Callable[[Desk], Page]:
    """A page of a recruiter whose form was sent as it stood."""

    def open_page(desk: Desk) -> Page:
        page = staff(path)(desk)
        button(page, press).click()
        expect(page.get_by_text("There is a problem")).to_be_visible()
        return page

    return open_page


def refused_invitation(desk: Desk) -> Page:
    return refused_form(f"/assessments/{desk.site.world.assessment()}", "Make the link")(desk)


def refused_sign_in(desk: Desk) -> Page:
    page = visitor("/sign-in")(desk)
    button(page, "Sign in").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    return page


def broken_bank(desk: Desk) -> Page:
    folder = desk.site.world.app.extensions["settings"].banks_dir
    factories.write_bank(folder, "broken", [factories.item("number", "one", answer="twelve", colour="red")])
    return staff("/banks/broken")(desk)


def new_assessment(desk: Desk) -> Page:
    page = staff("/assessments/new")(desk)
    page.get_by_label("From the whole bank").first.fill("99")
    expect(page.locator("[data-outlook-text]")).to_contain_text("Not enough questions")
    return page


def kept_form(desk: Desk) -> Page:
    page = staff("/assessments/new")(desk)
    page.evaluate("document.querySelector('form.plan [name=csrf_token]').value = 'of an earlier session'")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your form was kept")
    return page


STAFF_PAGES: dict[str, Callable[[Desk], Page]] = {
    "sign in": visitor("/sign-in"),
    "sign in, refused": refused_sign_in,
    "account": staff("/account"),
    "account, changed": staff("/account?changed=yes"),
    "account, refused": refused_form("/account", "Change the password"),
    "assessments": staff("/assessments"),
    "assessments, nothing found": staff("/assessments?search=zzz"),
    "new assessment": new_assessment,
    "form that was kept": kept_form,
    "new assessment, refused": refused_form("/assessments/new", "Publish"),
    "assessment": assessment,
    "assessment, invitation refused": refused_invitation,
    "link": link,
    "scorecard": scorecard,
    "banks": staff("/banks"),
    "bank": staff("/banks/demo"),
    "bank, nothing found": staff("/banks/demo?kind=number&difficulty=5"),
    "bank with problems": broken_bank,
    **{f"item: {kind}": staff(f"/banks/demo/items/{factories.slug(kind)}-1") for kind in KINDS},
}


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_a_page_of_staff_can_be_used_by_everybody(name: str, desk: Desk) -> None:
    assert inspect(STAFF_PAGES[name](desk)) == []


def test_the_pages_of_a_new_installation_can_be_used_by_everybody(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "banks").mkdir()
    with serve(tmp_path, tmp_path / "banks") as site, Desk.at(site, chromium) as desk:
        for path in ("/assessments", "/assessments/new", "/banks"):
            assert inspect(staff(path)(desk)) == []
