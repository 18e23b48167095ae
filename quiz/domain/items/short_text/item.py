"""A short text as an author writes it."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from quiz.domain.items.item import Assertion, Item
from quiz.domain.items.short_text.question import ShortTextQuestion
from quiz.domain.items.text_entry import AnswerTest, Asks, Mistake, known_mistakes
from quiz.domain.source import Location
from quiz.domain.writing import Differs, ShortLine, Truth, Why


class ShortText(Item):
    """Every accepted spelling, and the mistakes that people make."""

    kind: Literal["short text"]
    answers: list[ShortLine] = Field(min_length=1, max_length=20, description="every spelling that is accepted")
    case_sensitive: Truth = Field(default=False, description="true where upper and lower case differ")
    asks: Asks = Field(default="prints", description="what of the program the answer is: what it prints, by default")
    differs: Differs | None = None
    why: Why
    mistakes: list[Mistake] = Field(default=[], max_length=10, description="wrong answers people give")

    @cached_property
    def question(self) -> ShortTextQuestion:
        return ShortTextQuestion(
            **self._question_fields(),
            answers=tuple(self.answers),
            case_sensitive=self.case_sensitive,
            why=self.why,
            mistakes=known_mistakes(self.mistakes),
        )

    def faults(self) -> list[tuple[Location, str, str]]:
        return [
            (("mistakes", n, "text"), "this mistake is also an accepted answer", "remove it from one of the two lists")
            for n, mistake in enumerate(self.mistakes)
            if self.question.score(mistake.text)
        ]

    def assertions(self) -> list[Assertion]:
        probe = self.run.expression if self.asks == "returns" else None
        right = AnswerTest(self.asks, lambda shown: self.question.score(shown) == 1, probe)
        return [Assertion(("answers",), right, True)]
