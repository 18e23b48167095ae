"""Multiple response: plus for keys, minus for the others."""

from itertools import combinations

import pytest

from quiz.domain.errors import InvalidAnswer
from tests.domain.samples import arrangements, question


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
    assert question("multiple response").score(chosen) == earned


def test_choosing_everything_or_more_never_pays() -> None:
    options = [{"text": f"Option {n}", "key": n < 3, "why": "Because."} for n in range(5)]
    sample = question("multiple response", options=options)
    for size in range(1, 6):
        for chosen in combinations(range(5), size):
            hits = sum(n < 3 for n in chosen)
            assert sample.score(list(chosen)) == pytest.approx(max(0, hits - (size - hits)) / 3)


@pytest.mark.parametrize("answer", [[0], [0, 1, 2]])
def test_all_or_nothing_gives_nothing_for_a_part(answer: list[int]) -> None:
    sample = question("multiple response")
    assert sample.score(answer) == 0.5


@pytest.mark.parametrize(("chosen", "complete"), [([0], False), ([0, 2], True), ([0, 1, 2], False)])
def test_it_is_complete_with_as_many_answers_as_it_asks_for(chosen: list[int], complete: bool) -> None:
    assert question("multiple response").complete(chosen) is complete


@pytest.mark.parametrize("keys", [2, 3])
def test_more_answers_than_asked_for_are_refused_in_words(keys: int) -> None:
    options = [{"text": f"Option {n}", "key": n < keys, "why": "Because."} for n in range(4)]
    sample = question("multiple response", options=options)
    assert len(sample.read({"answer": ["1", "2", "3"][:keys]}, (0, 1, 2, 3)) or ()) == keys
    with pytest.raises(InvalidAnswer, match=f"You chose {keys + 1} answers: choose {keys}"):
        sample.read({"answer": ["1", "2", "3", "4"][: keys + 1]}, (0, 1, 2, 3))


def test_a_choice_named_twice_counts_once() -> None:
    assert question("multiple response").read({"answer": ["1", "1", "2"]}, (0, 1, 2, 3)) == [0, 1]


def test_choices_are_stored_in_the_order_of_the_file() -> None:
    assert question("multiple response").read({"answer": ["1", "3"]}, (3, 1, 0, 2)) == [0, 3]


def test_the_instruction_says_how_many() -> None:
    assert question("multiple response").instruction == "Choose 2 answers."


def test_what_candidates_see_does_not_depend_on_which_are_keyed() -> None:
    options = [{"text": text, "why": "Because."} for text in "abcd"]
    first, last = (
        question("multiple response", options=[one | {"key": n in keys} for n, one in enumerate(options)])
        for keys in ((0, 1), (1, 3))
    )
    assert all(first.public(arrangement) == last.public(arrangement) for arrangement in arrangements(first))


def test_a_key_that_was_not_chosen_is_a_part_not_answered() -> None:
    verdicts = [part.verdict for part in question("multiple response").explain([0, 3])]
    assert verdicts == ["right", "not answered", None, "wrong"]


def test_an_answer_is_told_by_places_in_the_file_and_in_plain_lines() -> None:
    sample = question("multiple response")
    assert sample.as_json([0, 3]) == [{"position": 1, "text": "int"}, {"position": 4, "text": "byte"}]
    assert sample.as_text([0, 3]) == ["int", "byte"]
