"""Questions: items as they are delivered, answered, scored and explained.

A question knows nothing of how its item was written. What an attempt was given is kept for ever, whatever becomes of
the authoring schema, so a question is plain data: `snapshot` writes it, `quiz.domain.snapshots` reads it again.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, is_dataclass
from decimal import Decimal
from typing import Any, ClassVar

from quiz.domain.items.answers import Answer, Arrangement, Choice, Fields
from quiz.domain.items.parts import Correctness, Part
from quiz.domain.markdown import plain

SHAPE = 2
"""The number of the form in which snapshots are written now."""


@dataclass(frozen=True, kw_only=True)
class PublicItem:
    """All that a candidate may see of an item before release: it has no place for a key or an explanation.

    A kind whose page shows more than choices and prompts adds fields in a class of its own.
    """

    kind: str
    stem: str
    instruction: str
    listing: str | None
    language: str
    choices: tuple[Choice, ...] = ()
    prompts: tuple[Choice, ...] = ()
    lang: str = ""

    @property
    def texts(self) -> list[str]:
        """All that is there to be read beside the stem and the listing."""
        return [one.text for one in (*self.prompts, *self.choices)]


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """One question. A kind is a subclass that says how it is shown, read back, scored and explained."""

    kind: ClassVar[str]
    credit: ClassVar[str]
    """How partial credit is given, and the source of the rule, for the documentation."""

    id: str
    objective: str
    difficulty: int
    seconds: int
    stem: str
    listing: str | None = None
    language: str = "text"
    sources: tuple[str, ...] = ()
    lang: str = ""
    """The language of its words as a page says it (BCP 47); empty for that of the page."""

    def snapshot(self) -> dict[str, Any]:
        """The question as plain JSON data, with the number of its shape."""
        return {"shape": SHAPE, "kind": self.kind, **_plain(self)}

    # What a kind has to say ------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def instruction(self) -> str:
        """One sentence that tells the candidate what to do."""

    @property
    @abstractmethod
    def key(self) -> Answer:
        """The answer that earns full credit; one of them where there are several."""

    @property
    @abstractmethod
    def chance(self) -> float:
        """The expected credit of the best answer given without any knowledge: what a guesser earns, from 0 to 1."""

    @property
    def parts(self) -> int:
        """How many things an attempt shows in an order of its own."""
        return 0

    @property
    def sample_arrangement(self) -> Arrangement:
        """An order that is the same for everybody and not that of the file: for practice and previews."""
        return tuple((n + 1) % self.parts for n in range(self.parts))

    def public(self, arrangement: Arrangement) -> PublicItem:
        """What a candidate may see, in this attempt's order."""
        return PublicItem(**self._public_fields())

    @abstractmethod
    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        """Turn submitted fields into an answer to store; None where nothing was answered.

        Raises InvalidAnswer where the fields do not fit the question.
        """

    @abstractmethod
    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        """The inverse of `read`: the fields a browser would submit for a stored answer."""

    @abstractmethod
    def as_text(self, answer: Answer) -> list[str]:
        """An answer in plain lines, without saying whether it is right."""

    @abstractmethod
    def as_json(self, answer: Answer) -> Any:
        """An answer as JSON that explains itself: what was chosen by its position in the file, from 1, and its text."""

    @abstractmethod
    def score(self, answer: Answer) -> float:
        """The credit an answer earns, from 0 to 1."""

    @abstractmethod
    def explain(self, answer: Answer | None) -> list[Part]:
        """Every part of the question with its key, the answer given to it, whether that is right, and why."""

    def complete(self, answer: Answer | None) -> bool:
        """Whether every part of the question has been answered."""
        return answer is not None

    def verdict(self, answer: Answer | None) -> Correctness:
        """What became of the question as a whole, where partial credit is given."""
        return Correctness.of(None if answer is None else self.score(answer))

    # For the kinds ---------------------------------------------------------------------------------------------

    def _public_fields(self) -> dict[str, Any]:
        """What every kind lets candidates see."""
        return {
            "kind": self.kind,
            "stem": self.stem,
            "instruction": self.instruction,
            "listing": self.listing,
            "language": self.language,
            "lang": self.lang,
        }


@dataclass(frozen=True)
class Alternative:
    """One of the options to choose from, and why it is right or wrong."""

    text: str
    key: bool = False
    why: str = ""


def order_of(options: Sequence[Alternative], arrangement: Arrangement) -> Arrangement:
    """The order in which options are shown: that of the attempt, or of the file where no attempt has its own."""
    return arrangement or tuple(range(len(options)))


def credit_of(options: Sequence[Alternative], chosen: Sequence[int]) -> float:
    """1/k for each of the k keyed options chosen, minus 1/k for each other option chosen, not below 0."""
    hits = sum(options[n].key for n in chosen)
    return max(0.0, (hits - (len(chosen) - hits)) / sum(option.key for option in options))


@dataclass(frozen=True)
class KnownMistake:
    """A wrong answer that people type, and why it is wrong."""

    text: str
    why: str = ""


def choice_as_json(texts: Sequence[str], position: int) -> dict[str, Any]:
    """A choice as JSON names it: its position in the file, from 1, and its text."""
    return {"position": position + 1, "text": plain(texts[position])}


def _plain(value: Any) -> Any:
    """A value as JSON has it: dataclasses by their fields, decimals as text without an exponent."""
    if is_dataclass(value):
        return {name: _plain(field) for name, field in vars(value).items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return format(value, "f") if isinstance(value, Decimal) else value
