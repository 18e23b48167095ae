"""What every kind of item promises: to lose no answer, to give away no key, to survive any input.

The kinds are found and not listed, so a new one is held to all of this as soon as its folder is there.
"""

import json
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain.drawing import shuffle
from quiz.domain.errors import InvalidAnswer
from quiz.domain.items import KINDS, Answer, Correctness, Item, Question
from quiz.domain.items.answers import MAX_ANSWER_LENGTH
from quiz.domain.scoring import credit
from tests import factories
from tests.domain.samples import arrangements, item, question

CANARY = "canary-7f3a9"

every_kind = pytest.mark.parametrize("kind", KINDS)

TYPED = [kind for kind in KINDS if not question(kind).parts and isinstance(question(kind).key, str)]
"""The kinds whose answer is typed."""


def in_order(sample: Question) -> tuple[int, ...]:
    """The arrangement that leaves everything in the order of the file."""
    return tuple(range(sample.parts))


def key_fields(sample: Question) -> dict[str, list[str]]:
    """What a browser submits for the right answer."""
    return sample.fields(sample.key, in_order(sample))


@st.composite
def answered(draw: st.DrawFn) -> tuple[Question, Answer]:
    """A question of any kind, and any answer that it takes from a page."""
    sample = question(draw(st.sampled_from(list(KINDS))))
    names = {name for name, _ in _controls(sample)} | set(key_fields(sample))
    text = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30)
    figure = st.decimals(-(10**20), 10**20, allow_nan=False, places=3).map(lambda number: format(number, "f"))
    value = st.integers(1, 9).map(str) | st.sampled_from(["true", "false", ""]) | text | figure
    several = len(key_fields(sample).get("answer", ())) > 1
    values = st.lists(value, max_size=8 if several else 1)
    fields = draw(st.fixed_dictionaries(dict.fromkeys(sorted(names), values)))
    try:
        answer = sample.read(fields, in_order(sample))
    except InvalidAnswer:
        answer = None
    # Most of what can be submitted is refused, or is no answer: then the key is one.
    return sample, sample.key if answer is None else answer


def _controls(sample: Question) -> list[tuple[str, str]]:
    """The (name, value) of everything in the key's fields."""
    return [(name, value) for name, values in key_fields(sample).items() for value in values]


@every_kind
def test_a_kind_is_one_folder(kind: str) -> None:
    found = KINDS[kind]
    assert found.name == kind
    assert found.item.model_fields["kind"].annotation.__args__ == (kind,)
    assert found.folder.is_dir()
    for name in ("__init__.py", "template.html", "example.yaml", "skeleton.yaml", f"tests/test_{found.folder.name}.py"):
        assert (found.folder / name).is_file(), name
    assert isinstance(item(kind).question, found.question)


def test_the_kinds_have_an_order_of_their_own() -> None:
    orders = [kind.order for kind in KINDS.values()]
    assert sorted(set(orders)) == orders


# Answers -------------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(answered=answered())
def test_an_answer_reads_back_the_same_in_every_arrangement(answered: tuple[Question, Answer]) -> None:
    sample, answer = answered
    for arrangement in arrangements(sample):
        assert sample.read(sample.fields(answer, arrangement), arrangement) == answer


@settings(deadline=None)
@given(answered=answered())
def test_an_answer_survives_being_stored(answered: tuple[Question, Answer]) -> None:
    sample, answer = answered
    stored = json.loads(json.dumps(answer))
    assert sample.score(stored) == sample.score(answer)
    assert sample.as_json(stored) == sample.as_json(answer)


@settings(deadline=None)
@given(answered=answered())
def test_credit_is_never_below_nothing_or_above_one(answered: tuple[Question, Answer]) -> None:
    sample, answer = answered
    assert 0 <= sample.score(answer) <= 1
    assert credit(sample, answer, all_or_nothing=True) in (0, 1)


@settings(deadline=None)
@given(answered=answered())
def test_every_part_is_explained_whatever_was_answered(answered: tuple[Question, Answer]) -> None:
    sample, answer = answered
    parts = sample.explain(answer)
    assert [(part.text, part.why) for part in parts] == [(part.text, part.why) for part in sample.explain(None)]
    assert all(part.text and part.why for part in parts)


@settings(deadline=None)
@given(answered=answered())
def test_what_was_given_for_a_part_is_right_or_wrong_and_nothing_else(answered: tuple[Question, Answer]) -> None:
    sample, answer = answered
    parts = sample.explain(answer)
    judged = {Correctness.RIGHT, Correctness.PARTLY, Correctness.WRONG}
    assert all((part.verdict in judged) == bool(part.answer) for part in parts)
    if sample.verdict(answer) is Correctness.RIGHT:
        assert {part.verdict for part in parts} <= {Correctness.RIGHT, None}
    assert any(part.answer for part in parts)


@settings(deadline=None)
@given(answered=answered())
def test_an_answer_can_be_told_in_plain_lines_and_as_json(answered: tuple[Question, Answer]) -> None:
    sample, answer = answered
    assert sample.as_text(answer)
    assert all(sample.as_text(answer))
    assert json.loads(json.dumps(sample.as_json(answer))) == sample.as_json(answer)


@every_kind
def test_the_parts_are_explained_without_an_answer_too(kind: str) -> None:
    parts = question(kind, CANARY).explain(None)
    assert all(CANARY in part.why and not part.answer for part in parts)
    assert any(part.is_key or part.key for part in parts)
    assert {part.verdict for part in parts} <= {Correctness.UNANSWERED, None}
    assert Correctness.UNANSWERED in {part.verdict for part in parts}


@every_kind
def test_the_key_earns_full_credit_and_is_complete(kind: str) -> None:
    sample = question(kind)
    assert sample.score(sample.key) == 1
    assert sample.complete(sample.key)
    assert sample.verdict(sample.key) is Correctness.RIGHT
    assert Correctness.RIGHT in {part.verdict for part in sample.explain(sample.key)}


@every_kind
def test_a_guesser_earns_less_than_somebody_who_knows(kind: str) -> None:
    assert 0 <= question(kind).chance < 1


@every_kind
@pytest.mark.parametrize("all_or_nothing", [True, False])
def test_no_answer_earns_nothing(kind: str, all_or_nothing: bool) -> None:
    assert credit(question(kind), None, all_or_nothing) == 0
    assert not question(kind).complete(None)
    assert question(kind).verdict(None) is Correctness.UNANSWERED


@every_kind
def test_fields_that_answer_nothing_are_no_answer(kind: str) -> None:
    sample = question(kind)
    for fields in ({}, {"answer": []}, {"answer-1": [""], "answer-2": ["  "]}, {"other": ["1"]}):
        assert sample.read(fields, in_order(sample)) is None


@pytest.mark.parametrize("kind", [kind for kind in KINDS if len(_controls(question(kind))) > 1])
def test_an_answer_that_leaves_a_part_open_is_not_complete(kind: str) -> None:
    sample = question(kind)
    for left in range(len(_controls(sample))):
        fields: dict[str, list[str]] = {}
        for n, (name, value) in enumerate(_controls(sample)):
            fields.setdefault(name, []).extend([] if n == left else [value])
        answer = sample.read(fields, in_order(sample))
        assert answer is not None
        assert not sample.complete(answer)
        assert sample.verdict(answer) is not Correctness.RIGHT
        assert Correctness.UNANSWERED in {part.verdict for part in sample.explain(answer)}
        assert credit(sample, answer, all_or_nothing=False) < 1
        assert credit(sample, answer, all_or_nothing=True) == 0


# What candidates see -------------------------------------------------------------------------------------------------


@every_kind
def test_candidates_see_no_key_and_no_explanation(kind: str) -> None:
    sample = question(kind, CANARY)
    for arrangement in arrangements(sample):
        seen = repr(sample.public(arrangement))
        assert sample.stem in seen
        for secret in (CANARY, "why", "key", "Source 1", sample.objective, repr(sample.id)):
            assert secret not in seen


@pytest.mark.parametrize("kind", TYPED)
def test_candidates_see_nothing_of_what_is_to_be_typed(kind: str) -> None:
    for part in question(kind).explain(None):
        assert part.text.strip("`") not in repr(question(kind).public(()))


@every_kind
def test_the_ids_of_choices_tell_nothing_but_where_they_are_shown(kind: str) -> None:
    sample = question(kind)
    for arrangement in arrangements(sample):
        for shown in (sample.public(arrangement).choices, sample.public(arrangement).prompts):
            assert [one.id for one in shown] == [str(n) for n in range(1, len(shown) + 1)]


@every_kind
def test_the_instruction_is_a_sentence(kind: str) -> None:
    assert question(kind).instruction[0].isupper()
    assert question(kind).instruction.endswith(".")


# The authored form ---------------------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("mark", ["", "\u00e9\u4e2d\U0001f600 \"quoted\" 'and' \\ more"])
def test_an_item_is_the_same_after_it_was_written_canonically(kind: str, mark: str) -> None:
    sample = item(kind, mark, enemies="group", seconds=61)
    kept = factories.written(json.loads(sample.canonical()))
    assert kept == sample
    assert type(kept) is type(sample)
    assert kept.canonical() == sample.canonical()
    assert kept.content_hash == sample.content_hash


def test_an_item_is_written_in_these_very_characters_on_every_machine_and_version() -> None:
    """A change of them would make every stored item look like another."""
    sample = item("number", "\u00e9", answer="12.5", unit="minutes", mistakes=[])
    assert sample.canonical() == (
        '{"answer":"12.5","difficulty":3,"id":"sample","kind":"number","objective":"demo.1.1","seconds":60,'
        '"sources":["Source 1"],"stem":"Question sample?","tolerance":"0.5","unit":"minutes","why":"Because \u00e9"}'
    )
    assert sample.content_hash == "4bd9ded4645c712dd93b570442319c492f870c8abe055643dc691a17bb38683b"


@every_kind
def test_the_canonical_form_holds_nothing_that_was_left_at_its_default(kind: str) -> None:
    assert set(json.loads(item(kind).canonical())) <= set(factories.item(kind, "sample")) | {"objective"}


@every_kind
def test_an_item_cannot_be_changed_once_it_was_read(kind: str) -> None:
    with pytest.raises(ValueError, match="frozen"):
        item(kind).stem = "Another question?"


@every_kind
def test_the_entries_of_an_item_hold_every_explanation(kind: str) -> None:
    sample: Item = item(kind, CANARY)
    explained = [entry for _, entry in sample.entries() if CANARY in str(getattr(entry, "why", ""))]
    assert explained
    assert sample.canonical().count(f'"why":"Because {CANARY}"') == len(explained)


# Arrangements --------------------------------------------------------------------------------------------------------


@every_kind
@given(seed=st.integers(0))
def test_an_arrangement_holds_every_part_once_and_is_the_same_for_a_seed(kind: str, seed: int) -> None:
    parts = question(kind).parts
    arrangement = KINDS[kind].arrange(parts, random.Random(seed))
    assert sorted(arrangement) == list(range(parts))
    assert arrangement == KINDS[kind].arrange(parts, random.Random(seed))


def test_the_sequence_of_arrangements_is_the_same_on_every_machine() -> None:
    rng = random.Random(2026)
    assert [shuffle(5, rng) for _ in range(3)] == [(4, 3, 1, 2, 0), (3, 2, 1, 4, 0), (0, 1, 4, 2, 3)]


def test_every_arrangement_comes_up_about_as_often() -> None:
    rng = random.Random(1)
    drawn = [shuffle(3, rng) for _ in range(6000)]
    # Six arrangements, 1000 each on average with a standard deviation of 29; the seed is fixed.
    assert all(850 < drawn.count(order) < 1150 for order in set(drawn))
    assert len(set(drawn)) == 6


# Hostile fields ------------------------------------------------------------------------------------------------------

NEITHER_CHOICE_NOR_NUMBER = [
    "\u00b2", "\u0661", "x", "NaN", "inf", "1e3", "0x1", "1;2", "'--", "<b>", "true false", "None", "[]", "\u202e1",
]  # fmt: skip
HOSTILE = ["0", "-1", "5", "999999999999", "9" * 5000, "", " ", "1" * 10_000, "\0", "1\0", "\ud800", "\x1b[0m", "1 "]
FIELDS = ["answer", *(f"answer-{n}" for n in range(6))]


def _everywhere(values: list[str]) -> dict[str, list[str]]:
    return dict.fromkeys(FIELDS, values)


def _read_safely(sample: Question, fields: Mapping[str, list[str]]) -> Any:
    """An answer that can be stored, shown and scored, or None: nothing, or refused in words."""
    arrangement = in_order(sample)
    answer, refusal = None, None
    try:
        answer = sample.read(fields, arrangement)
    except InvalidAnswer as error:
        refusal = error
    if refusal is not None:
        assert str(refusal).endswith(".")
        assert refusal.field in FIELDS
    if answer is not None:
        assert 0 <= sample.score(json.loads(json.dumps(answer))) <= 1
        assert len(sample.explain(answer)) == len(sample.explain(None))
        sample.complete(answer)
        json.dumps(sample.as_json(answer)).encode()
        " ".join(sample.as_text(answer)).encode()
        assert sample.read(sample.fields(answer, arrangement), arrangement) == answer
    return answer


@every_kind
def test_no_value_makes_reading_fail(kind: str) -> None:
    for value in HOSTILE + NEITHER_CHOICE_NOR_NUMBER:
        for name in FIELDS:
            _read_safely(question(kind), {name: [value]})
        _read_safely(question(kind), _everywhere([value]))
        _read_safely(question(kind), _everywhere([value, "1"]))


def _refused(sample: Question, values: list[str]) -> bool:
    try:
        sample.read(_everywhere(values), in_order(sample))
    except InvalidAnswer:
        return True
    return False


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in TYPED])
def test_a_choice_that_is_not_offered_is_refused(kind: str) -> None:
    values = [*NEITHER_CHOICE_NOR_NUMBER, "9" * 5000, "\0", "1\0", "0", "-1", "999999999999"]
    assert [value for value in values if not _refused(question(kind), [value])] == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if len(key_fields(question(kind)).get("answer", ())) < 2])
def test_two_answers_where_one_is_asked_for_are_refused(kind: str) -> None:
    assert _refused(question(kind), ["1", "2"])
    assert _refused(question(kind), ["true", "false"])


@pytest.mark.parametrize("kind", TYPED)
@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x85", "\ud800"])
def test_a_text_without_plain_characters_is_refused_because_no_page_could_show_it(kind: str, character: str) -> None:
    with pytest.raises(InvalidAnswer, match="plain text"):
        question(kind).read({"answer": [f"wo{character}rd"]}, ())


@pytest.mark.parametrize(("length", "accepted"), [(MAX_ANSWER_LENGTH, True), (MAX_ANSWER_LENGTH + 1, False)])
def test_a_text_has_a_longest_length(length: int, accepted: bool) -> None:
    assert (_read_safely(question("short text"), {"answer": ["x" * length]}) is not None) == accepted


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(list(KINDS)),
    fields=st.dictionaries(
        st.sampled_from(FIELDS), st.lists(st.text(max_size=8) | st.sampled_from(HOSTILE), max_size=6)
    ),
)
def test_no_fields_whatsoever_make_reading_fail(kind: str, fields: dict[str, list[str]]) -> None:
    _read_safely(question(kind), fields)


# What is read on the page --------------------------------------------------------------------------------------------

OFFERED = {
    "single choice": "options",
    "multiple response": "options",
    "true/false set": "statements",
    "ordering": "sequence",
    "matching": "pairs",
}
"""The kinds whose parts an author writes as Markdown, and where."""


def _with_texts(kind: str, *texts: str) -> Item:
    parts = [dict(part) for part in factories.item(kind, "sample")[OFFERED[kind]]]
    for part, text in zip(parts, texts, strict=False):
        part["prompt" if "prompt" in part else "text"] = text
    return item(kind, **{OFFERED[kind]: parts})


@pytest.mark.parametrize("kind", OFFERED)
def test_parts_that_look_the_same_are_refused(kind: str) -> None:
    faults = _with_texts(kind, "a `b`", "**a** b").faults()
    assert len(faults) == 1
    assert "looks like another" in faults[0][1]
    assert "stands twice" in _with_texts(kind, "a `b`", "a `b`").faults()[0][1]
    assert not _with_texts(kind, "`a  b`", "`a b`").faults()


@pytest.mark.parametrize("kind", OFFERED)
def test_what_markdown_would_swallow_is_told_at_its_place(kind: str) -> None:
    (fault,) = _with_texts(kind, "one", r"x\[0\]".replace(r"\]", "]")).unreadable()
    assert fault[0][:2] == (OFFERED[kind], 1)
    assert "backticks" in fault[2]
    assert not _with_texts(kind, r"\d+\.\d+", "`x\\[0\\]`").unreadable()


@pytest.mark.parametrize("bad", ["a\0b", "a\x0cb", "a\u2028b", "a\x85b"])
def test_a_listing_with_what_is_no_text_is_refused_with_its_line(bad: str) -> None:
    with pytest.raises(ValueError, match="line 2 holds the character U"):
        item("code line", listing=f"int x;\n{bad}", language="java")


def test_other_ends_of_lines_are_line_feeds() -> None:
    assert item("code line", listing="int a;\rint b;\r\nint c;\n").listing == "int a;\nint b;\nint c;\n"
