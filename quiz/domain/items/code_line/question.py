"""A code line as it is delivered, answered and scored."""

from dataclasses import dataclass
from typing import Any

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.answers import Answer, Arrangement, Fields, single
from quiz.domain.items.parts import Part, option_part
from quiz.domain.items.question import PublicItem, Question
from quiz.domain.listings import lines
from quiz.domain.markdown import code_span


@dataclass(frozen=True)
class ExplainedLine:
    """A line of the listing by its number, from 1, and why it is or is not the one."""

    line: int
    key: bool = False
    why: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a listing: its number from 1, and whether it can be pointed at."""

    number: int
    selectable: bool


@dataclass(frozen=True, kw_only=True)
class PublicCodeLine(PublicItem):
    """A code line as candidates see it, with what each line of the listing is."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class CodeLineQuestion(Question):
    """Point at one line. Stored as the line's number, from 1."""

    kind = "code line"
    credit = "1 for the keyed line, else 0."

    lines: tuple[ExplainedLine, ...]
    elsewhere: str = ""

    @property
    def instruction(self) -> str:
        return "Choose one line of the listing."

    @property
    def key(self) -> Answer:
        return next(line.line for line in self.lines if line.key)

    @property
    def chance(self) -> float:
        """As if only the lines that the author names had tempted: lines keep their places, and some never come up."""
        return 1 / len(self.lines)

    @property
    def texts(self) -> list[str]:
        """The lines of the listing."""
        return lines(self.listing or "")

    def public(self, arrangement: Arrangement) -> PublicItem:
        shown = tuple(Line(n, tells(text)) for n, text in enumerate(self.texts, start=1))
        return PublicCodeLine(**self._public_fields(), lines=shown)

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        value = single(fields)
        if value is None:
            return None
        if not value.isascii() or not value.isdigit() or len(value) > 4 or not 1 <= int(value) <= len(self.texts):
            raise InvalidAnswer("Choose a line of the listing.", "answer")
        return int(value)

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": [str(answer)]}

    def as_text(self, answer: Answer) -> list[str]:
        text = self._shows(answer)
        return [f"Line {answer}: {text}" if text else f"Line {answer}"]

    def as_json(self, answer: Answer) -> Any:
        return {"line": answer, "text": self._shows(answer)}

    def _shows(self, line: int) -> str:
        return self.texts[line - 1].strip()

    def score(self, answer: Answer) -> float:
        return float(any(line.key and line.line == answer for line in self.lines))

    def explain(self, answer: Answer | None) -> list[Part]:
        parts = [
            option_part(
                f"Line {line.line}: {code_span(self._shows(line.line))}",
                line.why,
                line.key,
                "Chosen" if line.line == answer else "",
                missed=line.key and answer is None,
            )
            for line in sorted(self.lines, key=lambda line: line.line)
        ]
        elsewhere = answer is not None and all(line.line != answer for line in self.lines)
        return [*parts, option_part("Any other line", self.elsewhere, False, f"Line {answer}" if elsewhere else "")]


def tells(text: str) -> bool:
    """Whether a line says something: blank lines and lone brackets cannot be pointed at."""
    return any(c.isalnum() for c in text)
