"""Reporting: a scorecard sums up what was asked, and advises no more than its uncertainty allows."""

from typing import Any

import pytest

from quiz.domain.measurement import estimate
from quiz.domain.reporting import Marked, Scorecard, scorecard
from tests.domain.samples import question


def marked(credit: float = 1.0, answer: Any = 0, number: int = 1, bank: str = "demo", group: str = "demo.1") -> Marked:
    return Marked(number, bank, group, f"Title of {group}", "Objective", question("single choice"), answer, credit)


def card(credits: list[float], pass_mark: int | None = None) -> Scorecard:
    return scorecard([marked(credit, number=n) for n, credit in enumerate(credits, start=1)], pass_mark)


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
        marked(1.0, number=1, group="demo.2"),
        marked(0.5, number=2, group="demo.1"),
        marked(0.0, number=3, group="demo.2"),
        marked(1.0, number=4, bank="other", group="demo.1"),
    ]
    summed = scorecard(slots, None)
    assert [(group.bank, group.title, group.estimate) for group in summed.groups] == [
        ("demo", "Title of demo.2", estimate([1.0, 0.0])),
        ("demo", "Title of demo.1", estimate([0.5])),
        ("other", "Title of demo.1", estimate([1.0])),
    ]
    assert summed.overall == estimate([1.0, 0.5, 0.0, 1.0])
    assert sum(group.estimate.items for group in summed.groups) == len(slots)


def test_an_empty_attempt_has_a_scorecard_too() -> None:
    summed = scorecard([], None)
    assert (summed.groups, summed.answered, summed.overall.items) == ((), 0, 0)


@pytest.mark.parametrize(
    ("credit", "answer", "verdict"),
    [(1.0, 0, "right"), (0.0, 1, "wrong"), (0.3333, 0, "partly right"), (0.0, None, "not answered")],
)
def test_a_slot_says_in_a_word_what_it_earned(credit: float, answer: int | None, verdict: str) -> None:
    assert marked(credit, answer).verdict == verdict


def test_only_answers_count_as_answered() -> None:
    slots = [marked(1.0, 0), marked(0.0, None), marked(0.0, 2)]
    assert scorecard(slots, None).answered == 2


def test_a_slot_is_explained_part_by_part() -> None:
    parts = [(part.is_key, part.answer, part.verdict) for part in marked(0.0, 1).parts]
    assert parts == [(True, "", None), (False, "Chosen", "wrong"), (False, "", None)]
