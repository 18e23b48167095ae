"""An ordering as it is delivered, answered and scored."""

import random
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from quiz.domain.drawing import shuffle
from quiz.domain.items.answers import Answer, Arrangement, Fields, display, original, single
from quiz.domain.items.parts import Part, prompt_part
from quiz.domain.items.question import PublicItem, Question, choice_as_json
from quiz.domain.markdown import plain


@dataclass(frozen=True)
class OrderedStep:
    """One step, and why it stands where it stands."""

    text: str
    why: str = ""


def disorder(parts: int, rng: random.Random) -> Arrangement:
    """An order other than the right one, which would be a gift; all the others are equally likely."""
    order = shuffle(parts, rng)
    while parts > 1 and order == tuple(range(parts)):
        order = shuffle(parts, rng)
    return order


def inversions(parts: int) -> list[int]:
    """How many orders of so many things have 0, 1, 2, ... inverted pairs (the Mahonian numbers)."""
    counts = [1]
    for more in range(2, parts + 1):
        counts = [sum(counts[max(0, n - more + 1) : n + 1]) for n in range(len(counts) + more - 1)]
    return counts


@dataclass(frozen=True, kw_only=True)
class OrderingQuestion(Question):
    """Number the steps. Stored as the place (from 1, or null) given to each step, in the order of the file."""

    kind = "ordering"
    credit = (
        "Kendall's tau between the given and the right order, not below 0; a pair with an unplaced or equally placed "
        "step counts as out of order (Kendall 1938, Biometrika 30, 81-93)."
    )

    sequence: tuple[OrderedStep, ...]

    @property
    def instruction(self) -> str:
        return f"Put these into order: 1 is first, {len(self.sequence)} is last."

    @property
    def key(self) -> Answer:
        return list(range(1, len(self.sequence) + 1))

    @property
    def chance(self) -> float:
        """The mean over all orders but the one that is shown, which is never right: so any other is as good."""
        orders = inversions(len(self.sequence))
        pairs = len(orders) - 1
        return (
            sum(count * max(0, pairs - 2 * turned) for turned, count in enumerate(orders)) / pairs / (sum(orders) - 1)
        )

    @property
    def parts(self) -> int:
        return len(self.sequence)

    @property
    def _texts(self) -> list[str]:
        return [step.text for step in self.sequence]

    def public(self, arrangement: Arrangement) -> PublicItem:
        return PublicItem(**self._public_fields(), prompts=display(self._texts, arrangement))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        places: list[int | None] = [None] * len(self.sequence)
        numbers = tuple(range(1, len(self.sequence) + 1))
        for shown, position in enumerate(arrangement, start=1):
            value = single(fields, f"answer-{shown}")
            places[position] = None if value is None else original(value, numbers, f"answer-{shown}")
        return None if places.count(None) == len(places) else places

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {
            f"answer-{shown}": [str(answer[position])]
            for shown, position in enumerate(arrangement, start=1)
            if answer[position] is not None
        }

    def as_text(self, answer: Answer) -> list[str]:
        placed = sorted((place, plain(step.text)) for place, step in zip(answer, self.sequence, strict=True) if place)
        return [f"{place}. {text}" for place, text in placed]

    def as_json(self, answer: Answer) -> Any:
        return [choice_as_json(self._texts, n) | {"answer": place} for n, place in enumerate(answer)]

    def score(self, answer: Answer) -> float:
        pairs = list(combinations(answer, 2))
        concordant = sum(a is not None and b is not None and a < b for a, b in pairs)
        return float(max(0.0, (2 * concordant - len(pairs)) / len(pairs)))

    def explain(self, answer: Answer | None) -> list[Part]:
        given = answer or [None] * len(self.sequence)
        return [
            prompt_part(step.text, step.why, str(place), "" if value is None else str(value), value == place)
            for place, (step, value) in enumerate(zip(self.sequence, given, strict=True), start=1)
        ]

    def complete(self, answer: Answer | None) -> bool:
        return answer is not None and sorted(filter(None, answer)) == self.key
