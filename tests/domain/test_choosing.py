"""Credit for choosing: single choice, multiple response, statements, matching and lines of code."""

from itertools import combinations, product

import pytest

from quiz.domain.scoring import credit
from tests.domain.samples import item


@pytest.mark.parametrize(("answer", "earned"), [(0, 1), (1, 0), (2, 0)])
def test_a_single_choice_is_right_or_wrong(answer: int, earned: float) -> None:
    assert item("single choice").score(answer) == earned


@pytest.mark.parametrize(
    ("chosen", "earned"),
    [
        ([0, 1], 1),  # both keys
        ([0], 1 / 2),
        ([0, 2], 0),  # one right, one wrong
        ([0, 1, 2], 1 / 2),
        ([0, 1, 2, 3], 0),  # everything
        ([2, 3], 0),  # never below nothing
    ],
)
def test_a_multiple_response_adds_for_keys_and_takes_for_others(chosen: list[int], earned: float) -> None:
    assert item("multiple response").score(chosen) == earned


def test_choosing_everything_or_more_never_pays_in_a_multiple_response() -> None:
    options = [{"text": f"Option {n}", "key": n < 3, "why": "Because."} for n in range(5)]
    sample = item("multiple response", options=options)
    for size in range(1, 6):
        for chosen in combinations(range(5), size):
            hits = sum(n < 3 for n in chosen)
            assert sample.score(list(chosen)) == pytest.approx(max(0, hits - (size - hits)) / 3)


@pytest.mark.parametrize(("chosen", "complete"), [([0], False), ([0, 2], True), ([0, 1, 2], False)])
def test_a_multiple_response_is_complete_with_as_many_answers_as_it_asks_for(chosen: list[int], complete: bool) -> None:
    assert item("multiple response").complete(chosen) is complete


def test_a_choice_named_twice_counts_once() -> None:
    assert item("multiple response").read({"answer": ["1", "1", "2"]}, (0, 1, 2, 3)) == [0, 1]


def test_choices_are_stored_in_the_order_of_the_file() -> None:
    assert item("single choice").read({"answer": ["1"]}, (2, 0, 1)) == 2
    assert item("multiple response").read({"answer": ["1", "3"]}, (3, 1, 0, 2)) == [0, 3]
    assert item("true/false set").read({"answer-1": ["true"]}, (1, 0)) == [None, True]
    assert item("matching").read({"answer-1": ["3"], "answer-2": ["1"]}, (2, 1, 0)) == [0, 2]


def test_statements_earn_the_share_judged_rightly() -> None:
    truths = (True, False, False, True)
    statements = [{"text": f"Statement {n}", "is": truth, "why": "Because."} for n, truth in enumerate(truths)]
    sample = item("true/false set", statements=statements)
    for answer in product([True, False, None], repeat=4):
        right = sum(given is not None and given == truth for given, truth in zip(answer, truths, strict=True))
        assert sample.score(list(answer)) == right / 4


@pytest.mark.parametrize(
    ("answer", "earned"),
    [([0, 1], 1), ([0, None], 1 / 2), ([0, 0], 1 / 2), ([1, 0], 0), ([2, 2], 0), ([None, 1], 1 / 2)],
)
def test_a_matching_earns_the_share_of_prompts_matched_rightly(answer: list[int | None], earned: float) -> None:
    assert item("matching").score(answer) == earned


def test_a_matching_names_the_prompts_in_order_and_says_what_fits() -> None:
    sample = item("matching")
    assert [prompt.text for prompt in sample.public((2, 0, 1)).prompts] == ["sample prompt 1", "sample prompt 2"]
    explained = [(part.keyed, part.given) for part in sample.explain([2, None])]
    assert explained == [("sample match 1", "sample decoy"), ("sample match 2", ""), ("fits none", "")]


@pytest.mark.parametrize(("answer", "earned"), [(4, 1), (1, 0), (2, 0)])
def test_a_line_of_code_is_right_or_wrong(answer: int, earned: float) -> None:
    assert item("code line").score(answer) == earned


def test_lines_that_say_nothing_cannot_be_pointed_at() -> None:
    listing = "if (a) {\n\n    b();\n}\n});\n"
    sample = item(
        "code line",
        listing=listing,
        lines=[{"line": 1, "key": True, "why": "Yes."}, {"line": 3, "why": "No."}],
    )
    selectable = {line.number: line.selectable for line in sample.public(()).lines}
    assert selectable == {1: True, 2: False, 3: True, 4: False, 5: False}


def test_the_keyed_line_can_be_pointed_at() -> None:
    selectable = [line.number for line in item("code line").public(()).lines if line.selectable]
    assert selectable == [1, 2, 4]


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        (4, ["", "chosen", ""]),
        (1, ["chosen", "", ""]),
        (2, ["", "", "chosen: line 2"]),
        (None, ["", "", ""]),
    ],
)
def test_a_line_that_is_not_listed_is_explained_with_all_the_others(answer: int | None, given: list[str]) -> None:
    assert [part.given for part in item("code line").explain(answer)] == given


@pytest.mark.parametrize("answer", [[0], [0, 1, 2]])
def test_all_or_nothing_gives_nothing_for_a_part(answer: list[int]) -> None:
    sample = item("multiple response")
    assert credit(sample, answer, all_or_nothing=False) == 0.5
    assert credit(sample, answer, all_or_nothing=True) == 0


def test_a_credit_is_kept_to_four_places() -> None:
    statements = [{"text": f"Statement {n}", "is": n == 0, "why": "Because."} for n in range(3)]
    assert credit(item("true/false set", statements=statements), [True, None, None], all_or_nothing=False) == 0.3333
