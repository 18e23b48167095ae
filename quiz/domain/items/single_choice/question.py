"""A single choice as it is delivered, answered and scored."""

from dataclasses import dataclass
from typing import Any

from quiz.domain.items.answers import Answer, Arrangement, Fields, display, original, single
from quiz.domain.items.parts import Part, option_part
from quiz.domain.items.question import Alternative, PublicItem, Question, choice_as_json, order_of
from quiz.domain.markdown import plain


@dataclass(frozen=True, kw_only=True)
class SingleChoiceQuestion(Question):
    """Choose the one best answer. Stored as the option's position in the file, from 0."""

    kind = "single choice"
    credit = "1 for the key, else 0; nothing is deducted for a wrong choice."

    options: tuple[Alternative, ...]
    fixed: bool = False
    """Whether everybody sees the options in the order of the file: it is natural, or one names another."""

    @property
    def instruction(self) -> str:
        return "Choose one answer."

    @property
    def key(self) -> Answer:
        return next(n for n, option in enumerate(self.options) if option.key)

    @property
    def chance(self) -> float:
        return 1 / len(self.options)

    @property
    def parts(self) -> int:
        return 0 if self.fixed else len(self.options)

    @property
    def _texts(self) -> list[str]:
        return [option.text for option in self.options]

    def public(self, arrangement: Arrangement) -> PublicItem:
        return PublicItem(**self._public_fields(), choices=display(self._texts, order_of(self.options, arrangement)))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        value = single(fields)
        return None if value is None else original(value, order_of(self.options, arrangement))

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": [str(order_of(self.options, arrangement).index(answer) + 1)]}

    def as_text(self, answer: Answer) -> list[str]:
        return [plain(self.options[answer].text)]

    def as_json(self, answer: Answer) -> Any:
        return choice_as_json(self._texts, answer)

    def score(self, answer: Answer) -> float:
        return float(self.options[answer].key)

    def explain(self, answer: Answer | None) -> list[Part]:
        return [
            option_part(one.text, one.why, one.key, "Chosen" if n == answer else "", missed=one.key and answer is None)
            for n, one in enumerate(self.options)
        ]
