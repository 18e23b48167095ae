"""Reporting: a scorecard sums up what was asked, and advises no more than its uncertainty allows."""

from typing import Any

import pytest

from quiz.domain.completeness import Tally
from quiz.domain.measurement import estimate
from quiz.domain.outlines import Group, Objective, Outline
from quiz.domain.reporting import GroupScore, Scorecard, SlotScore, scorecard
from tests.domain.samples import question


def slot(credit: float = 1.0, answer: Any = 0, bank: str = "Demo", group: str = "g.1", **more: Any) -> SlotScore:
    """A slot whose item measures an objective of a group of a bank."""
    outline = Outline(bank, [Group(group, f"Title of {group}", [Objective("demo.1.1", "Objective")])])
    return SlotScore(1, outline, question("single choice"), answer, credit, **more)


def card(credits: list[float], pass_mark: int | None = None) -> Scorecard:
    return scorecard([slot(credit) for credit in credits], pass_mark)


@pytest.mark.parametrize(
    ("right", "items", "pass_mark", "advice"),
    [
        (8, 10, 49, "above"),  # the interval is 49.0 to 94.3 per cent
        (8, 10, 50, "too close to call"),
        (8, 10, 94, "too close to call"),
        (8, 10, 95, "below"),
        (40, 40, 90, "above"),
        (0, 40, 10, "below"),
        (8, 10, None, ""),
        (0, 0, 50, "too close to call"),
    ],
)
def test_a_pass_mark_is_met_or_missed_only_with_the_whole_interval(
    right: int, items: int, pass_mark: int | None, advice: str
) -> None:
    assert card([1.0] * right + [0.0] * (items - right), pass_mark).advice == advice


def test_groups_stand_in_the_order_asked_each_with_its_own_estimate() -> None:
    slots = [
        slot(1.0, group="g.2"),
        slot(0.5, group="g.1"),
        slot(0.0, group="g.2"),
        slot(1.0, bank="Other", group="g.1"),
    ]
    summed = scorecard(slots, None)
    assert summed.groups == (
        GroupScore("Title of g.2", "Demo", estimate([1.0, 0.0])),
        GroupScore("Title of g.1", "Demo", estimate([0.5])),
        GroupScore("Title of g.1", "Other", estimate([1.0])),
    )
    assert summed.overall == estimate([1.0, 0.5, 0.0, 1.0])


def test_slots_of_one_requirement_form_one_group_whatever_their_bank() -> None:
    slots = [
        slot(1.0, group="g.1"),
        slot(0.0, requirement="Web security"),
        slot(0.5, group="g.1"),
        slot(1.0, bank="Other", group="g.2", requirement="Web security"),
        slot(1.0, requirement="Java"),
    ]
    assert scorecard(slots, None).groups == (
        GroupScore("Title of g.1", "Demo", estimate([1.0, 0.5])),
        GroupScore("Web security", None, estimate([0.0, 1.0])),
        GroupScore("Java", None, estimate([1.0])),
    )


def test_every_slot_is_in_exactly_one_group() -> None:
    slots = [slot(group=f"g.{n % 3}", requirement=None if n % 2 else "Java") for n in range(12)]
    assert sum(group.estimate.items for group in scorecard(slots, None).groups) == len(slots)


def test_an_empty_attempt_has_a_scorecard_too() -> None:
    summed = scorecard([], None)
    assert (summed.groups, summed.tally.total, summed.overall.items) == ((), 0, 0)


@pytest.mark.parametrize(
    ("credit", "answer", "verdict"),
    [(1.0, 0, "right"), (0.0, 1, "wrong"), (0.3333, 0, "partly right"), (0.0, None, "not answered")],
)
def test_a_slot_says_in_a_word_what_it_earned(credit: float, answer: int | None, verdict: str) -> None:
    assert slot(credit, answer).verdict == verdict


def test_a_slot_knows_what_its_item_measures() -> None:
    assert (slot().group.title, slot().objective.title) == ("Title of g.1", "Objective")


def test_only_answers_count_as_answered() -> None:
    slots = [slot(1.0, 0), slot(0.0, None), slot(0.0, 2)]
    assert scorecard(slots, None).tally == Tally(answered=2, partly=0, unanswered=1)


def test_a_slot_is_explained_part_by_part() -> None:
    parts = [(part.is_key, part.answer, part.verdict) for part in slot(0.0, 1).parts]
    assert parts == [(True, "", None), (False, "Chosen", "wrong"), (False, "", None)]
