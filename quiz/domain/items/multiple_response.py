"""Multiple response: several right options, and the page says how many."""

from typing import Literal

from pydantic import Field

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.base import (
    Answer,
    Arrangement,
    Explained,
    Fields,
    Item,
    Option,
    PublicItem,
    Stated,
    displayed,
    original,
)
from quiz.domain.items.single_choice import _repeated
from quiz.domain.source import Location


class MultipleResponse(Item):
    """Choose the stated number of answers. Stored as a sorted list of positions in the file."""

    kind_name = "multiple response"
    credit = (
        "1/k for each of the k keyed options chosen, minus 1/k for each other option chosen, not below 0 "
        "(plus/minus scoring; Betts, Muntean, Kim & Kao 2022, Educational and Psychological Measurement 82, 151-176)."
    )

    kind: Literal["multiple response"]
    options: list[Option] = Field(min_length=3, max_length=8, description="the options, two or more of them keyed")

    @property
    def _keys(self) -> frozenset[int]:
        return frozenset(n for n, option in enumerate(self.options) if option.key)

    @property
    def instruction(self) -> str:
        return f"Choose {len(self._keys)} answers."

    def faults(self) -> list[tuple[tuple[str | int, ...], str, str]]:
        if 2 <= len(self._keys) < len(self.options):
            return _repeated(self.options)
        message = f"{len(self._keys)} of {len(self.options)} options are keyed"
        return [(("options",), message, "key at least two options and leave at least one unkeyed")]

    def stated(self) -> list[Stated]:
        inserts = self.run.inserts
        return [one.stated(("options", n), inserts) for n, one in enumerate(self.options) if one.claim is not None]

    def unclaimed(self) -> list[Location]:
        return [("options", n) for n, option in enumerate(self.options) if option.claim is None]

    @property
    def parts(self) -> int:
        return len(self.options)

    def public(self, arrangement: Arrangement) -> PublicItem:
        texts = [option.text for option in self.options]
        return self._public(choices=displayed(texts, arrangement), choose=len(self._keys))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        values = fields.get("answer", ())
        if len(values) > len(self.options):
            raise InvalidAnswer(self.instruction, "answer")
        return sorted({original(value, arrangement) for value in values}) or None

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": sorted(str(arrangement.index(chosen) + 1) for chosen in answer)}

    def score(self, answer: Answer) -> float:
        hits = len(self._keys.intersection(answer))
        return max(0.0, (hits - (len(answer) - hits)) / len(self._keys))

    def explain(self, answer: Answer | None) -> list[Explained]:
        chosen = set(answer or ())
        return [
            Explained(option.text, "key" if option.key else "", "chosen" if n in chosen else "", option.why)
            for n, option in enumerate(self.options)
        ]

    def describe(self, answer: Answer | None) -> list[str]:
        return [self.options[n].text for n in answer or ()]

    def complete(self, answer: Answer | None) -> bool:
        return answer is not None and len(answer) == len(self._keys)
