"""Editions: what of a bank can be drawn. A code item whose key is not proven is held back."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from quiz.domain.banks import Bank
from quiz.domain.default_plan import default_plan
from quiz.domain.items import Item
from quiz.domain.plans import Plan
from quiz.domain.pools import PoolItem, pooled


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
        return pooled(
            PoolItem(
                key=n,
                bank=self.bank.slug,
                id=one.item.id,
                objective=one.item.objective,
                group=self.bank.group_of[one.item.objective],
                kind=one.item.kind,
                parts=one.item.question.parts,
                difficulty=one.item.difficulty,
                seconds=one.item.seconds,
                enemies=one.item.enemies,
            )
            for n, one in enumerate(self.drawables)
        )

    def default_plan(self, minutes: int) -> Plan:
        """A plan over this bank alone that fills a time limit. Raises InfeasiblePlan where there is nothing to draw."""
        return default_plan(self.bank.title, self.bank.file.groups, self.pool, minutes)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over all that candidates, scores or scorecards can depend on, as hex."""
        drawn = [(one.item.content_hash, one.proof) for one in self.drawables]
        whole = {"bank": self.bank.slug, "file": self.bank.file.model_dump(mode="json"), "items": drawn}
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
            drawables.append(Drawable(item, None))
            continue
        found = bank.standings[item.id]
        if not found.faults:
            drawables += [Drawable(one, found.environment) for one in found.proven]
        elif allow_unproven and item.id not in bank.templates:
            drawables.append(Drawable(item, None))
        else:
            held_back[item.id] = found.faults[0].message
    return Edition(bank, tuple(drawables), held_back)
