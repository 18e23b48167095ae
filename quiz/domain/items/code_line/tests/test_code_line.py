"""Code line: right or wrong, and only lines that say something."""

import pytest

from tests.domain.samples import question


@pytest.mark.parametrize(("answer", "earned"), [(3, 1), (1, 0), (2, 0)])
def test_a_line_of_code_is_right_or_wrong(answer: int, earned: float) -> None:
    assert question("code line").score(answer) == earned


def test_lines_that_say_nothing_cannot_be_pointed_at() -> None:
    listing = "if (a) {\n\n    b();\n}\n});\n"
    lines = [{"line": 1, "key": True, "why": "Yes."}, {"line": 3, "why": "No."}]
    shown = question("code line", listing=listing, lines=lines).public(())
    selectable = {line.number: line.selectable for line in shown.lines}
    assert selectable == {1: True, 2: False, 3: True, 4: False, 5: False}


def test_what_candidates_see_does_not_depend_on_which_line_is_keyed() -> None:
    other = [{"line": 1, "key": True, "why": "Yes."}, {"line": 2, "why": "No."}]
    assert question("code line").public(()) == question("code line", lines=other).public(())


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        (3, ["", "Chosen", "", ""]),
        (1, ["Chosen", "", "", ""]),
        (2, ["", "", "", "Line 2"]),
        (None, ["", "", "", ""]),
    ],
)
def test_a_line_that_is_not_listed_is_explained_with_all_the_others(answer: int | None, given: list[str]) -> None:
    assert [part.answer for part in question("code line").explain(answer)] == given


def test_only_the_chosen_line_has_a_verdict() -> None:
    assert [part.verdict for part in question("code line").explain(3)] == [None, "right", None, None]
    assert [part.verdict for part in question("code line").explain(2)] == [None, None, None, "wrong"]
    assert [part.verdict for part in question("code line").explain(None)] == [None, "not answered", None, None]


def test_a_line_is_told_with_its_code_whatever_marks_that_holds() -> None:
    listing = "a = 1;\nb = `*x*`;\n\n"
    sample = question("code line", listing=listing, lines=[{"line": n, "key": n == 2, "why": "."} for n in (1, 2)])
    assert sample.as_text(2) == ["Line 2: b = `*x*`;"]
    assert sample.as_json(2) == {"line": 2, "text": "b = `*x*`;"}
    assert sample.explain(2)[1].text == "Line 2: ``b = `*x*`;``"
