"""Code gaps in a browser: the listing follows the controls, and works without doing so."""

from playwright.sync_api import Page, expect

from tests.browser import journeys
from tests.browser.conftest import Desk, Site


def blanks(page: Page) -> list[str]:
    """What the gaps of the listing are filled with."""
    return page.locator("[data-gap]").all_inner_texts()


def test_the_listing_shows_what_is_chosen_and_typed(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "code gaps")
    assert blanks(page) == ["", ""]
    page.get_by_label("Gap 1").select_option(label="long")
    page.get_by_label("Gap 2").fill(" 1L * ")
    assert blanks(page) == ["long", "1L *"]
    journeys.expect_saved(page)
    page.reload()
    assert blanks(page) == ["long", "1L *"]
    page.get_by_label("Gap 1").select_option(label="Choose the code")
    assert blanks(page) == ["", "1L *"]
    journeys.expect_saved(page)
    assert site.stored(candidate, "code gaps")[-1] == [None, " 1L * "]


def test_the_listing_follows_an_answer_from_another_window(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "code gaps")
    site.world.save(candidate, site.number(candidate, "code gaps"), 1, {"answer-2": ["1L *"]})
    page.get_by_label("Gap 2").fill("(int)")
    expect(page.get_by_text("Another answer is stored")).to_be_visible()
    expect(page.get_by_text("Gap 2: 1L *")).to_be_visible()
    page.get_by_role("button", name="Use the stored answer").click()
    expect(page.get_by_label("Gap 2")).to_have_value("1L *")
    assert blanks(page) == ["", "1L *"]


def test_a_screen_reader_hears_which_gap_is_where(desk: Desk, site: Site) -> None:
    page = desk.question(site.started(), "code gaps")
    expect(page.get_by_role("group")).to_match_aria_snapshot("""
        - group:
          - code: /static gap 1 total.* return gap 2 boxes/
          - text: Gap 1
          - combobox "Gap 1"
          - text: Gap 2
          - textbox "Gap 2"
    """)


def test_without_scripts_the_gaps_are_numbered_and_the_answer_is_kept(desk: Desk, site: Site) -> None:
    candidate = site.started()
    page = desk.question(candidate, "code gaps", desk.browser(candidate, java_script_enabled=False))
    expect(page.locator(".listing .gap")).to_have_text(["gap 1", "gap 2"])
    page.get_by_label("Gap 1").select_option(label="long")
    page.get_by_label("Gap 2").fill("(long)")
    page.get_by_role("button", name="Save and").first.click()
    assert site.stored(candidate, "code gaps") == [[1, "(long)"]]
