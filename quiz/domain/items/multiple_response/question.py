"""A multiple response as it is delivered, answered and scored."""

from dataclasses import dataclass
from math import comb
from typing import Any

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.answers import Answer, Arrangement, Fields, display, original
from quiz.domain.items.parts import Part, option_part
from quiz.domain.items.question import Alternative, PublicItem, Question, choice_as_json, credit_of, order_of
from quiz.domain.markdown import plain


@dataclass(frozen=True, kw_only=True)
class PublicMultipleResponse(PublicItem):
    """A multiple response as candidates see it, with how many answers it takes at most: as many as it asks for."""

    most: int


@dataclass(frozen=True, kw_only=True)
class MultipleResponseQuestion(Question):
    """Choose the stated number of answers. Stored as a sorted list of positions in the file, from 0.

    More are refused when they are read, because the rule of credit alone would let a guesser gain by them. Answers that
    were stored before they were refused keep their credit.
    """

    kind = "multiple response"
    credit = (
        "1/k for each of the k keyed options chosen, minus 1/k for each other option chosen, not below 0 "
        "(plus/minus scoring; Betts, Muntean, Kim & Kao 2022, Educational and Psychological Measurement 82, 151-176)."
    )

    options: tuple[Alternative, ...]
    fixed: bool = False
    """Whether everybody sees the options in the order of the file: it is natural, or one names another."""

    @property
    def instruction(self) -> str:
        return f"Choose {len(self.key)} answers."

    @property
    def key(self) -> Answer:
        return [n for n, option in enumerate(self.options) if option.key]

    @property
    def parts(self) -> int:
        return 0 if self.fixed else len(self.options)

    @property
    def _texts(self) -> list[str]:
        return [option.text for option in self.options]

    @property
    def chance(self) -> float:
        return max(self._blind(chosen) for chosen in range(1, len(self.key) + 1))

    def _blind(self, chosen: int) -> float:
        """The expected credit of so many options drawn at random: their keys are hypergeometric."""
        keys, all_ = len(self.key), len(self.options)
        ways = {hits: comb(keys, hits) * comb(all_ - keys, chosen - hits) for hits in range(chosen + 1)}
        return sum(count * max(0, 2 * hits - chosen) for hits, count in ways.items()) / comb(all_, chosen) / keys

    def public(self, arrangement: Arrangement) -> PublicItem:
        choices = display(self._texts, order_of(self.options, arrangement))
        return PublicMultipleResponse(**self._public_fields(), choices=choices, most=len(self.key))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        values = fields.get("answer", ())
        if len(values) > len(self.options):
            raise InvalidAnswer(self.instruction, "answer")
        chosen = sorted({original(value, order_of(self.options, arrangement)) for value in values})
        if len(chosen) > (most := len(self.key)):
            raise InvalidAnswer(f"You chose {len(chosen)} answers: choose {most}. More cannot be saved.", "answer")
        return chosen or None

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        order = order_of(self.options, arrangement)
        return {"answer": sorted(str(order.index(chosen) + 1) for chosen in answer)}

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
