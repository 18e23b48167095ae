"""Lists of candidates and assessments, on both stores: whoever is in them is found."""

import base64
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.services.delivery import closing
from quiz.services.publishing import assessments, invitations
from quiz.services.results.standings import standings
from quiz.store import attempts, content, listings
from quiz.store.assessments import Assessment
from quiz.store.database import reading, writing
from quiz.store.invitations import Invitation
from quiz.store.listings import Wanted
from tests import factories
from tests.factories import NOW, World, later


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
