"""Single choice: right or wrong."""

import json
import random

import pytest

from quiz.domain.items import KINDS
from quiz.domain.snapshots.questions import read_question
from tests.domain.samples import arrangements, item, question


@pytest.mark.parametrize(("answer", "earned"), [(0, 1), (1, 0), (2, 0)])
def test_a_single_choice_is_right_or_wrong(answer: int, earned: float) -> None:
    assert question("single choice").score(answer) == earned


def test_a_choice_is_stored_in_the_order_of_the_file() -> None:
    assert question("single choice").read({"answer": ["1"]}, (2, 0, 1)) == 2


def test_what_candidates_see_does_not_depend_on_where_the_key_is() -> None:
    options = [{"text": text, "why": "Because."} for text in "abc"]
    first, last = (
        question("single choice", options=[one | {"key": n == key} for n, one in enumerate(options)]) for key in (0, 2)
    )
    assert all(first.public(arrangement) == last.public(arrangement) for arrangement in arrangements(first))


def test_choices_are_shown_in_the_order_of_the_arrangement() -> None:
    sample = question("single choice")
    shown = [choice.text for choice in sample.public((2, 0, 1)).choices]
    assert shown == [sample.options[place].text for place in (2, 0, 1)]


def test_only_the_chosen_option_has_a_verdict_and_the_key_where_nothing_was_chosen() -> None:
    sample = question("single choice")
    assert [part.verdict for part in sample.explain(0)] == ["right", None, None]
    assert [part.verdict for part in sample.explain(2)] == [None, None, "wrong"]
    assert [part.verdict for part in sample.explain(None)] == ["not answered", None, None]
    assert [part.is_key for part in sample.explain(None)] == [True, False, False]


def test_an_answer_is_told_by_its_place_in_the_file_and_in_plain_text() -> None:
    sample = question("single choice")
    assert sample.as_json(1) == {"position": 2, "text": "130"}
    assert sample.as_text(1) == ["130"]


def test_its_options_are_there_for_the_rules_about_options() -> None:
    (offer,) = item("single choice").option_sets
    assert offer.where == ("options",)
    assert offer.keys == ["`-126`"]
    assert len(offer.distractors) == 2


@pytest.mark.parametrize("kind", ["single choice", "multiple response"])
def test_fixed_options_keep_the_order_of_the_file_for_everybody(kind: str) -> None:
    sample = question(kind, fixed="true")
    shuffled = question(kind)
    assert sample.parts == 0
    assert KINDS[kind].arrange(sample.parts, random.Random(1)) == ()
    assert [choice.text for choice in sample.public(()).choices] == [
        choice.text for choice in shuffled.public(tuple(range(shuffled.parts))).choices
    ]
    fields = sample.fields(sample.key, ())
    assert sample.read(fields, ()) == sample.key
    assert read_question(json.loads(json.dumps(sample.snapshot()))) == sample
