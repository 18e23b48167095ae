"""A PostgreSQL server of its own in the sandbox, for one script, whose last result is told.

Started with four arguments: the folder of the server's programs, the seed of the condition, and the seconds and bytes
of result that a script has. Needs psycopg, and an entry for its user in /etc/passwd.
"""

import re
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import pq

from quiz.labs.harness.replies import Answer, serve
from quiz.labs.harness.sql_scripts import statements, with_probe

_PLANS = (
    "",
    "SET enable_hashagg = off; SET enable_seqscan = off; SET enable_hashjoin = off;",
    "SET enable_sort = off; SET enable_nestloop = off; SET enable_mergejoin = off;",
)
"""Ways to the same result that give it in another order, where no order was asked for."""
_LIMITED = b"53400"
"""The state (PostgreSQL, appendix A) of a statement that wanted more than it may have."""

_REVERSE = """
DO $$
DECLARE one regclass;
BEGIN
  FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    BEGIN
      EXECUTE format('CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM %s ORDER BY ctid DESC', one);
      EXECUTE format('DELETE FROM %s', one);
      EXECUTE format('INSERT INTO %s OVERRIDING SYSTEM VALUE SELECT * FROM kept', one);
      DROP TABLE kept;
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
END $$
"""
"""Stores the rows of each table the other way round; one that does not let us keeps its order."""


def main() -> None:
    """Start the server and serve until there are no more questions."""
    programs, seed, seconds, most = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    serve(lambda: _started(programs, seed, seconds, most).observe)


def _started(programs: Path, seed: int, seconds: float, most: int) -> "_Server":
    folder = tempfile.mkdtemp()
    new: list[str | Path] = [
        programs / "initdb",
        "-D",
        f"{folder}/data",
        "-U",
        "quiz",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "-N",
    ]
    subprocess.run(new, check=True, stdout=subprocess.DEVNULL)
    limits = "-c temp_file_limit=32MB -c shared_buffers=16MB"
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off {limits}"
    start: list[str | Path] = [
        programs / "pg_ctl",
        "-D",
        f"{folder}/data",
        "-w",
        "-l",
        "/dev/null",
        "-o",
        settings,
        "start",
    ]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL)
    return _Server(folder, seed, seconds, most)


class _Server:
    """A running server."""

    def __init__(self, folder: str, seed: int, seconds: float, most: int) -> None:
        self._folder, self._seed, self._seconds, self._most = folder, seed, seconds, most
        self._admin = psycopg.connect(host=folder, user="quiz", dbname="postgres", autocommit=True)

    def observe(self, question: dict[str, Any]) -> Answer:
        self._admin.execute("CREATE ROLE author LOGIN")
        self._admin.execute("CREATE DATABASE author OWNER author")
        return self._observe(question["request"])

    def _observe(self, request: dict[str, Any]) -> Answer:
        connection = self._connection("author")
        try:
            run = _Run(connection.pgconn, self._most, time.monotonic() + self._seconds)
            run.script(request["files"].get("setup.sql", ""))
            if "thrown" in run.facts:
                thrown = run.facts["thrown"]
                return {"failed": f"line {thrown['line']} of setup.sql fails: {thrown['message']}"}
            run.facts.pop("rows", None)
            if not run.stopped:
                if self._seed % len(_PLANS) == 1:
                    self._reverse()
                run.script(_PLANS[self._seed % len(_PLANS)])
                run.program(request["program"], request["probe"])
            return {"observation": run.facts}
        finally:
            connection.close()

    def _connection(self, user: str) -> "psycopg.Connection[Any]":
        return psycopg.connect(host=self._folder, user=user, dbname="author", autocommit=True)

    def _reverse(self) -> None:
        """Store the rows of all tables the other way round; a table that does not let us keeps its order."""
        with self._connection("quiz") as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(_REVERSE)


class _Run:
    """A script on a connection, and what was seen of it."""

    def __init__(self, connection: pq.abc.PGconn, most: int, until: float) -> None:
        self._connection, self._most, self._until = connection, most, until
        self.facts: dict[str, Any] = {}

    @property
    def stopped(self) -> bool:
        """Whether nothing that follows is run any more."""
        return bool(self.facts.keys() & {"thrown", "exceeded", "ended"})

    def script(self, script: str) -> None:
        self._statements(list(statements(script)), 0)

    def program(self, script: str, probe: str | None) -> None:
        text, asked = with_probe(script, probe)
        self._statements(list(statements(text)), asked)
        if probe is not None and not asked and not self.stopped:
            self._statement(f"SELECT ({probe})", 0, "returned")

    def _statements(self, found: list[tuple[int, str]], asked: int) -> None:
        for line, statement in found:
            if self.stopped:
                return
            self._statement(statement, line, "returned" if line == asked else "rows")

    def _statement(self, statement: str, line: int, fact: str) -> None:
        self._connection.send_query(statement.encode())
        # Row by row, so that a result without end is left when it is too much.
        self._connection.set_single_row_mode()
        rows: list[list[str]] = []
        size = 0
        while (result := self._next()) is not None:
            if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.SINGLE_TUPLE):
                columns = range(result.nfields)
                rows += [[_text(result.get_value(row, n)) for n in columns] for row in range(result.ntuples)]
                size += sum(map(len, rows[-1])) + 1 if result.ntuples else 0
                if size > self._most:
                    self.facts["exceeded"] = "output"
                    return
                if result.status == pq.ExecStatus.TUPLES_OK:
                    self.facts[fact] = rows if fact == "rows" else rows[0][0]
            elif result.status == pq.ExecStatus.COPY_IN:
                self._connection.put_copy_end(b"a lab has no data to copy")
            elif result.status == pq.ExecStatus.COPY_OUT:
                self.facts["exceeded"] = "a result: COPY writes to a client"
                return
            elif result.status == pq.ExecStatus.FATAL_ERROR:
                self._fail(result, line)

    def _next(self) -> pq.abc.PGresult | None:
        """The next part of an answer, None after the last or when time is up: a script can change its own limit."""
        while self._connection.is_busy():
            if not select.select([self._connection.socket], [], [], max(0.0, self._until - time.monotonic()))[0]:
                self.facts["ended"] = False
                return None
            self._connection.consume_input()
        return self._connection.get_result()

    def _fail(self, result: pq.abc.PGresult, line: int) -> None:
        if result.error_field(pq.DiagnosticField.SQLSTATE) == _LIMITED:
            self.facts["exceeded"] = "files"
        else:
            self.facts["thrown"] = _thrown(result, line)


def _thrown(result: pq.abc.PGresult, line: int) -> dict[str, Any]:
    state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
    known = psycopg.errors.lookup(state).__name__ if state else "ConnectionLost"
    return {
        # What the manual's list of error codes calls it: UniqueViolation is unique_violation there.
        "kind": re.sub(r"(?<!^)(?=[A-Z])", "_", known).lower().rstrip("_"),
        "message": (result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"").decode(),
        "line": line,
    }


def _text(value: bytes | None) -> str:
    return "NULL" if value is None else value.decode()


if __name__ == "__main__":
    main()
