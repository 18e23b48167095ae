"""Typed answers: what the kinds share whose answer is written by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from quiz.domain.items.question import KnownMistake
from quiz.domain.proofs.claims import Unjudged, Verdict, ending, output
from quiz.domain.proofs.observations import Observation
from quiz.domain.proofs.programs import Code
from quiz.domain.writing import ShortLine, Why, Written


class Mistake(Written):
    """A wrong answer that people give, and why it is wrong."""

    text: ShortLine = Field(description="the wrong answer")
    misconception: ShortLine | None = Field(default=None, description="in a template: the mistake that leads here")
    program: Code | None = Field(default=None, description="in a template: a listing that embodies the mistake")
    expression: ShortLine | None = Field(default=None, description="in a template: an expression that embodies it")
    why: Why


def known(mistakes: Sequence[Mistake]) -> tuple[KnownMistake, ...]:
    """The mistakes as they are delivered."""
    return tuple(KnownMistake(mistake.text, mistake.why) for mistake in mistakes)


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
