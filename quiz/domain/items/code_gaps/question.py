"""Code gaps as they are delivered, answered and scored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.answers import Answer, Arrangement, Choice, Fields, display, original, single
from quiz.domain.items.parts import Part, Spelling, option_part, text_parts
from quiz.domain.items.question import Alternative, KnownMistake, PublicItem, Question
from quiz.domain.items.typography import fold_code, is_same
from quiz.domain.markdown import code_span


@dataclass(frozen=True)
class Blank:
    """A gap that is filled from `choices`, or by typing one of the `answers`. All of them are code."""

    choices: tuple[Alternative, ...] = ()
    answers: tuple[str, ...] = ()
    why: str = ""
    mistakes: tuple[KnownMistake, ...] = ()

    @property
    def key(self) -> int | str:
        """What fills it rightly: the position of the choice, or what is to be typed."""
        return next((n for n, choice in enumerate(self.choices) if choice.key), "".join(self.answers[:1]))

    def is_right(self, given: int | str | None) -> bool:
        """Whether this fills the gap rightly; typography and spaces around it do not matter, all else does."""
        if isinstance(given, str):
            return any(is_same(given, answer, fold_code) for answer in self.answers)
        return given is not None and self.choices[given].key

    def code(self, given: int | str) -> str:
        """The code that fills the gap."""
        return given.strip() if isinstance(given, str) else self.choices[given].text

    def explain(self, name: str, given: int | str | None) -> list[Part]:
        """Every choice, or the accepted spelling and the mistakes, each under the gap's name."""
        if self.choices:
            return [
                option_part(
                    f"{name}: {code_span(one.text)}",
                    one.why,
                    one.key,
                    "Chosen" if n == given else "",
                    missed=one.key and given is None,
                )
                for n, one in enumerate(self.choices)
            ]
        answer, right = None if given is None else str(given), self.is_right(given)
        mistakes = [
            Spelling(
                f"{name}: {code_span(one.text)}",
                one.why,
                not right and answer is not None and is_same(answer, one.text, fold_code),
            )
            for one in self.mistakes
        ]
        spellings = " or ".join(map(code_span, self.answers))
        return text_parts(f"{name}: {spellings}", self.why, mistakes, answer, right)


@dataclass(frozen=True)
class PublicGap:
    """A gap as candidates see it: its number, and what there is to choose from, nothing where it is typed."""

    number: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class PublicCodeGaps(PublicItem):
    """Code gaps as candidates see them. In the listing, `name_of` shows where a gap is."""

    gaps: tuple[PublicGap, ...]


def name_of(number: int) -> str:
    """What stands in a listing for a gap: a name to every language, so that the code around it reads as it should."""
    return f"__{number}__"


@dataclass(frozen=True, kw_only=True)
class CodeGapsQuestion(Question):
    """Fill every gap. Stored per gap: the position of the choice in the file, from 0, or what was typed, or null."""

    kind = "code gaps"
    credit = "The share of gaps filled rightly; an unfilled one earns nothing (IMS QTI `map_response`)."

    gaps: tuple[Blank, ...]

    @property
    def instruction(self) -> str:
        many = "each gap" if len(self.gaps) > 1 else "the gap"
        if all(gap.choices for gap in self.gaps):
            return f"Choose the code for {many}."
        verb = "Choose or type" if any(gap.choices for gap in self.gaps) else "Type"
        return f"{verb} the code for {many}. Upper and lower case matter."

    @property
    def key(self) -> Answer:
        return [gap.key for gap in self.gaps]

    @property
    def chance(self) -> float:
        return sum(1 / len(gap.choices) for gap in self.gaps if gap.choices) / len(self.gaps)

    @property
    def parts(self) -> int:
        return sum(len(gap.choices) for gap in self.gaps)

    def _by_number(self) -> Iterator[tuple[int, int, Blank]]:
        """Each gap with its number, from 1, and how many choices the gaps before it have."""
        before = accumulate((len(gap.choices) for gap in self.gaps), initial=0)
        return ((n, start, gap) for n, (start, gap) in enumerate(zip(before, self.gaps, strict=False), start=1))

    def public(self, arrangement: Arrangement) -> PublicItem:
        texts = [choice.text for gap in self.gaps for choice in gap.choices]
        choices = display(texts, arrangement)
        gaps = tuple(
            PublicGap(
                number,
                tuple(
                    choice
                    for choice, position in zip(choices, arrangement, strict=True)
                    if start <= position < start + len(gap.choices)
                ),
            )
            for number, start, gap in self._by_number()
        )
        prompts = tuple(Choice(str(number), f"Gap {number}") for number, _, _ in self._by_number())
        return PublicCodeGaps(**self._public_fields(), prompts=prompts, choices=choices, gaps=gaps)

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        given = [
            self._filling(gap, start, single(fields, f"answer-{number}"), arrangement, f"answer-{number}")
            for number, start, gap in self._by_number()
        ]
        return None if given.count(None) == len(given) else given

    def _filling(
        self, gap: Blank, start: int, value: str | None, arrangement: Arrangement, field: str
    ) -> int | str | None:
        if value is None or not gap.choices:
            return value
        position = original(value, arrangement, field) - start
        if not 0 <= position < len(gap.choices):
            raise InvalidAnswer("Choose one of the answers that are offered.", field)
        return position

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {
            f"answer-{number}": [given if isinstance(given, str) else str(arrangement.index(start + given) + 1)]
            for (number, start, _), given in zip(self._by_number(), answer, strict=True)
            if given is not None
        }

    def as_text(self, answer: Answer) -> list[str]:
        return [
            f"Gap {number}: {gap.code(given)}"
            for (number, _, gap), given in zip(self._by_number(), answer, strict=True)
            if given is not None
        ]

    def as_json(self, answer: Answer) -> Any:
        return [
            {"position": number, "text": f"Gap {number}", "answer": _filling_as_json(gap, given)}
            for (number, _, gap), given in zip(self._by_number(), answer, strict=True)
        ]

    def score(self, answer: Answer) -> float:
        return sum(gap.is_right(given) for gap, given in zip(self.gaps, answer, strict=True)) / len(self.gaps)

    def explain(self, answer: Answer | None) -> list[Part]:
        given: Sequence[int | str | None] = answer or [None] * len(self.gaps)
        return [
            part
            for (number, _, gap), one in zip(self._by_number(), given, strict=True)
            for part in gap.explain(f"Gap {number}", one)
        ]

    def complete(self, answer: Answer | None) -> bool:
        return answer is not None and None not in answer


def _filling_as_json(gap: Blank, given: int | str | None) -> dict[str, Any] | None:
    if given is None or isinstance(given, str):
        return None if given is None else {"typed": given}
    return {"position": given + 1, "text": gap.choices[given].text}
