"""Pools: the items that forms are drawn from, and the cells of a plan that they fill."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from quiz.domain.drawing import pick, shuffle
from quiz.domain.outlines import Outline
from quiz.domain.plans import BANDS


class ItemFacts(Protocol):
    """What decides where an item can be drawn: an item has it, and so has a stored version of one."""

    @property
    def id(self) -> str: ...
    @property
    def objective(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def parts(self) -> int: ...
    @property
    def difficulty(self) -> int: ...
    @property
    def seconds(self) -> int: ...
    @property
    def enemies(self) -> str | None: ...


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
    exclusive: tuple[str, str] = field(init=False, repr=False, compare=False)
    """What no two items of a form may share: the enemy group, or the item itself."""

    def __post_init__(self) -> None:
        shared = f"enemies {self.enemies}" if self.enemies else f"item {self.id}"
        object.__setattr__(self, "exclusive", (self.bank, shared))

    def variant(self, rng: random.Random) -> "PoolItem":
        """The item as one form has it: of a template, one variant."""
        return replace(self, key=pick(self.variants, rng)) if self.variants else self

    @property
    def band(self) -> str:
        return next(name for name, levels in BANDS.items() if self.difficulty in levels)


def pool(bank: str, outline: Outline, items: Iterable[tuple[int, ItemFacts]]) -> tuple[PoolItem, ...]:
    """The pool of a bank from its items, each with its key, in the order of their names.

    Items of the same name are the variants of one template. The order of names is Python's, because that of a store's
    text depends on its locale.
    """
    named: dict[str, list[PoolItem]] = defaultdict(list)
    for key, item in items:
        named[item.id].append(
            PoolItem(
                key=key,
                bank=bank,
                id=item.id,
                objective=item.objective,
                group=outline.group_of[item.objective].id,
                kind=item.kind,
                parts=item.parts,
                difficulty=item.difficulty,
                seconds=item.seconds,
                enemies=item.enemies,
            )
        )
    return tuple(
        replace(same[0], variants=tuple(item.key for item in same)) if len(same) > 1 else same[0]
        for _, same in sorted(named.items())
    )


@dataclass(frozen=True)
class Cell:
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
        """The members in a random order whose start, as long as the quota, is spread over the objectives.

        The start is a systematic sample (Madow and Madow 1944, Annals of Mathematical Statistics 15, 1-24): each
        item is as likely as any other, and an objective has its share of the places, rounded up or down.
        """
        objectives = [_LazyShuffle(self.by_objective[n], rng) for n in shuffle(len(self.by_objective), rng)]
        step = len(self.members) / self.quota
        place = rng.random() * step
        end = 0
        for objective in objectives:
            end += objective.left
            while place < end:
                yield objective.take()
                place += step
        while objectives := [objective for objective in objectives if objective.left]:
            for objective in objectives:
                yield objective.take()


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
