"""A matching as an author writes it."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from quiz.domain.items.item import Assertion, Item, alike
from quiz.domain.items.matching.question import MatchedPair, MatchingQuestion, UnmatchedChoice
from quiz.domain.proofs.claims import Claim
from quiz.domain.proofs.programs import Code
from quiz.domain.source import Location
from quiz.domain.writing import Differs, Inline, Why, Written


class Pair(Written):
    """A prompt and the choice that fits it."""

    prompt: Inline = Field(description="what is to be matched (inline Markdown)")
    match: Inline = Field(description="the one choice that fits (inline Markdown)")
    code: Code | None = Field(default=None, description="what is inserted for this prompt")
    claim: Claim | None = Field(default=None, description="what the match says of the program, for the lab")
    differs: Differs | None = None
    why: Why


class Decoy(Written):
    """A choice that fits no prompt."""

    text: Inline = Field(description="the choice (inline Markdown)")
    claim: Claim | None = Field(default=None, description="what the choice says of the program, for the lab")
    differs: Differs | None = None
    why: Why


class Matching(Item):
    """Prompts with the choice that fits each, and choices that fit none."""

    kind: Literal["matching"]
    pairs: list[Pair] = Field(min_length=2, max_length=8, description="prompts with the choice that fits each")
    decoys: list[Decoy] = Field(default=[], max_length=4, description="choices that fit no prompt")

    @cached_property
    def question(self) -> MatchingQuestion:
        return MatchingQuestion(
            **self._question_fields(),
            pairs=tuple(MatchedPair(pair.prompt, pair.match, pair.why) for pair in self.pairs),
            decoys=tuple(UnmatchedChoice(decoy.text, decoy.why) for decoy in self.decoys),
        )

    def faults(self) -> list[tuple[Location, str, str]]:
        prompts: list[tuple[Location, str]] = [(("pairs", n, "prompt"), one.prompt) for n, one in enumerate(self.pairs)]
        matches: list[tuple[Location, str]] = [(("pairs", n, "match"), one.match) for n, one in enumerate(self.pairs)]
        decoys: list[tuple[Location, str]] = [(("decoys", n, "text"), one.text) for n, one in enumerate(self.decoys)]
        return alike(prompts, "prompt") + alike(matches + decoys, "choice") + self._without_code()

    def _without_code(self) -> list[tuple[Location, str, str]]:
        """Pairs that are run as one and the same program, of which each claim then holds or fails for all."""
        bare = [n for n, pair in enumerate(self.pairs) if pair.code is None]
        if self.lab is None or len(bare) < 2:
            return []
        message = "this pair has no `code`, so its claim is about the same program as those of other pairs"
        fix = "say with `code:` what its prompt puts at `{{insert}}` or `insert_at`"
        return [(("pairs", n), message, fix) for n in bare]

    def assertions(self) -> list[Assertion]:
        """Every choice is held against every prompt: it fits one or none, and is seen not to fit the others."""
        claims = [pair.claim for pair in self.pairs] + [decoy.claim for decoy in self.decoys]
        return [
            Assertion(("pairs", n), claim, n == other, pair.code)
            for n, pair in enumerate(self.pairs)
            for other, claim in enumerate(claims)
            if claim is not None
        ]

    def missing_claims(self) -> list[Location]:
        pairs: list[Location] = [("pairs", n) for n, pair in enumerate(self.pairs) if pair.claim is None]
        return pairs + [("decoys", n) for n, decoy in enumerate(self.decoys) if decoy.claim is None]
