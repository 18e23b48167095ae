"""A matching as it is delivered, answered and scored."""

from dataclasses import dataclass
from typing import Any

from quiz.domain.items.answers import Answer, Arrangement, Choice, Fields, display, original, single
from quiz.domain.items.parts import Part, prompt_part
from quiz.domain.items.question import PublicItem, Question, choice_as_json
from quiz.domain.markdown import plain


@dataclass(frozen=True)
class MatchedPair:
    """A prompt, the choice that fits it, and why."""

    prompt: str
    match: str
    why: str = ""


@dataclass(frozen=True)
class UnmatchedChoice:
    """A choice that fits no prompt, and why."""

    text: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class MatchingQuestion(Question):
    """Match each prompt. Stored as the position of the chosen match (pairs first, then decoys) or null, per prompt."""

    kind = "matching"
    credit = "The share of prompts matched rightly; an unmatched prompt earns nothing (IMS QTI `map_response`)."

    pairs: tuple[MatchedPair, ...]
    decoys: tuple[UnmatchedChoice, ...] = ()

    @property
    def instruction(self) -> str:
        return "Choose the match for each line."

    @property
    def key(self) -> Answer:
        return list(range(len(self.pairs)))

    @property
    def chance(self) -> float:
        return 1 / len(self._choices)

    @property
    def parts(self) -> int:
        return len(self._choices)

    @property
    def _prompts(self) -> list[str]:
        return [pair.prompt for pair in self.pairs]

    @property
    def _choices(self) -> list[str]:
        return [pair.match for pair in self.pairs] + [decoy.text for decoy in self.decoys]

    def public(self, arrangement: Arrangement) -> PublicItem:
        prompts = tuple(Choice(str(n), prompt) for n, prompt in enumerate(self._prompts, start=1))
        return PublicItem(**self._public_fields(), prompts=prompts, choices=display(self._choices, arrangement))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        names = [f"answer-{n}" for n in range(1, len(self.pairs) + 1)]
        given = [single(fields, name) for name in names]
        if not any(given):
            return None
        return [
            None if value is None else original(value, arrangement, name)
            for name, value in zip(names, given, strict=True)
        ]

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {
            f"answer-{n}": [str(arrangement.index(chosen) + 1)]
            for n, chosen in enumerate(answer, start=1)
            if chosen is not None
        }

    def as_text(self, answer: Answer) -> list[str]:
        return [
            f"{plain(prompt)}: {plain(self._choices[chosen])}"
            for prompt, chosen in zip(self._prompts, answer, strict=True)
            if chosen is not None
        ]

    def as_json(self, answer: Answer) -> Any:
        return [
            choice_as_json(self._prompts, n)
            | {"answer": None if chosen is None else choice_as_json(self._choices, chosen)}
            for n, chosen in enumerate(answer)
        ]

    def score(self, answer: Answer) -> float:
        return float(sum(chosen == n for n, chosen in enumerate(answer)) / len(self.pairs))

    def explain(self, answer: Answer | None) -> list[Part]:
        given = answer or [None] * len(self.pairs)
        parts = [
            prompt_part(pair.prompt, pair.why, pair.match, "" if chosen is None else self._choices[chosen], chosen == n)
            for n, (pair, chosen) in enumerate(zip(self.pairs, given, strict=True))
        ]
        return parts + [Part(decoy.text, decoy.why, key="fits none") for decoy in self.decoys]

    def complete(self, answer: Answer | None) -> bool:
        return answer is not None and None not in answer
