"""Checking a bank: every fault at its place with its mend, all of them at once, and never an exception."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain.banks import bank_folders, check_bank
from quiz.domain.items import KINDS
from quiz.domain.source import Problem
from tests import factories
from tests.domain.samples import check, options, places

HEAD = "objective: demo.1.1\nitems:\n"
NUMBER = """\
  - id: one
    kind: number
    difficulty: 3
    seconds: 60
    stem: How many?
    answer: 12
    why: Because.
    sources: [Source 1]
"""
CHOICE = """\
  - id: two
    kind: single choice
    difficulty: 3
    seconds: 60
    stem: Which?
    options:
      - text: This
        key: true
        why: Because.
      - text: That
        why: Because not.
    sources: [Source 1]
"""
BANK = """\
title: Demo
summary: For tests.
groups:
  - id: demo.1
    title: Group
    objectives:
      - id: demo.1.1
        title: Objective
"""


def problems(folder: Path, text: str, name: str = "a.yaml") -> tuple[Problem, ...]:
    return check(folder, {name: text}).problems


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def test_a_sound_bank_has_no_problems_and_knows_where_its_items_stand(tmp_path: Path) -> None:
    checked = check(tmp_path, {"bank.yaml": BANK, "a.yaml": HEAD + NUMBER + CHOICE})
    assert checked.problems == ()
    assert checked.bank is not None
    assert checked.bank.places == {"one": "demo/a.yaml:3", "two": "demo/a.yaml:11"}
    assert [item.objective for item in checked.bank.items] == ["demo.1.1", "demo.1.1"]
    assert checked.bank.outline.group_of["demo.1.1"].id == "demo.1"


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "code", "message", "fix"),
    [
        ("    stem:", "    enemys: x\n    stem:", 7, 5, "unknown-field", "`enemys`", "did you mean `enemies`?"),
        ("    stem:", "    xyzzy: 1\n    stem:", 7, 5, "unknown-field", "no field `xyzzy`", "use one of: kind,"),
        ("    why: Because.\n", "", 3, 5, "missing", "`why` is missing", "add `why:`"),
        ("kind: number", "kind: nmuber", 4, 5, "kind", "no kind `nmuber`", "did you mean `number`?"),
        ("kind: number", "kind: essay", 4, 5, "kind", "no kind `essay`", "write one of: single choice, multiple"),
        ("    kind: number\n", "", 3, 5, "kind", "the item has no `kind`", "write one of: single choice"),
        ("kind: number", "kind: [number]", 4, 5, "kind", "the item has no `kind`", "write one of: single choice"),
        ("id: one", "id: One Two", 3, 5, "spelling", "`One Two` is not a proper `id`", "lower case"),
        ("difficulty: 3", "difficulty: 6", 5, 5, "range", "at most 5, not `6`", "1 easiest to 5 hardest"),
        ("difficulty: 3", "difficulty: 0", 5, 5, "range", "at least 1, not `0`", "1 easiest to 5 hardest"),
        ("difficulty: 3", "difficulty: [3]", 5, 5, "number", "has to be a whole number", "write digits"),
        ("stem: How many?", "stem: [How]", 7, 5, "text", "`stem` has to be text", "write one value"),
        ("stem: How many?", "stem:", 7, 5, "length", "`stem` needs at least 1", "the question"),
        ("sources: [Source 1]", "sources: Source 1", 10, 5, "list", "`sources` has to be a list", "`- `"),
        ("sources: [Source 1]", "sources: []", 10, 5, "length", "`sources` needs at least 1 entry", "primary"),
        ("answer: 12", "answer: [12]", 8, 5, "value", "`answer` cannot be", "such as 12 or 0.5"),
        ("answer: 12", "answer: 12\n    tolerance: -1", 9, 5, "range", "at least 0, not `-1`", "how far"),
        ("    kind:", "    objective: demo.1.9\n    kind:", 4, 5, "objective", "`demo.1.9`", "mean `demo.1.1`?"),
        ("    kind:", "    objective: zzz\n    kind:", 4, 5, "objective", "no objective `zzz`", "add it to bank.yaml"),
        (NUMBER, "  - just text\n", 3, 5, "shape", "an item is a mapping", "begin with `- id:`"),
        (NUMBER, "", 2, 1, "shape", "no list of `items`", "write `items:` and a list"),
        (HEAD + NUMBER, "objective: demo.1.1\n", 1, 1, "shape", "no list of `items`", "write `items:`"),
        (HEAD + NUMBER, "- a\n", 1, 1, "shape", "an item file is a mapping", "begin with `items:`"),
        ("items:", "note: x\nitems:", 2, 1, "unknown-field", "no field `note`", "use one of: objective, items"),
        ("objective: demo.1.1", "objective: demo.2", 1, 1, "objective", "no objective `demo.2`", "did you mean"),
    ],
)  # fmt: skip
def test_a_fault_of_an_item_is_named_at_its_place_with_a_mend(
    tmp_path: Path, old: str, new: str, line: int, column: int, code: str, message: str, fix: str
) -> None:
    found = problems(tmp_path, changed(HEAD + NUMBER, old, new))
    assert places(found) == [("demo/a.yaml", line, column, code)]
    assert message in found[0].message
    assert fix in found[0].fix


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_that_a_kind_demands_is_missed_by_name(tmp_path: Path, kind: str) -> None:
    whole = factories.item(kind, "one")
    required = {field.alias or name for name, field in KINDS[kind].item.model_fields.items() if field.is_required()}
    for name in required - {"kind", "objective"}:
        less = {field: value for field, value in whole.items() if field != name}
        text = json.dumps({"objective": "demo.1.1", "items": [less]})
        assert f"`{name}` is missing" in [problem.message for problem in problems(tmp_path, text)], name


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message", "fix"),
    [
        ("        key: true\n", "", 8, 5, "0 options are keyed", "mark one option `key: true`"),
        ("why: Because not.\n", "why: Because not.\n        key: true\n", 14, 9, "2 options", "multiple response"),
        ("text: That", "text: This", 12, 9, "this option stands twice", "make the options differ"),
    ],
)  # fmt: skip
def test_a_single_choice_has_one_key_and_options_that_differ(
    tmp_path: Path, old: str, new: str, line: int, column: int, message: str, fix: str
) -> None:
    found = problems(tmp_path, changed(HEAD + CHOICE, old, new))
    assert places(found) == [("demo/a.yaml", line, column, "item")]
    assert message in found[0].message
    assert fix in found[0].fix


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("multiple response", {"options": options(True, False, False)}, "1 of 3 options are keyed"),
        ("multiple response", {"options": options(True, True, True)}, "3 of 3 options are keyed"),
        ("multiple response", {"options": [*options(True, True), *options(False)]}, "this option stands twice"),
        (
            "true/false set",
            {"statements": [{"text": text, "is": True, "why": "Because."} for text in "ab"]},
            "every statement has the same truth",
        ),
        ("short text", {"mistakes": [{"text": "DOUBLE", "why": "No."}]}, "this mistake is also an accepted answer"),
        ("number", {"mistakes": [{"text": "twelve", "why": "No."}]}, "this mistake is not a number"),
        ("number", {"mistakes": [{"text": "60.4", "why": "No."}]}, "this mistake is within the tolerance"),
        ("matching", {"decoys": [{"text": "127", "why": "No."}]}, "this choice stands twice"),
        ("code line", {"listing": None}, "a code line item needs a `listing`"),
        ("code line", {"lines": [{"line": n, "why": "No."} for n in (1, 2)]}, "0 lines are keyed"),
        (
            "code line",
            {"lines": [{"line": 1, "key": True, "why": "Yes."}, {"line": 1, "why": "No."}]},
            "line 1 stands here again",
        ),
        (
            "code line",
            {"lines": [{"line": 1, "key": True, "why": "Yes."}, {"line": 5, "why": "No."}]},
            "line 5 of the listing cannot be chosen",
        ),
        (
            "code line",
            {
                "listing": "int a = 1;\nint b = 2;\n\nreturn a / b;\n",
                "lines": [{"line": 1, "why": "No."}, {"line": 3, "key": True, "why": "Yes."}],
            },
            "line 3 of the listing cannot be chosen",
        ),
        (
            "code line",
            {
                "listing": "if (a) {\n}\n",
                "lines": [{"line": 1, "why": "No."}, {"line": 2, "key": True, "why": "Yes."}],
            },
            "line 2 of the listing cannot be chosen",
        ),
    ],
)
def test_what_makes_an_item_unanswerable_is_refused(
    tmp_path: Path, kind: str, changes: dict[str, Any], message: str
) -> None:
    wrong = {name: value for name, value in factories.item(kind, "one", **changes).items() if value is not None}
    found = problems(tmp_path, json.dumps({"objective": "demo.1.1", "items": [wrong]}, default=str))
    assert [problem.code for problem in found] == ["item"]
    assert message in found[0].message
    assert found[0].fix


NOT_PLAIN = ["no", "010", "12:30", "1e3", "null", "yes", "0x1F", "~", "1_000", ""]


@pytest.mark.parametrize("scalar", NOT_PLAIN[:-1])
def test_a_scalar_stays_text_where_text_is_wanted(tmp_path: Path, scalar: str) -> None:
    checked = check(
        tmp_path, {"a.yaml": changed(HEAD + NUMBER, "stem: How many?", f"stem: {scalar}\n    unit: {scalar}")}
    )
    assert checked.bank is not None
    assert (checked.bank.items[0].stem, checked.bank.items[0].model_dump()["unit"]) == (scalar, scalar)


@pytest.mark.parametrize("scalar", [*NOT_PLAIN, "3.0", "'+3'", "' 3'", "\u00b3", "\u0663", "9" * 5000, "true"])
@pytest.mark.parametrize(("field", "value"), [("difficulty", "3"), ("seconds", "60")])
def test_a_whole_number_is_written_in_plain_digits(tmp_path: Path, field: str, value: str, scalar: str) -> None:
    found = problems(tmp_path, changed(HEAD + NUMBER, f"{field}: {value}", f"{field}: {scalar}"))
    assert [problem.code for problem in found] == ["value"]
    assert "write a whole number in digits" in found[0].fix


@pytest.mark.parametrize("scalar", [*NOT_PLAIN, "NaN", ".inf", "' 3'", "+3", "3.", ".5", "3,5", "\u00b3", "9" * 50])
def test_a_figure_is_written_as_a_plain_decimal(tmp_path: Path, scalar: str) -> None:
    found = problems(tmp_path, changed(HEAD + NUMBER, "answer: 12", f"answer: {scalar}"))
    assert places(found) == [("demo/a.yaml", 8, 5, "value")]
    assert "such as 12 or 0.5" in found[0].fix


@pytest.mark.parametrize("scalar", ["no", "yes", "True", "TRUE", "on", "1", "0", "null", "", "[true]", "{a: b}"])
def test_a_truth_is_written_true_or_false(tmp_path: Path, scalar: str) -> None:
    found = problems(tmp_path, changed(HEAD + CHOICE, "key: true", f"key: {scalar}"))
    assert places(found) == [("demo/a.yaml", 10, 9, "value")]
    assert "write true or false" in found[0].fix


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "code", "message"),
    [
        ("title: Demo\n", "", 1, 1, "missing", "`title` is missing"),
        ("summary: ", "framwork: x\nsummary: ", 2, 1, "unknown-field", "no field `framwork`"),
        ("title: Objective", "title: [a]", 8, 9, "text", "`title` has to be text"),
        ("    objectives:\n      - id: demo.1.1\n        title: Objective\n", "", 4, 5, "missing", "`objectives`"),
        ("id: demo.1.1", "id: Demo 1", 7, 9, "spelling", "`Demo 1` is not a proper `id`"),
        ("      - id: demo.1.1", "      - id: demo.1", 7, 9, "duplicate-id", "`demo.1` is used again; first on line 4"),
        ("    title: Group\n", "    title: Group\n    weight: 0\n", 6, 5, "range", "at least 1, not `0`"),
        ("summary: For tests.", "summary: x\nframework: {code: [a]}", 3, 13, "text", "`code` has to be text"),
        (BANK, "- a\n", 1, 1, "mapping", "has to be a mapping"),
    ],
)  # fmt: skip
def test_a_fault_of_bank_yaml_is_named_at_its_place(
    tmp_path: Path, old: str, new: str, line: int, column: int, code: str, message: str
) -> None:
    found = [
        problem
        for problem in check(tmp_path, {"bank.yaml": changed(BANK, old, new), "a.yaml": HEAD + NUMBER}).problems
        if problem.file == "demo/bank.yaml"
    ]
    assert (found[0].line, found[0].column, found[0].code) == (line, column, code)
    assert message in found[0].message


def test_a_missing_bank_yaml_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    assert places(check_bank(tmp_path / "demo", "demo").problems) == [("demo/bank.yaml", 1, 1, "unreadable")]


@pytest.mark.parametrize("slug", ["Demo", "my bank", "a_b", "-a"])
def test_a_bank_is_named_by_lower_case_words_with_hyphens(tmp_path: Path, slug: str) -> None:
    found = check(tmp_path, {"bank.yaml": BANK}, slug).problems
    assert [problem.code for problem in found] == ["bank-name"]


def test_an_item_id_is_used_once_in_all_files(tmp_path: Path) -> None:
    found = check(tmp_path, {"a.yaml": HEAD + NUMBER, "b.yaml": HEAD + NUMBER + CHOICE}).problems
    assert places(found) == [("demo/b.yaml", 3, 5, "duplicate-id")]
    assert "first at demo/a.yaml:3" in found[0].message


def test_an_id_used_twice_is_seen_though_the_first_item_has_a_fault_of_its_own(tmp_path: Path) -> None:
    found = problems(tmp_path, HEAD + changed(NUMBER, "difficulty: 3", "difficulty: 9") + NUMBER)
    assert places(found) == [("demo/a.yaml", 5, 5, "range"), ("demo/a.yaml", 11, 5, "duplicate-id")]


def test_a_file_that_ends_in_yml_is_pointed_out_because_it_is_not_read(tmp_path: Path) -> None:
    checked = check(tmp_path, {"a.yaml": HEAD + NUMBER, "b.yml": "anything"})
    assert places(checked.problems) == [("demo/b.yml", 1, 1, "ending")]
    assert ".yaml" in checked.problems[0].fix
    assert checked.bank is None


def test_all_problems_are_reported_at_once_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    found = check(
        tmp_path,
        {
            "bank.yaml": changed(BANK, "summary: For tests.", "summary: x\nnote: y"),
            "a.yaml": HEAD
            + changed(changed(changed(NUMBER, "difficulty: 3", "difficulty: 9"), "seconds: 60", "sec: 1"), "one", "O")
            + changed(CHOICE, "        key: true\n", ""),
            "b.yaml": "a: [1",
            "c.yaml": "",
            "d.yaml": b"\xff",
            "e.yml": "",
        },
    ).problems
    assert places(found) == [
        ("demo/a.yaml", 3, 5, "spelling"),
        ("demo/a.yaml", 3, 5, "missing"),
        ("demo/a.yaml", 5, 5, "range"),
        ("demo/a.yaml", 6, 5, "unknown-field"),
        ("demo/a.yaml", 16, 5, "item"),
        ("demo/b.yaml", 1, 4, "syntax"),
        ("demo/bank.yaml", 3, 1, "unknown-field"),
        ("demo/c.yaml", 1, 1, "empty"),
        ("demo/d.yaml", 1, 1, "encoding"),
        ("demo/e.yml", 1, 1, "ending"),
    ]


def test_a_problem_shows_the_line_it_is_about(tmp_path: Path) -> None:
    found = problems(tmp_path, changed(HEAD + NUMBER, "difficulty: 3", "difficulty: 9"))
    assert str(found[0]).splitlines()[1:3] == ["  5 |     difficulty: 9", "    |     ^"]


def test_banks_are_the_folders_with_a_bank_yaml(tmp_path: Path) -> None:
    factories.write_banks(tmp_path)
    (tmp_path / "other").mkdir()
    assert bank_folders(tmp_path) == [tmp_path / "demo", tmp_path / "practice"]
    assert bank_folders(tmp_path / "demo") == [tmp_path / "demo"]
    assert bank_folders(tmp_path / "other") == []


# No file makes the check fail ----------------------------------------------------------------------------------------

WHOLE = HEAD + "".join([NUMBER, CHOICE])


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def _checked_safely(folder: Path, name: str, data: bytes) -> None:
    checked = check(folder, {"bank.yaml": BANK, "a.yaml": WHOLE} | {name: data})
    assert (checked.bank is None) == bool(checked.problems)
    for problem in checked.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        assert problem.fix
    for before, after in pairwise(checked.problems):
        assert (before.file, before.line, before.column) <= (after.file, after.line, after.column)


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(["bank.yaml", "a.yaml"]), data=st.binary(max_size=200))
def test_random_bytes_give_problems_and_no_exception(scratch: Path, name: str, data: bytes) -> None:
    _checked_safely(scratch, name, data)


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(["bank.yaml", "a.yaml"]),
    edits=st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True),
            st.integers(0, 20),
            st.sampled_from(
                ["", " ", "\n", "- ", ": ", "[", "{", "~", "'", "items:", "kind: ordering", "\t", "\r", "0"]
            )
            | st.text(max_size=3),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_random_damage_to_sound_files_gives_a_bank_or_problems(
    scratch: Path, name: str, edits: list[tuple[float, int, str]]
) -> None:
    text = BANK if name == "bank.yaml" else WHOLE
    for where, removed, put in edits:
        start = int(where * len(text))
        text = text[:start] + put + text[start + removed :]
    _checked_safely(scratch, name, text.encode())


VALUES = st.recursive(
    st.sampled_from(["", "0", "-1", "true", "x", "demo.1.1", "9" * 400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "text", "why", "key"]), inner),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(list(KINDS)), values=st.data())
def test_any_shape_of_value_in_any_field_gives_a_bank_or_problems(
    scratch: Path, kind: str, values: st.DataObject
) -> None:
    item = factories.item(kind, "one", objective="demo.1.1")
    name = values.draw(st.sampled_from(sorted(item)))
    item[name] = values.draw(VALUES)
    _checked_safely(scratch, "a.yaml", json.dumps({"items": [item]}).encode())
