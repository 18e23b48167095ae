"""The labs for Sass and Less: the CSS of a stylesheet, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest

from quiz.domain.proofs.observations import Observation, Request
from quiz.labs.base import CONDITIONS, LabMissing, Worker
from quiz.labs.stylesheets import LessLab, SassLab


@pytest.fixture(scope="module", params=[SassLab, LessLab], ids=["sass", "less"])
def lab(request: pytest.FixtureRequest) -> SassLab | LessLab:
    made: SassLab | LessLab = request.param()
    return made


@pytest.fixture(scope="module")
def worker(lab: SassLab | LessLab) -> Iterator[Worker]:
    try:
        with lab.open("") as opened:
            yield opened
    except LabMissing as missing:
        pytest.skip(str(missing))


def seen(worker: Worker, lab: SassLab | LessLab, program: str, **more: Any) -> Observation:
    text = program.replace("$", "$" if lab.name == "sass" else "@")
    return worker.observe(Request(lab=lab.name, program=text, **more), CONDITIONS[0])


def test_output_is_the_css(worker: Worker, lab: SassLab | LessLab) -> None:
    found = seen(worker, lab, "$a: 1px;\n.b { .c & { d: $a } }\n")
    assert found == Observation(compiled=True, printed=".c .b {\n  d: 1px;\n}\n")


def test_a_refused_stylesheet_has_its_line(worker: Worker, lab: SassLab | LessLab) -> None:
    found = seen(worker, lab, ".a {\n  b: $nowhere;\n}\n")
    assert (found.compiled, [one.line for one in found.diagnostics]) == (False, [2])
    assert "undefined" in found.diagnostics[0].message.lower()


def test_an_error_in_another_file_has_no_line_of_the_program(worker: Worker, lab: SassLab | LessLab) -> None:
    files = {"_m.scss": "\n.a { b: $x }", "m.less": "\n.a { b: @x }"}
    found = seen(worker, lab, '@use "m";' if lab.name == "sass" else '@import "m";', files=files)
    assert (found.compiled, [one.line for one in found.diagnostics]) == (False, [0])


def test_files_are_imported(worker: Worker, lab: SassLab | LessLab) -> None:
    files = {"_m.scss": "$v: 3px;", "m.less": "@v: 3px;"}
    program = '@use "m";\n.a { b: m.$v }' if lab.name == "sass" else '@import "m";\n.a { b: @v }'
    assert seen(worker, lab, program, files=files).printed == ".a {\n  b: 3px;\n}\n"


def test_sass_knows_its_indented_syntax() -> None:
    with SassLab().open("") as worker:
        assert seen(worker, SassLab(), "$a: 1px\n.b\n  c: $a\n").printed == ".b {\n  c: 1px;\n}\n"


def test_less_tells_of_a_mixin_without_end() -> None:
    with LessLab().open("") as worker:
        assert seen(worker, LessLab(), ".m() { .m() }\n.m();").compiled is False
