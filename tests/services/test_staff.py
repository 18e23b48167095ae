"""Staff on both stores: accounts, sessions, limits, assessments, lists, loading banks."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.domain.errors import InfeasiblePlan, Invalid, NotFound, SignInFailed, TooManyTries, WeakPassword
from quiz.domain.plans import Draw
from quiz.services.delivery import admission, closing
from quiz.services.people import accounts
from quiz.services.people.tokens import hashed
from quiz.services.publishing import assessments, invitations
from quiz.services.publishing.loading import load_banks
from quiz.services.results import scorecards
from quiz.services.results.standings import standings
from quiz.store import listings
from quiz.store.accounts import StaffSession, User
from quiz.store.content import BankVersion, ItemVersion
from quiz.store.database import reading, writing
from quiz.store.listings import Wanted
from tests import factories
from tests.factories import EACH, ITEMS, NOW, PASSWORD, World, later


def sign_in(world: World, password: str = PASSWORD, now: Any = NOW, address: str = "10.0.0.1") -> str:
    return accounts.sign_in(world.store, "recruiter@example.org", password, address, now)


def who(world: World, token: str, now: Any = NOW) -> accounts.SignedIn | None:
    return accounts.who(world.store, token, now)


def test_a_password_is_stored_as_argon2id_and_a_token_as_its_hash(world: World) -> None:
    world.user()
    token = sign_in(world)
    with reading(world.store) as session:
        assert session.scalars(sa.select(User.password_hash)).one().startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert session.scalars(sa.select(StaffSession.token_hash)).one() == hashed(token)


@pytest.mark.parametrize(
    "password",
    ["short", "a" * 20, "password12345", "recruiter1recr", "1234567890abcdef", "robintestquiz!", "x" * 257],
)
def test_passwords_that_are_guessed_first_are_refused(world: World, password: str) -> None:
    with pytest.raises(WeakPassword):
        accounts.add_user(world.store, "recruiter@example.org", "Robin Test", "recruiter", password, NOW)


@pytest.mark.parametrize(
    ("email", "name", "role"),
    [("no-address", "Robin", "recruiter"), ("a@b", "", "recruiter"), ("a@b", "Robin", "king"), ("a b@c", "R", "admin")],
)
def test_an_account_needs_an_address_a_name_and_a_role(world: World, email: str, name: str, role: str) -> None:
    with pytest.raises(Invalid):
        accounts.add_user(world.store, email, name, role, PASSWORD, NOW)


def test_an_address_has_one_account_however_it_is_spelt(world: World) -> None:
    world.user()
    with pytest.raises(Invalid):
        accounts.add_user(world.store, " Recruiter@Example.org", "Robin Test", "author", PASSWORD, NOW)


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(world: World) -> None:
    world.user()
    assert who(world, sign_in(world), NOW + accounts.IDLE - timedelta(seconds=1))
    token = sign_in(world)
    assert who(world, token, NOW + accounts.IDLE) is None
    now = NOW
    while now < NOW + accounts.ABSOLUTE:
        accounts.touch(world.store, token, now)
        now += timedelta(minutes=20)
        expected = now < NOW + accounts.ABSOLUTE
        assert (who(world, token, now) is not None) is expected


def test_signing_out_ends_the_session_in_every_copy_of_its_cookie(world: World) -> None:
    world.user()
    token = sign_in(world)
    accounts.sign_out(world.store, token)
    accounts.touch(world.store, token, NOW)  # A request that was under way revives nothing.
    assert who(world, token) is None


def test_changing_the_password_ends_every_other_session(world: World) -> None:
    world.user()
    here, there = sign_in(world), sign_in(world)
    found = who(world, here)
    assert found is not None
    fresh = accounts.change_password(world.store, found.user_row, PASSWORD, "an entirely new phrase", NOW)
    assert who(world, here) is None
    assert who(world, there) is None
    assert who(world, fresh)
    with pytest.raises(SignInFailed):
        sign_in(world)
    assert sign_in(world, "an entirely new phrase")


def test_a_disabled_account_is_out_at_once(world: World) -> None:
    world.user()
    token = sign_in(world)
    with writing(world.store) as session:
        session.execute(sa.update(User).values(disabled_at=NOW))
    assert who(world, token) is None
    with pytest.raises(SignInFailed):
        sign_in(world)


def test_wrong_passwords_are_limited_per_account_and_per_address(world: World) -> None:
    world.user()
    for _ in range(10):
        with pytest.raises(SignInFailed):
            sign_in(world, "wrong")
    with pytest.raises(TooManyTries) as refused:
        sign_in(world, address="10.0.0.2")
    assert 0 < refused.value.retry_after <= 15 * 60 + 1
    assert sign_in(world, now=later(16))


def test_unknown_accounts_are_refused_in_the_same_words(world: World) -> None:
    world.user()
    messages = set()
    for email in ("recruiter@example.org", "nobody@example.org"):
        with pytest.raises(SignInFailed) as refused:
            accounts.sign_in(world.store, email, "wrong", "10.0.0.1", NOW)
        messages.add(str(refused.value))
    assert len(messages) == 1


# Assessments -----------------------------------------------------------------------------------------------------


def test_a_plan_that_cannot_be_filled_is_refused_with_what_is_short(world: World) -> None:
    for draw, text in (
        (
            Draw(bank="demo", count=EACH + 1, objectives=["demo.1"]),
            f"demo (demo.1): {EACH + 1} wanted, {EACH} available, 1 short",
        ),
        (Draw(bank="nowhere", count=1), "there is no bank nowhere"),
        (Draw(bank="demo", count=1, objectives=["demo.7"]), "bank demo has no objective demo.7"),
    ):
        with pytest.raises(InfeasiblePlan, match=text.replace("(", r"\(").replace(")", r"\)")):
            assessments.publish(world.store, world.plan(draws=[draw]), None, None, NOW)


def test_an_assessment_keeps_drawing_from_the_banks_it_was_published_with(world: World, banks: Any) -> None:
    assessment = world.assessment(NOW)
    factories.write_bank(banks, "demo", [factories.item("number", "only-one"), factories.item("number", "other")])
    load_banks(world.store, banks, NOW)
    candidate = world.candidate(assessment, now=NOW)
    world.start(candidate, NOW)
    world.save(candidate, ITEMS, 1, {}, NOW)


def test_the_same_person_is_not_invited_twice_by_mistake(world: World) -> None:
    assessment = world.assessment(NOW)
    world.candidate(assessment, now=NOW)
    with pytest.raises(Invalid, match="was invited already"):
        invitations.invite(world.store, assessment, "Ada", "ADA@example.org", NOW)


def test_a_new_link_replaces_the_old_one(world: World) -> None:
    candidate = world.candidate(now=NOW)
    link = invitations.renew_link(world.store, candidate.invitation_id).token
    assert admission.look(world.store, link, None, "10.0.0.1", NOW).invitation_id == candidate.invitation_id
    with pytest.raises(NotFound):
        admission.look(world.store, candidate.link, None, "10.0.0.1", NOW)


@pytest.fixture
def crowd(world: World) -> str:
    """An assessment with thirty candidates; ten started, five of these finished with rising scores."""
    assessment = world.assessment(NOW)
    for n in range(30):
        candidate = world.candidate(assessment, f"person{n:02}@example.org", later(n / 60))
        if n < 10:
            world.start(candidate, later(1), seed=n)
        if n < 5:
            world.finish(candidate, later(2 + n))
    return assessment


def listed(world: World, assessment: str, minute: float = 10, **wanted: Any) -> tuple[list[str], bool]:
    page = standings(world.store, assessment, Wanted(**wanted), later(minute))
    return [row.email[:8] for row in page.rows], page.more


def test_lists_are_paged_sorted_filtered_and_searched(world: World, crowd: str) -> None:
    newest, more = listed(world, crowd)
    assert (len(newest), newest[0], more) == (listings.PER_PAGE, "person29", True)
    assert listed(world, crowd, page=2) == ([f"person{n:02}" for n in (4, 3, 2, 1, 0)], False)
    assert listed(world, crowd, sort="email")[0][:2] == ["person00", "person01"]
    assert listed(world, crowd, sort="email", descending=True)[0][0] == "person29"
    assert listed(world, crowd, only="started", sort="email")[0] == [f"person{n:02}" for n in range(5, 10)]
    assert listed(world, crowd, only="finished", sort="finished")[0] == [f"person{n:02}" for n in range(5)]
    assert len(listed(world, crowd, only="invited")[0]) == 20
    assert listed(world, crowd, search="PERSON2", sort="email")[0] == [f"person{n}" for n in range(20, 30)]
    assert listed(world, crowd, search="ada lov")[1] is True
    assert listed(world, crowd, search="%")[0] == []
    assert listed(world, crowd, page=10**6)[0] == []


def test_lists_apply_the_time_whether_or_not_a_worker_has_written_it_down(world: World, crowd: str) -> None:
    """Five of the crowd are left alone: their time is up at minute 21, and nothing has swept."""
    everybody = [f"person{n:02}" for n in range(10)]
    assert listed(world, crowd, 30, only="started")[0] == []
    assert sorted(listed(world, crowd, 30, only="finished", sort="email")[0]) == everybody
    assert sorted(listed(world, crowd, 30, sort="score")[0]) == everybody
    assert listed(world, crowd, 30, sort="finished", descending=True)[0][-5:] == everybody[4::-1]
    unswept = standings(world.store, crowd, Wanted(search="person07"), later(30)).rows[0]
    assert (unswept.state, unswept.ended_at) == ("finished", later(21))
    closing.sweep(world.store, later(30))
    assert standings(world.store, crowd, Wanted(search="person07"), later(30)).rows[0] == unswept


def test_what_is_not_written_down_yet_is_paged_with_the_rest(world: World) -> None:
    assessment = world.assessment(NOW)
    for n in range(40):
        candidate = world.candidate(assessment, f"person{n:02}@example.org", NOW)
        world.start(candidate, NOW, seed=n)
        if n < 12:
            world.finish(candidate, later(1))
    pages = [listed(world, assessment, 30, sort="finished", page=page) for page in (1, 2, 3)]
    assert [(len(rows), more) for rows, more in pages] == [(25, True), (15, False), (0, False)]
    assert sorted(pages[0][0] + pages[1][0]) == [f"person{n:02}" for n in range(40)]


# Scorecards and banks --------------------------------------------------------------------------------------------


def test_a_scorecard_is_there_when_the_attempt_is_over_swept_or_not(world: World) -> None:
    candidate = world.candidate(now=NOW)
    with pytest.raises(NotFound):
        scorecards.sheet(world.store, candidate.invitation_id, NOW)
    world.start(candidate, NOW)
    with pytest.raises(Invalid):
        scorecards.sheet(world.store, candidate.invitation_id, later(19))
    unswept = scorecards.sheet(world.store, candidate.invitation_id, later(30))
    assert (unswept.over.ended_by, unswept.time_used, unswept.card.overall.items) == (
        "time",
        timedelta(minutes=20),
        ITEMS,
    )
    world.finish(candidate, later(30))
    swept = scorecards.sheet(world.store, candidate.invitation_id, later(30))
    assert swept.card == unswept.card
    assert [group.title for group in swept.card.groups] == ["Group 1", "Group 2"] or len(swept.card.groups) == 2


def test_a_requirement_goes_from_the_plan_through_draw_and_slot_to_the_score(world: World) -> None:
    draws = [
        Draw(bank="demo", count=3, objectives=["demo.1"], requirement="Knows Java"),
        Draw(bank="demo", count=2, objectives=["demo.2"]),
        Draw(bank="demo", count=4, weights={"demo.2": 1}, requirement="Knows Java"),
    ]
    candidate = world.candidate(world.assessment(NOW, draws=draws), now=NOW)
    world.start(candidate, NOW)
    world.finish(candidate, later(1))
    card = scorecards.sheet(world.store, candidate.invitation_id, later(1)).card
    assert [slot.requirement for slot in card.slots] == ["Knows Java"] * 3 + [None] * 2 + ["Knows Java"] * 4
    groups = [(group.title, group.bank, group.estimate.items) for group in card.groups]
    assert groups == [("Knows Java", None, 7), ("Group 2", "The demo bank", 2)]


def test_loading_twice_changes_nothing_and_an_edit_adds_only_what_changed(world: World, banks: Any) -> None:
    def counts() -> tuple[int, int]:
        with reading(world.store) as session:
            return tuple(session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (BankVersion, ItemVersion))  # type: ignore[return-value]

    before = counts()
    assert {one.outcome for one in load_banks(world.store, banks, NOW)} == {"unchanged"}
    assert counts() == before
    path = banks / "demo" / "part-1.yaml"
    path.write_text(path.read_text().replace("Question number-1?", "Question number one?"))
    load_banks(world.store, banks, NOW)
    assert counts() == (before[0] + 1, before[1] + 1)


def test_a_bank_with_problems_is_refused_and_its_last_version_stays(world: World, banks: Any) -> None:
    (banks / "demo" / "part-1.yaml").write_text("items: [")
    outcomes = {one.bank: one.outcome for one in load_banks(world.store, banks, NOW)}
    assert outcomes == {"demo": "refused", "practice": "unchanged"}
    assert [offer.items for offer in assessments.offers(world.store)] == [ITEMS]
