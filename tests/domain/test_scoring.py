"""Scoring: a credit is what the question says, kept to four places; all or nothing knows no halves."""

from quiz.domain.scoring import credit
from tests.domain.samples import question


def statements(*truths: bool) -> list[dict[str, object]]:
    return [{"text": f"Statement {n}", "is": truth, "why": "Because."} for n, truth in enumerate(truths)]


def test_a_credit_is_kept_to_four_places() -> None:
    sample = question("true/false set", statements=statements(True, False, False))
    assert credit(sample, [True, None, None], all_or_nothing=False) == 0.3333


def test_all_or_nothing_gives_everything_or_nothing() -> None:
    sample = question("true/false set", statements=statements(True, False, False))
    assert credit(sample, [True, False, None], all_or_nothing=True) == 0
    assert credit(sample, [True, False, False], all_or_nothing=True) == 1


def test_no_answer_earns_nothing() -> None:
    sample = question("true/false set", statements=statements(True, False, False))
    assert credit(sample, None, all_or_nothing=False) == 0
    assert credit(sample, None, all_or_nothing=True) == 0
