"""The JavaScript lab: facts as Node.js gives them, and programs that would break a lesser one."""

from collections.abc import Iterator
from typing import Any

import pytest

from quiz.domain.proofs.observations import Observation, Request, Thrown
from quiz.labs.base import CONDITIONS, LabMissing, Worker
from quiz.labs.javascript import JavaScriptLab


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    try:
        with JavaScriptLab().open("") as opened:
            yield opened
    except LabMissing as missing:
        pytest.skip(str(missing))


def seen(worker: Worker, program: str, **more: Any) -> Observation:
    return worker.observe(Request(lab="javascript", program=program, **more), CONDITIONS[0])


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("console.log('a ', [1, { b: 2 }])", "a  [ 1, { b: 2 } ]\n"),
        ("console.error('no')", ""),
        ("process.nextTick(() => console.log('n')); Promise.resolve().then(() => console.log('m'))", "n\nm\n"),
        ("import 'node:fs'; process.nextTick(() => console.log('n')); await 0; console.log('m')", "m\nn\n"),
        ("async function f() {\n  await null;\n  console.log(this === globalThis);\n}\nf()", "true\n"),
        ("var a = 1; console.log(globalThis.a, this, require.main === module)", "undefined {} true\n"),
        ("console.log(1); return; console.log(2)", "1\n"),
        ("console.log(__dirname)", "/tmp/program\n"),
        (
            "process.on('uncaughtException', (e) => console.log('caught', e.message)); throw new Error('q')",
            "caught q\n",
        ),
    ],
)
def test_output_is_that_of_node(worker: Worker, program: str, printed: str) -> None:
    assert seen(worker, program) == Observation(compiled=True, printed=printed)


def test_files_are_required_and_imported(worker: Worker) -> None:
    assert seen(worker, "console.log(require('./o.js').v)", files={"o.js": "exports.v = 7"}).printed == "7\n"
    module = "import { v } from './o.mjs';\nconsole.log(v)"
    assert seen(worker, module, files={"o.mjs": "export const v = 8"}).printed == "8\n"


@pytest.mark.parametrize("first", ["let a = 1;", "import fs from 'node:fs';"])
def test_a_refused_program_has_its_line(worker: Worker, first: str) -> None:
    found = seen(worker, f"{first}\nlet b = ;\n")
    assert (found.compiled, [one.line for one in found.diagnostics]) == (False, [2])


@pytest.mark.parametrize(
    ("program", "kind", "line"),
    [
        ("function f() {\n  null.x;\n}\nf();", "TypeError", 2),
        ("class Own extends Error {}\nthrow new Own('m')", "Own", 2),
        ("Promise.reject(new RangeError('r'))", "RangeError", 1),
        ("import 'node:fs';\nJSON.parse('{')", "SyntaxError", 2),
        ("throw 'x'", "string", 0),
    ],
)
def test_exceptions_have_their_name_and_line(worker: Worker, program: str, kind: str, line: int) -> None:
    found = seen(worker, program)
    assert found.thrown is not None
    assert (found.compiled, found.thrown.kind, found.thrown.line) == (True, kind, line)


def test_the_status_is_the_one_a_shell_would_see(worker: Worker) -> None:
    assert seen(worker, "process.exit(3)").exit == 3
    assert seen(worker, "process.exitCode = 5").exit == 5


def test_expressions_are_evaluated_where_they_stand(worker: Worker) -> None:
    assert seen(worker, "const a = { b: [1] }", probe="a").returned == "{ b: [ 1 ] }"
    assert seen(worker, "function f() { let z = 3;\n{{probe}}\n}\nf()", probe="z").returned == "3"
    assert seen(worker, "{{probe}}", probe="'$&'").returned == "'$&'"
    assert seen(worker, "let n = 0; setTimeout(() => { n = 1 })", probe="n").returned == "1"
    missing = seen(worker, "let a = 1", probe="b").thrown
    assert missing == Thrown(kind="ReferenceError", message="b is not defined", line=2)


def test_conditions_change_zone_and_language(worker: Worker) -> None:
    request = Request(lab="javascript", program="console.log(new Date(0).getHours(), (1234.5).toLocaleString())")
    assert [worker.observe(request, one).printed for one in CONDITIONS] == [
        "0 1,234.5\n",
        "5 1.234,5\n",
        "20 1.234,5\n",
    ]


@pytest.mark.parametrize(
    ("program", "fact"),
    [
        ("for (;;) require('fs').writeSync(1, 'x'.repeat(1e6))", "exceeded='output'"),
        # Node keeps what nobody has read yet: its memory or its output is too much, whichever comes first.
        ("for (;;) process.stdout.write('x'.repeat(1e6))", "exceeded="),
        ("const a = []; while (true) a.push(new Array(1e6).fill(1.5))", "exceeded="),
        ("process.kill(process.ppid, 9)", "exceeded="),
        ("require('fs').readFileSync('/etc/passwd')", "ENOENT"),
        (
            "for (let n = 3; n < 60; n++) try { require('fs').writeSync(n, '{') } catch {}\nthrow new Error('x')",
            "thrown=T",
        ),
    ],
)
def test_hostile_programs_are_contained(worker: Worker, program: str, fact: str) -> None:
    assert fact in repr(seen(worker, program))
    assert seen(worker, "console.log('well')").printed == "well\n"


@pytest.mark.slow
@pytest.mark.parametrize("program", ["while (true);", "setInterval(() => {}, 1000)"])
def test_what_runs_for_ever_is_ended(worker: Worker, program: str) -> None:
    assert not seen(worker, program).ended
    assert seen(worker, "console.log('well')").printed == "well\n"
