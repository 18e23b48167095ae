"""A number in a browser: how it is read is said beside the box, in the words of the server; so are too many ticks."""

import json

import pytest
from playwright.sync_api import expect

from quiz.domain.items.number.question import PublicNumber
from quiz.web.rendering import asset
from tests.browser import journeys
from tests.browser.conftest import Desk, Site
from tests.domain.samples import number

TYPED = [
    "", "12", "-12", "+12", "12,5", "1,234", "-1,234", "1.234", "0.234", "0,125", "1,234,567", "1,234.5", "1 500",
    "1\u2009500,5", "1'500", "1\u2019500", "1_500", "12 minutes", "12MINUTES", "\u221212", "\u201312", "\u2014 12",
    "\uff11\uff12", "\u0661\u0662", "\u0661\u066b\u0665", "\u0661\u066c\u0665\u0660\u0660", "\u06f1,\u06f5", "\u200b12",
    "1\u00ad2", ".5", ",5", "5.", "twelve", "1.2.3", "1,2,3", "1.500,5", "--1", "1e3", "10\u00b2x", "minutes", "\u0967",
    "\U0001d7d9\U0001d7da",
]  # fmt: skip


def test_a_number_is_read_on_the_page_as_on_the_server(desk: Desk, site: Site) -> None:
    shown = number(unit="minutes").public(())
    assert isinstance(shown, PublicNumber)
    page = desk.question(site.started(), "number")
    script = f"""async (texts) => {{
        const {{ reading }} = await import({json.dumps(asset("kinds/number.mjs"))});
        return texts.map((text) => reading(text, "minutes"));
    }}"""
    assert page.evaluate(script, TYPED) == [shown.reading(text) for text in TYPED]


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_stays_and_its_reading_is_beside_it(desk: Desk, site: Site, scripts: bool) -> None:
    page = desk.question(candidate := site.started(), "number", desk.browser(candidate, java_script_enabled=scripts))
    box, note = page.get_by_role("textbox"), page.get_by_role("status").filter(has_text="Read as")
    words = "Read as 1234 or as 1.234: whichever is right counts."
    assert box.get_attribute("inputmode") == "text", "other keyboards of phones lack the minus, or the point"
    box.fill("1,234")
    if scripts:
        expect(note).to_have_text(words)
        journeys.expect_saved(page)
    else:
        address = page.url
        page.get_by_role("button", name="Save and see all questions").click()
        page.goto(address)
    expect(page.get_by_role("textbox")).to_have_value("1,234")
    expect(page.locator("[data-reading]")).to_have_text(words)
    assert page.locator("[data-reading]").get_attribute("id") in (box.get_attribute("aria-describedby") or "").split()
    assert site.stored(candidate, "number")[-1] == "1,234"


@pytest.mark.parametrize("scripts", [True, False])
def test_more_answers_than_asked_for_are_told_and_cost_nothing_that_was_saved(
    desk: Desk, site: Site, scripts: bool
) -> None:
    kind = "multiple response"
    page = desk.question(candidate := site.started(), kind, desk.browser(candidate, java_script_enabled=scripts))
    expect(page.get_by_text("If you choose more than 2, your answer cannot be saved.")).to_be_visible()
    boxes = page.get_by_role("checkbox").all()[:3]
    if not scripts:
        for box in boxes:
            box.check()
        page.get_by_role("button", name="Save and see all questions").click()
        expect(page.get_by_text("You chose 3 answers: choose 2.").first).to_be_visible()
        assert all(box.is_checked() for box in boxes)
        return
    for box in boxes[:2]:
        box.check()
    journeys.expect_saved(page)
    boxes[2].check()
    expect(page.get_by_text("3 of 2 chosen: untick 1, because more than 2 cannot be saved.")).to_be_visible()
    expect(page.locator("[data-problem]")).to_have_text("You chose 3 answers: choose 2. More cannot be saved.")
    assert len(site.stored(candidate, kind)[-1]) == 2
    boxes[0].uncheck()
    journeys.expect_saved(page)
    assert len(site.stored(candidate, kind)[-1]) == 2
