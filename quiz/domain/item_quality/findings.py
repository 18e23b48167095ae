"""Findings: what a rule of item quality says to the author of a bank, and where."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from quiz.domain.banks import Bank
from quiz.domain.items import Item
from quiz.domain.source import Location


@dataclass(frozen=True)
class Rule:
    """One rule: its stable code, what it asks for and why in a sentence, and how a breach is fixed."""

    code: str
    says: str
    fix: str


Remark = tuple[Location, str]
"""What a rule remarks on an item: where in the item, and the sentence with the figures that were seen."""


@dataclass(frozen=True)
class ItemRule(Rule):
    """A rule about a single item."""

    judge: Callable[[Item], Iterable[Remark]]


@dataclass(frozen=True)
class BankRule(Rule):
    """A rule about a bank as a whole; it yields a sentence for each breach."""

    judge: Callable[[Bank], Iterable[str]]


@dataclass(frozen=True)
class Finding:
    """A breach of a rule: in which bank and item (None for the bank as a whole), where, and how to fix it.

    `line` counts from 1. `excused` is the author's reason where the breach is suppressed, else empty.
    """

    bank: str
    item: str | None
    file: str
    line: int
    code: str
    message: str
    fix: str
    excused: str = ""

    def __str__(self) -> str:
        end = f"excused: {self.excused}" if self.excused else f"fix: {self.fix}"
        return f"{self.file}:{self.line}: {self.message} [{self.code}]\n  {end}"


def finding_of(rule: Rule, bank: Bank, message: str, item: str | None = None, where: Location = ()) -> Finding:
    """A finding at a place of an item, or at the head of the bank's file."""
    return Finding(bank.slug, item, *place(bank, item, where), rule.code, message, rule.fix)


def place(bank: Bank, item: str | None, where: Location = ()) -> tuple[str, int]:
    """File and line of a part of an item; of `bank.yaml` for the bank, or where nothing is known of the item."""
    if item in bank.sources:
        source, node = bank.sources[item]
        return source.name, node.place(where)[0]
    folder = next(iter(bank.places.values()), f"{bank.slug}/").rpartition("/")[0]
    return f"{folder}/bank.yaml", 1
