"""Text entry: what the kinds share whose answer is typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from quiz.domain.items.question import KnownMistake
from quiz.domain.proofs.claims import Verdict, ending, output, value_of
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


def known_mistakes(mistakes: Sequence[Mistake]) -> tuple[KnownMistake, ...]:
    """The mistakes as they are delivered."""
    return tuple(KnownMistake(mistake.text, mistake.why) for mistake in mistakes)


@dataclass(frozen=True)
class AnswerTest:
    """Whether what the program shows is a right answer to the item: the test of a kind whose answers are typed."""

    asks: str
    right: Callable[[str], bool]
    probe: str | None = None
    ask: tuple[tuple[str, str], ...] = ()

    def judge(self, observation: Observation) -> Verdict:
        found = _FACTS[self.asks](observation)
        return Verdict(
            found is not None and self.right(found), ending(observation) if found is None else f"it is {found!r}"
        )


Asks = Literal["prints", "returns", "throws", "status"]
"""What an item with a typed answer asks of its program."""


def _output(observation: Observation) -> str | None:
    return output(observation.printed) if observation.whole and observation.printed is not None else None


def _exception(observation: Observation) -> str | None:
    return observation.thrown.kind.rpartition(".")[2].rpartition("$")[2] if observation.thrown else None


def _status(observation: Observation) -> str | None:
    return str(observation.responses[-1].status) if observation.responses else None


_FACTS: dict[str, Callable[[Observation], str | None]] = {
    "prints": _output,
    "returns": value_of,
    "throws": _exception,
    "status": _status,
}
