"""Assembly: drawing the form of one attempt from a plan and a seed.

A plan is turned into cells, each a quota and the items that may fill it. Filling them is a bipartite matching between
the places of the cells and the enemy groups of the items (an item without enemies is a group of its own), because a
group may serve one place only. The matching is built by drawing at random and mended by augmenting paths
(Kuhn 1955, Naval Research Logistics Quarterly 2, 83-97), so that a quota is met whenever it can be.

Only `random.Random.random` is used: Python promises its sequence for a seed on every version and machine.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from quiz.domain.drawing import pick, shuffle
from quiz.domain.errors import InfeasiblePlan, Shortage
from quiz.domain.parallel import Typical, level, typical
from quiz.domain.plans import BANDS, Draw, Plan, apportion
from quiz.domain.pools import Cell, PoolItem

_MATRICES_TRIED = 200
_LAYOUTS = 40
"""Ways to split a plan by difficulty that are looked for, where there are as many."""
_PILOTS = 80
"""Forms from whose means the typical one is known."""
_DRAWS = 5
"""Forms that are drawn for one attempt; the nearest to the typical one is taken, so that little has to be swapped."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a form: its item, and the number of the plan's draw that it was drawn for, from 1."""

    item: PoolItem
    draw: int


class Assembly:
    """A plan over given pools, ready to draw forms.

    Raises InfeasiblePlan, naming what is short and by how much, unless every seed gives a complete form.
    """

    def __init__(self, plan: Plan, pools: Mapping[str, Sequence[PoolItem]]) -> None:
        self.plan = plan
        quotas = [_rows(draw, pools.get(draw.bank, ())) for draw in plan.draws]
        self._draw_of = [draw for draw, cells in enumerate(quotas, start=1) for _ in cells]
        rows = [Cell(n, row.label, row.quota, row.members) for n, row in enumerate(chain(*quotas))]
        if short := [_shortage(row) for row in rows if row.capacity < row.quota]:
            raise InfeasiblePlan(short)
        self._layouts = [_match(rows)] if plan.difficulty is None else _spread(plan, rows)

    def draw(self, seed: int) -> list[Place]:
        """The form of this seed, in the order of the plan's draws, shuffled within each.

        A draw with weights is shuffled within each of their groups and objectives.
        """
        rng = random.Random(seed)
        cells = pick(self._layouts, rng)
        nearest = min((_fill(cells, rng) for _ in range(_DRAWS)), key=self._typical.distance_of)
        chosen = level(cells, nearest, self._typical, rng)
        rows: dict[int, list[PoolItem]] = defaultdict(list)
        for cell, items in zip(cells, chosen, strict=True):
            rows[cell.row] += items
        return [
            Place(rows[row][n].variant(rng), self._draw_of[row])
            for row in sorted(rows)
            for n in shuffle(len(rows[row]), rng)
        ]

    @cached_property
    def _typical(self) -> Typical:
        layouts = [self._layouts[n % len(self._layouts)] for n in range(_PILOTS)]
        return typical([_fill(cells, random.Random(seed)) for seed, cells in enumerate(layouts)])

    @property
    def seconds(self) -> int:
        """The authors' estimate of the time a prepared person needs for a form."""
        return round(self._typical.seconds)


def _rows(draw: Draw, pool: Sequence[PoolItem]) -> list[Cell]:
    """The quotas a draw stands for."""
    if not draw.weights:
        wanted = set(draw.objectives)
        members = tuple(item for item in pool if not wanted or {item.objective, item.group} & wanted)
        label = f"{draw.bank} ({', '.join(draw.objectives)})" if draw.objectives else draw.bank
        return [Cell(0, label, draw.count, members)]
    return [
        Cell(0, f"{draw.bank} ({name})", quota, tuple(item for item in pool if name in (item.objective, item.group)))
        for name, quota in draw.quotas.items()
    ]


def _shortage(cell: Cell) -> Shortage:
    return Shortage(cell.label, cell.quota, cell.capacity)


def _match(cells: Sequence[Cell]) -> list[Cell]:
    """The cells themselves, once it is certain that they can all be filled at the same time."""
    filled = [len(items) for items in _fill(cells, random.Random(0), partial=True)]
    if short := [
        Shortage(f"{cell.label}, shared with other parts of the plan", cell.quota, got)
        for cell, got in zip(cells, filled, strict=True)
        if got < cell.quota
    ]:
        raise InfeasiblePlan(short)
    return list(cells)


def _spread(plan: Plan, rows: Sequence[Cell]) -> list[list[Cell]]:
    """Several ways to split every row by difficulty so that rows and difficulties both get their quotas.

    One way alone would put the few items of its small cells into every form.
    """
    assert plan.difficulty is not None
    quotas = apportion(plan.total, plan.difficulty.weights)
    split = [{band: tuple(i for i in row.members if i.band == band) for band in BANDS} for row in rows]
    cells = [[Cell(row.row, f"{row.label}, {band}", 0, split[row.row][band]) for band in BANDS] for row in rows]
    limits = [[cell.capacity for cell in row] for row in cells]
    wanted = [quotas[band] for band in BANDS]
    failure: InfeasiblePlan | None = None
    layouts: dict[tuple[tuple[int, ...], ...], list[Cell]] = {}
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
            Cell(cell.row, cell.label, matrix[r][n], cell.members)
            for r, row in enumerate(cells)
            for n, cell in enumerate(row)
            if matrix[r][n]
        ]
        try:
            layouts[tuple(map(tuple, matrix))] = _match(chosen)
        except InfeasiblePlan as error:
            failure = failure or error
        if layouts and attempt >= _LAYOUTS:
            break
    if failure is not None and not layouts:
        raise failure
    return list(layouts.values())


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
        for column in shuffle(len(columns), rng):
            if column in seen or matrix[row][column] >= limits[row][column]:
                continue
            seen.add(column)
            if sum(line[column] for line in matrix) < columns[column]:
                matrix[row][column] += 1
                return True
            for other in shuffle(len(rows), rng):
                if other != row and matrix[other][column]:
                    matrix[other][column] -= 1
                    matrix[row][column] += 1
                    if push(other, seen):
                        return True
                    matrix[other][column] += 1
                    matrix[row][column] -= 1
        return False

    for row in shuffle(len(rows), rng):
        while sum(matrix[row]) < rows[row] and push(row, set()):
            pass
    return matrix


def _fill(cells: Sequence[Cell], rng: random.Random, partial: bool = False) -> list[list[PoolItem]]:
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
