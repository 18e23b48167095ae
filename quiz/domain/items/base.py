"""What every kind of item shares: how it is written, what a candidate may see of it, how it is scored."""

import hashlib
import json
import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from quiz.domain.drawing import shuffled
from quiz.domain.errors import InvalidAnswer
from quiz.domain.proofs.claims import Claim, Test, Unjudged, Verdict, ending, output
from quiz.domain.proofs.observations import Observation
from quiz.domain.proofs.programs import Code, Run
from quiz.domain.source import Location
from quiz.domain.templates.variables import Variable
from quiz.domain.writing import (
    ObjectiveId,
    ShortLine,
    Slug,
    Text,
    Truth,
    Whole,
    Why,
    Written,
)

Fields = Mapping[str, Sequence[str]]
"""An answer as a browser submits it: field names (`answer`, `answer-1`) to their values."""

Arrangement = tuple[int, ...]
"""The order in which one attempt shows an item's choices: displayed position -> position in the file, from 0."""

Answer = Any
"""An answer as it is stored: JSON, in the order of the file, so that no arrangement is needed to score it."""

MAX_ANSWER_LENGTH = 500

PROVABLE = frozenset(
    {"bash", "css", "html", "java", "javascript", "jsp", "less", "python", "scala", "scss", "sh", "sql"}
)
"""The languages that labs run: an item that shows one of them has a lab, or says why not."""


class Option(Written):
    """One choice of a question, with its explanation."""

    text: Text = Field(description="the option as candidates read it (inline Markdown)")
    key: Truth = Field(default=False, description="true where choosing this option earns credit")
    claim: Claim | None = Field(default=None, description="what the option says of the program, for the lab")
    instead: Claim | None = Field(default=None, description="for a wrong option: what the machine shows instead")
    code: Code | None = Field(default=None, description="what is inserted for this option; its text where left out")
    misconception: ShortLine | None = Field(default=None, description="in a template: the mistake that leads here")
    program: Code | None = Field(default=None, description="in a template: a listing that embodies the mistake")
    expression: ShortLine | None = Field(default=None, description="in a template: an expression that embodies it")
    why: Why

    def stated(self, where: Location, inserts: bool) -> "Stated":
        """The option as something to be proven: the key has to hold, and nothing else may."""
        assert self.claim is not None, "only a part with a claim states something"
        own = inserts and self.claim.probe is None and not self.claim.otherwise
        code = self.code or (_bare(self.text) if own else None)
        return Stated(where, self.claim, self.key, code, None if self.key else self.instead)


class Mistake(Written):
    """A wrong answer that people give, and why it is wrong."""

    text: ShortLine = Field(description="the wrong answer")
    misconception: ShortLine | None = Field(default=None, description="in a template: the mistake that leads here")
    program: Code | None = Field(default=None, description="in a template: a listing that embodies the mistake")
    expression: ShortLine | None = Field(default=None, description="in a template: an expression that embodies it")
    why: Why


@dataclass(frozen=True)
class Stated:
    """One thing that an item says of its program: the test, and whether it has to hold or to fail.

    `code` is what is inserted for it. `instead` has to hold as well, where the author says what is seen instead.
    """

    where: Location
    test: Test
    holds: bool
    code: str | None = None
    instead: Claim | None = None


@dataclass(frozen=True)
class Answered:
    """Whether what the program shows is a right answer to the item: the test of a kind whose answers are typed."""

    asks: str
    right: Callable[[str], bool]
    probe: str | None = None
    ask: tuple[tuple[str, str], ...] = ()

    def judge(self, seen: Observation) -> Verdict:
        found = _ASKED[self.asks](seen)
        return Verdict(found is not None and self.right(found), ending(seen) if found is None else f"it is {found!r}")


Asks = Literal["prints", "returns", "throws", "status"]
"""What an item with a typed answer asks of its program."""


def _printed(seen: Observation) -> str | None:
    return output(seen.printed) if seen.whole and seen.printed is not None else None


def _returned(seen: Observation) -> str | None:
    if seen.returned is None:
        raise Unjudged(f"the expression has no value: {ending(seen)}")
    return seen.returned


def _thrown(seen: Observation) -> str | None:
    return seen.thrown.kind.rpartition(".")[2].rpartition("$")[2] if seen.thrown else None


def _answered(seen: Observation) -> str | None:
    return str(seen.responses[-1].status) if seen.responses else None


_ASKED: dict[str, Callable[[Observation], str | None]] = {
    "prints": _printed,
    "returns": _returned,
    "throws": _thrown,
    "status": _answered,
}


def _bare(text: str) -> str:
    """The code in an option's text: a fenced block, or the text without its backticks."""
    if fenced := re.fullmatch(r"```\w*\n(.*?)\n?```", text, re.DOTALL):
        return fenced.group(1)
    return text.strip("`").strip()


@dataclass(frozen=True)
class Choice:
    """Something a candidate can choose: an id that means nothing outside this attempt, and its text."""

    id: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line of a listing: its number from 1, and whether it can be pointed at."""

    number: int
    selectable: bool


@dataclass(frozen=True)
class PublicItem:
    """All that a candidate may see of an item before release: it has no place for a key or an explanation."""

    kind: str
    slug: str
    stem: str
    instruction: str
    listing: str | None
    language: str
    choices: tuple[Choice, ...] = ()
    prompts: tuple[Choice, ...] = ()
    lines: tuple[Line, ...] = ()
    choose: int = 0
    unit: str = ""


@dataclass(frozen=True)
class Explained:
    """One part of an item on a scorecard or preview: its text, whether it is keyed, what was answered, and why."""

    text: str
    keyed: str
    given: str
    why: str


class Item(Written):
    """One question. A kind is a subclass that says how it is written, shown, read back and scored."""

    kind_name: ClassVar[str]
    credit: ClassVar[str]
    """How partial credit is given, and the source of the rule, for the documentation."""

    kind: str
    id: Slug = Field(description="lower case words with hyphens, unique in the bank, saying what is tested")
    objective: ObjectiveId = Field(description="the objective this item measures; the file's own where left out")
    difficulty: Whole = Field(ge=1, le=5, description="the author's estimate, 1 easiest to 5 hardest")
    seconds: Whole = Field(ge=10, le=900, description="the time a prepared person needs, reading included")
    stem: Text = Field(description="the question (Markdown)")
    listing: str | None = Field(default=None, min_length=1, max_length=6000, description="code, as a block scalar")
    language: ShortLine | None = Field(default=None, description="the listing's language; the bank's where left out")
    enemies: Slug | None = Field(default=None, description="a form holds at most one item of this group")
    lab: ShortLine | None = Field(default=None, description="what runs the code, such as `java 8`")
    run: Run = Field(default=Run(), description="how the code is run, where that is more than the listing")
    unproven: Text | None = Field(default=None, description="why no machine can prove this item, though it shows code")
    variables: dict[str, Variable] = Field(default={}, description="makes it a template: what {{name}} stands for")
    constraints: list[ShortLine] = Field(default=[], description="in a template: what has to be true of the variables")
    health: dict[str, Text] = Field(default={}, description="rules that do not apply here, each with the reason")
    sources: list[ShortLine] = Field(min_length=1, description="primary sources of the key")

    @property
    def slug(self) -> str:
        """The kind's name as files and addresses spell it."""
        return self.kind_name.replace(" ", "-").replace("/", "-")

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

    # What a kind has to say ------------------------------------------------------------------------------------

    @property
    def instruction(self) -> str:
        """One sentence that tells the candidate what to do."""
        raise NotImplementedError

    def faults(self) -> list[tuple[tuple[str | int, ...], str, str]]:
        """What the schema cannot see: (location, message, fix) for each fault in how the item is written."""
        return []

    @property
    def is_code(self) -> bool:
        """Whether the key is for a machine to prove: it has a lab, or shows code that a lab could run."""
        return self.lab is not None or bool(self.listing and self.language in PROVABLE and not self.unproven)

    def stated(self) -> list[Stated]:
        """All that the item says of its program. Only asked of an item with a lab, whose claims are complete."""
        return []

    def unclaimed(self) -> list[Location]:
        """The parts of an item with a lab that say nothing of its program."""
        return []

    @property
    def parts(self) -> int:
        """How many things an attempt shows in an order of its own."""
        return 0

    @classmethod
    def arrange(cls, parts: int, rng: random.Random) -> Arrangement:
        """Draw the order in which one attempt shows an item with so many parts."""
        return shuffled(parts, rng)

    def public(self, arrangement: Arrangement) -> PublicItem:
        """What a candidate may see, in this attempt's order."""
        return self._public()

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        """Turn submitted fields into an answer to store; None where nothing was answered.

        Raises InvalidAnswer where the fields do not fit the item.
        """
        raise NotImplementedError

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        """The inverse of `read`: the fields a browser would submit for a stored answer."""
        raise NotImplementedError

    def score(self, answer: Answer) -> float:
        """The credit an answer earns, from 0 to 1."""
        raise NotImplementedError

    def explain(self, answer: Answer | None) -> list[Explained]:
        """Every part of the item with its key, the answer given to it, and its explanation."""
        raise NotImplementedError

    def describe(self, answer: Answer | None) -> list[str]:
        """The answer in plain lines, without saying whether it is right."""
        return [
            part.given if not part.text else f"{part.text}: {part.given}" for part in self.explain(answer) if part.given
        ]

    def complete(self, answer: Answer | None) -> bool:
        """Whether every part of the item has been answered."""
        return answer is not None

    # For the kinds ---------------------------------------------------------------------------------------------

    def _public(self, **parts: Any) -> PublicItem:
        return PublicItem(
            kind=self.kind_name,
            slug=self.slug,
            stem=self.stem,
            instruction=self.instruction,
            listing=self.listing,
            language=self.language or "text",
            **parts,
        )


def displayed(texts: Sequence[str], arrangement: Arrangement) -> tuple[Choice, ...]:
    """Choices in this attempt's order; ids are displayed positions, so they reveal nothing of the file."""
    return tuple(Choice(str(place), texts[original]) for place, original in enumerate(arrangement, start=1))


def original(value: str, arrangement: Arrangement) -> int:
    """The position in the file of the choice that a browser named by its displayed id."""
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:4]) <= len(arrangement) or len(value) > 4:
        raise InvalidAnswer("Choose one of the answers that are offered.", "answer")
    return arrangement[int(value) - 1]


def single(fields: Fields, name: str = "answer") -> str | None:
    """The one value of a field, or None where it is absent or blank."""
    values = [value for value in fields.get(name, ()) if value.strip()]
    if not values:
        return None
    if len(values) > 1:
        raise InvalidAnswer("Choose one answer.", name)
    if len(values[0]) > MAX_ANSWER_LENGTH:
        raise InvalidAnswer(f"Use at most {MAX_ANSWER_LENGTH} characters.", name)
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r" for character in values[0]):
        # A lone surrogate cannot be sent again in any encoding, and a page may not hold a control character.
        raise InvalidAnswer("Use plain text without control characters.", name)
    return values[0]
