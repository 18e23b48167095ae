"""What every kind of item promises: to lose no answer, to give away no key, to survive any input."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain.drawing import shuffled
from quiz.domain.errors import InvalidAnswer
from quiz.domain.items import KINDS, Item, item_from
from quiz.domain.items.base import MAX_ANSWER_LENGTH
from quiz.domain.scoring import credit
from tests import factories
from tests.domain.samples import arrangements, item

CANARY = "canary-7f3a9"

PARTS = {
    "single choice": 3,
    "multiple response": 4,
    "true/false set": 2,
    "short text": 2,
    "number": 1,
    "ordering": 3,
    "matching": 3,
    "code line": 3,
}
"""How many explanations the sample of each kind has."""

every_kind = pytest.mark.parametrize("kind", KINDS)


def answers(kind: str) -> st.SearchStrategy[Any]:
    """Any answer that `read` can give for the sample of a kind."""
    place = st.integers(0, 2)
    return {
        "single choice": place,
        "multiple response": st.sets(st.integers(0, 3), min_size=1).map(sorted),
        "true/false set": _some(st.lists(st.none() | st.booleans(), min_size=2, max_size=2)),
        "short text": st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30),
        "number": st.decimals(-(10**20), 10**20, allow_nan=False, places=3).map(lambda d: format(d, "f")),
        "ordering": _some(st.lists(st.none() | st.integers(1, 3), min_size=3, max_size=3)),
        "matching": _some(st.lists(st.none() | place, min_size=2, max_size=2)),
        "code line": st.sampled_from([1, 2, 4]),
    }[kind]


def _some(lists: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[list[Any]]:
    """Lists that answer something."""
    return lists.filter(lambda answer: answer.count(None) < len(answer))


any_answer = st.sampled_from(list(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), answers(kind)))


def test_there_are_eight_kinds_with_names_that_addresses_can_spell() -> None:
    assert set(KINDS) == set(factories.RIGHT) == set(PARTS)
    assert len({item(kind).slug for kind in KINDS}) == 8
    for kind in KINDS:
        assert item(kind).slug.replace("-", "").isalpha()


@settings(deadline=None)
@given(answered=any_answer)
def test_an_answer_reads_back_the_same_in_every_arrangement(answered: tuple[str, Any]) -> None:
    kind, answer = answered
    sample = item(kind)
    for arrangement in arrangements(sample):
        assert sample.read(sample.fields(answer, arrangement), arrangement) == answer


@settings(deadline=None)
@given(answered=any_answer)
def test_an_answer_survives_being_stored(answered: tuple[str, Any]) -> None:
    kind, answer = answered
    stored = json.loads(json.dumps(answer))
    assert item(kind).score(stored) == item(kind).score(answer)


@settings(deadline=None)
@given(answered=any_answer)
def test_credit_is_never_below_nothing_or_above_one(answered: tuple[str, Any]) -> None:
    kind, answer = answered
    assert 0 <= item(kind).score(answer) <= 1
    assert credit(item(kind), answer, all_or_nothing=True) in (0, 1)


@settings(deadline=None)
@given(answered=any_answer)
def test_an_explanation_stands_with_every_part_whatever_was_answered(answered: tuple[str, Any]) -> None:
    kind, answer = answered
    parts = item(kind, CANARY).explain(answer)
    assert len(parts) == PARTS[kind]
    assert all(CANARY in part.why for part in parts)
    assert all(part.text for part in parts)


@every_kind
def test_the_parts_are_explained_without_an_answer_too(kind: str) -> None:
    parts = item(kind, CANARY).explain(None)
    assert len(parts) == PARTS[kind]
    assert all(CANARY in part.why and not part.given for part in parts)
    assert any(part.keyed for part in parts)


@every_kind
def test_the_right_answer_earns_full_credit_and_is_complete(kind: str) -> None:
    sample = item(kind)
    assert sample.score(factories.RIGHT[kind]) == 1
    assert sample.complete(factories.RIGHT[kind])
    assert any(part.given for part in sample.explain(factories.RIGHT[kind]))
    assert sample.describe(factories.RIGHT[kind])


@every_kind
@pytest.mark.parametrize("all_or_nothing", [True, False])
def test_no_answer_earns_nothing(kind: str, all_or_nothing: bool) -> None:
    assert credit(item(kind), None, all_or_nothing) == 0
    assert not item(kind).complete(None)
    assert item(kind).describe(None) == []


@every_kind
def test_fields_that_answer_nothing_are_no_answer(kind: str) -> None:
    sample = item(kind)
    for fields in ({}, {"answer": []}, {"answer-1": [""], "answer-2": ["  "]}, {"other": ["1"]}):
        assert sample.read(fields, tuple(range(sample.parts))) is None


PARTLY = {
    "multiple response": [0],
    "true/false set": [True, None],
    "ordering": [1, None, 2],
    "matching": [None, 1],
}


@pytest.mark.parametrize("kind", PARTLY)
def test_an_answer_that_leaves_a_part_open_is_not_complete(kind: str) -> None:
    assert not item(kind).complete(PARTLY[kind])
    assert credit(item(kind), PARTLY[kind], all_or_nothing=False) < 1
    assert credit(item(kind), PARTLY[kind], all_or_nothing=True) == 0


# What candidates see -------------------------------------------------------------------------------------------------


def secretive(kind: str) -> Item:
    """An item with the canary in whatever only its scorer may know."""
    changes = {"number": {"answer": "73941.25", "tolerance": "0.0625", "mistakes": [{"text": "1", "why": CANARY}]}}
    return item(kind, CANARY, **changes.get(kind, {}))


@every_kind
def test_candidates_see_no_key_and_no_explanation(kind: str) -> None:
    sample = secretive(kind)
    for arrangement in arrangements(sample):
        seen = repr(sample.public(arrangement))
        assert sample.stem in seen
        assert CANARY not in seen
        for secret in ("73941", "0625", "why", "key", "Source 1", sample.objective, sample.id + "'"):
            assert secret not in seen


@every_kind
def test_what_candidates_see_does_not_depend_on_where_the_key_is(kind: str) -> None:
    sample = item(kind)
    written = factories.item(kind, "sample")
    moved: dict[str, dict[str, Any]] = {
        "single choice": {"options": [option | {"key": n == 2} for n, option in enumerate(written.get("options", []))]},
        "multiple response": {
            "options": [option | {"key": n > 1} for n, option in enumerate(written.get("options", []))]
        },
        "true/false set": {"statements": [one | {"is": not one["is"]} for one in written.get("statements", [])]},
        "short text": {"answers": ["something else"]},
        "number": {"answer": "99", "tolerance": "3"},
        "code line": {"lines": [{"line": 1, "key": True, "why": "Yes."}, {"line": 2, "why": "No."}]},
    }
    other = item(kind, **moved.get(kind, {}))
    for arrangement in arrangements(sample):
        assert sample.public(arrangement) == other.public(arrangement)


@pytest.mark.parametrize("kind", ["single choice", "multiple response", "matching"])
def test_the_ids_of_choices_tell_nothing_but_where_they_are_shown(kind: str) -> None:
    sample = item(kind)
    for arrangement in arrangements(sample):
        choices = sample.public(arrangement).choices
        assert [choice.id for choice in choices] == [str(n) for n in range(1, sample.parts + 1)]
        assert len({choice.text for choice in choices}) == sample.parts


@pytest.mark.parametrize("kind", ["single choice", "multiple response", "true/false set", "ordering", "matching"])
def test_choices_are_shown_in_the_order_of_the_arrangement(kind: str) -> None:
    sample = item(kind)
    plain = sample.public(tuple(range(sample.parts)))
    for arrangement in arrangements(sample):
        shown = sample.public(arrangement)
        moved, fixed = (shown.choices, plain.choices) if plain.choices else (shown.prompts, plain.prompts)
        assert [part.text for part in moved] == [fixed[place].text for place in arrangement]


@every_kind
def test_the_instruction_is_a_sentence(kind: str) -> None:
    assert item(kind).instruction[0].isupper()
    assert item(kind).instruction.endswith(".")


def test_the_instruction_of_a_multiple_response_says_how_many() -> None:
    assert item("multiple response").instruction == "Choose 2 answers."
    assert item("multiple response").public((0, 1, 2, 3)).choose == 2


# Kept forms ----------------------------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("mark", ["", "\u00e9\u4e2d\U0001f600 \"quoted\" 'and' \\ more"])
def test_an_item_is_the_same_after_it_was_kept(kind: str, mark: str) -> None:
    sample = item(kind, mark, listing=factories.LISTING, language="java", enemies="group", seconds=61)
    kept = item_from(json.loads(sample.canonical()))
    assert kept == sample
    assert type(kept) is type(sample)
    assert kept.canonical() == sample.canonical()
    assert kept.content_hash == sample.content_hash


def test_an_item_is_kept_in_these_very_characters_on_every_machine_and_version() -> None:
    """A change of them would make every stored item look like another."""
    sample = item("number", "\u00e9")
    assert sample.canonical() == (
        '{"answer":"12.5","difficulty":3,"id":"sample","kind":"number","objective":"demo.1.1","seconds":60,'
        '"sources":["Source 1"],"stem":"Question sample?","tolerance":"0.5","unit":"minutes","why":"Because \u00e9"}'
    )
    assert sample.content_hash == "4bd9ded4645c712dd93b570442319c492f870c8abe055643dc691a17bb38683b"


def test_a_very_small_tolerance_is_kept_without_an_exponent() -> None:
    sample = item("number", answer="0.00000012", tolerance="0.00000001")
    assert item_from(json.loads(sample.canonical())) == sample
    assert sample.explain(None)[0].text == "0.00000012 (\u00b1 0.00000001)" + " minutes"


@every_kind
def test_a_kept_item_holds_nothing_that_was_left_at_its_default(kind: str) -> None:
    assert set(json.loads(item(kind).canonical())) <= set(factories.item(kind, "sample")) | {"objective"}


@every_kind
def test_an_item_cannot_be_changed_once_it_was_read(kind: str) -> None:
    with pytest.raises(ValueError, match="frozen"):
        item(kind).stem = "Another question?"


# Arrangements --------------------------------------------------------------------------------------------------------


@every_kind
@given(seed=st.integers(0))
def test_an_arrangement_holds_every_part_once_and_is_the_same_for_a_seed(kind: str, seed: int) -> None:
    parts = item(kind).parts
    arrangement = KINDS[kind].arrange(parts, random.Random(seed))
    assert sorted(arrangement) == list(range(parts))
    assert arrangement == KINDS[kind].arrange(parts, random.Random(seed))


def test_the_sequence_of_arrangements_is_the_same_on_every_machine() -> None:
    rng = random.Random(2026)
    assert [shuffled(5, rng) for _ in range(3)] == [(4, 3, 1, 2, 0), (3, 2, 1, 4, 0), (0, 1, 4, 2, 3)]


def test_every_arrangement_comes_up_about_as_often() -> None:
    rng = random.Random(1)
    drawn = [shuffled(3, rng) for _ in range(6000)]
    # Six arrangements, 1000 each on average with a standard deviation of 29; the seed is fixed.
    assert all(850 < drawn.count(order) < 1150 for order in set(drawn))
    assert len(set(drawn)) == 6


# Hostile fields ------------------------------------------------------------------------------------------------------

NEITHER_CHOICE_NOR_NUMBER = [
    "\u00b2", "\u0661", "x", "NaN", "inf", "1e3", "0x1", "1;2", "'--", "<b>", "true false", "None", "[]", "\u202e1",
]  # fmt: skip
HOSTILE = ["0", "-1", "5", "999999999999", "9" * 5000, "", " ", "1" * 10_000, "\0", "1\0", "\ud800", "\x1b[0m", "1 "]
FIELDS = ["answer", *(f"answer-{n}" for n in range(5))]


def _everywhere(values: list[str]) -> dict[str, list[str]]:
    return dict.fromkeys(FIELDS, values)


def _read_safely(sample: Item, fields: dict[str, list[str]]) -> Any:
    """An answer that can be stored, shown and scored, or None: nothing, or refused in words."""
    arrangement = tuple(range(sample.parts))
    answer, refusal = None, None
    try:
        answer = sample.read(fields, arrangement)
    except InvalidAnswer as error:
        refusal = error
    if refusal is not None:
        assert str(refusal).endswith(".")
        assert refusal.field
    if answer is not None:
        assert 0 <= sample.score(json.loads(json.dumps(answer))) <= 1
        assert len(sample.explain(answer)) == PARTS[sample.kind]
        sample.complete(answer)
        " ".join(sample.describe(answer)).encode()
        assert sample.read(sample.fields(answer, arrangement), arrangement) == answer
    return answer


@every_kind
def test_no_value_makes_reading_fail(kind: str) -> None:
    for value in HOSTILE + NEITHER_CHOICE_NOR_NUMBER:
        for name in FIELDS:
            _read_safely(item(kind), {name: [value]})
        _read_safely(item(kind), _everywhere([value]))
        _read_safely(item(kind), _everywhere([value, "1"]))


def _refused(sample: Item, values: list[str]) -> bool:
    try:
        sample.read(_everywhere(values), tuple(range(sample.parts)))
    except InvalidAnswer:
        return True
    return False


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "short text"])
def test_what_is_neither_a_choice_nor_a_number_is_refused(kind: str) -> None:
    values = [*NEITHER_CHOICE_NOR_NUMBER, "9" * 5000, "\0", "1\0"]
    assert [value for value in values if not _refused(item(kind), [value])] == []


@pytest.mark.parametrize("kind", ["single choice", "multiple response", "ordering", "matching", "code line"])
def test_a_choice_that_is_not_offered_is_refused(kind: str) -> None:
    assert [value for value in ("0", "-1", "5", "999999999999") if not _refused(item(kind), [value])] == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "multiple response"])
def test_two_answers_where_one_is_asked_for_are_refused(kind: str) -> None:
    assert _refused(item(kind), ["true", "false"] if kind == "true/false set" else ["1", "2"])


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x85", "\ud800"])
def test_a_short_text_without_plain_characters_is_refused_because_no_page_could_show_it(character: str) -> None:
    with pytest.raises(InvalidAnswer, match="plain text"):
        item("short text").read({"answer": [f"wo{character}rd"]}, ())


@pytest.mark.parametrize(("length", "accepted"), [(MAX_ANSWER_LENGTH, True), (MAX_ANSWER_LENGTH + 1, False)])
def test_a_short_text_has_a_longest_length(length: int, accepted: bool) -> None:
    assert (_read_safely(item("short text"), {"answer": ["x" * length]}) is not None) == accepted


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(list(KINDS)),
    fields=st.dictionaries(
        st.sampled_from(FIELDS), st.lists(st.text(max_size=8) | st.sampled_from(HOSTILE), max_size=6)
    ),
)
def test_no_fields_whatsoever_make_reading_fail(kind: str, fields: dict[str, list[str]]) -> None:
    _read_safely(item(kind), fields)
