"""True/false set: the share of statements judged rightly."""

from itertools import product

from tests.domain.samples import arrangements, question


def statements(*truths: bool) -> list[dict[str, object]]:
    return [{"text": f"Statement {n}", "is": truth, "why": "Because."} for n, truth in enumerate(truths)]


def test_statements_earn_the_share_judged_rightly() -> None:
    truths = (True, False, False, True)
    sample = question("true/false set", statements=statements(*truths))
    for answer in product([True, False, None], repeat=4):
        right = sum(given is not None and given == truth for given, truth in zip(answer, truths, strict=True))
        assert sample.score(list(answer)) == right / 4


def test_judgements_are_stored_in_the_order_of_the_file() -> None:
    assert question("true/false set").read({"answer-1": ["true"]}, (1, 0)) == [None, True]


def test_what_candidates_see_does_not_depend_on_what_is_true() -> None:
    one, other = (
        question("true/false set", statements=statements(*truths)) for truths in ((True, False), (False, True))
    )
    assert all(one.public(arrangement) == other.public(arrangement) for arrangement in arrangements(one))


def test_every_statement_is_a_part_with_its_truth_and_the_judgement() -> None:
    parts = question("true/false set", statements=statements(True, False, False)).explain([True, True, None])
    told = [(part.key, part.answer, part.verdict) for part in parts]
    assert told == [("true", "true", "right"), ("false", "true", "wrong"), ("false", "", "not answered")]


def test_an_answer_is_told_statement_by_statement() -> None:
    sample = question("true/false set", statements=statements(True, False))
    assert sample.as_text([None, True]) == ["Statement 1: true"]
    assert sample.as_json([None, True]) == [
        {"position": 1, "text": "Statement 0", "answer": None},
        {"position": 2, "text": "Statement 1", "answer": True},
    ]
