"""Parallel forms: the forms of one plan take the same time and are equally hard, so that luck decides less.

A form is drawn first and brought near the typical one afterwards, by swapping single items for others that may stand
in the same place. Quotas, enemies and the spread over objectives stay as they were drawn.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from quiz.domain.drawing import picked
from quiz.domain.pools import Cell, PoolItem

NEAR = 0.015
"""How far a form may be from the typical one, as a share of its time and of its difficulty."""
_TRIES = 30
"""Swaps that are tried for each item of a form."""


@dataclass(frozen=True)
class Typical:
    """Sums over a typical form, from the authors' estimates."""

    seconds: float
    difficulty: float

    def distance(self, seconds: int, difficulty: int) -> float:
        """The larger of the two relative deviations of a form with these sums."""
        return max(abs(seconds / self.seconds - 1), abs(difficulty / self.difficulty - 1))


def typical(forms: Sequence[Sequence[Sequence[PoolItem]]]) -> Typical:
    """The mean over some forms, each given as the items of its cells."""
    items = [item for form in forms for cell in form for item in cell]
    return Typical(sum(i.seconds for i in items) / len(forms), sum(i.difficulty for i in items) / len(forms))


def levelled(
    cells: Sequence[Cell], form: Sequence[Sequence[PoolItem]], wanted: Typical, rng: random.Random
) -> list[list[PoolItem]]:
    """The form, as near to the typical one as swapping gets it.

    An item is first swapped within its own objective; where that does not suffice, also for one of an objective that
    the form has fewer of, so that the spread does not suffer. A swap is made only where it brings the form nearer.
    """
    places = [(n, item) for n, items in enumerate(form) for item in items]
    taken = {item.exclusive for _, item in places}
    objectives = Counter((n, item.objective) for n, item in places)
    seconds, difficulty = (sum(getattr(item, field) for _, item in places) for field in ("seconds", "difficulty"))
    distance = wanted.distance(seconds, difficulty)

    def same_objective(cell: int, item: PoolItem) -> PoolItem:
        return picked(cells[cell].of_objective[item.objective], rng)

    def any_of_cell(cell: int, item: PoolItem) -> PoolItem:
        other = picked(picked(cells[cell].by_objective, rng), rng)
        fewer = objectives[cell, other.objective] < objectives[cell, item.objective]
        return other if fewer else item

    choices: tuple[Callable[[int, PoolItem], PoolItem], ...] = (same_objective, any_of_cell)
    for choose in choices:
        for _ in range(_TRIES * len(places)):
            if distance <= NEAR:
                break
            place = int(rng.random() * len(places))
            cell, old = places[place]
            new = choose(cell, old)
            if new.exclusive in taken and new.exclusive != old.exclusive:
                continue
            moved = (seconds + new.seconds - old.seconds, difficulty + new.difficulty - old.difficulty)
            if wanted.distance(*moved) < distance:
                (seconds, difficulty), distance = moved, wanted.distance(*moved)
                places[place] = (cell, new)
                taken = taken - {old.exclusive} | {new.exclusive}
                objectives[cell, old.objective] -= 1
                objectives[cell, new.objective] += 1
    return [[item for n, item in places if n == cell] for cell in range(len(form))]
