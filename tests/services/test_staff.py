"""Staff on both stores: accounts, sessions, limits, assessments, lists, loading banks."""

import base64
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.domain.errors import InfeasiblePlan, Invalid, NotFound, SignInFailed, WeakPassword
from quiz.domain.plans import Draw
from quiz.services.delivery import admission, closing
from quiz.services.people import accounts, passwords
from quiz.services.people.tokens import hashed
from quiz.services.publishing import assessments, invitations
from quiz.services.publishing.loading import load_banks
from quiz.services.results import scorecards
from quiz.services.results.standings import standings
from quiz.store import attempts, content, listings
from quiz.store.accounts import StaffSession, User
from quiz.store.assessments import Assessment
from quiz.store.content import BankVersion, ItemVersion
from quiz.store.database import reading, writing
from quiz.store.invitations import Invitation
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


def test_no_password_is_taken_that_many_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every one of the lists that is long enough, in whatever case, and the 3,000 most used with something added."""
    common = passwords._common()
    monkeypatch.setattr(passwords, "_common", lambda: common)
    many = sorted(common, key=lambda word: common[word])
    assert len(many) > 10_000
    long = [word for word in many if passwords.SHORTEST <= len(word) <= passwords.LONGEST]
    assert len(long) > 3000
    added = [f"{word}1234567890" for word in many[:3000]]
    for password in [*long, *(word.upper() for word in long), *added]:
        with pytest.raises(WeakPassword):
            passwords.refuse_weak(password, "robin@example.org", "Robin Test")


@pytest.mark.parametrize(
    "password", ["Robin-Example-1", "robin.testing!", "quiz-recruiter-7", "robin@example.org", "tset nibor 2024"]
)
def test_no_password_is_taken_that_is_made_of_its_owner(password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.refuse_weak(password, "robin@example.org", "Robin Test")


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "an entirely new phrase", "xK9#mQ2$vL7p", "  spaces count too  ", "猫は木の上で長い夢を見ている"],
)
def test_a_password_of_any_characters_is_taken(password: str) -> None:
    passwords.refuse_weak(password, "robin@example.org", "Robin Test")


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
    link = invitations.renew_link(world.store, candidate.invitation_id, NOW).token
    assert admission.look(world.store, link, {}, "10.0.0.1", NOW).invitation_id == candidate.invitation_id
    with pytest.raises(NotFound):
        admission.look(world.store, candidate.link, {}, "10.0.0.1", NOW)


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


def listed(world: World, assessment: str, minute: float = 10, **wanted: Any) -> list[str]:
    return [row.email[:8] for row in standings(world.store, assessment, Wanted(**wanted), later(minute)).rows]


def leafed(world: World, assessment: str, minute: float = 10, **wanted: Any) -> list[list[str]]:
    """Every page of a list, leafed through to its end; leafed back, they are the same."""
    pages = [standings(world.store, assessment, Wanted(**wanted), later(minute))]
    while pages[-1].after and len(pages) < 10:
        pages.append(standings(world.store, assessment, Wanted(**wanted, after=pages[-1].after), later(minute)))
    back = pages[-1]
    for page in pages[-2::-1]:
        back = standings(world.store, assessment, Wanted(**wanted, before=back.before), later(minute))
        assert back.rows == page.rows
    assert not back.before
    return [[row.email[:8] for row in page.rows] for page in pages]


def test_lists_are_paged_sorted_filtered_and_searched(world: World, crowd: str) -> None:
    newest = [f"person{n:02}" for n in range(29, -1, -1)]
    assert leafed(world, crowd) == [newest[: listings.PER_PAGE], newest[listings.PER_PAGE :]]
    assert listed(world, crowd, sort="email")[:2] == ["person00", "person01"]
    assert listed(world, crowd, sort="email", descending=True)[0] == "person29"
    assert listed(world, crowd, only="started", sort="email") == [f"person{n:02}" for n in range(5, 10)]
    assert listed(world, crowd, only="finished", sort="finished") == [f"person{n:02}" for n in range(5)]
    assert len(listed(world, crowd, only="invited")) == 20
    assert listed(world, crowd, search="PERSON2", sort="email") == [f"person{n}" for n in range(20, 30)]
    assert len(listed(world, crowd, search="ada lov")) == listings.PER_PAGE
    assert listed(world, crowd, search="%") == []


def test_lists_apply_the_time_whether_or_not_a_worker_has_written_it_down(world: World, crowd: str) -> None:
    """Five of the crowd are left alone: their time is up at minute 21, and nothing has swept."""
    everybody = [f"person{n:02}" for n in range(10)]
    assert listed(world, crowd, 30, only="started") == []
    assert sorted(listed(world, crowd, 30, only="finished", sort="email")) == everybody
    assert sorted(listed(world, crowd, 30, sort="score")) == everybody
    assert listed(world, crowd, 30, sort="finished", descending=True)[-5:] == everybody[4::-1]
    unswept = standings(world.store, crowd, Wanted(search="person07"), later(30)).rows[0]
    assert (unswept.state, unswept.ended_at) == ("finished", later(21))
    closing.sweep(world.store, later(30))
    assert standings(world.store, crowd, Wanted(search="person07"), later(30)).rows[0] == unswept


@pytest.mark.parametrize("seconds", [0, 5, 10])
def test_nobody_whose_deadline_has_passed_is_shown_as_still_at_it(world: World, crowd: str, seconds: int) -> None:
    """Not even while a save that was under way is still taken; the score is told when that is over."""
    minute = 21 + seconds / 60
    assert listed(world, crowd, minute, only="started") == []
    (row,) = standings(world.store, crowd, Wanted(search="person07"), later(minute)).rows
    assert (row.state, row.ended_at, row.score) == ("finished", later(21), None)
    assert "person07" in listed(world, crowd, minute, only="finished")
    assert "person07" in listed(world, crowd, minute, sort="finished")
    assert "person07" not in listed(world, crowd, minute, sort="score")
    assert "person07" in listed(world, crowd, 20.99, only="started")


@pytest.mark.parametrize("sort", ["finished", "score"])
def test_what_is_not_written_down_yet_is_sorted_and_paged_with_the_rest(world: World, sort: str) -> None:
    assessment = world.assessment(NOW)
    for n in range(40):
        candidate = world.candidate(assessment, f"person{n:02}@example.org", NOW)
        world.start(candidate, later(n % 5), seed=n)
        for number in range(1, n % 7 + 1):
            answer_rightly(world, candidate, number, later(5))
        if n % 3 == 0:
            world.finish(candidate, later(6))
    unswept = leafed(world, assessment, 30, sort=sort)
    assert [len(page) for page in unswept] == [25, 15]
    closing.sweep(world.store, later(30))
    assert leafed(world, assessment, 30, sort=sort) == unswept
    rows = [
        standings(world.store, assessment, Wanted(search=person), later(30)).rows[0]
        for page in unswept
        for person in page
    ]
    keys = [row.score.share if sort == "score" and row.score else row.ended_at for row in rows]
    assert keys == sorted(keys)  # type: ignore[type-var]


def answer_rightly(world: World, candidate: factories.Candidate, number: int, now: Any) -> None:
    with reading(world.store) as session:
        form = attempts.form(session, candidate.invitation_id)
        assert form is not None
        place = form.places[number - 1]
        item = content.items(session, [place.item_version_id])[place.item_version_id]
    world.save(candidate, number, 1, item.fields(item.key, place.arrangement), now)


@pytest.mark.parametrize("sort", ["", "name", "email", "invited"])
def test_everybody_is_reached_by_paging_however_many_have_the_same_name_and_time(world: World, sort: str) -> None:
    assessment = world.assessment(NOW)
    with writing(world.store) as session:
        row = session.scalars(sa.select(Assessment.id).where(Assessment.public_id == assessment)).one()
        session.execute(
            sa.insert(Invitation),
            [
                {
                    "public_id": f"{n:030}",
                    "assessment_id": row,
                    "name": "Ada",
                    "name_key": "ada",
                    "email": "ada@example.org",
                    "search_key": " ada example org",
                    "token_hash": f"{n}",
                    "created_at": NOW,
                }
                for n in range(1100)
            ],
        )
    page, ids = standings(world.store, assessment, Wanted(sort=sort), NOW), list[str]()
    ids += [row.invitation_id for row in page.rows]
    while page.after and len(ids) < 2000:
        page = standings(world.store, assessment, Wanted(sort=sort, after=page.after), NOW)
        ids += [row.invitation_id for row in page.rows]
    assert sorted(ids) == [f"{n:030}" for n in range(1100)]


def test_people_who_come_in_while_somebody_leafs_through_hide_nobody(world: World, crowd: str) -> None:
    first = standings(world.store, crowd, Wanted(), later(10))
    world.candidate(crowd, "late@example.org", later(11))
    second = standings(world.store, crowd, Wanted(after=first.after), later(11))
    assert [row.email[:8] for row in second.rows] == [f"person{n:02}" for n in (4, 3, 2, 1, 0)]


# ruff: noqa: RUF001 - people are called so
NAMES = [
    ("Łukasz Żółć", ["lukasz", "ŁUKASZ", "zolc", "żół", "zolc lukasz"]),
    ("Jürgen Groß-Müller", ["jurgen", "Juergen", "gross", "GROSS", "muller", "mueller", "Müller", "groß"]),
    ("Søren Ærø", ["soren", "søren", "soeren", "aero"]),
    ("Seán O’Brien", ["sean", "o'brien", "obrien", "brien", "O’BRIEN"]),
    ("İpek Işık", ["ipek", "isik", "İPEK", "ışık"]),
    ("Zoe\u0308 Nguyễn", ["zoë", "zoe", "nguyen", "NGUYỄN"]),
    ("Σίσυφος Παπαδόπουλος", ["σισυφοσ", "ΣΊΣΥΦΟΣ", "παπα"]),
    ("Ёлкин Пётр", ["елкин", "петр", "ПЁТР"]),
    ("王小明", ["王", "小明"]),
    ("José de la Cruz", ["cruz", "la cruz", "jose cruz", "cruz jose"]),
]


def test_people_are_found_by_any_word_however_it_is_typed(world: World) -> None:
    assessment = world.assessment(NOW)
    for n, (name, _) in enumerate(NAMES):
        invitations.invite(world.store, assessment, name, f"somebody.number{n}@sub.example.org", NOW)
    for n, (name, searches) in enumerate(NAMES):
        for search in [
            *searches,
            name,
            f"number{n}",
            f"somebody.number{n}@sub.example.org",
            f"{searches[0]} number{n}",
        ]:
            found = standings(world.store, assessment, Wanted(search=search), NOW).rows
            assert name in [row.name for row in found], search
            assert search in ("la cruz", "o'brien", "O’BRIEN") or len(found) == 1, search
    for nobody in ("nobody", "lukasz cruz", "ukasz", "_", "%", "' OR 1=1 --"):
        assert not standings(world.store, assessment, Wanted(search=nobody), NOW).rows, nobody


def test_names_are_sorted_beside_each_other_whatever_their_accents_and_case(world: World) -> None:
    assessment = world.assessment(NOW)
    names = ["Zoe", "Ägidius", "adam", "Łucja", "Luca", "Östen", "Oskar", "Strasse", "Straße A", "Éva", "Eva B", "Ðór"]
    for n, name in enumerate(names):
        invitations.invite(world.store, assessment, name, f"{n}@example.org", NOW)
    rows = standings(world.store, assessment, Wanted(sort="name"), NOW).rows
    assert [row.name for row in rows] == [
        *("adam", "Ägidius", "Ðór", "Éva", "Eva B", "Luca", "Łucja", "Oskar", "Östen", "Strasse", "Straße A", "Zoe")
    ]


def test_assessments_are_found_by_any_word_and_all_are_reached(world: World) -> None:
    for n in range(30):
        world.assessment(later(n), title=f"Équipe Größe {n}")
    first = assessments.published(world.store, Wanted(search="groesse EQUIPE"), NOW)
    second = assessments.published(world.store, Wanted(search="grosse", after=first.after), NOW)
    assert [row.title for row in (*first.rows, *second.rows)] == [f"Équipe Größe {n}" for n in range(29, -1, -1)]
    assert assessments.published(world.store, Wanted(before=second.before), NOW).rows == first.rows


def test_a_page_that_no_list_gave_is_the_first(world: World) -> None:
    assessment = world.assessment(NOW)
    candidate = world.candidate(assessment, now=NOW)
    world.start(candidate, NOW)
    world.finish(candidate, later(2))
    altered = [
        *('["a", 1]', "[1.5, 1]", '[{"at": "2026-03-01"}, 1]', "[NaN, 1]", '["\\ud800", 1]', '["\\u0000", 1]'),
        *("[1, 2", "{}", "7", "[1.5, true]", '["a", 99999999999999999999]'),
    ]
    for sort in ("", *listings.CANDIDATE_SORTS):
        for value in altered:
            for text in (value, base64.urlsafe_b64encode(value.encode()).decode()):
                for edge in ({"after": text}, {"before": text}):
                    standings(world.store, assessment, Wanted(sort=sort, **edge), later(10))


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
