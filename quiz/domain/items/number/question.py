"""A number as it is delivered, answered and scored."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.answers import Answer, Arrangement, Fields, single
from quiz.domain.items.parts import Part, Spelling, text_parts
from quiz.domain.items.question import KnownMistake, PublicItem, Question
from quiz.domain.items.typography import fold
from quiz.domain.markdown import literal

_FIGURE = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_TYPED = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(['_\u066c][0-9]{3})+([.,][0-9]+)?")
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


def is_figure(text: str) -> bool:
    """Whether a text is a number to everybody: digits with at most one point and a sign, and nothing else."""
    return _FIGURE.fullmatch(text) is not None


def readings(text: str, unit: str = "") -> tuple[str, ...]:
    """What a number that was typed can mean, without its unit and with a decimal point; the likeliest first.

    A comma is a decimal comma where it cannot separate thousands. Where it can be either, there are two readings.
    What is not a number is returned as it is.
    """
    bare = _without(unit, fold(text)).replace(" ", "")
    if _GROUPS.fullmatch(bare):
        bare = re.sub(r"['_\u066c]", "", bare)
    if _THOUSANDS.fullmatch(bare):
        whole = bare.replace(",", "")
        return (whole, bare.replace(",", ".")) if _EITHER.fullmatch(bare) else (whole,)
    return (bare.replace(",", ".", 1) if "." not in bare else bare,)


def _without(unit: str, text: str) -> str:
    has_unit = unit and text.casefold().endswith(fold(unit).casefold())
    return text[: -len(fold(unit))].strip() if has_unit else text


@dataclass(frozen=True, kw_only=True)
class PublicNumber(PublicItem):
    """A number as candidates see it, with what stands behind the box."""

    unit: str

    def reading(self, typed: str) -> str:
        """How a number that was typed is read, in words; empty where that is plain, or where it is not a number."""
        first, *others = readings(typed, self.unit)
        if not _TYPED.fullmatch(first):
            return ""
        if others:
            return f"Read as {first} or as {others[0]}: whichever is right counts."
        if _EITHER.fullmatch(first):
            return f"Read as {first}, with a decimal point. Thousands are written without a point."
        return "" if first == typed.strip() else f"Read as {first}."


@dataclass(frozen=True, kw_only=True)
class NumberQuestion(Question):
    """Type a number. Stored as typed; compared as a decimal within the tolerance, both ends included."""

    kind = "number"
    credit = (
        "1 where the answer is within the tolerance of the key, both ends included, else 0; where a comma can be read "
        "in two ways, the right one counts."
    )

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

    @property
    def chance(self) -> float:
        return 0.0

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        value = single(fields)
        if value is not None and not _TYPED.fullmatch(self.normalise(value)):
            raise InvalidAnswer("Type a number in digits, such as 12 or 0.5.", "answer")
        return value

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": [answer]}

    def as_text(self, answer: Answer) -> list[str]:
        typed, unit = answer.strip(), self.unit or ""
        if typed.casefold().endswith(unit.casefold()):
            return [f"{typed[: len(typed) - len(unit)].strip()} {unit}".strip()]
        return [typed if _without(unit, fold(typed)) != fold(typed) else f"{typed} {unit}"]

    def as_json(self, answer: Answer) -> Any:
        """What was typed, and the reading of it that counts."""
        right = [reading for reading in self._readings(answer) if self._is_within(Decimal(reading))]
        return {"typed": answer, "value": (right or self._readings(answer))[0]}

    def normalise(self, text: str) -> str:
        """A number as everybody writes it, in its likeliest reading."""
        return self._readings(text)[0]

    def _readings(self, text: str) -> tuple[str, ...]:
        return readings(text, self.unit or "")

    def _is_within(self, value: Decimal) -> bool:
        return abs(value - self.answer) <= self.tolerance

    def score(self, answer: Answer) -> float:
        return float(any(self._is_within(Decimal(reading)) for reading in self._readings(answer)))

    def explain(self, answer: Answer | None) -> list[Part]:
        unit = f" {self.unit}" if self.unit else ""
        within = f" (\u00b1 {self.tolerance:f})" if self.tolerance else ""
        is_right = answer is not None and self.score(answer) == 1
        values = [] if answer is None or is_right else [Decimal(reading) for reading in self._readings(answer)]
        mistakes = [
            Spelling(literal(f"{one.text}{unit}"), one.why, Decimal(one.text) in values) for one in self.mistakes
        ]
        return text_parts(literal(f"{self.answer:f}{within}{unit}"), self.why, mistakes, answer, is_right)
