"""A code line as an author writes it."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from quiz.domain.items.code_line.question import CodeLineQuestion, ExplainedLine, tells
from quiz.domain.items.item import Assertion, Item
from quiz.domain.proofs.claims import Claim
from quiz.domain.source import Location
from quiz.domain.writing import Inline, Truth, Whole, Why, Written


class PointedLine(Written):
    """A line of the listing worth pointing at, and why it is or is not the one."""

    line: Whole = Field(ge=1, description="the line's number; the first line of the listing is 1")
    key: Truth = Field(default=False, description="true for the line asked for")
    why: Why


class CodeLine(Item):
    """The keyed line of the listing, and others that tempt."""

    kind: Literal["code line"]
    lines: list[PointedLine] = Field(min_length=2, max_length=10, description="the keyed line and tempting others")
    asks: Literal["error_at", "throws_at"] = Field(
        default="error_at", description="what the line is, of the program: where it is refused, or where it throws"
    )
    elsewhere: Inline = Field(description="why none of the lines not listed is the one")

    @cached_property
    def question(self) -> CodeLineQuestion:
        lines = tuple(ExplainedLine(line.line, line.key, line.why) for line in self.lines)
        return CodeLineQuestion(**self._question_fields(), lines=lines, elsewhere=self.elsewhere)

    def faults(self) -> list[tuple[Location, str, str]]:
        if not self.listing:
            return [((), "a code line item needs a `listing`", "add `listing: |` and the code below it")]
        found: list[tuple[Location, str, str]] = []
        keyed = sum(line.key for line in self.lines)
        if keyed != 1:
            found.append((("lines",), f"{keyed} lines are keyed", "mark exactly one line `key: true`"))
        numbers = [line.line for line in self.lines]
        texts = self.question.texts
        for n, number in enumerate(numbers):
            if number in numbers[:n]:
                found.append((("lines", n, "line"), f"line {number} stands here again", "explain each line once"))
            elif number > len(texts) or not tells(texts[number - 1]):
                message = f"line {number} of the listing cannot be chosen: it holds no letter or digit"
                found.append((("lines", n, "line"), message, "count from 1, and name a line that says something"))
        return found

    def assertions(self) -> list[Assertion]:
        return [
            Assertion(("lines", n), Claim.model_validate({self.asks: line.line}), line.key)
            for n, line in enumerate(self.lines)
        ]
