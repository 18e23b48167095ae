"""An answer that is shown as saved is saved, and one that is not yet saved is not lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser import journeys
from tests.browser.conftest import Desk, Site, eventually
from tests.browser.journeys import Mouse, button
from tests.factories import EACH

SAVES = re.compile(r"/question/\d+$")


def state(page: Page) -> Locator:
    """The line below the question that says whether it is saved."""
    return page.locator("[data-save-text]")


def text(page: Page) -> Locator:
    return page.locator("input.answer-text")


def is_save(request: Request) -> bool:
    """Whether it is a save of our script, not the form itself on its way to another page."""
    return request.method == "POST" and request.resource_type == "fetch"


def on_saves(page: Page, handle: Any, times: int | None = None) -> None:
    """Let something happen to saves on their way to the server."""

    def route(route: Route) -> None:
        if is_save(route.request):
            handle(route)
        else:
            route.continue_()

    page.route(SAVES, route, times=times)


def remembered(page: Page) -> str:
    """All that this browser keeps for the site."""
    return str(page.evaluate("JSON.stringify({...localStorage})"))


# A network that fails --------------------------------------------------------------------------------------------


def test_an_answer_given_offline_is_saved_once_the_network_is_back(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "short text")
    page.context.set_offline(True)
    text(page).fill("word")
    expect(state(page)).to_have_text("Not saved yet: retrying")
    assert site.stored(candidate, "short text") == []
    page.context.set_offline(False)
    journeys.expect_saved(page)
    assert site.stored(candidate, "short text") == ["word"]


def test_a_save_that_gets_lost_on_its_way_is_tried_again(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "single choice")
    on_saves(page, lambda route: route.abort(), times=1)
    journeys.answer(Mouse(page), site.right(page))
    expect(state(page)).to_have_text("Not saved yet: retrying")
    journeys.expect_saved(page)
    assert site.stored(candidate, "single choice") == [0]


OURS = {"from": "quiz", "message": "busy"}
NOT_OURS: list[dict[str, Any]] = [
    {"json": {"message": "Forbidden"}},
    {"json": {"seq": 7, "saved_at": "10:00:00", "remaining_ms": 1000}},
    {"json": {"from": "quiz", "seq": 7, "saved_at": "10:00:00", "writer": "another", "edit": 1}},
    {"body": "<html><title>Sign in to the guest network</title>", "content_type": "text/html"},
    {"body": ""},
]
"""What a firewall, a captive portal or a cache says in the server's place."""


@pytest.mark.parametrize(
    ("status", "reply"),
    [(429, {"json": OURS}), (500, {"json": OURS}), (503, {"json": OURS})]
    + [(status, reply) for status, reply in zip((403, 200, 409, 200, 405), NOT_OURS, strict=True)]
    + [(status, NOT_OURS[0]) for status in (401, 410, 422, 451)],
)
def test_a_server_in_trouble_is_asked_again_and_nobody_else_is_believed(
    status: int, reply: dict[str, Any], desk: Desk, site: Site
) -> None:
    page = desk.question(candidate := site.started(), "single choice")
    on_saves(page, lambda route: route.fulfill(status=status, **reply), times=1)
    journeys.answer(Mouse(page), site.right(page))
    expect(state(page)).to_have_text("Not saved yet: retrying")
    journeys.expect_saved(page)
    assert site.stored(candidate, "single choice") == [0]
    desk.complaints.clear()  # About the status that this test made up.


def test_a_save_whose_reply_is_lost_is_repeated_and_stored_once(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "short text")
    sent: list[Any] = []
    page.on("request", lambda request: sent.append(request.post_data) if is_save(request) else None)

    def lose_reply(route: Route) -> None:
        assert route.fetch().ok
        route.abort()

    on_saves(page, lose_reply, times=1)
    text(page).fill("word")
    expect(state(page)).to_have_text("Not saved yet: retrying")
    assert site.stored(candidate, "short text") == ["word"]
    journeys.expect_saved(page)
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert site.stored(candidate, "short text") == ["word"]


def test_an_answer_is_not_called_saved_before_the_server_says_so(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "single choice")
    held: list[Route] = []
    on_saves(page, held.append, times=1)
    journeys.answer(Mouse(page), site.right(page))
    expect(state(page)).to_have_text("Saving…")
    assert site.stored(candidate, "single choice") == []
    held[0].continue_()
    journeys.expect_saved(page)
    assert site.stored(candidate, "single choice") == [0]


def test_what_changes_while_a_save_is_under_way_is_saved_after_it(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "single choice")
    held: list[Route] = []
    on_saves(page, held.append, times=1)
    for name in ("130", "compile.", "-126"):
        page.get_by_role("radio", name=re.compile(f"{name}$")).check()
    expect(state(page)).not_to_have_text(re.compile("^Saved"))
    held[0].continue_()
    journeys.expect_saved(page)
    assert site.stored(candidate, "single choice") == [1, 0]


def test_typing_is_saved_after_a_pause_and_not_letter_by_letter(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "short text")
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    text(page).press_sequentially("word")
    expect(page.locator("input[name=edit]")).to_have_value("4")
    expect(state(page)).to_have_text("Unsaved change")
    page.clock.run_for(1000)
    journeys.expect_saved(page)
    assert site.stored(candidate, "short text") == ["word"]


def test_going_on_while_the_network_is_down_waits_for_the_save(desk: Desk, site: Site) -> None:
    page = desk.page(candidate := site.started())
    page.goto(f"/sitting/{candidate.invitation_id}/question/1")
    page.context.set_offline(True)
    journeys.answer(Mouse(page), site.right(page))
    expect(state(page)).to_have_text("Not saved yet: retrying")
    button(page, "Save and continue").click()
    expect(state(page)).to_have_text("Not saved yet: retrying. You will continue as soon as it is saved.")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Question 2 of {EACH}")


def test_a_change_that_never_left_this_browser_is_sent_by_the_next_page_that_can(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "short text")
    on_saves(page, lambda route: route.abort())
    text(page).fill("word")
    expect(state(page)).to_have_text("Not saved yet: retrying")
    tab = page.context.new_page()
    on_saves(tab, lambda route: route.abort())
    tab.goto(f"/sitting/{candidate.invitation_id}/overview")
    waiting = tab.get_by_role("link", name=f"Question {site.number(candidate, 'short text')}", exact=True)
    expect(waiting).to_be_visible()
    assert site.stored(candidate, "short text") == []
    tab.unroute(SAVES)
    tab.reload()
    eventually(lambda: site.stored(candidate, "short text") == ["word"])
    expect(waiting).to_be_hidden()
    assert "word" not in remembered(tab)


def test_a_change_that_never_left_this_browser_is_sent_when_its_question_is_opened(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "short text")
    on_saves(page, lambda route: route.abort())
    text(page).fill("word")
    expect(state(page)).to_have_text("Not saved yet: retrying")
    tab = desk.question(candidate, "short text", page.context)
    journeys.expect_saved(tab)
    expect(text(tab)).to_have_value("word")
    assert site.stored(candidate, "short text") == ["word"]


def test_two_tabs_that_could_not_save_lose_neither_text(desk: Desk, site: Site) -> None:
    first = desk.question(candidate := site.started(), "short text")
    second = desk.question(candidate, "short text", first.context)
    for page, words in ((first, "written first"), (second, "written second")):
        on_saves(page, lambda route: route.abort())
        text(page).fill(words)
        expect(state(page)).to_have_text("Not saved yet: retrying")
    first.context.route(SAVES, lambda route: route.continue_())
    for page in (first, second):
        page.close(run_before_unload=False)
    tab = desk.question(candidate, "short text", first.context)
    conflict = tab.get_by_role("alert").filter(has_text="Another answer is stored")
    expect(conflict.get_by_role("listitem")).to_have_count(1)
    offered = {conflict.get_by_role("listitem").inner_text(), text(tab).input_value()}
    assert offered == {"written first", "written second"}


@pytest.mark.parametrize("leave", ["close the tab", "go to another page"])
def test_leaving_right_after_typing_keeps_the_answer(leave: str, desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "short text")
    text(page).press_sequentially("word")
    if leave == "close the tab":
        page.close(run_before_unload=False)
    else:
        page.goto("about:blank")
    eventually(lambda: site.stored(candidate, "short text") == ["word"])


def test_an_unusable_number_is_refused_at_its_field_and_saved_once_it_is_right(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "number")
    field = page.locator("input.answer-number")
    field.fill("twelve")
    expect(state(page)).to_have_text("Not saved")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#problem")).to_be_visible()
    field.fill("12.5")
    journeys.expect_saved(page)
    expect(page.locator("#problem")).to_be_hidden()
    assert site.stored(candidate, "number") == ["12.5"]


# Several tabs, several devices -----------------------------------------------------------------------------------


def test_two_tabs_of_one_browser_keep_in_step(desk: Desk, site: Site) -> None:
    first = desk.question(candidate := site.started(), "single choice")
    second = desk.question(candidate, "single choice", first.context)
    journeys.answer(Mouse(first), site.right(first))
    journeys.expect_saved(second)
    assert journeys.given(second) == journeys.given(first)
    second.get_by_role("radio", name=re.compile("130$")).check()
    journeys.expect_saved(second)
    expect(first.get_by_role("radio", name=re.compile("130$"))).to_be_checked()
    assert site.stored(candidate, "single choice") == [0, 1]


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("Use the stored answer", ["word", "word 2"]), ("Keep my answer here", ["word", "word 2", "old"])],
)
def test_an_older_page_on_another_device_asks_before_it_overwrites(
    choice: str, stands: list[str], desk: Desk, site: Site
) -> None:
    old = desk.question(candidate := site.started(), "short text")
    new = desk.question(candidate, "short text")
    for words in ("word", "word 2"):
        text(new).fill(words)
        eventually(lambda words=words: words in site.stored(candidate, "short text"))

    text(old).fill("old")
    conflict = old.get_by_role("alert").filter(has_text="Another answer is stored")
    expect(conflict.get_by_role("listitem")).to_have_text(["word 2"])
    expect(text(old)).to_have_value("old")
    assert site.stored(candidate, "short text") == ["word", "word 2"]

    button(old, choice).click()
    expect(conflict).to_be_hidden()
    expect(state(old)).to_have_text(re.compile("^Saved"))
    expect(text(old)).to_have_value(stands[-1])
    assert site.stored(candidate, "short text") == stands
    old.reload()
    expect(text(old)).to_have_value(stands[-1])


def test_an_older_page_without_javascript_says_what_is_stored_and_overwrites_nothing(desk: Desk, site: Site) -> None:
    candidate = site.started()
    old = desk.question(candidate, "short text", desk.browser(candidate, java_script_enabled=False))
    new = desk.question(candidate, "short text")
    text(new).fill("word")
    journeys.expect_saved(new)
    text(old).fill("old")
    old.get_by_role("button", name="Save and").first.click()
    expect(old.get_by_role("region", name="Another answer is stored")).to_contain_text("word")
    expect(text(old)).to_have_value("old")
    assert site.stored(candidate, "short text") == ["word"]
    old.get_by_role("button", name="Save and").first.click()
    eventually(lambda: site.stored(candidate, "short text") == ["word", "old"])


def test_a_second_device_with_the_link_goes_on_where_the_first_was(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "matching")
    journeys.answer(Mouse(page), site.right(page))
    journeys.expect_saved(page)
    other = desk.page()
    other.goto(f"/i/{candidate.link}")
    button(other, "Go back to your quiz").click()
    other.get_by_role("link", name=re.compile("Answered$")).click()
    assert journeys.given(other) == journeys.given(page)


def test_a_browser_that_lost_its_cookie_keeps_the_answer_until_it_is_let_in_again(desk: Desk, site: Site) -> None:
    page = desk.question(candidate := site.started(), "short text")
    page.context.clear_cookies()
    text(page).fill("word")
    alert = page.get_by_role("alert").filter(has_text="Your answer could not be saved")
    expect(alert).to_be_visible()
    tab = page.context.new_page()
    tab.goto(f"/i/{candidate.link}")
    button(tab, "Go back to your quiz").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("All questions")
    button(page, "Try to save again").click()
    journeys.expect_saved(page)
    expect(alert).to_be_hidden()
    assert site.stored(candidate, "short text") == ["word"]


# The end ---------------------------------------------------------------------------------------------------------


def test_when_the_time_is_up_the_page_saves_what_is_typed_and_goes_to_the_receipt(desk: Desk, site: Site) -> None:
    page = desk.question(site.started(left=timedelta(seconds=4)), "short text")
    text(page).fill("word")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are in")
    expect(page.get_by_text("Your time was up")).to_be_visible()
    expect(page.get_by_text(f"1 of {EACH} questions")).to_be_visible()


def test_a_save_after_the_end_is_refused_and_the_receipt_names_it(desk: Desk, site: Site) -> None:
    candidate = site.started()
    page = desk.question(candidate, "short text")
    site.pass_time(candidate, timedelta(minutes=21))
    text(page).fill("my __last__ word")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are in")
    expect(page.get_by_text(f"0 of {EACH} questions")).to_be_visible()
    late = page.get_by_role("region", name="Changes that came too late")
    expect(late.get_by_role("listitem")).to_have_text(
        f"Question {site.number(candidate, 'short text')}: my __last__ word"
    )
    assert site.stored(candidate, "short text") == []
    page.reload()
    expect(late).to_be_visible()
    button(page, "Remove them from this browser").click()
    expect(late).to_be_hidden()
    assert "__last__" not in remembered(page)


def test_a_save_after_the_end_without_javascript_gives_the_text_back(desk: Desk, site: Site) -> None:
    candidate = site.started()
    page = desk.question(candidate, "short text", desk.browser(candidate, java_script_enabled=False))
    site.pass_time(candidate, timedelta(minutes=21))
    text(page).fill("my __last__ word")
    page.get_by_role("button", name="Save and").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This change came too late")
    expect(page.get_by_role("main")).to_contain_text("my __last__ word")
    button(page, "See your receipt").click()
    expect(page.get_by_text(f"0 of {EACH} questions")).to_be_visible()
    assert site.stored(candidate, "short text") == []


def test_a_change_that_reached_the_server_is_not_called_late(desk: Desk, site: Site) -> None:
    """The reply was lost, and the attempt was finished elsewhere: the receipt asks the server."""
    page = desk.question(candidate := site.started(), "short text")

    def lose_reply(route: Route) -> None:
        route.fetch()
        route.abort()

    on_saves(page, lose_reply)
    text(page).fill("word")
    expect(state(page)).to_have_text("Not saved yet: retrying")
    assert site.stored(candidate, "short text") == ["word"]
    assert "word" in remembered(page)
    site.world.finish(candidate)
    page.unroute(SAVES)
    page.goto(f"/sitting/{candidate.invitation_id}/receipt")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are in")
    eventually(lambda: "word" not in remembered(page))
    expect(page.get_by_role("region", name="Changes that came too late")).to_be_hidden()


def test_the_receipt_of_one_quiz_leaves_what_another_has_not_delivered_yet(desk: Desk, site: Site) -> None:
    page = desk.question(site.started(), "short text")
    on_saves(page, lambda route: route.abort())
    text(page).fill("word")
    expect(state(page)).to_have_text("Not saved yet: retrying")
    other = site.started()
    site.world.finish(other)
    tab = page.context.new_page()
    tab.context.add_cookies(desk.cookies(other))
    tab.goto(f"/sitting/{other.invitation_id}/receipt")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your answers are in")
    assert "word" in remembered(page)


def test_a_saved_answer_is_not_kept_in_the_browser(desk: Desk, site: Site) -> None:
    page = desk.question(site.started(), "short text")
    text(page).fill("a secret")
    journeys.expect_saved(page)
    assert "a secret" not in remembered(page)
