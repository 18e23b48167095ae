"""Ordering: put steps into their right order."""

import random
from itertools import combinations
from typing import Literal

from pydantic import Field

from quiz.domain.drawing import shuffled
from quiz.domain.items.base import (
    Answer,
    Arrangement,
    Explained,
    Fields,
    Item,
    PublicItem,
    Stated,
    displayed,
    original,
    single,
)
from quiz.domain.proofs.claims import Claim, Output
from quiz.domain.source import Location
from quiz.domain.writing import Text, Why, Written


class Step(Written):
    """One step of a sequence."""

    text: Text = Field(description="the step (inline Markdown)")
    prints: Output | None = Field(default=None, description="for the lab: what the program prints at this step")
    why: Why


class Ordering(Item):
    """Number the steps. Stored as the place (from 1, or null) given to each step, in the order of the file."""

    kind_name = "ordering"
    credit = (
        "Kendall's tau between the given and the right order, not below 0; a pair with an unplaced or equally placed "
        "step counts as out of order (Kendall 1938, Biometrika 30, 81-93)."
    )

    kind: Literal["ordering"]
    sequence: list[Step] = Field(min_length=3, max_length=8, description="the steps in their right order")

    @property
    def instruction(self) -> str:
        return f"Put these into order: 1 is first, {len(self.sequence)} is last."

    def faults(self) -> list[tuple[tuple[str | int, ...], str, str]]:
        printed = [step.prints for step in self.sequence]
        return [
            (("sequence", n, "prints"), "two steps print the same, so their order cannot be seen", "print more")
            for n, text in enumerate(printed)
            if text is not None and text in printed[:n]
        ]

    def stated(self) -> list[Stated]:
        printed = [step.prints or "" for step in self.sequence]
        return [Stated(("sequence",), Claim(prints="\n".join(printed)), True)]

    def unclaimed(self) -> list[Location]:
        return [("sequence", n) for n, step in enumerate(self.sequence) if step.prints is None]

    @property
    def parts(self) -> int:
        return len(self.sequence)

    @classmethod
    def arrange(cls, parts: int, rng: random.Random) -> Arrangement:
        order = shuffled(parts, rng)
        # The right order itself would be a gift, so it is turned by one place.
        return order if order != tuple(range(parts)) else (*order[1:], order[0])

    def public(self, arrangement: Arrangement) -> PublicItem:
        return self._public(prompts=displayed([step.text for step in self.sequence], arrangement))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        places: list[int | None] = [None] * len(self.sequence)
        numbers = tuple(range(1, len(self.sequence) + 1))
        for shown, position in enumerate(arrangement, start=1):
            value = single(fields, f"answer-{shown}")
            places[position] = None if value is None else original(value, numbers)
        return None if places.count(None) == len(places) else places

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {
            f"answer-{shown}": [str(answer[position])]
            for shown, position in enumerate(arrangement, start=1)
            if answer[position] is not None
        }

    def score(self, answer: Answer) -> float:
        pairs = list(combinations(answer, 2))
        concordant = sum(a is not None and b is not None and a < b for a, b in pairs)
        return float(max(0.0, (2 * concordant - len(pairs)) / len(pairs)))

    def explain(self, answer: Answer | None) -> list[Explained]:
        given = answer or [None] * len(self.sequence)
        return [
            Explained(step.text, str(place), "" if value is None else str(value), step.why)
            for place, (step, value) in enumerate(zip(self.sequence, given, strict=True), start=1)
        ]

    def complete(self, answer: Answer | None) -> bool:
        return answer is not None and sorted(filter(None, answer)) == list(range(1, len(self.sequence) + 1))
