"""Assembly: drawing the form of one attempt from a plan and a seed.

A plan is turned into cells, each a quota and the items that may fill it. Filling them is a bipartite matching between
the places of the cells and the enemy groups of the items (an item without enemies is a group of its own), because a
group may serve one place only. The matching is built by drawing at random and mended by augmenting paths
(Kuhn 1955, Naval Research Logistics Quarterly 2, 83-97), so that a quota is met whenever it can be.

Only `random.Random.random` is used: Python promises its sequence for a seed on every version and machine.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from quiz.domain.drawing import picked, shuffled
from quiz.domain.errors import InfeasiblePlan, Shortage
from quiz.domain.plans import BANDS, Draw, Plan, apportioned

_MATRICES_TRIED = 200


@dataclass(frozen=True, slots=True)
class PoolItem:
    """What assembly needs to know of an item."""

    key: int
    """Whatever the caller needs to find the item again."""
    bank: str
    id: str
    objective: str
    group: str
    kind: str
    parts: int
    difficulty: int
    seconds: int
    enemies: str | None = None
    variants: tuple[int, ...] = ()
    """For a template: the keys of its variants, one of which stands for it in a form."""

    def drawn(self, rng: random.Random) -> "PoolItem":
        """The item as one form has it."""
        return replace(self, key=picked(self.variants, rng)) if self.variants else self

    @property
    def exclusive(self) -> tuple[str, str]:
        """What no two items of a form may share: the enemy group, or the item itself."""
        return (self.bank, f"enemies {self.enemies}" if self.enemies else f"item {self.id}")

    @property
    def band(self) -> str:
        return next(name for name, levels in BANDS.items() if self.difficulty in levels)


def pooled(members: Iterable[PoolItem]) -> tuple[PoolItem, ...]:
    """A pool by item, in the order of their names; members of the same name are the variants of one template."""
    named: dict[str, list[PoolItem]] = defaultdict(list)
    for member in members:
        named[member.id].append(member)
    return tuple(
        replace(same[0], variants=tuple(one.key for one in same)) if len(same) > 1 else same[0]
        for _, same in sorted(named.items())
    )


@dataclass(frozen=True)
class _Cell:
    """A quota and the items that may fill it, grouped by objective so that a form spreads over the objectives."""

    row: int
    label: str
    quota: int
    members: tuple[PoolItem, ...]

    @cached_property
    def by_objective(self) -> tuple[tuple[PoolItem, ...], ...]:
        groups: dict[str, list[PoolItem]] = defaultdict(list)
        for item in self.members:
            groups[item.objective].append(item)
        return tuple(tuple(group) for _, group in sorted(groups.items()))

    @cached_property
    def capacity(self) -> int:
        """How many places the members could fill if no other cell wanted them."""
        return len({item.exclusive for item in self.members})

    def order(self, rng: random.Random) -> Iterator[PoolItem]:
        """The members in a random order that takes one of each objective before it takes a second of any."""
        objectives = [_LazyShuffle(self.by_objective[n], rng) for n in shuffled(len(self.by_objective), rng)]
        while objectives:
            for objective in objectives:
                yield objective.take()
            objectives = [objective for objective in objectives if objective.left]


class _LazyShuffle:
    """Draws without replacement from a sequence without copying it (Fisher-Yates, only as far as asked)."""

    def __init__(self, members: Sequence[PoolItem], rng: random.Random) -> None:
        self._members = members
        self._rng = rng
        self._moved: dict[int, int] = {}
        self.left = len(members)

    def take(self) -> PoolItem:
        place = int(self._rng.random() * self.left)
        self.left -= 1
        chosen = self._moved.get(place, place)
        self._moved[place] = self._moved.get(self.left, self.left)
        return self._members[chosen]


class Assembly:
    """A plan over given pools, ready to draw forms.

    Raises InfeasiblePlan, naming what is short and by how much, unless every seed gives a complete form.
    """

    def __init__(self, plan: Plan, pools: Mapping[str, Sequence[PoolItem]]) -> None:
        self.plan = plan
        rows = [row for draw in plan.draws for row in _rows(draw, pools.get(draw.bank, ()))]
        rows = [_Cell(n, row.label, row.quota, row.members) for n, row in enumerate(rows)]
        if short := [_shortage(row) for row in rows if row.capacity < row.quota]:
            raise InfeasiblePlan(short)
        self._cells = _matched(rows) if plan.difficulty is None else _spread(plan, rows)

    def draw(self, seed: int) -> list[PoolItem]:
        """The items of the form of this seed, in the order of the plan's draws, shuffled within each."""
        rng = random.Random(seed)
        chosen = _fill(self._cells, rng)
        rows: dict[int, list[PoolItem]] = defaultdict(list)
        for cell, items in zip(self._cells, chosen, strict=True):
            rows[cell.row] += items
        return [rows[row][n].drawn(rng) for row in sorted(rows) for n in shuffled(len(rows[row]), rng)]

    @cached_property
    def seconds(self) -> int:
        """The authors' estimate of the time a prepared person needs, for a typical form."""
        chosen = [sum(item.seconds for item in self.draw(seed)) for seed in range(5)]
        return sorted(chosen)[2]


def _rows(draw: Draw, pool: Sequence[PoolItem]) -> list[_Cell]:
    """The quotas a draw stands for."""
    if not draw.weights:
        wanted = set(draw.objectives)
        members = tuple(item for item in pool if not wanted or {item.objective, item.group} & wanted)
        label = f"{draw.bank} ({', '.join(draw.objectives)})" if draw.objectives else draw.bank
        return [_Cell(0, label, draw.count, members)]
    return [
        _Cell(0, f"{draw.bank} ({name})", quota, tuple(item for item in pool if name in (item.objective, item.group)))
        for name, quota in apportioned(draw.count, draw.weights).items()
        if quota
    ]


def _shortage(cell: _Cell) -> Shortage:
    return Shortage(cell.label, cell.quota, cell.capacity)


def _matched(cells: Sequence[_Cell]) -> list[_Cell]:
    """The cells themselves, once it is certain that they can all be filled at the same time."""
    filled = [len(items) for items in _fill(cells, random.Random(0), partial=True)]
    if short := [
        Shortage(f"{cell.label}, shared with other parts of the plan", cell.quota, got)
        for cell, got in zip(cells, filled, strict=True)
        if got < cell.quota
    ]:
        raise InfeasiblePlan(short)
    return list(cells)


def _spread(plan: Plan, rows: Sequence[_Cell]) -> list[_Cell]:
    """Split every row by difficulty so that rows and difficulties both get their quotas."""
    assert plan.difficulty is not None
    weights = plan.difficulty.model_dump()
    quotas = apportioned(plan.total, weights)
    split = [{band: tuple(i for i in row.members if i.band == band) for band in BANDS} for row in rows]
    cells = [[_Cell(row.row, f"{row.label}, {band}", 0, split[row.row][band]) for band in BANDS] for row in rows]
    limits = [[cell.capacity for cell in row] for row in cells]
    wanted = [quotas[band] for band in BANDS]
    failure: InfeasiblePlan | None = None
    for attempt in range(_MATRICES_TRIED):
        matrix = _matrix([row.quota for row in rows], wanted, limits, random.Random(attempt))
        short = [
            Shortage(f"{band} items of the chosen objectives", quota, sum(row[n] for row in matrix))
            for n, (band, quota) in enumerate(quotas.items())
            if sum(row[n] for row in matrix) < quota
        ]
        if short:
            raise InfeasiblePlan(short)
        chosen = [
            _Cell(cell.row, cell.label, matrix[r][n], cell.members)
            for r, row in enumerate(cells)
            for n, cell in enumerate(row)
            if matrix[r][n]
        ]
        try:
            return _matched(chosen)
        except InfeasiblePlan as error:
            failure = failure or error
    assert failure is not None
    raise failure


def _matrix(
    rows: Sequence[int], columns: Sequence[int], limits: Sequence[Sequence[int]], rng: random.Random
) -> list[list[int]]:
    """A matrix with these row sums and column sums under these limits, as near to proportional as they allow.

    Where none exists, the column sums are as large as they can be (augmenting paths between rows and columns).
    """
    total = sum(rows) or 1
    matrix = [[min(rows[r] * columns[c] // total, limits[r][c]) for c in range(len(columns))] for r in range(len(rows))]

    def push(row: int, seen: set[int]) -> bool:
        """Place one more unit in this row, moving units of other rows between columns where that makes room."""
        for column in shuffled(len(columns), rng):
            if column in seen or matrix[row][column] >= limits[row][column]:
                continue
            seen.add(column)
            if sum(line[column] for line in matrix) < columns[column]:
                matrix[row][column] += 1
                return True
            for other in shuffled(len(rows), rng):
                if other != row and matrix[other][column]:
                    matrix[other][column] -= 1
                    matrix[row][column] += 1
                    if push(other, seen):
                        return True
                    matrix[other][column] += 1
                    matrix[row][column] -= 1
        return False

    for row in shuffled(len(rows), rng):
        while sum(matrix[row]) < rows[row] and push(row, set()):
            pass
    return matrix


def _fill(cells: Sequence[_Cell], rng: random.Random, partial: bool = False) -> list[list[PoolItem]]:
    """Fill every place of every cell; with `partial`, as many as can be filled."""
    cell_of = [n for n, cell in enumerate(cells) for _ in range(cell.quota)]
    orders = [cell.order(rng) for cell in cells]
    owner: dict[tuple[str, str], int] = {}
    chosen: dict[int, PoolItem] = {}

    def augment(place: int, seen: set[tuple[str, str]]) -> bool:
        for item in cells[cell_of[place]].members:
            if item.exclusive in seen:
                continue
            seen.add(item.exclusive)
            holder = owner.get(item.exclusive)
            if holder is None or augment(holder, seen):
                owner[item.exclusive] = place
                chosen[place] = item
                return True
        return False

    for place, cell in enumerate(cell_of):
        for item in orders[cell]:
            if item.exclusive not in owner:
                owner[item.exclusive] = place
                chosen[place] = item
                break
        else:
            if not augment(place, set()) and not partial:
                raise AssertionError("a plan found feasible was not")
    filled: list[list[PoolItem]] = [[] for _ in cells]
    for place, item in sorted(chosen.items()):
        filled[cell_of[place]].append(item)
    return filled
