"""Number: a figure with a tolerance and a unit."""

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.base import (
    Answer,
    Answered,
    Arrangement,
    Asks,
    Explained,
    Fields,
    Item,
    Mistake,
    PublicItem,
    Stated,
    single,
)
from quiz.domain.writing import ShortLine, Why

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_WRITTEN = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")


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
    """Type a number. Stored as typed; compared as a decimal within the tolerance."""

    kind_name = "number"
    credit = "1 where the answer is within the tolerance of the key, both ends included, else 0."

    kind: Literal["number"]
    answer: Figure = Field(description="the right number, as a decimal")
    tolerance: Figure = Field(default=Decimal(0), ge=0, description="how far from it is still right, in the same unit")
    unit: ShortLine | None = Field(default=None, description="shown behind the box")
    asks: Asks = Field(default="prints", description="what of the program the answer is: what it prints, by default")
    why: Why
    mistakes: list[Mistake] = Field(default=[], max_length=10, description="wrong numbers people give")

    @property
    def instruction(self) -> str:
        return f"Type a number of {self.unit}." if self.unit else "Type a number."

    def faults(self) -> list[tuple[tuple[str | int, ...], str, str]]:
        found: list[tuple[tuple[str | int, ...], str, str]] = []
        for n, mistake in enumerate(self.mistakes):
            if not _NUMBER.fullmatch(mistake.text):
                found.append((("mistakes", n, "text"), "this mistake is not a number", "write the number people give"))
            elif self.score(mistake.text):
                found.append((("mistakes", n, "text"), "this mistake is within the tolerance", "remove it"))
        return found

    def stated(self) -> list[Stated]:
        probe = self.run.expression if self.asks == "returns" else None
        right = Answered(self.asks, self._is_right, probe)
        return [Stated(("answer",), right, True)]

    def public(self, arrangement: Arrangement) -> PublicItem:
        return self._public(unit=self.unit or "")

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        value = single(fields)
        if value is None:
            return None
        plain = self._plain(value)
        if not _NUMBER.fullmatch(plain):
            raise InvalidAnswer("Type a number in digits, such as 12 or 0.5.", "answer")
        return plain

    def _plain(self, value: str) -> str:
        """Forgive a unit, spaces, and a decimal comma where it cannot be a thousands separator."""
        plain = value.strip()
        if self.unit and plain.casefold().endswith(self.unit.casefold()):
            plain = plain[: -len(self.unit)]
        plain = plain.replace(" ", "").replace("\u00a0", "").replace("\u2212", "-")
        if _THOUSANDS.fullmatch(plain):
            return plain.replace(",", "")
        return plain.replace(",", ".", 1) if "." not in plain else plain

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": [answer]}

    def score(self, answer: Answer) -> float:
        return 1.0 if abs(Decimal(answer) - self.answer) <= self.tolerance else 0.0

    def _is_right(self, shown: str) -> bool:
        """Whether what a program shows is a number within the tolerance."""
        return _NUMBER.fullmatch(shown.strip()) is not None and self.score(shown.strip()) == 1

    def explain(self, answer: Answer | None) -> list[Explained]:
        unit = f" {self.unit}" if self.unit else ""
        within = f" (\u00b1 {self.tolerance:f})" if self.tolerance else ""
        right = answer is not None and self.score(answer) == 1
        parts = [Explained(f"{self.answer:f}{within}{unit}", "key", "typed" if right else "", self.why)]
        for mistake in self.mistakes:
            typed = answer is not None and Decimal(mistake.text) == Decimal(answer)
            parts.append(Explained(f"{mistake.text}{unit}", "", "typed" if typed else "", mistake.why))
        return parts

    def describe(self, answer: Answer | None) -> list[str]:
        return [] if answer is None else [f"{answer} {self.unit or ''}".strip()]
