"""Editions: what of a bank can be drawn. A code item whose key is not proven is held back."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from quiz.domain.banks import Bank
from quiz.domain.default_plan import default_plan
from quiz.domain.items import Item
from quiz.domain.plans import Plan
from quiz.domain.pools import PoolItem, pool


@dataclass(frozen=True)
class Drawable:
    """An item, or one variant of a template, with what proved its key; None where no machine had to."""

    item: Item
    proof: str | None


@dataclass(frozen=True)
class Edition:
    """A bank as it can be drawn from. `held_back` are the ids of items that are not in it, with the reason."""

    bank: Bank
    drawables: tuple[Drawable, ...]
    held_back: dict[str, str]

    @property
    def items(self) -> int:
        """How many items there are, a template counting as one."""
        return len(self.bank.items) - len(self.held_back)

    @cached_property
    def pool(self) -> tuple[PoolItem, ...]:
        """What forms are drawn from; a key is a place among the drawables."""
        members = [(n, drawable.item) for n, drawable in enumerate(self.drawables)]
        return pool(self.bank.slug, self.bank.outline, members)

    def default_plan(self, minutes: int) -> Plan:
        """A plan over this bank alone that fills a time limit. Raises InfeasiblePlan where there is nothing to draw."""
        return default_plan(self.bank.outline, self.pool, minutes)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over all that candidates, scores or scorecards can depend on, as hex."""
        items = [(drawable.item.content_hash, drawable.proof) for drawable in self.drawables]
        whole = {"bank": self.bank.slug, "outline": self.bank.outline.snapshot(), "items": items}
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def edition(bank: Bank, allow_unproven: bool = False) -> Edition:
    """What of a bank can be drawn by its records.

    With `allow_unproven`, items whose key nobody proved are let in; never so a template without proven variants,
    because its key is not known at all.
    """
    drawables: list[Drawable] = []
    held_back: dict[str, str] = {}
    for item in bank.items:
        if not item.is_code:
            variants = bank.tables[item.id].variants if item.id in bank.tables else (item,)
            drawables += [Drawable(variant, None) for variant in variants]
            continue
        standing = bank.standings[item.id]
        if not standing.faults:
            drawables += [Drawable(variant, standing.environment) for variant in standing.proven]
        elif allow_unproven and item.id not in bank.templates:
            drawables.append(Drawable(item, None))
        else:
            held_back[item.id] = standing.faults[0].message
    return Edition(bank, tuple(drawables), held_back)
