"""A number as it is delivered, answered and scored."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.answers import Answer, Arrangement, Fields, single
from quiz.domain.items.parts import Part, Spelling, text_parts
from quiz.domain.items.question import KnownMistake, PublicItem, Question

_FIGURE = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")


def is_figure(text: str) -> bool:
    """Whether a text is a number to everybody: digits with at most one point and a sign, and nothing else."""
    return _FIGURE.fullmatch(text) is not None


@dataclass(frozen=True, kw_only=True)
class PublicNumber(PublicItem):
    """A number as candidates see it, with what stands behind the box."""

    unit: str


@dataclass(frozen=True, kw_only=True)
class NumberQuestion(Question):
    """Type a number. Stored as typed; compared as a decimal within the tolerance, both ends included."""

    kind = "number"
    credit = "1 where the answer is within the tolerance of the key, both ends included, else 0."

    answer: Decimal
    tolerance: Decimal = Decimal(0)
    unit: str | None = None
    why: str = ""
    mistakes: tuple[KnownMistake, ...] = ()

    @property
    def instruction(self) -> str:
        return f"Type a number of {self.unit}." if self.unit else "Type a number."

    @property
    def key(self) -> Answer:
        return format(self.answer, "f")

    def public(self, arrangement: Arrangement) -> PublicItem:
        return PublicNumber(**self._public_fields(), unit=self.unit or "")

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        value = single(fields)
        if value is not None and not is_figure(self.normalise(value)):
            raise InvalidAnswer("Type a number in digits, such as 12 or 0.5.", "answer")
        return value

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": [answer]}

    def as_text(self, answer: Answer) -> list[str]:
        return [f"{self._bare(answer)} {self.unit or ''}".strip()]

    def as_json(self, answer: Answer) -> Any:
        return {"typed": answer, "value": self.normalise(answer)}

    def normalise(self, text: str) -> str:
        """A number as everybody writes it: without unit and spaces, and with a decimal point.

        A comma is a decimal comma where it cannot be a thousands separator.
        """
        bare = re.sub(r"\s", "", self._bare(text)).replace("\u2212", "-")
        if _THOUSANDS.fullmatch(bare):
            return bare.replace(",", "")
        return bare.replace(",", ".", 1) if "." not in bare else bare

    def _bare(self, text: str) -> str:
        """What was typed without the unit."""
        bare = text.strip()
        has_unit = self.unit and bare.casefold().endswith(self.unit.casefold())
        return bare[: -len(self.unit or "")].strip() if has_unit else bare

    def _value(self, answer: Answer) -> Decimal:
        return Decimal(self.normalise(answer))

    def score(self, answer: Answer) -> float:
        return float(abs(self._value(answer) - self.answer) <= self.tolerance)

    def explain(self, answer: Answer | None) -> list[Part]:
        unit = f" {self.unit}" if self.unit else ""
        within = f" (\u00b1 {self.tolerance:f})" if self.tolerance else ""
        mistakes = [
            Spelling(f"{one.text}{unit}", one.why, answer is not None and Decimal(one.text) == self._value(answer))
            for one in self.mistakes
        ]
        is_right = answer is not None and self.score(answer) == 1
        return text_parts(f"{self.answer:f}{within}{unit}", self.why, mistakes, answer, is_right)
