"""The Python lab: facts as the interpreter gives them, and programs that would break a lesser one."""

from collections.abc import Iterator
from typing import Any

import pytest

from quiz.domain.proofs.observations import Observation, Request, Thrown
from quiz.labs.base import CONDITIONS, Worker
from quiz.labs.python import PythonLab


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with PythonLab().open("") as opened:
        yield opened


def seen(worker: Worker, program: str, **more: Any) -> Observation:
    return worker.observe(Request(lab="python", program=program, **more), CONDITIONS[0])


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("print('a ')", "a \n"),
        ("import sys\nprint('no', file=sys.stderr)", ""),
        ("import atexit\natexit.register(print, 'bye')\nprint('hi')", "hi\nbye\n"),
        ("class A:\n    def __del__(self):\n        print('gone')\na = A()\nprint('hi')", "hi\ngone\n"),
        ("import os\nprint(os.getcwd(), __name__)", "/tmp/program __main__\n"),
        ("import os\npid = os.fork()\nif pid:\n    os.wait()\nprint('parent' if pid else 'child')", "child\nparent\n"),
        ("import sys, threading, time\nthreading.Timer(0.2, print, ['t']).start()\nsys.exit()", "t\n"),
        ("import os\nprint([name for name in os.environ if 'QUIZ' in name or 'PYTHON' in name])", "[]\n"),
    ],
)
def test_output_is_that_of_the_interpreter(worker: Worker, program: str, printed: str) -> None:
    assert seen(worker, program) == Observation(compiled=True, printed=printed)


def test_files_input_and_arguments_are_there(worker: Worker) -> None:
    program = "import sys, other\nprint(other.value, sys.argv, input())"
    found = seen(worker, program, files={"other.py": "value = 7"}, arguments=("a",), input="line\n")
    assert found.printed == "7 ['program.py', 'a'] line\n"


def test_a_refused_program_has_its_line(worker: Worker) -> None:
    found = seen(worker, "x = 1\nif x\n    pass\n")
    assert (found.compiled, [one.line for one in found.diagnostics]) == (False, [2])


@pytest.mark.parametrize(
    ("program", "thrown"),
    [
        ("x = {}\nx['a']", Thrown(kind="KeyError", message="'a'", line=2)),
        ("import json\n\njson.loads('')", Thrown(kind="json.decoder.JSONDecodeError", line=3)),
        ("class Own(Exception):\n    pass\nraise Own('m')", Thrown(kind="Own", message="m", line=3)),
        ("class E(Exception):\n    def __str__(self):\n        1 / 0\nraise E", Thrown(kind="E", line=4)),
        ("import os\nif not os.fork():\n    os._exit(0)\nos.wait()\n1 / 0", Thrown(kind="ZeroDivisionError", line=5)),
    ],
)
def test_exceptions_have_their_name_and_line(worker: Worker, program: str, thrown: Thrown) -> None:
    found = seen(worker, program).thrown
    assert found is not None
    assert (found.kind, found.line) == (thrown.kind, thrown.line)
    assert found.message == thrown.message or not thrown.message


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("import sys\nsys.exit(3)", 3),
        ("exit(4)", 4),
        ("import sys\nsys.exit('why')", 1),
        ("import sys\nsys.exit(-1)", 255),
        ("import os\nos._exit(5)", 5),
    ],
)
def test_the_status_is_the_one_a_shell_would_see(worker: Worker, program: str, status: int) -> None:
    assert seen(worker, program).exit == status


def test_expressions_are_evaluated_where_they_stand(worker: Worker) -> None:
    assert seen(worker, "a = [1, 2]", probe="a").returned == "[1, 2]"
    assert seen(worker, "def f():\n    b = 2\n    {{probe}}\nf()", probe="b").returned == "2"
    assert seen(worker, "", probe="1 + 1").returned == "2"
    assert seen(worker, "a = 1", probe="a +").compiled is False
    assert seen(worker, "a = 1", probe="a / 0").thrown == Thrown(kind="ZeroDivisionError", message="division by zero")


def test_conditions_change_zone_and_hashes_and_nothing_else_does(worker: Worker) -> None:
    request = Request(lab="python", program="import time\nprint(time.tzname[0], hash('a'))")
    first = [worker.observe(request, condition).printed for condition in CONDITIONS]
    assert len(set(first)) == 3
    assert [worker.observe(request, condition).printed for condition in CONDITIONS] == first


@pytest.mark.parametrize(
    ("program", "fact"),
    [
        ("while True:\n    print('x' * 1000)", "exceeded='output'"),
        ("import sys\nsys.stdout.write('x' * 10**8)", "exceeded='output'"),
        ("kept = 'x' * 10**11", "exceeded='memory'"),
        ("import os\nwhile True:\n    os.fork()", "exceeded="),
        ("import os\nos.kill(os.getppid(), 9)", "exceeded="),
        ("import ctypes\nctypes.string_at(0)", "signal 11"),
        ("print(open('/etc/passwd').read())", "FileNotFoundError"),
        ("with open('full', 'wb') as file:\n    while True:\n        file.write(b'x' * 10**6)", "OSError"),
        (
            "import os\nfor n in range(3, 40):\n    try:\n        os.write(n, b'{')\n    except OSError: pass\n1/0",
            "Zero",
        ),
        (
            "import os\nfor n in range(3, 40):\n    try:\n        os.write(n, b'{\"x\":1}')\n    except OSError: pass",
            "exceeded=",
        ),
    ],
)
def test_hostile_programs_are_contained(worker: Worker, program: str, fact: str) -> None:
    assert fact in repr(seen(worker, program))
    assert seen(worker, "print('well')").printed == "well\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "program",
    [
        "while True:\n    pass",
        "import os, time\nif not os.fork():\n    os.setsid()\n    while True:\n        time.sleep(0.1)",
        "import threading\nwhile True:\n    threading.Thread(target=threading.Event().wait).start()",
    ],
)
def test_what_runs_for_ever_is_ended(worker: Worker, program: str) -> None:
    assert not seen(worker, program).ended
    assert seen(worker, "print('well')").printed == "well\n"
