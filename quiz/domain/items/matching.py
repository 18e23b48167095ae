"""Matching: give each prompt the one choice that fits it."""

from typing import Literal

from pydantic import Field

from quiz.domain.items.base import (
    Answer,
    Arrangement,
    Choice,
    Explained,
    Fields,
    Item,
    PublicItem,
    Stated,
    displayed,
    original,
    single,
)
from quiz.domain.proofs.claims import Claim
from quiz.domain.proofs.programs import Code
from quiz.domain.source import Location
from quiz.domain.writing import Text, Why, Written


class Pair(Written):
    """A prompt and the choice that fits it."""

    prompt: Text = Field(description="what is to be matched (inline Markdown)")
    match: Text = Field(description="the one choice that fits (inline Markdown)")
    code: Code | None = Field(default=None, description="what is inserted for this prompt")
    claim: Claim | None = Field(default=None, description="what the match says of the program, for the lab")
    why: Why


class Decoy(Written):
    """A choice that fits no prompt."""

    text: Text = Field(description="the choice (inline Markdown)")
    claim: Claim | None = Field(default=None, description="what the choice says of the program, for the lab")
    why: Why


class Matching(Item):
    """Match each prompt. Stored as the position of the chosen match (pairs first, then decoys) or null, per prompt."""

    kind_name = "matching"
    credit = "The share of prompts matched rightly; an unmatched prompt earns nothing (IMS QTI `map_response`)."

    kind: Literal["matching"]
    pairs: list[Pair] = Field(min_length=2, max_length=8, description="prompts with the choice that fits each")
    decoys: list[Decoy] = Field(default=[], max_length=4, description="choices that fit no prompt")

    @property
    def _choices(self) -> list[str]:
        return [pair.match for pair in self.pairs] + [decoy.text for decoy in self.decoys]

    @property
    def instruction(self) -> str:
        return "Choose the match for each line."

    def faults(self) -> list[tuple[tuple[str | int, ...], str, str]]:
        return [
            (("pairs", n, "match") if n < len(self.pairs) else ("decoys", n - len(self.pairs), "text"),
             "this choice stands twice", "make the choices differ")
            for n, text in enumerate(self._choices)
            if text in self._choices[:n]
        ]  # fmt: skip

    def stated(self) -> list[Stated]:
        """Every choice is held against every prompt: it fits one or none, and is seen not to fit the others."""
        claims = [pair.claim for pair in self.pairs] + [decoy.claim for decoy in self.decoys]
        return [
            Stated(("pairs", n), claim, n == other, pair.code)
            for n, pair in enumerate(self.pairs)
            for other, claim in enumerate(claims)
            if claim is not None
        ]

    def unclaimed(self) -> list[Location]:
        pairs: list[Location] = [("pairs", n) for n, pair in enumerate(self.pairs) if pair.claim is None]
        return pairs + [("decoys", n) for n, decoy in enumerate(self.decoys) if decoy.claim is None]

    @property
    def parts(self) -> int:
        return len(self._choices)

    def public(self, arrangement: Arrangement) -> PublicItem:
        prompts = tuple(Choice(str(n), pair.prompt) for n, pair in enumerate(self.pairs, start=1))
        return self._public(prompts=prompts, choices=displayed(self._choices, arrangement))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        given = [single(fields, f"answer-{n}") for n in range(1, len(self.pairs) + 1)]
        if not any(given):
            return None
        return [None if value is None else original(value, arrangement) for value in given]

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {
            f"answer-{n}": [str(arrangement.index(chosen) + 1)]
            for n, chosen in enumerate(answer, start=1)
            if chosen is not None
        }

    def score(self, answer: Answer) -> float:
        return float(sum(chosen == n for n, chosen in enumerate(answer)) / len(self.pairs))

    def explain(self, answer: Answer | None) -> list[Explained]:
        given = answer or [None] * len(self.pairs)
        parts = [
            Explained(pair.prompt, pair.match, "" if chosen is None else self._choices[chosen], pair.why)
            for pair, chosen in zip(self.pairs, given, strict=True)
        ]
        return parts + [Explained(decoy.text, "fits none", "", decoy.why) for decoy in self.decoys]

    def complete(self, answer: Answer | None) -> bool:
        return answer is not None and None not in answer
