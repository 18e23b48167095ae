"""The candidate's journey as plain HTML forms, and the save that our script makes, on both stores."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from quiz.services.publishing import invitations
from quiz.services.publishing.loading import load_banks
from quiz.store.attempts import Attempt, Response
from quiz.store.database import reading, writing
from quiz.store.invitations import Invitation
from tests import factories
from tests.factories import EACH, ITEMS, World
from tests.pages import Browser, Page


@pytest.fixture
def link(world: World) -> str:
    """The address of a fresh invitation."""
    token = invitations.invite(
        world.store, world.assessment(), "Ada <b>Lovelace</b>", "ada@example.org", datetime.now(UTC)
    ).token
    return f"/i/{token}"


def begin(browser: Browser, link: str) -> Page:
    """Open, skip the practice, start the clock: question 1."""
    page = browser.send(browser.open(link), link)
    page = browser.open(page.path.rsplit("/practice", 1)[0] + "/ready")
    return browser.send(page, "/start")


def fill(page: Page) -> dict[str, Any]:
    """Some answer to whatever is asked."""
    answer: dict[str, Any] = {}
    for place, name in enumerate(page.names("answer")):
        values = page.values(name)
        answer[name] = values[place % len(values)] if values else "12"
    if "Choose 2 answers." in page.text:
        answer["answer"] = page.values("answer")[:2]
    return answer


def two_answers(page: Page) -> tuple[dict[str, str], dict[str, str]]:
    """Two different answers to the first part of whatever is asked."""
    name = page.names("answer")[0]
    one, two, *_ = page.values(name) or ["1", "2"]
    return {name: one}, {name: two}


def shows(page: Page, answer: dict[str, Any]) -> bool:
    """Whether the form of a question stands filled in with an answer."""
    form = page.form(page.path)
    return all(form.get(name) in (value, [value], sorted(value)) for name, value in answer.items())


def test_the_whole_journey_without_javascript(browser: Browser, link: str, world: World) -> None:
    page = browser.open(link)
    assert str(ITEMS) in page.text
    assert "20 minutes" in page.text
    assert "Ada <b>Lovelace</b>" in page.text
    page = browser.send(page, link)
    for number in range(1, EACH + 1):
        assert page.title.startswith(f"Practice {number} of {EACH}")
        tried = browser.send(page, page.path, fill(page))
        assert "would now be saved" in tried.text
        page = (
            browser.open(page.path.replace(f"practice/{number}", f"practice/{number + 1}")) if number < EACH else page
        )
    page = browser.send(browser.open(page.path.rsplit("/practice", 1)[0] + "/ready"), "/start")
    given: list[dict[str, Any]] = []
    for number in range(1, ITEMS + 1):
        assert page.title.startswith(f"Question {number} of {ITEMS}")
        given.append(fill(page))
        page = browser.send(page, f"/question/{number}", given[-1] | {"go": "next" if number < ITEMS else "overview"})
    assert page.title.startswith("All questions")
    for number, answer in enumerate(given, start=1):
        assert shows(browser.open(page.path.replace("overview", f"question/{number}")), answer)
    page = browser.send(browser.open(page.path.replace("overview", "finish")), "/finish")
    assert "Your answers are in" in page.text
    assert f"{ITEMS} of {ITEMS}" in page.text
    assert browser.open(link).text.count("over")
    with reading(world.store) as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        assert attempt.ended_by == "candidate"


def test_fetching_the_link_however_often_starts_and_uses_up_nothing(browser: Browser, link: str, world: World) -> None:
    for _ in range(10):
        browser.open(link)
        browser.client.head(link)
    with reading(world.store) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0
    assert begin(browser, link).title.startswith("Question 1")


def test_an_unknown_link_says_so(browser: Browser, link: str) -> None:
    assert "does not open an invitation" in browser.open("/i/" + "x" * 43, status=404).text
    page = browser.open(link)
    assert browser.client.post("/i/" + "x" * 43, data=page.form(link)).status_code == 404


def test_the_address_holds_no_secret_after_the_link(browser: Browser, link: str) -> None:
    page = begin(browser, link)
    token = link.rsplit("/", 1)[1]
    assert token not in page.html
    assert all(token not in address for address in page.links)


def test_going_back_and_flagging(browser: Browser, link: str) -> None:
    page = begin(browser, link)
    page = browser.send(page, "/question/1", fill(page) | {"flagged": "yes", "go": "next"})
    page = browser.send(page, "/question/2", {"go": "previous"})
    assert page.title.startswith("Question 1")
    assert page.form("/question/1")["flagged"] == ["yes"]
    overview = browser.send(page, "/question/1", {"go": "overview"})
    assert "flag" in overview.text.lower()


def test_a_page_loaded_before_a_newer_answer_cannot_overwrite_it(app: Flask, browser: Browser, link: str) -> None:
    old = begin(browser, link)
    other = Browser(app)
    other.send(other.open(link), link)
    new = other.open(old.path)
    first, second = two_answers(old)
    other.send(new, "/question/1", first | {"go": "overview"})
    conflict = browser.send(old, "/question/1", second | {"go": "next"}, status=409)
    assert "Nothing was overwritten" in conflict.text
    assert "Not saved: choose which answer to keep" in conflict.text
    assert "No answer yet" not in conflict.text
    assert shows(browser.open(old.path), first)
    again = browser.send(conflict, "/question/1", second | {"go": "overview"})
    assert again.title.startswith("All questions")


def test_a_page_that_nobody_touched_is_no_conflict(app: Flask, browser: Browser, link: str) -> None:
    old = begin(browser, link)
    other = Browser(app)
    other.send(other.open(link), link)
    first, _ = two_answers(old)
    other.send(other.open(old.path), "/question/1", first | {"go": "overview"})
    assert browser.send(old, "/question/1", {"go": "overview"}).title.startswith("All questions")
    assert shows(browser.open(old.path), first)


def test_an_answer_that_does_not_fit_is_shown_again_with_what_is_wrong(browser: Browser, link: str) -> None:
    page = begin(browser, link)
    while "Type a number" not in page.text:
        number = int(re.search(r"Question (\d+)", page.title).group(1))  # type: ignore[union-attr]
        page = browser.send(page, f"/question/{number}", {"go": "next"})
    wrong = browser.send(page, page.path, {"answer": "a dozen", "go": "next"}, status=422)
    assert wrong.title.startswith("Error:")
    assert wrong.form(page.path)["answer"] == "a dozen"
    assert "such as 12" in wrong.text
    assert "Not saved" in wrong.text
    assert "No answer yet" not in wrong.text


def test_another_browser_without_the_link_stays_outside(app: Flask, browser: Browser, link: str) -> None:
    page = begin(browser, link)
    assert app.test_client().get(page.path).status_code == 401
    stranger = Browser(app)
    stranger.client.set_cookie(f"quiz-candidate-{page.path.split('/')[2]}", "x" * 43)
    assert stranger.client.get(page.path).status_code == 404


AROUND = [
    "{}/",
    "{}.",
    "{})",
    "{} ",
    "{}%0A",
    "<{}>",
    "({}),",
    "{}%E2%80%8B",
    "%22{}%22",
    "{}/.",
    "{}&gt;",
    "{}_",
    "{}?utm=x",
]


@pytest.mark.parametrize("around", AROUND)
def test_a_link_opens_whatever_a_mail_program_put_around_it(browser: Browser, link: str, around: str) -> None:
    token = link.removeprefix("/i/")
    assert browser.open(f"/i/{around.format(token)}").form(link)


def test_a_link_opens_that_was_broken_over_two_lines(browser: Browser, link: str) -> None:
    assert browser.open(f"{link[:20]}%0D%0A{link[20:]}").form(link)


def test_a_browser_without_cookies_is_told_that_they_are_needed(app: Flask, link: str) -> None:
    browser = Browser(app, use_cookies=False)
    page = browser.send(browser.open(link), link, status=403)
    assert "Allow cookies" in page.text


def test_time_that_the_window_cuts_short_is_said_before_the_start(app: Flask, world: World) -> None:
    now = datetime.now(UTC)
    assessment = world.assessment(now, closes_at=now + timedelta(minutes=3, seconds=30))
    token = invitations.invite(world.store, assessment, "Ada", "a@example.org", now).token
    browser = Browser(app)
    page = browser.open(f"/i/{token}")
    assert "If you start now, you have 3 minutes." in page.text
    page = browser.send(page, f"/i/{token}")
    ready = browser.open(page.path.replace("practice/1", "ready"))
    assert "If you start now, you have 3 minutes." in ready.text
    assert "3 minutes. The clock starts" in ready.text


# The save of our script ------------------------------------------------------------------------------------------


class Script:
    """What our script sends from a question page: its form, and asks for JSON."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self.client, self.path = browser.client, page.path
        self.token = page.form(page.path)["csrf_token"]

    def save(self, body: dict[str, Any], **headers: str) -> Any:
        sent = {"csrf_token": self.token} | body
        return self.client.post(self.path, data=sent, headers={"Accept": "application/json"} | headers)


@pytest.fixture
def script(browser: Browser, link: str) -> Script:
    return Script(browser, begin(browser, link))


def saved(edit: int, answer: str = "1", flagged: bool = False, base: int = 0, writer: str = "page") -> dict[str, Any]:
    flag = {"flagged": "yes"} if flagged else {}
    return {"base": base, "writer": writer, "edit": edit, "answer": answer} | flag


def single_choice(browser: Browser, script: Script) -> None:
    """Go to a question of the kind single choice."""
    for number in range(1, ITEMS + 1):
        script.path = re.sub(r"\d+$", str(number), script.path)
        if "Choose one answer." in browser.open(script.path).text:
            return


def test_a_save_says_what_is_stored_and_how_long_is_left(browser: Browser, script: Script, world: World) -> None:
    single_choice(browser, script)
    reply = script.save(saved(7, "2", flagged=True))
    assert reply.status_code == 200
    assert [reply.json[name] for name in ("from", "writer", "edit", "seq")] == ["quiz", "page", 7, 1]
    assert 0 < reply.json["remaining_ms"] <= 20 * 60_000
    assert re.fullmatch(r"\d\d:\d\d:\d\d UTC", reply.json["saved_at"])
    with reading(world.store) as session:
        assert session.scalars(sa.select(Response.flagged)).one() is True


def test_a_repeat_is_fine_and_a_page_that_missed_something_gets_it(browser: Browser, script: Script) -> None:
    single_choice(browser, script)
    assert script.save(saved(2, "2")).status_code == 200
    assert script.save(saved(2, "2")).status_code == 200
    reply = script.save(saved(1, "1", writer="other"))
    assert reply.status_code == 409
    assert [reply.json[name] for name in ("writer", "edit", "seq")] == ["other", 1, 1]
    assert reply.json["fields"] == {"answer": ["2"]}
    assert reply.json["described"]
    assert reply.json["settled"] is False


@pytest.mark.parametrize(
    "changes",
    [
        {"edit": 0},
        {"edit": 2**60},
        {"edit": "one"},
        {"edit": ""},
        {"base": -1},
        {"base": "1.5"},
        {"writer": ""},
        {"writer": "x" * 41},
        {"answer": "99"},
        {"answer": "1" * 5000},
        {"answer": ["1", "2"]},
    ],
)
def test_a_save_that_makes_no_sense_is_refused_in_words(
    browser: Browser, script: Script, changes: dict[str, Any]
) -> None:
    single_choice(browser, script)
    reply = script.save(saved(1) | changes)
    assert reply.status_code == 422
    assert reply.json["message"]


@pytest.mark.parametrize("missing", ["base", "writer", "edit"])
def test_a_form_that_does_not_say_what_it_is_based_on_is_refused(
    browser: Browser, script: Script, missing: str
) -> None:
    body = saved(1)
    del body[missing]
    assert script.save(body).status_code == 422


def test_control_characters_that_were_pasted_do_not_stop_an_answer(browser: Browser, script: Script) -> None:
    while "Type" not in browser.open(script.path).text or "number" in browser.open(script.path).text:
        script.path = re.sub(r"\d+$", lambda found: str(int(found[0]) + 1), script.path)
    assert script.save(saved(1, "te\x0brm\x00\x07")).status_code == 200
    assert browser.open(script.path).form(script.path)["answer"] == "term"


def test_a_save_without_the_token_of_the_page_is_refused(script: Script) -> None:
    assert script.save(saved(1) | {"csrf_token": "0" * 64}).status_code == 403
    assert script.save(saved(1), **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_after_the_end_a_save_points_to_the_receipt(browser: Browser, script: Script) -> None:
    browser.send(browser.open(re.sub(r"question/\d+$", "finish", script.path)), "/finish")
    reply = script.save(saved(1))
    assert reply.status_code == 410
    assert reply.json["location"].endswith("/receipt")


def test_right_and_wrong_saves_look_alike(browser: Browser, script: Script) -> None:
    single_choice(browser, script)
    replies = [script.save(saved(n, str(n))) for n in (1, 2, 3)]
    assert len({tuple(sorted(reply.json)) for reply in replies}) == 1
    assert len({len(reply.get_data()) for reply in replies}) <= 2  # The remaining time may lose a digit.


def test_the_clock_tells_the_time_that_is_left(script: Script) -> None:
    reply = script.client.get(re.sub(r"question/\d+$", "clock", script.path))
    assert reply.json["over"] is False
    assert 0 < reply.json["remaining_ms"] <= 20 * 60_000


def test_after_the_deadline_every_page_leads_to_the_receipt(browser: Browser, script: Script, world: World) -> None:
    with writing(world.store) as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        attempt.started_at -= timedelta(hours=1)
        attempt.deadline_at -= timedelta(hours=1)
    for page in ("overview", "finish", "question/1", "ready", "practice/1"):
        shown = browser.open(re.sub(r"question/\d+$", page, script.path))
        assert "Your time was up" in shown.text, page
    reply = script.client.get(re.sub(r"question/\d+$", "clock", script.path))
    assert reply.json["over"]
    assert reply.json["location"].endswith("/receipt")
    assert reply.json["remaining_ms"] == 0


# Keys ------------------------------------------------------------------------------------------------------------


def test_no_byte_a_candidate_receives_holds_a_key_or_an_explanation(
    app: Flask, world: World, banks: Any, browser: Browser
) -> None:
    """Every key, accepted answer and explanation carries a canary; the whole journey is searched for it."""
    canary = "kanarienvogel"
    factories.write_banks(banks, canary)
    load_banks(world.store, banks, datetime.now(UTC))
    received: list[str] = []
    original = browser.client.open

    def recording(*args: Any, **options: Any) -> Any:
        response = original(*args, **options)
        everything = (*response.history, response)
        received.extend(str(one.headers) + one.get_data(as_text=True) for one in everything)
        return response

    browser.client.open = recording  # type: ignore[method-assign]
    assessment = world.assessment()
    token = invitations.invite(world.store, assessment, "Ada", "a@example.org", datetime.now(UTC)).token
    page = browser.send(browser.open(f"/i/{token}"), f"/i/{token}")
    for number in range(1, EACH + 1):
        practice = browser.open(page.path.replace("practice/1", f"practice/{number}"))
        browser.send(practice, practice.path, fill(practice))
    page = browser.send(browser.open(page.path.replace("practice/1", "ready")), "/start")
    script = Script(browser, page)
    for number in range(1, ITEMS + 1):
        script.path = re.sub(r"\d+$", str(number), page.path)
        shown = browser.open(script.path)
        fields = {name: [value] if isinstance(value, str) else value for name, value in fill(shown).items()}
        edit = {"base": 0, "writer": "page", "edit": 1}
        assert script.save(fields | edit).status_code == 200
        assert script.save(fields | edit | {"writer": "other", "flagged": "yes"}).status_code == 409
        browser.send(shown, script.path, fill(shown) | {"flagged": "yes"}, status=409)
    browser.open(re.sub(r"question/\d+$", "overview", page.path))
    browser.send(browser.open(re.sub(r"question/\d+$", "finish", page.path)), "/finish")
    assert len(received) > 80
    leaks = [text for text in received if canary in text.lower()]
    assert not leaks, leaks[0][:500]


def test_the_order_of_choices_differs_between_attempts_and_stays_within_one(app: Flask, world: World) -> None:
    assessment = world.assessment()
    orders = []
    for n in range(6):
        candidate = world.candidate(assessment, f"person{n}@example.org")
        world.start(candidate, seed=n)
        browser = Browser(app)
        browser.client.set_cookie(f"quiz-candidate-{candidate.invitation_id}", candidate.browser)
        pages = [
            browser.open(f"/sitting/{candidate.invitation_id}/question/{number}") for number in range(1, ITEMS + 1)
        ]
        again = [browser.open(page.path) for page in pages]
        assert [page.text for page in again] == [page.text for page in pages]
        (asked,) = [page.text for page in pages if "Question single-choice-1?" in page.text]
        orders.append(re.findall(r"-126|\b130\b|does not compile", asked))
    assert len({tuple(order) for order in orders}) > 1


def test_a_withdrawn_invitation_says_so(browser: Browser, link: str, world: World) -> None:
    with writing(world.store) as session:
        session.execute(sa.update(Invitation).values(withdrawn_at=datetime.now(UTC)))
    assert "withdrawn" in browser.open(link, status=410).text
