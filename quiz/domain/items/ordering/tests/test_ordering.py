"""Ordering: Kendall's tau, with nothing for pairs that were not put into an order."""

import random
from itertools import permutations

import pytest

from quiz.domain.items import KINDS
from tests.domain.samples import arrangements, question

STEPS = [{"text": f"Step {n}", "why": "Because."} for n in range(4)]


@pytest.mark.parametrize(
    ("places", "earned"),
    [
        ([1, 2, 3, 4], 1),
        ([2, 1, 3, 4], 4 / 6),  # one pair of six turned: (5 - 1) / 6
        ([2, 3, 4, 1], 0),  # three turned: (3 - 3) / 6
        ([1, 3, 4, 2], 2 / 6),
        ([4, 3, 2, 1], 0),  # tau is -1, credit is not below nothing
        ([1, 1, 2, 3], 4 / 6),  # a tie is a pair out of order
        ([1, 1, 1, 1], 0),
        ([1, 2, 3, None], 0),  # three of six pairs hold an unplaced step
        ([None, None, None, 4], 0),
    ],
)
def test_an_order_earns_kendalls_tau(places: list[int | None], earned: float) -> None:
    assert question("ordering", sequence=STEPS).score(places) == pytest.approx(earned)


def test_the_credit_is_one_only_for_the_right_order() -> None:
    sample = question("ordering", sequence=STEPS)
    full = [places for places in permutations([1, 2, 3, 4]) if sample.score(list(places)) == 1]
    assert full == [(1, 2, 3, 4)]


@pytest.mark.parametrize("parts", range(3, 9))
def test_the_right_order_is_never_shown_as_it_is(parts: int) -> None:
    drawn = {KINDS["ordering"].arrange(parts, random.Random(seed)) for seed in range(300)}
    assert tuple(range(parts)) not in drawn
    assert len(drawn) > 3


def test_every_order_but_the_right_one_is_shown_about_as_often() -> None:
    rng = random.Random(1)
    drawn = [KINDS["ordering"].arrange(3, rng) for _ in range(5000)]
    # Five orders, 1000 each on average with a standard deviation of 28; the seed is fixed.
    assert len(set(drawn)) == 5
    assert all(880 < drawn.count(order) < 1120 for order in set(drawn))


@pytest.mark.parametrize("parts", [3, 4, 5])
def test_chance_is_what_the_best_blind_order_earns(parts: int) -> None:
    sample = question("ordering", sequence=[{"text": f"Step {n}", "why": "Because."} for n in range(parts)])
    shown = [order for order in permutations(range(parts)) if order != tuple(range(parts))]

    def earned(places: tuple[int, ...]) -> float:
        """The mean credit of giving these places to the lines from the top."""
        answers = [[place for _, place in sorted(zip(order, places, strict=True))] for order in shown]
        return sum(map(sample.score, answers)) / len(answers)

    best = max(earned(places) for places in permutations(range(1, parts + 1)))
    assert sample.chance == pytest.approx(best)


def test_places_are_stored_in_the_order_of_the_file() -> None:
    fields = {"answer-1": ["3"], "answer-2": ["1"], "answer-3": ["2"]}
    assert question("ordering", sequence=STEPS[:3]).read(fields, (2, 0, 1)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("places", "complete"), [([3, 1, 2], True), ([1, 1, 2], False), ([1, None, 2], False), ([1, 1, 1], False)]
)
def test_an_order_is_complete_when_every_place_was_given_once(places: list[int | None], complete: bool) -> None:
    assert question("ordering", sequence=STEPS[:3]).complete(places) is complete


def test_the_steps_are_shown_in_the_order_of_the_arrangement() -> None:
    sample = question("ordering", sequence=STEPS)
    for arrangement in arrangements(sample):
        shown = [prompt.text for prompt in sample.public(arrangement).prompts]
        assert shown == [f"Step {place}" for place in arrangement]


def test_every_step_is_a_part_with_its_place_and_the_place_it_was_given() -> None:
    told = [(p.key, p.answer, p.verdict) for p in question("ordering", sequence=STEPS[:3]).explain([2, None, 3])]
    assert told == [("1", "2", "wrong"), ("2", "", "not answered"), ("3", "3", "right")]


def test_an_answer_is_told_in_the_order_that_was_given() -> None:
    sample = question("ordering", sequence=STEPS[:3])
    assert sample.as_text([3, None, 1]) == ["1. Step 2", "3. Step 0"]
    assert sample.as_json([3, None, 1]) == [
        {"position": 1, "text": "Step 0", "answer": 3},
        {"position": 2, "text": "Step 1", "answer": None},
        {"position": 3, "text": "Step 2", "answer": 1},
    ]
