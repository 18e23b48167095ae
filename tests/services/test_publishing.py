"""Publishing, inviting, scorecards and loading, on both stores."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.domain.errors import InfeasiblePlan, Invalid, NotFound
from quiz.domain.plans import Draw
from quiz.services.delivery import admission
from quiz.services.publishing import assessments, invitations
from quiz.services.publishing.loading import load_banks
from quiz.services.results import scorecards
from quiz.store.content import BankVersion, ItemVersion
from quiz.store.database import reading
from tests import factories
from tests.factories import EACH, ITEMS, NOW, World, later

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
    def counts() -> tuple[int | None, int | None]:
        with reading(world.store) as session:
            banks, items = (sa.select(sa.func.count()).select_from(table) for table in (BankVersion, ItemVersion))
            return session.scalar(banks), session.scalar(items)

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
