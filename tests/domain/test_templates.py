"""Templates: what may be written, what a seed draws, and what is left out."""

import contextlib
import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.banks import Bank
from quiz.domain.proofs.observations import Observation, Request
from quiz.domain.source import Problem
from quiz.domain.templates.variables import Unusable, Variable, evaluate
from quiz.domain.templates.variants import Draft, Template, alike
from tests.domain.samples import check

TEMPLATE = """\
objective: demo.1.1
items:
  - id: adding
    kind: single choice
    difficulty: 2
    seconds: 60
    stem: What does {{name}} become from {{a}}?
    lab: java 8
    variables:
      name: {names: [level, gauge]}
      a: {integers: [1, 50]}
      b: {integers: [10, 40, 10]}
      sum: {derived: a + b}
    constraints: [sum != 30]
    listing: |
      int {{name}} = {{a}} + {{b}};
      print({{name}});
    options:
      - text: "`{{key}}`"
        key: true
        why: The sum is {{key}}, which is {{sum}}.
      - text: "`{{result}}`"
        misconception: Plus joins.
        expression: join({{a}}, {{b}})
        why: That would be {{result}}.
      - text: Nothing; it does not compile.
        claim: {compiles: false}
        why: It is in order.
    sources: [S 1]
"""


def bank(folder: Path, text: str = TEMPLATE) -> Bank:
    checked = check(folder, {"a.yaml": text})
    assert not checked.problems, "\n".join(map(str, checked.problems))
    assert checked.bank
    return checked.bank


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    return check(folder, {"a.yaml": text}).problems


def machine(request: Request) -> Observation:
    """A lab for programs such as the one above: it adds, and it joins."""
    if request.probe:
        left, right = request.probe.removeprefix("join(").removesuffix(")").split(", ")
        return Observation(compiled=True, printed="", returned=left + right)
    left, right = request.program.split("= ")[1].split(";")[0].split(" + ")
    return Observation(compiled=True, printed=f"{int(left) + int(right)}\n")


@pytest.fixture
def template(tmp_path: Path) -> Template:
    return bank(tmp_path).templates["adding"]


def test_a_seed_draws_the_same_variant_every_time(template: Template) -> None:
    assert [template.draft(seed).item(machine).canonical() for seed in range(20)] == [
        template.draft(seed).item(machine).canonical() for seed in range(20)
    ]
    assert template.draft(7).values == {"name": "level", "a": 8, "b": 30, "sum": 38}


def test_variants_differ_and_meet_every_constraint(template: Template) -> None:
    draft = [template.draft(seed).values for seed in range(300)]
    assert len({str(values) for values in draft}) > 150
    assert all(values["sum"] != 30 for values in draft)
    assert {values["b"] for values in draft} == {10, 20, 30, 40}
    assert {values["name"] for values in draft} == {"level", "gauge"}


def test_a_variant_is_an_item_like_any_other_with_what_the_lab_showed(template: Template) -> None:
    item = template.draft(7).item(machine)
    assert item.stem == "What does level become from 8?"
    assert item.listing == "int level = 8 + 30;\nprint(level);\n"
    assert item.model_dump(mode="json", exclude_defaults=True)["options"] == [
        {"text": "`38`", "key": True, "claim": {"prints": "38"}, "why": "The sum is 38, which is 38."},
        {"text": "`830`", "claim": {"prints": "830"}, "why": "That would be 830."},
        {"text": "Nothing; it does not compile.", "claim": {"compiles": False}, "why": "It is in order."},
    ]
    assert not item.variables


def test_a_template_has_a_specimen_until_it_is_proven(tmp_path: Path) -> None:
    found = bank(tmp_path)
    (specimen,) = found.items
    assert specimen.id == "adding"
    assert "{{" not in specimen.canonical()


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"key": "5", "result": "5"}, "leads to the key"),
        ({"key": "", "result": "5"}, "shows nothing"),
        ({"key": "5\n6", "result": "5"}, "more than one line"),
    ],
)
def test_a_variant_that_says_nothing_is_dropped(template: Template, answers: dict[str, str], told: str) -> None:
    def shows(request: Request) -> Observation:
        return Observation(compiled=True, printed="" if request.probe else answers["key"], returned=answers["result"]) \
            if request.probe else Observation(compiled=True, printed=answers["key"])  # fmt: skip

    with pytest.raises(Unusable, match=told):
        template.draft(1).item(shows)


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (Observation(compiled=False), "does not compile"),
        (Observation(compiled=True, printed="1", ended=False), "does not end"),
        (Observation(exceeded="memory"), "memory"),
        (Observation(compiled=True), "shows nothing"),
    ],
)
def test_a_variant_whose_program_fails_is_dropped(template: Template, seen: Observation, told: str) -> None:
    with pytest.raises(Unusable, match=told):
        template.draft(1).item(lambda request: seen)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{{name}} = {{a}}", "{{name}} = {{c}}", "no variable for {{c}}"),
        ("      b: {", "      c: {choices: [x, y]}\n      b: {", "never used"),
        ("{integers: [1, 50]}", "{integers: [50, 1]}", "not below"),
        ("{integers: [1, 50]}", "{integers: [1, 50, 0]}", "not below"),
        ("{integers: [1, 50]}", "{integers: [1, 50], choices: [a, b]}", "exactly one"),
        ("{names: [level, gauge]}", "{names: [level, 9lives]}", "no identifier"),
        ("{names: [level, gauge]}", "{names: [level, class]}", "no identifier"),
        ("{names: [level, gauge]}", "{names: [level, print]}", "the listing has `print` already"),
        ("{names: [level, gauge]}", "{names: [level, level]}", "twice"),
        ("{names: [level, gauge]}", "{choices: ['{{a}}', x]}", "another placeholder"),
        ("{derived: a + b}", "{derived: a + z}", "no variable `z`"),
        ("{derived: a + b}", "{derived: a +}", "no expression"),
        ("[sum != 30]", "[sum != q]", "no variable `q`"),
        ("[sum != 30]", "[sum > 1000]", "no values meet the constraints"),
        ("      sum: {derived: a + b}", "      key: {derived: a + b}", "cannot name a variable"),
        ("        expression: join({{a}}, {{b}})\n", "", "needs a `program` or an `expression`"),
        ("        misconception: Plus joins.\n", "", "has no name"),
        ('"`{{result}}`"', "Nothing\n        claim: {prints: x}", "why"),
        ("    lab: java 8\n", "", "needs a lab"),
    ],
)  # fmt: skip
def test_a_faulty_template_is_told(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert old in TEMPLATE
    text = TEMPLATE.replace(old, new)
    if told == "why":
        text, told = text.replace("That would be {{result}}.", "No."), "shown nowhere"
    assert any(told in problem.message for problem in problems(tmp_path, text)), problems(tmp_path, text)


def test_what_another_language_writes_in_braces_is_left_alone() -> None:
    data = {"id": "x", "kind": "number", "listing": "new HashMap() {{ put(1, 2); }}; {{a}}"}
    draft = Template(data, {"a": Variable(integers=[1, 2])}).draft(1)
    assert draft.data["listing"].startswith("new HashMap() {{ put(1, 2); }}; ")
    assert draft.data["listing"][-1] in "12"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a + 2 * b", 11),
        ("(a - b) // 2", -1),
        ("-a % 4", 1),
        ("max(a, b) if a < b < 5 else 0", 4),
        ("len(s) + abs(-3)", 6),
        ("s + text(a)", "abc3"),
        ("upper(s)", "ABC"),
        ("a in [1, 3] and not b == 3", True),
        ("'x' * 3", "xxx"),
    ],
)
def test_expressions_compute(expression: str, value: Any) -> None:
    assert evaluate(expression, {"a": 3, "b": 4, "s": "abc"}) == value


@pytest.mark.parametrize(
    "expression",
    ["a // 0", "9 ** 9 ** 9", "__import__('os')", "s.upper()", "[x for x in s]", "lambda: 1", "'a' * 10000", "a + s",
     "2 * 99999999999999999999", "open('f')", "a.__class__", "f'{a}'", "(" * 300],
)  # fmt: skip
def test_expressions_cannot_do_anything_else(expression: str) -> None:
    with pytest.raises(Unusable):
        evaluate(expression, {"a": 3, "s": "abc"})


HUGE = [
    'len("x" * 3000000000)',
    '3000000000 * "x" == s',
    '"x" * a * 2000 * 2000',
    '"%3000000000d" % a',
    "s % a",
    "len([1] * 3000000000)",
    "a in [[1], [2]]",
    "text([1, 2])",
    "a * 99999999999999999999999",
    "[1, 2]",
    'upper("ß" * 900)',
    '"x" * 1000 + "x" * 1000',
    "1 << 3000000000",
    "9 ** 3000000000",
    "-" * 299 + "1",
]


@pytest.mark.parametrize("expression", HUGE)
def test_a_value_is_measured_before_it_is_made(expression: str) -> None:
    tracemalloc.start()
    try:
        with contextlib.suppress(Unusable):
            value = evaluate(expression, {"a": 3, "s": "abc"})
            assert value in (1, -1), "only the signs have a value"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("{derived: a + b}", "{derived: 'len(\"x\" * 3000000000)'}", 13, "the value is too large"),
        ("[sum != 30]", "['len(\"x\" * 3000000000) > sum']", 14, "the value is too large"),
        ("[1, 50]", "[1, 9999999999999999999]", 11, "`integers` cannot be"),
    ],
)
def test_what_is_too_large_is_said_at_its_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    (problem,) = problems(tmp_path, TEMPLATE.replace(old, new))
    assert problem.line == line
    assert message in problem.message


@given(st.text(max_size=60))
def test_no_expression_breaks_the_evaluator(expression: str) -> None:
    with contextlib.suppress(Unusable):
        evaluate(expression, {"a": 1})


def test_variants_unlike_the_others_are_found(template: Template) -> None:
    items = [template.draft(seed).item(machine) for seed in range(5)]
    longer = items[0].model_copy(update={"listing": (items[0].listing or "") + "print(1);\n"})
    wordier = items[0].model_copy(update={"stem": items[0].stem * 3})
    assert alike([*items, longer, wordier]) == [True] * 5 + [False, False]


def test_placeholders_are_filled_in_names_too(tmp_path: Path) -> None:
    text = TEMPLATE.replace("    listing: |", "    run:\n      files: {'{{name}}.txt': x}\n    listing: |")
    draft = bank(tmp_path, text).templates["adding"].draft(3)
    assert draft.data["run"]["files"] == {f"{draft.values['name']}.txt": "x"}
    wrong = problems(tmp_path, text.replace("{{name}}.txt", "{{nobody}}.txt"))
    assert [one.message for one in wrong] == ["there is no variable for {{nobody}}"]


def test_a_drawing_asks_for_its_own_program_and_each_mistake(template: Template) -> None:
    draft = template.draft(7)
    assert isinstance(draft, Draft)
    asked = draft.requests()
    assert set(asked) == {"", "options.1"}
    assert asked[""].program == "int level = 8 + 30;\nprint(level);\n"
    assert (asked["options.1"].program, asked["options.1"].probe) == ("", "join(8, 30)")


@pytest.mark.parametrize("shape", ["a word", "[a, b]", "{a: b}", "[{a: b}]", "[[a]]"])
@pytest.mark.parametrize(
    "name", ["variables", "constraints", "variants", "listing", "run", "options", "stem", "lab", "language", "kind"]
)
def test_a_field_of_another_shape_is_refused_or_read_and_never_breaks_the_reader(
    tmp_path: Path, name: str, shape: str
) -> None:
    start = re.search(rf"^    {name}:.*\n(?:     .*\n|\n)*", TEMPLATE, re.MULTILINE)
    field = f"    {name}: {shape}\n"
    text = TEMPLATE[: start.start()] + field + TEMPLATE[start.end() :] if start else TEMPLATE + field
    for problem in problems(tmp_path, text):
        assert problem.message
