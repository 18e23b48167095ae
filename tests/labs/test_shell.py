"""The shell lab: facts as dash and bash give them, and scripts that would break a lesser one."""

from collections.abc import Iterator
from typing import Any

import pytest

from quiz.domain.proofs.observations import Observation, Request
from quiz.labs.base import CONDITIONS, LabFailed, LabMissing, Worker
from quiz.labs.shell import ShellLab


@pytest.fixture(scope="module", params=["sh", "bash"])
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    try:
        with ShellLab().open(request.param) as opened:
            yield opened
    except LabMissing as missing:
        pytest.skip(str(missing))


def seen(worker: Worker, program: str, **more: Any) -> Observation:
    return worker.observe(Request(lab="shell", program=program, **more), CONDITIONS[0])


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("printf 'a '\necho b", "a b\n"),
        ("echo no >&2", ""),
        ('read -r line; echo "[$line]"', "[hello]\n"),
        ("cat f.txt; pwd; echo $0 $1", "F\n/tmp/program\nscript.sh x\n"),
        ("(sleep 0.3; echo late) &\necho now", "now\nlate\n"),
        ("env | grep -c -E 'QUIZ|PYTHON' || true", "0\n"),
    ],
)
def test_output_is_that_of_the_shell(worker: Worker, program: str, printed: str) -> None:
    found = seen(worker, program, files={"f.txt": "F\n"}, arguments=("x",), input="hello\n")
    assert found == Observation(compiled=True, printed=printed)


def test_the_status_is_that_of_the_last_command(worker: Worker) -> None:
    assert [seen(worker, text).exit for text in ("exit 7", "false", "no-such-command")] == [7, 1, 127]


def test_a_refused_script_has_its_line_and_runs_nothing(worker: Worker) -> None:
    found = seen(worker, "echo a\nif true; then\necho b\n")
    assert (found.compiled, [one.line for one in found.diagnostics], found.printed) == (False, [4], "")


def test_patterns_that_a_script_switches_on_are_no_errors() -> None:
    with ShellLab().open("bash") as bash:
        assert seen(bash, "shopt -s extglob\ncase abc in\n@(abc|d)) echo yes ;;\nesac").printed == "yes\n"


def test_expressions_are_refused_in_words(worker: Worker) -> None:
    with pytest.raises(LabFailed, match="evaluates no expressions"):
        seen(worker, "x=5", probe="$x")


@pytest.mark.parametrize(
    ("program", "fact"),
    [
        ("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", "exceeded='output'"),
        ("kill -9 -1", "exceeded="),
        ("cat /etc/passwd", "exit=1"),
    ],
)
def test_hostile_scripts_are_contained(worker: Worker, program: str, fact: str) -> None:
    assert fact in repr(seen(worker, program))
    assert seen(worker, "echo well").printed == "well\n"


@pytest.mark.slow
@pytest.mark.parametrize("program", ["while :; do :; done", "(while :; do echo x; sleep 0.1; done) &"])
def test_what_runs_for_ever_is_ended(worker: Worker, program: str) -> None:
    assert not seen(worker, program).ended
    assert seen(worker, "echo well").printed == "well\n"
