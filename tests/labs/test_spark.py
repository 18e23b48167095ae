"""The spark lab: rows, output, errors and partitions, in Python and in Scala."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from quiz.domain.proofs.observations import Observation, Request
from quiz.labs.base import CONDITIONS, LabMissing, Worker
from quiz.labs.harness import spark_python
from quiz.labs.harness.spark_python import plain
from quiz.labs.harness.spark_scala import chunks
from quiz.labs.spark import SparkLab


def opened(release: str) -> Iterator[Worker]:
    try:
        with SparkLab().open(release) as worker:
            yield worker
    except LabMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def python() -> Iterator[Worker]:
    yield from opened("python")


@pytest.fixture(scope="module")
def scala() -> Iterator[Worker]:
    yield from opened("scala")


def observe(worker: Worker, program: str, probe: str | None = None, condition: int = 0) -> Observation:
    return worker.observe(Request(lab="spark", program=program, probe=probe), CONDITIONS[condition])


def facts(program: str, probe: str | None = None) -> Observation:
    """What is told of a program that needs nothing of Spark, which takes long to start."""
    found: dict[str, Any] = {}
    spark_python.run(SimpleNamespace(sparkContext=None), {"program": program, "probe": probe}, found, 64 * 1024)
    return Observation.model_validate(found)


@pytest.mark.parametrize(
    ("program", "probe", "holds"),
    [
        ("x = 1\n{{probe}}\nx = 2", "x", lambda o: o.returned == "1"),
        ("", "2 + 2", lambda o: o.returned == "4"),
        ("print('a')", None, lambda o: (o.compiled, o.printed) == (True, "a\n")),
        ("def f(:", None, lambda o: (o.compiled, o.diagnostics[0].line) == (False, 1)),
        ("x = 1\nraise KeyError('k')", None, lambda o: (o.thrown.kind, o.thrown.line) == ("KeyError", 2)),
        ("import sys\nsys.exit(3)", None, lambda o: o.exit == 3),
        ("print('x' * 100_000)", None, lambda o: o.exceeded == "output"),
    ],
)
def test_python_programs_show_facts(program: str, probe: str | None, holds: Callable[[Observation], bool]) -> None:
    seen = facts(program, probe)
    assert holds(seen), seen


# Each run below starts a Spark of its own, so each shows as much as one program can.


@pytest.mark.slow
def test_a_program_shows_rows_output_and_values_and_conditions_change_the_partitions(python: Worker) -> None:
    program = (
        "print(sc.parallelize(range(5)).filter(lambda n: n % 2).collect())\n"
        "spark.range(2).show()\n"
        "print(sc.parallelize(range(8)).getNumPartitions(), 'partitions')\n"
        "result = spark.createDataFrame([('b', 1.5, True), ('a', None, False)], ['n', 'v', 'n'])"
    )
    partitions = set()
    for condition in range(3):
        seen = observe(python, program, "spark.range(4).count()", condition)
        assert seen.rows == (("b", "1.5", "true"), ("a", "NULL", "false"))
        assert seen.returned == "4"
        assert seen.printed is not None
        assert seen.printed.startswith("[1, 3]\n")
        assert "|  0|" in seen.printed
        partitions.add(seen.printed.splitlines()[-1])
    assert partitions == {"4 partitions", "1 partitions", "2 partitions"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "holds"),
    [
        ("spark.range(1).select('none')", lambda o: o.thrown.kind.endswith(".AnalysisException")),
        ("sc.parallelize([0]).map(lambda n: 1 // n).count()", lambda o: "ZeroDivision" in o.thrown.message),
        ("result = spark.range(1).selectExpr('raise_error(id)')", lambda o: o.rows is None and o.thrown.kind),
    ],
)
def test_what_spark_throws_is_told(python: Worker, program: str, holds: Callable[[Observation], bool]) -> None:
    seen = observe(python, program)
    assert holds(seen), seen


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "fact"),
    [
        ("while True:\n    pass", "ended=False"),
        ("import os\nos._exit(3)", "exceeded="),
        ("spark.stop()", "ended=True"),
    ],
)
def test_hostile_programs_are_contained(python: Worker, program: str, fact: str) -> None:
    assert fact in repr(observe(python, program))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "probe", "holds"),
    [
        (
            'case class P(n: String, a: Int)\nval ds = Seq(P("a", 1)).toDS\nval k = 3\n'
            "println(sc.parallelize(1 to 3).map(_ * k).sum)\nval x = List(1, 2)\n"
            "val result = ds.map(_.a * 2).toDF\n",
            "x.map(_ + 1)",
            lambda o: (o.rows, o.printed, o.returned) == ((("2",),), "18.0\n", "List(2, 3)"),
        ),
        (
            'val a = 1\nval b: Int = "x"\nval c: Int = true\nprintln(ds)\n',
            None,
            lambda o: [one.line for one in o.diagnostics] == [2, 3, 4],
        ),
        ("val x = 1 )", None, lambda o: (o.compiled, o.diagnostics[0].line) == (False, 1)),
        (
            "val q = 1\nval z = {\n  1 / 0\n}\n",
            None,
            lambda o: (o.thrown.kind, o.thrown.line) == ("java.lang.ArithmeticException", 3),
        ),
    ],
)
def test_scala_programs_show_facts(
    scala: Worker, program: str, probe: str | None, holds: Callable[[Observation], bool]
) -> None:
    seen = observe(scala, program, probe)
    assert holds(seen), seen


def test_messages_lose_what_differs_from_run_to_run() -> None:
    task = "Job aborted due to stage failure: Task 1 in stage 0.0 (TID 1) (localhost executor driver): "
    assert plain(f"{task}java.lang.Bad: no\n\tat somewhere") == "Job aborted: java.lang.Bad: no"
    assert plain("cannot resolve id#12L;\nProject") == "cannot resolve id;"


def test_classes_come_in_parts_of_their_own() -> None:
    program = "val a = 1\n\ncase class P(\n  n: Int\n)\nobject P {\n}\nval b = P(1)\n  .copy(2)\n"
    assert chunks(program) == [
        (1, "val a = 1\n"),
        (3, "case class P(\n  n: Int\n)\nobject P {\n}"),
        (8, "val b = P(1)\n  .copy(2)\n"),
    ]
