"""Parallel forms: the forms of one plan take the same time and are equally hard, so that luck decides less.

A form is drawn first and brought near the typical one afterwards, by swapping single items for others that may stand
in the same place. Quotas, enemies and the spread over objectives stay as they were drawn.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from quiz.domain.drawing import pick
from quiz.domain.pools import Cell, PoolItem

NEAR = 0.015
"""How far a form may be from the typical one, as a share of its time and of its difficulty."""
_TRIES = 40
"""Swaps that are tried for each item of a form."""


@dataclass(frozen=True)
class Typical:
    """Sums over a typical form, from the authors' estimates."""

    seconds: float
    difficulty: float

    def distance(self, seconds: int, difficulty: int) -> float:
        """The larger of the two relative deviations of a form with these sums."""
        return max(abs(seconds / self.seconds - 1), abs(difficulty / self.difficulty - 1))

    def distance_of(self, form: Sequence[Sequence[PoolItem]]) -> float:
        """The distance of a form, given as the items of its cells."""
        items = [item for cell in form for item in cell]
        return self.distance(sum(i.seconds for i in items), sum(i.difficulty for i in items))


def typical(forms: Sequence[Sequence[Sequence[PoolItem]]]) -> Typical:
    """The mean over some forms, each given as the items of its cells."""
    items = [item for form in forms for cell in form for item in cell]
    return Typical(sum(i.seconds for i in items) / len(forms), sum(i.difficulty for i in items) / len(forms))


def level(
    cells: Sequence[Cell], form: Sequence[Sequence[PoolItem]], wanted: Typical, rng: random.Random
) -> list[list[PoolItem]]:
    """The form, as near to the typical one as swapping gets it.

    An item is swapped for another of its objective, or of one that the form has fewer of, so that the spread does not
    suffer. A swap is made only where it brings the form nearer.
    """
    places = [(n, item) for n, items in enumerate(form) for item in items]
    taken = {item.exclusive for _, item in places}
    objectives = Counter((n, item.objective) for n, item in places)
    seconds, difficulty = (sum(getattr(item, field) for _, item in places) for field in ("seconds", "difficulty"))
    distance = wanted.distance(seconds, difficulty)

    for _ in range(_TRIES * len(places)):
        if distance <= NEAR:
            break
        place = int(rng.random() * len(places))
        cell, old = places[place]
        new = pick(cells[cell].members, rng)
        if new.exclusive in taken and new.exclusive != old.exclusive:
            continue
        if new.objective != old.objective and objectives[cell, new.objective] >= objectives[cell, old.objective]:
            continue
        moved = (seconds + new.seconds - old.seconds, difficulty + new.difficulty - old.difficulty)
        if wanted.distance(*moved) < distance:
            (seconds, difficulty), distance = moved, wanted.distance(*moved)
            places[place] = (cell, new)
            taken = taken - {old.exclusive} | {new.exclusive}
            objectives[cell, old.objective] -= 1
            objectives[cell, new.objective] += 1
    return [[item for n, item in places if n == cell] for cell in range(len(form))]
