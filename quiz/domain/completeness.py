"""Completeness: how far a question has been answered, and the one way in which it is counted on every page."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from quiz.domain.items import Answer, Question


class Completeness(StrEnum):
    """How far a question has been answered, in the words of every page."""

    ANSWERED = "answered"
    PARTLY = "partly answered"
    UNANSWERED = "not answered"

    @classmethod
    def of(cls, question: Question, answer: Answer | None) -> "Completeness":
        """How far an answer goes; None stands for no answer."""
        if answer is None:
            return cls.UNANSWERED
        return cls.ANSWERED if question.complete(answer) else cls.PARTLY


@dataclass(frozen=True)
class Tally:
    """How many questions of a form were answered, partly answered and not answered."""

    answered: int
    partly: int
    unanswered: int

    @property
    def total(self) -> int:
        return self.answered + self.partly + self.unanswered

    @property
    def in_words(self) -> str:
        """Such as `7 answered, 1 partly answered, 6 not answered`; a zero is left out, unless it is the first."""
        counts = [(self.answered, "answered"), (self.partly, "partly answered"), (self.unanswered, "not answered")]
        return ", ".join(f"{count} {word}" for count, word in counts if count or word == "answered")


def tally(questions: Iterable[Completeness]) -> Tally:
    """Count how far questions have been answered."""
    found = list(questions)
    return Tally(*(found.count(one) for one in Completeness))
