"""The SQL lab: facts as SQLite and PostgreSQL give them, and scripts that would break a lesser one."""

from collections.abc import Iterator
from typing import Any

import pytest

from quiz.domain.proofs.observations import Observation, Request
from quiz.labs.base import CONDITIONS, LabFailed, LabMissing, Worker
from quiz.labs.harness.sql_scripts import statements
from quiz.labs.sql import SqlLab

TABLE = "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);\nINSERT INTO t VALUES (1, 'x'), (2, NULL), (3, '');\n"
ERRORS = {
    "sqlite": {"unique": "IntegrityError", "syntax": "OperationalError", "table": "OperationalError"},
    "postgresql": {"unique": "unique_violation", "syntax": "syntax_error", "table": "undefined_table"},
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def worker(release: str) -> Iterator[Worker]:
    try:
        with SqlLab().open(release) as opened:
            yield opened
    except LabMissing as missing:
        pytest.skip(str(missing))


def seen(worker: Worker, program: str, condition: int = 0, **more: Any) -> Observation:
    return worker.observe(Request(lab="sql", program=program, **more), CONDITIONS[condition])


@pytest.mark.parametrize(
    ("program", "rows"),
    [
        (TABLE + "SELECT * FROM t ORDER BY a", (("1", "x"), ("2", "NULL"), ("3", ""))),
        ("SELECT 1; SELECT 'a;b'; -- end; x\n", (("a;b",),)),
        ("SELECT 1; CREATE TABLE t(a int);", (("1",),)),
        (TABLE + "BEGIN;\nDELETE FROM t;\nROLLBACK;\nSELECT count(*) FROM t", (("3",),)),
        ("VACUUM;\nSELECT 1.0, 3 / 2", (("1.0", "1"),)),
        ("SELECT 1 WHERE 1 = 0", ()),
    ],
)
def test_rows_are_those_of_the_last_query(worker: Worker, program: str, rows: tuple[tuple[str, ...], ...]) -> None:
    assert seen(worker, program).rows == rows


@pytest.mark.parametrize(
    ("program", "error", "line"),
    [
        (TABLE + "\n-- note\nINSERT INTO t VALUES (1, 'x');\nSELECT 1;", "unique", 5),
        ("SELECT 1;\nSELEC 2;", "syntax", 2),
        ("SELECT 1;\n\nSELECT *\nFROM nowhere;", "table", 3),
    ],
)
def test_errors_have_their_name_and_line(worker: Worker, release: str, program: str, error: str, line: int) -> None:
    found = seen(worker, program).thrown
    assert found is not None
    assert (found.kind, found.line) == (ERRORS[release][error], line)


def test_expressions_are_evaluated_where_they_stand(worker: Worker, release: str) -> None:
    count = "SELECT count(*) FROM t"
    assert seen(worker, TABLE, probe=count).returned == "3"
    assert seen(worker, TABLE + "{{probe}}\nDELETE FROM t;", probe=count).returned == "3"
    assert seen(worker, "", probe="1 = 1").returned == {"sqlite": "1", "postgresql": "t"}[release]
    assert seen(worker, TABLE, probe="nowhere").thrown is not None


def test_an_order_that_nobody_asked_for_changes(worker: Worker) -> None:
    files = {"setup.sql": TABLE}
    assert seen(worker, "SELECT a FROM t", 0, files=files).rows != seen(worker, "SELECT a FROM t", 1, files=files).rows
    ordered = "SELECT a FROM t ORDER BY a"
    assert len({seen(worker, ordered, n, files=files).rows for n in range(3)}) == 1


def test_a_setup_that_fails_proves_nothing(worker: Worker) -> None:
    with pytest.raises(LabFailed, match=r"line 2 of setup\.sql"):
        seen(worker, "SELECT 1", files={"setup.sql": "SELECT 1;\nCREATE NOTHING;"})


@pytest.mark.parametrize(
    ("program", "fact"),
    [
        ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 90000) SELECT n FROM r", "output"),
        ("CREATE ROLE evil SUPERUSER", "thrown="),
        ("COPY (SELECT 1) TO PROGRAM 'kill -9 -1'", "thrown="),
        ("CREATE TABLE x(a int);\nCOPY x FROM STDIN;", "thrown="),
    ],
)
def test_hostile_scripts_are_contained(worker: Worker, program: str, fact: str) -> None:
    assert fact in repr(seen(worker, program))
    assert seen(worker, "SELECT 1").rows == (("1",),)


def test_nothing_of_a_run_is_left_for_the_next(worker: Worker) -> None:
    seen(worker, "CREATE TABLE kept(a int);\nALTER ROLE author SET search_path = nowhere;")
    assert seen(worker, "CREATE TABLE kept(a int);\nSELECT count(*) FROM kept").rows == (("0",),)


@pytest.mark.slow
def test_what_runs_for_ever_is_ended(worker: Worker, release: str) -> None:
    endless = {
        "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
        "postgresql": "SET statement_timeout = 0;\nSELECT pg_sleep(60)",
    }
    assert not seen(worker, endless[release]).ended
    assert seen(worker, "SELECT 1").rows == (("1",),)


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        ("SELECT 1;\n\n-- a; b\nSELECT 2", [1, 4]),
        ("SELECT ';''' , \";\";\nSELECT 2;", [1, 2]),
        ("/* a; /* b */ ; */\nSELECT 1;", [2]),
        ("DO $$ BEGIN; END $$;\nDO $x$ $$; $x$;", [1, 2]),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;\nSELECT 2", [1, 2]),
        (" ;; \n", []),
    ],
)
def test_scripts_are_split_where_statements_end(script: str, lines: list[int]) -> None:
    assert [line for line, _ in statements(script)] == lines
