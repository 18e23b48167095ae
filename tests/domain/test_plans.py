"""Plans: reading them with every fault at its place, and dividing counts by weights."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quiz.domain.errors import InfeasiblePlan
from quiz.domain.outlines import Group, Objective, Outline
from quiz.domain.plan_files import PlanFile, plan_text, read_plan
from quiz.domain.plans import BANDS, MAX_QUESTIONS, Draw, Plan, Spread, apportion
from tests.domain.samples import plan

TEXT = """\
title: Backend developer
minutes: 45
draws:
  - bank: oca
    count: 12
    weights: {oca.1: 2, oca.2: 1}
  - bank: session-management
    count: 8
    objectives: [sess.cs.1]
    requirement: Web security
difficulty: {easy: 1, medium: 2, hard: 1}
pass_mark: 60
"""


def read(folder: Path, text: str) -> tuple[Plan | None, list[tuple[int, int, str, str]]]:
    path = folder / "plan.yaml"
    path.write_text(text)
    made, problems = read_plan(path)
    return made, [(problem.line, problem.column, problem.code, problem.fix) for problem in problems]


def test_a_plan_reads_as_it_is_written(tmp_path: Path) -> None:
    made, problems = read(tmp_path, TEXT)
    assert problems == []
    assert made == Plan(
        title="Backend developer",
        minutes=45,
        draws=[
            Draw(bank="oca", count=12, weights={"oca.1": 2, "oca.2": 1}),
            Draw(bank="session-management", count=8, objectives=["sess.cs.1"], requirement="Web security"),
        ],
        difficulty=Spread(easy=1, medium=2, hard=1),
        pass_mark=60,
    )
    assert (made.total, made.banks, made.scoring) == (20, ["oca", "session-management"], "partial credit")


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "code", "fix"),
    [
        ("minutes: 45", "minutes: 45 min", 2, 1, "value", "write a whole number in digits"),
        ("minutes: 45", "minutes: 0", 2, 1, "range", "the time limit"),
        ("minutes: 45\n", "", 1, 1, "missing", "add `minutes:`"),
        ("pass_mark", "passmark", 12, 1, "unknown-field", "did you mean `pass_mark`?"),
        ("pass_mark: 60", "pass_mark: 101", 12, 1, "range", "per cent"),
        ("    count: 12", "    count: 012", 5, 5, "value", "write a whole number in digits"),
        ("    count: 12", "    count: 201", 5, 5, "range", "how many items to draw"),
        ("    count: 12", "    count: 193", 1, 1, "value", "draw at most 200 items in all"),
        ("oca.2: 1}", "oca.2: 0}", 4, 5, "value", "write weights of 1 or more"),
        ("    weights:", "    objectives: [oca.1]\n    weights:", 4, 5, "value", "`objectives` or `weights`, not both"),
        ("{easy: 1, medium: 2, hard: 1}", "{easy: 0}", 11, 1, "value", "give at least one difficulty a weight"),
        ("bank: oca", "bank: O C A", 4, 5, "spelling", "lower case"),
        ("requirement: Web security", "requirement: ''", 10, 5, "length", "as the scorecard calls it"),
        ("pass_mark: 60", "scoring: fair", 12, 1, "value", ""),
        ("title: Backend", "title: &t Backend", 1, 8, "anchor", "write the value out"),
    ],
)
def test_a_fault_of_a_plan_is_named_at_its_place(
    tmp_path: Path, old: str, new: str, line: int, column: int, code: str, fix: str
) -> None:
    assert TEXT.count(old) == 1
    made, problems = read(tmp_path, TEXT.replace(old, new))
    assert made is None
    assert problems[0][:3] == (line, column, code)
    assert fix in problems[0][3]


def test_all_faults_of_a_plan_are_named_in_the_order_of_its_lines(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "titel: x\nminutes: x\ndraws: []\n")
    assert [(line, code) for line, _, code, _ in problems] == [
        (1, "missing"),
        (1, "unknown-field"),
        (2, "value"),
        (3, "length"),
    ]


def test_a_plan_draws_no_more_than_the_limit() -> None:
    draws = [{"bank": "a", "count": MAX_QUESTIONS}]
    assert PlanFile.model_validate({"title": "Long", "minutes": 600, "draws": draws}).plan.total == MAX_QUESTIONS
    draws.append({"bank": "b", "count": 1})
    with pytest.raises(ValidationError, match="at most 200"):
        PlanFile.model_validate({"title": "Too long", "minutes": 600, "draws": draws})


def test_a_plan_reads_back_from_its_own_text(tmp_path: Path) -> None:
    made, _ = read(tmp_path, TEXT)
    assert made is not None
    assert read(tmp_path, plan_text(made)) == (made, [])
    assert "scoring" not in plan_text(made)  # What is as it is by default need not be written.


OUTLINES = {
    "a": Outline(
        "Bank A",
        [
            Group("a.1", "Values", [Objective("a.1.1", "Numbers"), Objective("a.1.2", "Texts")]),
            Group("a.2", "Loops", [Objective("a.2.1", "For")]),
        ],
    )
}


def test_a_plan_may_draw_from_every_group_and_objective_of_its_banks() -> None:
    plan(
        Draw(bank="a", count=3, objectives=["a.1", "a.2.1"]),
        Draw(bank="a", count=3, weights={"a.1.2": 1}),
    ).check(OUTLINES)


def test_all_that_a_plan_draws_from_and_that_is_not_there_is_named() -> None:
    wanted = plan(
        Draw(bank="a", count=1, objectives=["a.1", "a.9"]),
        Draw(bank="b", count=1, objectives=["b.1"]),
        Draw(bank="a", count=1, weights={"a.1.9": 1}),
    )
    with pytest.raises(InfeasiblePlan) as refused:
        wanted.check(OUTLINES)
    assert [shortage.label for shortage in refused.value.shortages] == [
        "there is no bank b",
        "bank a has no objective a.9",
        "bank a has no objective a.1.9",
    ]


@pytest.mark.parametrize(
    ("draw", "parts"),
    [
        (Draw(bank="a", count=9), [("Bank A", 9)]),
        (Draw(bank="a", count=9, objectives=["a.2", "a.1.1"]), [("Bank A: Loops, Numbers", 9)]),
        (Draw(bank="a", count=3, weights={"a.1": 2, "a.2": 1}), [("Bank A: Values", 2), ("Bank A: Loops", 1)]),
        (Draw(bank="a", count=1, weights={"a.1": 2, "a.2": 1}), [("Bank A: Values", 1)]),
    ],
)
def test_a_draw_says_what_is_asked_in_the_words_of_its_bank(draw: Draw, parts: list[tuple[str, int]]) -> None:
    assert draw.parts(OUTLINES["a"]) == parts


def test_the_bands_cover_every_difficulty_once() -> None:
    assert sorted(level for levels in BANDS.values() for level in levels) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, {"a": 1, "b": 1}, {"a": 5, "b": 5}),
        (10, {"a": 1, "b": 1, "c": 1}, {"a": 4, "b": 3, "c": 3}),  # a tie goes to the first named
        (10, {"a": 6, "b": 3, "c": 1}, {"a": 6, "b": 3, "c": 1}),
        (7, {"a": 6, "b": 3, "c": 1}, {"a": 4, "b": 2, "c": 1}),  # 4.2, 2.1 and 0.7: the seat goes to 0.7
        (1, {"a": 1, "b": 2}, {"a": 0, "b": 1}),
        (5, {"a": 0, "b": 1}, {"a": 0, "b": 5}),
        (0, {"a": 3, "b": 1}, {"a": 0, "b": 0}),
    ],
)
def test_a_count_is_divided_by_weights_with_largest_remainders(
    total: int, weights: dict[str, int], parts: dict[str, int]
) -> None:
    assert apportion(total, weights) == parts


@given(
    total=st.integers(0, 200),
    weights=st.dictionaries(st.text(max_size=2), st.integers(0, 1000), min_size=1).filter(lambda w: any(w.values())),
)
def test_the_parts_add_up_and_are_never_a_whole_one_from_their_share(total: int, weights: dict[str, int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts.values()) == total
    assert parts.keys() == weights.keys()
    for name, part in parts.items():
        assert abs(part - Fraction(total * weights[name], sum(weights.values()))) < 1
