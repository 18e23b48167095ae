"""What is answered is counted once, in one word, on every page; every time says its zone."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from quiz.domain.completeness import Completeness, tally
from quiz.domain.items import KINDS
from quiz.domain.plans import Draw
from quiz.store import attempts, content
from quiz.store.database import reading
from tests.factories import EACH, PASSWORD, Candidate, World
from tests.pages import Browser, Page


def answered_in_part(world: World) -> Candidate:
    """A candidate who has answered every question but two: of each that can be, only a part."""
    candidate = world.candidate(world.assessment(draws=[Draw(bank="demo", count=EACH, objectives=["demo.1"])]))
    world.start(candidate)
    with reading(world.store) as session:
        form = attempts.form(session, candidate.invitation_id)
        assert form
        items = content.items(session, [place.item_version_id for place in form.places])
    for number, place in enumerate(form.places[:-2], start=1):
        item = items[place.item_version_id]
        fields = item.fields(item.key, place.arrangement)
        if len(fields) > 1 and item.kind != "ordering":  # Half of its parts.
            fields = dict(list(fields.items())[:1])
        world.save(candidate, number, 1, fields)
    return candidate


def told(page: Page) -> tuple[int, int]:
    """What a page says is answered and partly answered."""
    answered = re.search(r"(\d+) answered|Answered\s+(\d+) of", page.text)
    partly = re.search(r"(\d+) partly answered|and (\d+) partly", page.text)
    assert answered
    return int(answered[1] or answered[2]), int(partly[1] or partly[2]) if partly else 0


def test_what_is_answered_is_counted_alike_on_every_page(world: World, browser: Browser) -> None:
    candidate = answered_in_part(world)
    browser.client.set_cookie(f"quiz-candidate-{candidate.invitation_id}", candidate.browser)
    sitting = f"/sitting/{candidate.invitation_id}"
    overview, finishing = browser.open(f"{sitting}/overview"), browser.open(f"{sitting}/finish")
    expected = told(overview)
    assert expected[1] > 0
    assert 0 < expected[0] < EACH - 2
    assert overview.text.count("Partly answered") == expected[1]
    assert told(finishing) == expected
    receipt = browser.send(finishing, f"{sitting}/finish")
    assert told(receipt) == expected
    browser.sign_in(world.user("recruiter"), PASSWORD)
    card = browser.open(f"/invitations/{candidate.invitation_id}/scorecard")
    assert told(card) == expected
    assert "2 questions were not answered" in card.text


def test_a_tally_names_what_there_is() -> None:
    done, partly, none = Completeness
    assert tally([]).in_words == "0 answered"
    assert tally([done, done]).in_words == "2 answered"
    assert tally([none, partly, done]).in_words == "1 answered, 1 partly answered, 1 not answered"
    assert tally([none]).in_words == "0 answered, 1 not answered"


CLOCK = re.compile(
    r"\b\d{1,2}:\d\d(?::\d\d)?\b(?!:\d)(?! UTC)"
    r"|\b\d{1,2}\s(?:[A-Z][a-z]+)\s20\d\d\b(?!, \d\d:\d\d UTC| \(UTC\))"
)
"""A time without its zone."""


@pytest.mark.parametrize("closing", [True, False])
def test_every_time_says_its_zone_and_can_be_put_into_the_readers(
    world: World, browser: Browser, closing: bool
) -> None:
    assessment = world.assessment(closes_at=datetime.now(UTC) + timedelta(hours=2) if closing else None)
    candidate = world.candidate(assessment)
    sitting = f"/sitting/{candidate.invitation_id}"
    browser.client.set_cookie(f"quiz-candidate-{candidate.invitation_id}", candidate.browser)
    pages = [browser.open(f"/i/{candidate.link}")]
    world.start(candidate)
    number = next(n for n in range(1, 2 * len(KINDS)) if world.question(candidate, n).item.kind == "short text")
    world.save(candidate, number, 1, {"answer": ["word"]})
    pages += [browser.open(f"{sitting}/{path}") for path in ("overview", "finish", f"question/{number}")]
    pages.append(browser.send(browser.open(f"{sitting}/finish"), f"{sitting}/finish"))
    browser.sign_in(world.user("recruiter"), PASSWORD)
    staff = ("/assessments", f"/assessments/{assessment}", f"/invitations/{candidate.invitation_id}/scorecard")
    pages += [browser.open(path) for path in (*staff, "/account")]
    for page in pages:
        assert not (bare := CLOCK.search(page.text)), f"{page.path}: {bare and bare.group()!r} has no zone"
        for time in page.all("time"):
            assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", time.get("datetime"))
            assert time.get("data-local") in ("moment", "day", "time", "second")
    assert all(page.all("time") for page in pages[1:])


def test_a_closed_quiz_says_until_when_it_could_be_taken(world: World, browser: Browser) -> None:
    start = datetime.now(UTC) - timedelta(hours=2)
    candidate = world.candidate(world.assessment(start, closes_at=start + timedelta(hours=1)), now=start)
    page = browser.open(f"/i/{candidate.link}", status=410)
    assert re.search(r"It could be taken until \d{1,2} \w+ 20\d\d, \d\d:\d\d UTC", page.text)
    assert page.all("time")
