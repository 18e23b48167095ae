"""What every kind of item shares in how an author writes it, and what is proven of it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from quiz.domain.items.question import Alternative, Question
from quiz.domain.listings import checked
from quiz.domain.markdown import appearance, losses
from quiz.domain.proofs.claims import Claim, Test
from quiz.domain.proofs.programs import Run
from quiz.domain.source import Location
from quiz.domain.templates.variables import Variable
from quiz.domain.writing import INLINE, LabName, Lang, Language, ObjectiveId, ShortLine, Slug, Text, Whole, Written

PROVABLE = frozenset(
    {"bash", "css", "html", "java", "javascript", "js", "jsp", "less", "postgres", "postgresql", "py", "py3", "python"}
    | {"python3", "scala", "scss", "sh", "shell", "sql", "sqlite3"}
)
"""The languages that labs run: an item that shows one of them has a lab, or says why not."""

Listing = Annotated[str, Field(min_length=1, max_length=6000), AfterValidator(checked)]

_FIXES = {
    "mark": "put code between backticks",
    "link": "links are not shown here: write the text alone, or put code between backticks",
    "lines": "put lines of code between ``` fences; write prose on one line, as `>-` does",
}


@dataclass(frozen=True)
class Assertion:
    """One thing that an item says of its program: the test, and whether it has to hold or to fail.

    `code` is what is inserted for it. `instead` has to hold as well, where the author says what is seen instead.
    `listing` is what stands for the item's own listing, where that is not run as it is shown.
    """

    where: Location
    test: Test
    holds: bool
    code: str | None = None
    instead: Claim | None = None
    listing: str | None = None


@dataclass(frozen=True)
class OptionSet:
    """Options that candidates see beside each other, and so compare, with where in the item they stand."""

    where: Location
    options: tuple[Alternative, ...]

    @property
    def keys(self) -> list[str]:
        """The texts of the keyed options."""
        return [option.text for option in self.options if option.key]

    @property
    def distractors(self) -> list[str]:
        """The texts of the others."""
        return [option.text for option in self.options if not option.key]


class Item(Written):
    """An item as an author writes it. A kind is a subclass with what its answers need; its `question` is delivered."""

    kind: str
    id: Slug = Field(description="lower case words with hyphens, unique in the bank, saying what is tested")
    objective: ObjectiveId = Field(description="the objective this item measures; the file's own where left out")
    difficulty: Whole = Field(ge=1, le=5, description="the author's estimate, 1 easiest to 5 hardest")
    seconds: Whole = Field(ge=10, le=900, description="the time a prepared person needs, reading included")
    stem: Text = Field(description="the question (Markdown)")
    listing: Listing | None = Field(default=None, description="code, as a block scalar")
    language: Language | None = Field(default=None, description="the listing's language; the bank's where left out")
    lang: Lang | None = Field(default=None, description="language of its words, such as `de`; the bank's if left out")
    enemies: Slug | None = Field(default=None, description="a form holds at most one item of this group")
    lab: LabName | None = Field(default=None, description="what runs the code, such as `java 8`")
    run: Run = Field(default=Run(), description="how the code is run, where that is more than the listing")
    unproven: Text | None = Field(default=None, description="why no machine can prove this item, though it shows code")
    variables: dict[str, Variable] = Field(default={}, description="makes it a template: what {{name}} stands for")
    constraints: list[ShortLine] = Field(default=[], description="in a template: what has to be true of the variables")
    rows: list[dict[str, Text]] = Field(default=[], description="makes it a template: a row of values for each variant")
    health: dict[str, Text] = Field(default={}, description="rules that do not apply here, each with the reason")
    sources: list[ShortLine] = Field(min_length=1, description="primary sources of the key")

    @property
    def content_hash(self) -> str:
        """SHA-256 of what the author wrote, as hex: equal hashes mean the very same item."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def canonical(self) -> str:
        """The item as JSON that is the same wherever and whenever it is made."""
        return json.dumps(
            self.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )

    @property
    def is_code(self) -> bool:
        """Whether the key is for a machine to prove: it has a lab, or shows code that a lab could run."""
        return self.lab is not None or bool(self.listing and self.language in PROVABLE and not self.unproven)

    def entries(self) -> Iterator[tuple[Location, Written]]:
        """The item itself and every entry of its lists, and of theirs: where each stands, and what it says."""
        yield from _entries(self, ())

    @classmethod
    def program_of(cls, written: Mapping[str, Any]) -> str | None:
        """The listing that shows the key of an item as it was written: what the variants of a template run."""
        return written.get("listing")

    # What a kind has to say ------------------------------------------------------------------------------------

    @cached_property
    def question(self) -> Question:
        """What is delivered of the item."""
        raise NotImplementedError

    @property
    def parts(self) -> int:
        """How many things an attempt shows in an order of its own."""
        return self.question.parts

    def faults(self) -> list[tuple[Location, str, str]]:
        """What the schema cannot see: (location, message, fix) for each fault in how the item is written."""
        return []

    def unreadable(self) -> list[tuple[Location, str, str]]:
        """What its texts lose when they are shown: (location, message, fix)."""
        return [
            ((*where, name), f"Markdown shows {loss.shown!r} for {loss.written!r}", _FIXES[loss.sort])
            for where, entry in self.entries()
            for name, field in type(entry).model_fields.items()
            if INLINE in field.metadata and isinstance(text := getattr(entry, name), str)
            for loss in losses(text)
        ]

    def assertions(self) -> list[Assertion]:
        """All that the item says of its program. Only asked of an item with a lab, whose claims are complete."""
        return []

    def missing_claims(self) -> list[Location]:
        """The parts of an item with a lab that say nothing of its program."""
        return []

    @property
    def option_sets(self) -> list[OptionSet]:
        """The options that it offers, for the rules about options."""
        return []

    # For the kinds ---------------------------------------------------------------------------------------------

    def _question_fields(self) -> dict[str, Any]:
        """What a question of every kind has."""
        return {
            "id": self.id,
            "objective": self.objective,
            "difficulty": self.difficulty,
            "seconds": self.seconds,
            "stem": self.stem,
            "listing": self.listing,
            "language": self.language or "text",
            "lang": self.lang or "",
            "sources": tuple(self.sources),
        }


def alike(texts: Sequence[tuple[Location, str]], what: str) -> list[tuple[Location, str, str]]:
    """The faults of those texts, each with its place, that nobody can tell on a page from an earlier one."""
    faults: list[tuple[Location, str, str]] = []
    first: dict[str, str] = {}
    for where, text in texts:
        look = appearance(text)
        if look in first:
            stands = "stands twice" if first[look] == text else f"looks like another: {look!r}"
            message = f"this {what} {stands}"
            faults.append((where, message, f"make the {what}s differ in what is shown"))
        first.setdefault(look, text)
    return faults


def _entries(what: Written, where: Location) -> Iterator[tuple[Location, Written]]:
    yield where, what
    for name in type(what).model_fields:
        value = getattr(what, name)
        if isinstance(value, list):
            for n, entry in enumerate(value):
                if isinstance(entry, Written):
                    yield from _entries(entry, (*where, name, n))
