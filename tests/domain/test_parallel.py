"""Parallel forms: forms of a plan take as long and are as hard as each other, and lose nothing for it."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.assembly import Assembly
from quiz.domain.parallel import NEAR, Typical, level
from quiz.domain.plans import BANDS, Draw, Spread
from quiz.domain.pools import Cell, PoolItem
from tests.domain.samples import form_items, plan, pool

RNG = random.Random(11)
POOL = [
    replace(item, seconds=RNG.choice(range(45, 155, 5)), difficulty=RNG.choice([1, 2, 2, 3, 3, 3, 4, 4, 5]))
    for item in pool("a", 12, 8)
]


def uneven(forms: list[list[PoolItem]], field: str) -> float:
    """How much more the greatest form has than the least one."""
    sums = [sum(getattr(item, field) for item in form) for form in forms]
    return max(sums) / min(sums) - 1


@pytest.mark.parametrize("spread", [None, Spread(easy=1, medium=1, hard=1)], ids=["as-the-bank-is", "spread"])
def test_a_thousand_forms_are_equally_long_and_hard(spread: Spread | None) -> None:
    weights = {"a.1": 3, "a.2": 2, "a.3": 2, "a.4": 1, "a.5": 1, "a.6": 1}
    assembly = Assembly(plan(Draw(bank="a", count=20, weights=weights), difficulty=spread), {"a": POOL})
    forms = [form_items(assembly, seed) for seed in range(1000)]
    assert uneven(forms, "seconds") < 0.05
    assert uneven(forms, "difficulty") < 0.05
    for form in forms:
        assert len({item.exclusive for item in form}) == 20
        groups = Counter(item.group for item in form)
        assert [groups[group] for group in weights] == [6, 4, 4, 2, 2, 2]
        if spread is not None:
            assert sorted(Counter(item.band for item in form).values()) == [6, 7, 7]
    drawn = Counter(item.id for form in forms for item in form)
    assert len(drawn) == len(POOL)
    assert max(drawn.values()) < 1000


def test_the_estimate_of_an_assembly_is_what_its_forms_take() -> None:
    assembly = Assembly(plan(Draw(bank="a", count=20)), {"a": POOL})
    for seed in range(50):
        seconds = sum(item.seconds for item in form_items(assembly, seed))
        assert seconds == pytest.approx(assembly.seconds, rel=NEAR + 0.001)


@given(st.integers(0, 10_000), st.integers(1, 12))
def test_levelling_brings_a_form_no_further_away_and_keeps_its_cells(seed: int, count: int) -> None:
    rng = random.Random(seed)
    cells = [Cell(0, "first", count, tuple(POOL[:48])), Cell(1, "second", 2, tuple(POOL[40:]))]
    form = [list(POOL[:count]), list(POOL[-2:])]
    wanted = Typical(seconds=90 * (count + 2), difficulty=3 * (count + 2))

    def distance(items: list[list[PoolItem]]) -> float:
        flat = [item for cell in items for item in cell]
        return wanted.distance(sum(item.seconds for item in flat), sum(item.difficulty for item in flat))

    done = level(cells, form, wanted, rng)
    assert distance(done) <= distance(form)
    assert [len(items) for items in done] == [count, 2]
    for cell, items in zip(cells, done, strict=True):
        assert set(items) <= set(cell.members)
    assert len({item.exclusive for items in done for item in items}) == count + 2


def test_enemies_do_not_come_together_by_a_swap() -> None:
    members = [replace(item, enemies="twins") if n % 2 else item for n, item in enumerate(POOL)]
    assembly = Assembly(plan(Draw(bank="a", count=20)), {"a": members})
    for seed in range(100):
        assert sum(item.enemies is not None for item in form_items(assembly, seed)) <= 1


def test_a_swap_never_makes_the_spread_over_objectives_worse() -> None:
    assembly = Assembly(plan(Draw(bank="a", count=12)), {"a": POOL})
    for seed in range(100):
        assert set(Counter(item.objective for item in form_items(assembly, seed)).values()) == {1}


def test_bands_hold_every_difficulty() -> None:
    assert sorted(level for levels in BANDS.values() for level in levels) == [1, 2, 3, 4, 5]
