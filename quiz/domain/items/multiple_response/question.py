"""A multiple response as it is delivered, answered and scored."""

from dataclasses import dataclass
from typing import Any

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.answers import Answer, Arrangement, Fields, display, original
from quiz.domain.items.parts import Part, option_part
from quiz.domain.items.question import Alternative, PublicItem, Question, choice_as_json, credit_of
from quiz.domain.markdown import plain


@dataclass(frozen=True, kw_only=True)
class MultipleResponseQuestion(Question):
    """Choose the stated number of answers. Stored as a sorted list of positions in the file, from 0."""

    kind = "multiple response"
    credit = (
        "1/k for each of the k keyed options chosen, minus 1/k for each other option chosen, not below 0 "
        "(plus/minus scoring; Betts, Muntean, Kim & Kao 2022, Educational and Psychological Measurement 82, 151-176)."
    )

    options: tuple[Alternative, ...]

    @property
    def instruction(self) -> str:
        return f"Choose {len(self.key)} answers."

    @property
    def key(self) -> Answer:
        return [n for n, option in enumerate(self.options) if option.key]

    @property
    def parts(self) -> int:
        return len(self.options)

    @property
    def _texts(self) -> list[str]:
        return [option.text for option in self.options]

    def public(self, arrangement: Arrangement) -> PublicItem:
        return PublicItem(**self._public_fields(), choices=display(self._texts, arrangement))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        values = fields.get("answer", ())
        if len(values) > len(self.options):
            raise InvalidAnswer(self.instruction, "answer")
        return sorted({original(value, arrangement) for value in values}) or None

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": sorted(str(arrangement.index(chosen) + 1) for chosen in answer)}

    def as_text(self, answer: Answer) -> list[str]:
        return [plain(self.options[n].text) for n in answer]

    def as_json(self, answer: Answer) -> Any:
        return [choice_as_json(self._texts, n) for n in answer]

    def score(self, answer: Answer) -> float:
        return credit_of(self.options, answer)

    def explain(self, answer: Answer | None) -> list[Part]:
        chosen = set(answer or ())
        return [
            option_part(one.text, one.why, one.key, "Chosen" if n in chosen else "", missed=one.key)
            for n, one in enumerate(self.options)
        ]

    def complete(self, answer: Answer | None) -> bool:
        return answer is not None and len(answer) == len(self.key)
