"""Code line: point at the line of the listing that fails, throws, is vulnerable."""

from typing import Literal

from pydantic import Field

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.base import (
    Answer,
    Arrangement,
    Explained,
    Fields,
    Item,
    Line,
    PublicItem,
    Stated,
    single,
)
from quiz.domain.proofs.claims import Claim
from quiz.domain.writing import Text, Truth, Whole, Why, Written


class PointedLine(Written):
    """A line of the listing worth pointing at, and why it is or is not the one."""

    line: Whole = Field(ge=1, description="the line's number; the first line of the listing is 1")
    key: Truth = Field(default=False, description="true for the line asked for")
    why: Why


class CodeLine(Item):
    """Point at one line. Stored as the line's number, from 1."""

    kind_name = "code line"
    credit = "1 for the keyed line, else 0."

    kind: Literal["code line"]
    lines: list[PointedLine] = Field(min_length=2, max_length=10, description="the keyed line and tempting others")
    asks: Literal["error_at", "throws_at"] = Field(
        default="error_at", description="what the line is, of the program: where it is refused, or where it throws"
    )
    elsewhere: Text = Field(description="why none of the lines not listed is the one")

    @property
    def _listing_lines(self) -> list[str]:
        return (self.listing or "").rstrip("\n").split("\n")

    @property
    def instruction(self) -> str:
        return "Choose one line of the listing."

    def faults(self) -> list[tuple[tuple[str | int, ...], str, str]]:
        if not self.listing:
            return [((), "a code line item needs a `listing`", "add `listing: |` and the code below it")]
        found: list[tuple[tuple[str | int, ...], str, str]] = []
        keyed = sum(line.key for line in self.lines)
        if keyed != 1:
            found.append((("lines",), f"{keyed} lines are keyed", "mark exactly one line `key: true`"))
        numbers = [line.line for line in self.lines]
        for n, number in enumerate(numbers):
            if number in numbers[:n]:
                found.append((("lines", n, "line"), f"line {number} stands here again", "explain each line once"))
            elif number > len(self._listing_lines) or not _tells(self._listing_lines[number - 1]):
                message = f"line {number} of the listing cannot be chosen: it holds no letter or digit"
                found.append((("lines", n, "line"), message, "count from 1, and name a line that says something"))
        return found

    def stated(self) -> list[Stated]:
        return [
            Stated(("lines", n), Claim.model_validate({self.asks: line.line}), line.key)
            for n, line in enumerate(self.lines)
        ]

    def public(self, arrangement: Arrangement) -> PublicItem:
        lines = (Line(n, _tells(text)) for n, text in enumerate(self._listing_lines, start=1))
        return self._public(lines=tuple(lines))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        value = single(fields)
        if value is None:
            return None
        texts = self._listing_lines
        if not value.isascii() or not value.isdigit() or len(value) > 4 or not 1 <= int(value) <= len(texts):
            raise InvalidAnswer("Choose a line of the listing.", "answer")
        return int(value)

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": [str(answer)]}

    def score(self, answer: Answer) -> float:
        return float(any(line.key and line.line == answer for line in self.lines))

    def explain(self, answer: Answer | None) -> list[Explained]:
        parts = [
            Explained(
                f"Line {line.line}: `{self._listing_lines[line.line - 1].strip()}`",
                "key" if line.key else "",
                "chosen" if line.line == answer else "",
                line.why,
            )
            for line in sorted(self.lines, key=lambda line: line.line)
        ]
        elsewhere = answer is not None and all(line.line != answer for line in self.lines)
        given = f"chosen: line {answer}" if elsewhere else ""
        return [*parts, Explained("Any other line", "", given, self.elsewhere)]

    def describe(self, answer: Answer | None) -> list[str]:
        return [] if answer is None else [f"Line {answer}"]


def _tells(text: str) -> bool:
    """Whether a line says something: blank lines and lone brackets cannot be pointed at."""
    return any(c.isalnum() for c in text)
