"""A true/false set as it is delivered, answered and scored."""

from dataclasses import dataclass
from typing import Any

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.answers import Answer, Arrangement, Fields, display, single
from quiz.domain.items.parts import Part, prompt_part
from quiz.domain.items.question import PublicItem, Question, choice_as_json
from quiz.domain.markdown import plain

_SPOKEN = {True: "true", False: "false", None: ""}


@dataclass(frozen=True)
class Judgement:
    """A statement, whether it is true, and why."""

    text: str
    truth: bool
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class TrueFalseSetQuestion(Question):
    """Judge each statement. Stored as a list of true, false or null in the order of the file."""

    kind = "true/false set"
    credit = (
        "The share of statements judged rightly; an unanswered one earns nothing "
        "(multiple true-false scoring; Betts et al. 2022, Educational and Psychological Measurement 82, 151-176)."
    )

    statements: tuple[Judgement, ...]

    @property
    def instruction(self) -> str:
        return "Mark each statement as true or false."

    @property
    def key(self) -> Answer:
        return [one.truth for one in self.statements]

    @property
    def chance(self) -> float:
        return 1 / 2

    @property
    def parts(self) -> int:
        return len(self.statements)

    @property
    def _texts(self) -> list[str]:
        return [one.text for one in self.statements]

    def public(self, arrangement: Arrangement) -> PublicItem:
        return PublicItem(**self._public_fields(), prompts=display(self._texts, arrangement))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        given: list[bool | None] = [None] * len(self.statements)
        for place, position in enumerate(arrangement, start=1):
            value = single(fields, f"answer-{place}")
            if value not in (None, "true", "false"):
                raise InvalidAnswer("Mark each statement as true or false.", f"answer-{place}")
            given[position] = None if value is None else value == "true"
        return None if given.count(None) == len(given) else given

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {
            f"answer-{place}": [_SPOKEN[answer[position]]]
            for place, position in enumerate(arrangement, start=1)
            if answer[position] is not None
        }

    def as_text(self, answer: Answer) -> list[str]:
        marked = zip(self.statements, answer, strict=True)
        return [f"{plain(one.text)}: {_SPOKEN[given]}" for one, given in marked if given is not None]

    def as_json(self, answer: Answer) -> Any:
        return [choice_as_json(self._texts, n) | {"answer": given} for n, given in enumerate(answer)]

    def score(self, answer: Answer) -> float:
        right = sum(given is one.truth for given, one in zip(answer, self.statements, strict=True))
        return right / len(self.statements)

    def explain(self, answer: Answer | None) -> list[Part]:
        given = answer or [None] * len(self.statements)
        return [
            prompt_part(one.text, one.why, _SPOKEN[one.truth], _SPOKEN[value], value is one.truth)
            for one, value in zip(self.statements, given, strict=True)
        ]

    def complete(self, answer: Answer | None) -> bool:
        return answer is not None and None not in answer
