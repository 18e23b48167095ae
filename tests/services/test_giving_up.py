"""A template whose program fails whatever the values are is given up early, and what has to be mended is named."""

from pathlib import Path

import pytest

from quiz.domain.proofs.observations import Observation, Request, Thrown
from quiz.labs.base import Condition
from tests.services.test_proving import TEMPLATE, Made, adds, bank, prove, told


def fails(request: Request, condition: Condition) -> Observation:
    """Adds, but knows no names, and does not divide."""
    text = request.probe or request.program
    for word, thrown in (
        ("total", Thrown(kind="NameError", message="name 'total' is not defined")),
        ("/", Thrown(kind="ZeroDivisionError", message="division by zero", line=1)),
    ):
        if word in text:
            return Observation(compiled=True, printed="", thrown=thrown)
    if "for ever" in text:
        return Observation(compiled=True, printed="", ended=False)
    return adds(request, condition)


def mistake(expression: str) -> str:
    """The template with another expression that embodies its mistake."""
    return TEMPLATE.replace('expression: "{{a}} + {{a}}"', f"expression: {expression!r}")


@pytest.mark.parametrize(
    ("template", "line", "said", "most"),
    [
        (mistake("total + {{a}}"), 19, "the `expression` of option 2 shows nothing: it throws NameError: name", 40),
        (mistake("{{a}} + nothing"), 19, "the `expression` of option 2 shows nothing: it does not compile", 40),
        (mistake("{{a}} / 0"), 19, "the `expression` of option 2 shows nothing: it throws ZeroDivisionError", 200),
        (mistake("for ever {{b}}"), 19, "shows nothing: it still ran when its time was up", 200),
        (
            TEMPLATE.replace('expression: "{{a}} + {{a}}"', 'program: "print(total + {{a}})"'),
            19,
            "the `program` of option 2 shows nothing: it throws NameError",
            40,
        ),
        (
            TEMPLATE.replace("print({{a}} + {{b}})", "print(total + {{b}})"),
            12,
            "the item's own program shows nothing: it throws NameError",
            40,
        ),
    ],
)  # fmt: skip
def test_a_program_that_always_fails_is_named_after_a_few_runs(
    tmp_path: Path, template: str, line: int, said: str, most: int
) -> None:
    lab = Made(fails)
    ((code, at, message),) = told(prove(bank(tmp_path, template), lab))
    assert (code, at) == ("broken", line)
    assert message.startswith("with a = ")
    assert said in message
    assert len(lab.ran) <= most


def test_the_mend_of_an_expression_says_what_it_knows(tmp_path: Path) -> None:
    (problem,) = prove(bank(tmp_path, mistake("total + {{a}}")), Made(fails)).problems
    assert problem.fix == "correct it; an expression knows only the variables, not the names in the listing"


def test_a_program_that_fails_for_some_values_only_costs_those(tmp_path: Path) -> None:
    def sometimes(request: Request, condition: Condition) -> Observation:
        text = request.probe or request.program
        if "1" in text:
            return Observation(compiled=True, printed="", thrown=Thrown(kind="NameError", message="1"))
        return adds(request, condition)

    outcome = prove(bank(tmp_path, TEMPLATE), Made(sometimes))
    assert outcome.proven == ["many"]
    assert "because a program does not end normally" in outcome.notes[0]


def test_a_sound_template_has_the_same_variants_as_when_all_are_tried_at_once(tmp_path: Path) -> None:
    record = prove(bank(tmp_path, TEMPLATE), Made()).records["many"]
    assert len(record.variants) == 100
    assert record.variants == tuple(sorted(record.variants))
