"""A number as an author writes it."""

import re
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from quiz.domain.items.item import Assertion, Item
from quiz.domain.items.number.question import NumberQuestion, is_figure
from quiz.domain.items.text_entry import AnswerTest, Asks, Mistake, known_mistakes
from quiz.domain.source import Location
from quiz.domain.writing import Differs, ShortLine, Why

_WRITTEN = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?")


def _decimal(value: object) -> object:
    """Accept only what is the same number to everybody; `010` is not."""
    if isinstance(value, (list, dict)) or (isinstance(value, str) and not _WRITTEN.fullmatch(value)):
        raise ValueError("write a number such as 12 or 0.5")
    return value


Figure = Annotated[
    Decimal,
    # In a template a placeholder stands there.
    BeforeValidator(_decimal, json_schema_input_type=float | Annotated[str, Field(pattern=r"\{\{")]),
    # Without an exponent: what is written here has to be readable again.
    PlainSerializer(lambda figure: format(figure, "f"), return_type=str, when_used="json"),
]


class Number(Item):
    """The right number, how far from it is still right, and the mistakes that people make."""

    kind: Literal["number"]
    answer: Figure = Field(description="the right number, as a decimal")
    tolerance: Figure = Field(
        default=Decimal(0),
        ge=0,
        description="how far from it is still right, in the same unit",
        json_schema_extra={"minimum": 0},
    )
    unit: ShortLine | None = Field(default=None, description="shown behind the box")
    asks: Asks = Field(default="prints", description="what of the program the answer is: what it prints, by default")
    differs: Differs | None = None
    why: Why
    mistakes: list[Mistake] = Field(default=[], max_length=10, description="wrong numbers people give")

    @cached_property
    def question(self) -> NumberQuestion:
        return NumberQuestion(
            **self._question_fields(),
            answer=self.answer,
            tolerance=self.tolerance,
            unit=self.unit,
            why=self.why,
            mistakes=known_mistakes(self.mistakes),
        )

    def faults(self) -> list[tuple[Location, str, str]]:
        found: list[tuple[Location, str, str]] = []
        for n, mistake in enumerate(self.mistakes):
            if not is_figure(mistake.text):
                found.append((("mistakes", n, "text"), "this mistake is not a number", "write the number people give"))
            elif self.question.score(mistake.text):
                found.append((("mistakes", n, "text"), "this mistake is within the tolerance", "remove it"))
        return found

    def assertions(self) -> list[Assertion]:
        probe = self.run.expression if self.asks == "returns" else None
        return [Assertion(("answer",), AnswerTest(self.asks, self._is_right, probe), True)]

    def _is_right(self, shown: str) -> bool:
        """Whether what a program shows is the key: but for rounding, unless the file says why it is another number.

        The tolerance is for candidates; it would let a wrong key pass that is near enough.
        """
        text = shown.strip()
        if not is_figure(text) or self.question.score(text) < 1:
            return False
        figure = self.answer.as_tuple().exponent
        step = Decimal(1).scaleb(figure if isinstance(figure, int) else 0)
        return bool(self.differs) or not self.tolerance or abs(Decimal(text) - self.answer) <= step / 2
