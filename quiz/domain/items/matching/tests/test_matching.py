"""Matching: the share of prompts matched rightly."""

from typing import Any

import pytest

from tests.domain.samples import question

PAIRS = [{"prompt": f"prompt {n}", "match": f"match {n}", "why": "Because."} for n in (1, 2)]
DECOYS = [{"text": "decoy", "why": "Because."}]


def sample(**changes: Any) -> Any:
    return question("matching", **({"pairs": PAIRS, "decoys": DECOYS} | changes))


@pytest.mark.parametrize(
    ("answer", "earned"),
    [([0, 1], 1), ([0, None], 1 / 2), ([0, 0], 1 / 2), ([1, 0], 0), ([2, 2], 0), ([None, 1], 1 / 2)],
)
def test_a_matching_earns_the_share_of_prompts_matched_rightly(answer: list[int | None], earned: float) -> None:
    assert sample().score(answer) == earned


def test_choices_are_stored_in_the_order_of_the_file() -> None:
    assert sample().read({"answer-1": ["3"], "answer-2": ["1"]}, (2, 1, 0)) == [0, 2]


def test_the_prompts_stand_in_order_and_the_choices_are_shuffled() -> None:
    shown = sample().public((2, 0, 1))
    assert [prompt.text for prompt in shown.prompts] == ["prompt 1", "prompt 2"]
    assert [choice.text for choice in shown.choices] == ["decoy", "match 1", "match 2"]


def test_every_prompt_is_a_part_and_a_decoy_has_no_verdict() -> None:
    told = [(part.key, part.answer, part.verdict) for part in sample().explain([2, None])]
    assert told == [("match 1", "decoy", "wrong"), ("match 2", "", "not answered"), ("fits none", "", None)]


@pytest.mark.parametrize("word", ["typed", "chosen", "Chosen", "key", "chosen: line 1", "right", "wrong"])
def test_no_word_of_a_choice_makes_an_answer_right_or_wrong(word: str) -> None:
    """A choice that earned credit was once shown as wrong, because its text was a word that pages looked for."""
    odd = sample(pairs=[PAIRS[0] | {"match": word}, PAIRS[1]])
    first, second, _ = odd.explain([0, 0])
    assert (first.answer, first.verdict) == (word, "right")
    assert (second.answer, second.verdict) == (word, "wrong")


def test_an_answer_is_told_prompt_by_prompt() -> None:
    assert sample().as_text([2, None]) == ["prompt 1: decoy"]
    assert sample().as_json([2, None]) == [
        {"position": 1, "text": "prompt 1", "answer": {"position": 3, "text": "decoy"}},
        {"position": 2, "text": "prompt 2", "answer": None},
    ]
