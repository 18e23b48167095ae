"""A short text as it is delivered, answered and scored."""

from dataclasses import dataclass
from typing import Any

from quiz.domain.items.answers import Answer, Arrangement, Fields, single
from quiz.domain.items.parts import Part, Spelling, text_parts
from quiz.domain.items.question import KnownMistake, Question
from quiz.domain.items.typography import fold, is_same
from quiz.domain.markdown import code_span


@dataclass(frozen=True, kw_only=True)
class ShortTextQuestion(Question):
    """Type a short answer. Stored as typed; compared after `normalise`, never by a pattern an author wrote."""

    kind = "short text"
    credit = "1 where the normalised answer equals one of the accepted spellings, else 0."

    answers: tuple[str, ...]
    case_sensitive: bool = False
    why: str = ""
    mistakes: tuple[KnownMistake, ...] = ()

    @property
    def instruction(self) -> str:
        return "Type your answer. Upper and lower case matter." if self.case_sensitive else "Type your answer."

    @property
    def key(self) -> Answer:
        return self.answers[0]

    @property
    def chance(self) -> float:
        return 0.0

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        return single(fields)

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": [answer]}

    def as_text(self, answer: Answer) -> list[str]:
        return [answer]

    def as_json(self, answer: Answer) -> Any:
        return {"typed": answer}

    def score(self, answer: Answer) -> float:
        return float(self._is_one_of(answer, self.answers))

    def _is_one_of(self, typed: str, spellings: tuple[str, ...]) -> bool:
        return any(is_same(typed, spelling, self.normalise) for spelling in spellings)

    def normalise(self, text: str) -> str:
        """One form for spellings that mean the same: what `fold` folds, and letter case unless it matters."""
        plain = fold(text)
        return plain if self.case_sensitive else plain.casefold()

    def explain(self, answer: Answer | None) -> list[Part]:
        spellings = " or ".join(map(code_span, self.answers))
        mistakes = [
            Spelling(code_span(one.text), one.why, answer is not None and self._is_one_of(answer, (one.text,)))
            for one in self.mistakes
        ]
        return text_parts(
            spellings, self.why, mistakes, answer, answer is not None and self._is_one_of(answer, self.answers)
        )
