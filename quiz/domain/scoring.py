"""Scoring: from stored answers to credits, the same whenever it is done again."""

from quiz.domain.items import Answer, Question

PLACES = 4
"""Decimal places to which a credit is kept."""


def credit(question: Question, answer: Answer | None, all_or_nothing: bool) -> float:
    """The credit from 0 to 1 that an answer earns; no answer earns nothing, a wrong one costs nothing."""
    if answer is None:
        return 0.0
    earned = round(question.score(answer), PLACES)
    return float(earned == 1) if all_or_nothing else earned
