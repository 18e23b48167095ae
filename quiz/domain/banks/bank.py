"""The bank: one subject's items, as they stood when they were read."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from quiz.domain.banks.schema import BankFile
from quiz.domain.items import Item
from quiz.domain.outlines import Outline
from quiz.domain.pictures import Picture
from quiz.domain.proofs.records import Record
from quiz.domain.proofs.verification import Standing, standing
from quiz.domain.source import Location, Node, Problem, SourceFile
from quiz.domain.templates.tables import Table
from quiz.domain.templates.variants import Template


@dataclass(frozen=True)
class Bank:
    """One subject's items, as they stood when they were read."""

    slug: str
    file: BankFile
    items: tuple[Item, ...]
    places: dict[str, str] = field(default_factory=dict, compare=False)
    """Where each item was written: item id -> `file:line`."""
    sources: dict[str, tuple[SourceFile, Node]] = field(default_factory=dict, compare=False)
    """What each item was read from: item id -> its file and its node."""
    templates: dict[str, Template] = field(default_factory=dict)
    """The items with variables, by id; `items` holds a specimen of each."""
    tables: dict[str, Table] = field(default_factory=dict)
    """The items with rows, by id; `items` holds the variant of the first row of each."""
    pictures: dict[str, Picture] = field(default_factory=dict, compare=False)
    """What its items show, by the hash of its content."""
    records: dict[str, Record] = field(default_factory=dict, compare=False)
    """What the bank's lock file says that machines said."""

    @property
    def title(self) -> str:
        return self.file.title

    @cached_property
    def outline(self) -> Outline:
        """What the bank measures."""
        return self.file.outline

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over all that candidates or scores can depend on, as hex."""
        whole = {"bank": self.slug, "outline": self.outline.snapshot(), "items": self.item_hashes}
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    @cached_property
    def item_hashes(self) -> list[str]:
        return [item.content_hash for item in self.items]

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """Where every code item stands by the bank's records, by id."""
        return {
            item.id: standing(item, self.templates.get(item.id), self.records.get(item.id))
            for item in self.items
            if item.is_code
        }

    def problem(self, item: str, where: Location, code: str, message: str, fix: str) -> Problem:
        """A problem at a place in an item."""
        source, node = self.sources[item]
        return source.problem(*node.place(where), code, message, fix)

    def items_per(self, what: str) -> Counter[str]:
        """How many items there are per `objective`, `kind` or `difficulty`."""
        return Counter(str(getattr(item, what)) for item in self.items)
