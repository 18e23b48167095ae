"""What staff see and do in the browser, on both stores: signing in, assessments, invitations, scorecards, banks."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from quiz.domain.items import KINDS
from quiz.services.publishing.loading import load_banks
from quiz.store import attempts, content
from quiz.store.accounts import StaffSession
from quiz.store.assessments import Assessment
from quiz.store.database import Store, reading
from quiz.store.invitations import Invitation
from tests import factories
from tests.factories import EACH, ITEMS, PASSWORD, World
from tests.pages import Browser, Page

HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"


@pytest.fixture
def recruiter(world: World, browser: Browser) -> Browser:
    """A browser in which a recruiter is signed in."""
    browser.sign_in(world.user("recruiter"), PASSWORD)
    return browser


def publish(recruiter: Browser, status: int = 200, **values: str) -> Page:
    """Fill in the form of a new assessment."""
    page = recruiter.open("/assessments/new")
    sent = {"title": "Backend", "minutes": "20", "draw demo": "4"} | values
    return recruiter.send(page, "/assessments/new", sent, status)


# Signing in ------------------------------------------------------------------------------------------------------


def test_staff_sign_in_and_out(world: World, browser: Browser) -> None:
    page = browser.sign_in(world.user("recruiter"), PASSWORD)
    assert page.path == "/assessments"
    cookies = [cookie for cookie in (browser.client.get_cookie("quiz-staff"),) if cookie]
    assert cookies[0].http_only
    assert cookies[0].same_site == "Lax"
    stolen = cookies[0].value
    browser.send(page, "/sign-out")
    thief = Browser(browser.client.application)
    thief.client.set_cookie("quiz-staff", stolen)
    assert thief.open("/assessments").path == "/sign-in"


def test_signing_in_never_keeps_a_session_that_was_there_before(world: World, browser: Browser, store: Store) -> None:
    planted = "p" * 43
    browser.client.set_cookie("quiz-staff", planted)
    browser.sign_in(world.user("recruiter"), PASSWORD)
    cookie = browser.client.get_cookie("quiz-staff")
    assert cookie
    assert cookie.value != planted
    with reading(store) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(StaffSession)) == 1


def test_wrong_passwords_are_told_in_the_same_words_and_then_limited(world: World, browser: Browser) -> None:
    email = world.user("recruiter")
    page = browser.open("/sign-in")
    for _ in range(10):
        shown = browser.send(page, "/sign-in", {"email": email, "password": "wrong"}, status=401)
        assert "The e-mail address or the password is not right." in shown.text
    response = browser.client.post("/sign-in", data=page.form("/sign-in") | {"email": email, "password": PASSWORD})
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "/%0d%0aX: y"],
)
def test_signing_in_leads_nowhere_else(world: World, browser: Browser, back: str) -> None:
    page = browser.open("/sign-in")
    data = page.form("/sign-in") | {"email": world.user("recruiter"), "password": PASSWORD, "back": back}
    location = browser.client.post("/sign-in", data=data).headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "evil" not in location


def test_signing_in_leads_back_to_the_page_that_was_asked_for(world: World, browser: Browser) -> None:
    page = browser.open("/banks/demo")
    assert page.path == "/sign-in"
    page = browser.send(page, "/sign-in", {"email": world.user("author"), "password": PASSWORD})
    assert page.path == "/banks/demo"


def test_changing_the_password_ends_the_other_browsers(app: Flask, world: World, browser: Browser) -> None:
    email = world.user("recruiter")
    other = Browser(app)
    for one in (browser, other):
        one.sign_in(email, PASSWORD)
    new = "an entirely new phrase"
    wrong = {"current": "no", "password": new, "again": new}
    browser.send(browser.open("/account"), "/account", wrong, status=422)
    browser.send(browser.open("/account"), "/account", wrong | {"current": PASSWORD, "again": "x"}, status=422)
    browser.send(browser.open("/account"), "/account", wrong | {"current": PASSWORD})
    assert browser.open("/account").path == "/account"
    assert other.open("/account").path == "/sign-in"


# Assessments -----------------------------------------------------------------------------------------------------


def test_a_recruiter_publishes_invites_and_reads_the_scorecard(app: Flask, recruiter: Browser, world: World) -> None:
    assert recruiter.open("/assessments").title
    page = publish(recruiter, pass_mark="60", difficulty="any")
    assert "Backend" in page.text
    page = recruiter.send(page, "/invitations", {"name": "Ada Lovelace", "email": "Ada@Example.org"})
    link = re.search(r"http://localhost(/i/[\w-]{43})", page.html)
    assert link
    candidate = Browser(app)
    shown = candidate.send(candidate.open(link.group(1)), link.group(1))
    shown = candidate.send(candidate.open(re.sub(r"practice/1$", "ready", shown.path)), "/start")
    candidate.send(candidate.open(re.sub(r"question/1$", "finish", shown.path)), "/finish")
    page = recruiter.open("/assessments")
    page = recruiter.open(next(href for href in page.links if re.match(r"/assessments/\w{30}", href)))
    assert link.group(1) not in page.html
    card = recruiter.open(next(href for href in page.links if href.endswith("/scorecard")))
    assert "Ada Lovelace" in card.text
    assert "Because" in card.text
    assert "4 questions" in card.text
    assert "60 %" in card.text


def test_what_is_wrong_with_a_plan_is_said_and_what_was_typed_is_kept(recruiter: Browser, store: Store) -> None:
    for values, words in (
        ({"title": ""}, "Give the assessment a title."),
        ({"minutes": "0"}, "Use 1 to 600 minutes."),
        ({"minutes": "soon"}, "Not a valid integer value"),
        ({"draw demo": ""}, "Choose how many questions"),
        ({"draw demo": "99"}, f"99 wanted, {ITEMS} available, {99 - ITEMS} short"),
        ({"draw demo": "201"}, "less than or equal to 200"),
        ({"draw demo": "-1"}, "is not a number of questions"),
        ({"draw demo demo.1": "40", "draw demo": ""}, f"demo (demo.1): 40 wanted, {EACH} available"),
        ({"difficulty": "senior"}, "hard items of the chosen objectives"),
        ({"difficulty": "unheard of"}, "Not a valid choice"),
        ({"closes_at": "2020-01-01T00:00"}, "has passed already"),
        ({"pass_mark": "101"}, "Use 1 to 100 per cent."),
    ):
        page = publish(recruiter, status=422, **values)
        assert page.title.startswith("Error:"), values
        assert words in page.text, values
        for name, value in values.items():
            if name.startswith("draw") or name == "minutes":
                assert page.form("/assessments/new")[name] == value
    with reading(store) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Assessment)) == 0


def test_the_outlook_says_length_and_feasibility(recruiter: Browser) -> None:
    page = recruiter.open("/assessments/new")
    form = page.form("/assessments/new")

    def outlook(**values: str) -> Any:
        return recruiter.client.post("/assessments/outlook", data=form | values).json

    fine = outlook(**{"title": "x", "minutes": "20", "draw demo": "4"})
    assert (fine["feasible"], fine["tight"]) == (True, False)
    assert "4 questions" in fine["text"]
    assert "4 min" in fine["text"]
    assert outlook(**{"minutes": "1", "draw demo": "4"})["tight"] is True
    assert outlook(**{"draw demo": str(ITEMS + 1)}) == {
        "from": "quiz",
        "feasible": False,
        "text": f"Not enough questions. demo: {ITEMS + 1} wanted, {ITEMS} available, 1 short.",
    }
    assert outlook()["feasible"] is False


def test_a_quiz_on_one_bank_is_filled_in_at_a_click_and_can_be_published(recruiter: Browser) -> None:
    page = recruiter.open("/assessments/new")
    link = next(href for href in page.links if "bank=demo" in href and "minutes=20" in href)
    page = recruiter.open(link)
    form = page.form("/assessments/new")
    assert form["title"] == "The demo bank"
    assert form["minutes"] == "20"
    counts = {name: value for name, value in form.items() if name.startswith("draw ") and value}
    # There is time for more items, but half of what a group has is the most.
    assert counts == {f"draw demo demo.{group}": str(EACH // 2) for group in (1, 2)}
    page = recruiter.send(page, "/assessments/new", {})
    assert page.title.startswith("The demo bank")


def test_the_groups_of_many_banks_are_folded_unless_something_is_drawn_from_them(
    recruiter: Browser, store: Store, banks: Path
) -> None:
    for bank in ("second", "third"):
        items = [factories.item("number", f"number-{n}") for n in range(4)]
        factories.write_bank(banks, bank, items)
    load_banks(store, banks, datetime.now(UTC))
    folds = recruiter.open("/assessments/new?bank=second&minutes=20").all("details")
    parts = [fold for fold in folds if "draw-parts" in fold.get("class")]
    assert [fold.get("open") is not None for fold in parts] == [False, True, False]


def test_an_address_with_another_bank_or_time_fills_nothing_in(recruiter: Browser) -> None:
    assert recruiter.open("/assessments/new?bank=nowhere&minutes=20", 404).status == 404
    for query in ("bank=demo&minutes=21", "bank=demo&minutes=x", "minutes=20"):
        assert recruiter.open(f"/assessments/new?{query}").form("/assessments/new")["title"] == ""


def test_overlapping_parts_of_a_plan_are_filled_together(recruiter: Browser) -> None:
    page = publish(recruiter, **{"draw demo": "8", "draw demo demo.1": "4", "draw demo demo.2.1": "4"})
    assert "16" in page.text


def test_hostile_text_stays_text(app: Flask, recruiter: Browser) -> None:
    page = publish(recruiter, title=HOSTILE)
    assert HOSTILE in page.text
    page = recruiter.send(page, "/invitations", {"name": HOSTILE, "email": "a@example.org"})
    link = re.search(r"http://localhost(/i/[\w-]{43})", page.html)
    assert link
    for shown in (page, Browser(app).open(link.group(1)), recruiter.open("/assessments")):
        assert "<script>alert" not in shown.html
        assert "49" not in shown.title


def test_an_invitation_can_be_renewed_and_withdrawn(app: Flask, recruiter: Browser, store: Store) -> None:
    page = publish(recruiter)
    address = page.path
    page = recruiter.send(page, "/invitations", {"name": "Ada", "email": "a@example.org"})
    old = re.search(r"http://localhost(/i/[\w-]{43})", page.html)
    page = recruiter.send(recruiter.open(address), "/link")
    new = re.search(r"http://localhost(/i/[\w-]{43})", page.html)
    assert old
    assert new
    assert Browser(app).open(old.group(1), status=404)
    assert Browser(app).open(new.group(1))
    recruiter.send(recruiter.open(address), "/withdraw")
    assert "withdrawn" in Browser(app).open(new.group(1), status=410).text
    with reading(store) as session:
        assert session.scalars(sa.select(Invitation)).one().withdrawn_at is not None


@pytest.mark.parametrize(
    ("name", "email", "words"),
    [
        ("", "a@example.org", "Enter the candidate's name."),
        ("Ada", "nonsense", "Give an e-mail address"),
        ("Ada", "", "Enter the candidate's e-mail address."),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said(recruiter: Browser, name: str, email: str, words: str) -> None:
    page = recruiter.send(publish(recruiter), "/invitations", {"name": name, "email": email}, status=422)
    assert words in page.text


def test_the_list_is_sorted_filtered_searched_and_paged_by_links(recruiter: Browser, world: World) -> None:
    assessment = world.assessment()
    for n in range(27):
        world.candidate(assessment, f"person{n:02}@example.org")
    page = recruiter.open(f"/assessments/{assessment}?sort=email")
    assert [f"person{n:02}@example.org" for n in range(25)] == re.findall(r"person\d\d@example.org", page.text)
    after = next(href for href in page.links if "after=" in href)
    assert re.findall(r"person\d\d", recruiter.open(after).text) == ["person25", "person26"]
    assert "person03" in recruiter.open(f"/assessments/{assessment}?search=person03").text
    assert "@example.org" not in recruiter.open(f"/assessments/{assessment}?only=finished").text
    for nonsense in ("sort=evil", "after=evil", "before=²", "only=evil", "order=x&sort=score", "search=%25"):
        assert recruiter.open(f"/assessments/{assessment}?{nonsense}").title
    recruiter.open(f"/assessments/{assessment}?search=%00", status=400)


def test_the_scorecard_of_a_perfect_attempt(recruiter: Browser, world: World) -> None:
    candidate = world.candidate(world.assessment())
    world.start(candidate)
    unfinished = recruiter.open(f"/invitations/{candidate.invitation_id}/scorecard", status=422)
    assert "still answering" in unfinished.text
    with reading(world.store) as session:
        form = attempts.form(session, candidate.invitation_id)
        assert form is not None
        items = content.items(session, [place.item_version_id for place in form.places])
    for number, place in enumerate(form.places, start=1):
        item = items[place.item_version_id]
        world.save(candidate, number, 1, item.fields(item.key, place.arrangement))
    world.finish(candidate)
    card = recruiter.open(f"/invitations/{candidate.invitation_id}/scorecard")
    assert "100 %" in card.text
    # The 95 % Wilson interval of all right reaches down to n / (n + z^2).
    assert f"{100 * ITEMS / (ITEMS + 1.96**2):.0f} to 100 %" in card.text
    assert card.text.count("Right") >= ITEMS
    assert "<svg" in card.html


# Authors ---------------------------------------------------------------------------------------------------------


def test_authors_see_banks_items_and_problems_as_the_files_stand(world: World, browser: Browser, banks: Any) -> None:
    browser.sign_in(world.user("author"), PASSWORD)
    page = browser.open("/banks")
    assert "The demo bank" in page.text
    page = browser.open("/banks/demo")
    assert "Objective 1" in page.text
    for kind in KINDS:
        page = browser.open(f"/banks/demo/items/{factories.slug(kind)}-1")
        assert "Because" in page.text, kind
        assert "Source 1" in page.text
    for wrong in ("/banks/nowhere", "/banks/demo/items/nothing", "/banks/..%2f..%2fetc"):
        browser.open(wrong, status=404)
    assert browser.open("/banks/nowhere", status=404).links == ["#main", "/"]
    path = banks / "demo" / "part-1.yaml"
    path.write_text(path.read_text().replace('"difficulty": 3', '"dificulty": 3', 1))
    page = browser.open("/banks/demo")
    assert "did you mean difficulty" in page.text.replace("`", "")
    assert "part-1.yaml:" in page.text
