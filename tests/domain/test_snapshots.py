"""Snapshots: what is stored of a bank and of a plan, and that every shape of it can be read for ever.

The documents are written out here, so that a change of what is stored shows, and gets a shape of its own.
"""

import json
from typing import Any

import pytest

from quiz.domain.banks import BankFile
from quiz.domain.outlines import Group, Objective, Outline
from quiz.domain.plans import Draw, Plan, Spread
from quiz.domain.snapshots.outlines import read_outline
from quiz.domain.snapshots.plans import read_plan_snapshot

OUTLINE = Outline(
    title="Loops",
    groups=[
        Group("l.1", "For", [Objective("l.1.1", "Counting"), Objective("l.1.2", "Each")], weight=3),
        Group("l.2", "While", [Objective("l.2.1", "Ends")]),
    ],
    summary="What loops do.",
    alignment="Aligned to nothing.",
    language="java",
    practice=True,
)

OUTLINES: dict[int, dict[str, Any]] = {
    1: {
        "title": "Loops",
        "summary": "What loops do.",
        "language": "java",
        "alignment": "Aligned to nothing.",
        "framework": {"name": "None", "source": "Nowhere"},
        "weights": "Ours.",
        "practice": True,
        "health": {"longest-option": "For a test."},
        "groups": [
            {
                "id": "l.1",
                "title": "For",
                "weight": 3,
                "objectives": [{"id": "l.1.1", "title": "Counting"}, {"id": "l.1.2", "title": "Each"}],
            },
            {"id": "l.2", "title": "While", "weight": 1, "objectives": [{"id": "l.2.1", "title": "Ends"}]},
        ],
    },
    2: {
        "shape": 2,
        "title": "Loops",
        "groups": [
            {
                "id": "l.1",
                "title": "For",
                "objectives": [{"id": "l.1.1", "title": "Counting"}, {"id": "l.1.2", "title": "Each"}],
                "weight": 3,
            },
            {"id": "l.2", "title": "While", "objectives": [{"id": "l.2.1", "title": "Ends"}], "weight": 1},
        ],
        "summary": "What loops do.",
        "alignment": "Aligned to nothing.",
        "language": "java",
        "practice": True,
    },
}

PLAN = Plan(
    title="Loops and more",
    minutes=20,
    draws=[
        Draw(bank="loops", count=4, weights={"l.2": 1, "l.1": 3}),
        Draw(bank="more", count=2, objectives=["m.1"]),
    ],
    difficulty=Spread(easy=1, hard=2),
    scoring="all or nothing",
    pass_mark=60,
)

PLANS: dict[int, dict[str, Any]] = {
    1: {
        "title": "Loops and more",
        "minutes": 20,
        "draws": [
            {"bank": "loops", "count": 4, "objectives": [], "weights": {"l.2": 1, "l.1": 3}},
            {"bank": "more", "count": 2, "objectives": ["m.1"], "weights": {}},
        ],
        "difficulty": {"easy": 1, "medium": 0, "hard": 2},
        "scoring": "all or nothing",
        "pass_mark": 60,
    },
    2: {
        "shape": 2,
        "title": "Loops and more",
        "minutes": 20,
        "draws": [
            {"bank": "loops", "count": 4, "objectives": [], "weights": {"l.2": 1, "l.1": 3}, "requirement": None},
            {"bank": "more", "count": 2, "objectives": ["m.1"], "weights": {}, "requirement": None},
        ],
        "difficulty": {"easy": 1, "medium": 0, "hard": 2},
        "scoring": "all or nothing",
        "pass_mark": 60,
    },
}


def stored(document: dict[str, Any]) -> dict[str, Any]:
    """The document as a store gives it back."""
    read: dict[str, Any] = json.loads(json.dumps(document))
    return read


@pytest.mark.parametrize("shape", OUTLINES)
def test_an_outline_of_every_shape_can_be_read(shape: int) -> None:
    assert read_outline(stored(OUTLINES[shape])) == OUTLINE


def test_an_outline_is_stored_in_the_newest_shape() -> None:
    assert OUTLINE.snapshot() == OUTLINES[max(OUTLINES)]


@pytest.mark.parametrize("shape", PLANS)
def test_a_plan_of_every_shape_can_be_read(shape: int) -> None:
    plan = read_plan_snapshot(stored(PLANS[shape]))
    assert plan == PLAN
    assert list(plan.draws[0].quotas) == ["l.2", "l.1"]  # Their order decides what is drawn.


def test_a_plan_is_stored_in_the_newest_shape() -> None:
    assert PLAN.snapshot() == PLANS[max(PLANS)]


def test_a_requirement_is_stored_with_its_draw() -> None:
    plan = Plan("Requirements", 20, [Draw("loops", 2, requirement="Knows loops"), Draw("loops", 1)])
    assert read_plan_snapshot(stored(plan.snapshot())) == plan


@pytest.mark.parametrize("unknown", [{"colour": "red"}, {"summary": ""}])
def test_an_outline_that_no_schema_would_accept_can_be_read(unknown: dict[str, Any]) -> None:
    document = OUTLINES[1] | unknown | {"title": "x" * 1000}
    assert read_outline(document).title == "x" * 1000


def test_a_plan_that_no_schema_would_accept_can_be_read() -> None:
    document = PLANS[1] | {"colour": "red", "minutes": 9999, "draws": [{"bank": "Loops!", "count": 500}]}
    plan = read_plan_snapshot(document)
    assert (plan.minutes, plan.total) == (9999, 500)


def test_the_outline_of_a_file_is_what_it_says() -> None:
    assert BankFile.model_validate(OUTLINES[1]).outline == OUTLINE


def test_an_outline_finds_titles_groups_and_objectives_by_their_ids() -> None:
    assert list(OUTLINE.titles.items()) == [
        ("l.1", "For"),
        ("l.1.1", "Counting"),
        ("l.1.2", "Each"),
        ("l.2", "While"),
        ("l.2.1", "Ends"),
    ]
    assert list(OUTLINE.objectives) == ["l.1.1", "l.1.2", "l.2.1"]
    assert {id: group.id for id, group in OUTLINE.group_of.items()} == {"l.1.1": "l.1", "l.1.2": "l.1", "l.2.1": "l.2"}
