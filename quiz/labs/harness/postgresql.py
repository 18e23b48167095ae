"""A PostgreSQL server of its own in the sandbox; each script runs in a fresh database, and its last result is told.

Started with three arguments: the folder of the server's programs, the seed of the condition, and the seconds a script
has. Needs psycopg, and an entry for its user in /etc/passwd.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from psycopg import pq

from quiz.labs.harness.replies import Answer, serve

_PLANS = (
    "",
    "SET enable_hashagg = off; SET enable_seqscan = off; SET enable_hashjoin = off;",
    "SET enable_sort = off; SET enable_nestloop = off; SET enable_mergejoin = off;",
)
"""Ways to the same result that give it in another order, where no order was asked for."""
_CANCELLED, _LIMITED = "57014", "53400"
"""States (PostgreSQL, appendix A): a statement whose time was up; one that wanted more than it may have."""


def main() -> None:
    """Start the server and serve until there are no more questions."""
    programs, seed, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    serve(lambda: _started(programs, seed, seconds).observe)


def _started(programs: Path, seed: int, seconds: float) -> "_Server":
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
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c shared_buffers=16MB"
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
    return _Server(folder, seed, seconds)


class _Server:
    """A running server, and the number of the next database."""

    def __init__(self, folder: str, seed: int, seconds: float) -> None:
        self._folder, self._seed, self._seconds = folder, seed, seconds
        self._admin = psycopg.connect(host=folder, user="quiz", dbname="postgres", autocommit=True)
        self._number = 0

    def observe(self, question: dict[str, Any]) -> Answer:
        self._number += 1
        name = f"run{self._number}"
        self._admin.execute(f"CREATE DATABASE {name}")
        try:
            with psycopg.connect(host=self._folder, user="quiz", dbname=name, autocommit=True) as connection:
                return {"observation": self._seen(connection.pgconn, question["request"])}
        finally:
            self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _seen(self, connection: pq.abc.PGconn, request: dict[str, Any]) -> dict[str, Any]:
        plans = _PLANS[self._seed % len(_PLANS)]
        limits = "SET work_mem = '16MB'; SET temp_file_limit = '32MB';"
        limits += f"SET statement_timeout = '{int(self._seconds * 1000)}ms';"
        facts: dict[str, Any] = {}
        for setup in (request["files"].get("setup.sql", ""), limits, plans):
            _run(connection, setup, {})
        _run(connection, request["program"], facts)
        if request["probe"] is not None and "thrown" not in facts:
            value: dict[str, Any] = {}
            _run(connection, f"SELECT ({request['probe']})", value)
            facts |= {"returned": value["rows"][0][0]} if "rows" in value else value
        return facts


def _run(connection: pq.abc.PGconn, script: str, facts: dict[str, Any]) -> None:
    """Run the statements of a script as one message; its last rows, and what stopped it, go into the facts."""
    connection.send_query(script.encode())
    while (result := connection.get_result()) is not None:
        if result.status == pq.ExecStatus.TUPLES_OK:
            facts["rows"] = [
                [_text(result.get_value(row, column)) for column in range(result.nfields)]
                for row in range(result.ntuples)
            ]
        elif result.status == pq.ExecStatus.FATAL_ERROR:
            _fail(result, script, facts)


def _fail(result: pq.abc.PGresult, script: str, facts: dict[str, Any]) -> None:
    state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
    if state == _CANCELLED:
        facts["ended"] = False
        return
    if state == _LIMITED:
        facts["exceeded"] = "files"
        return
    position = result.error_field(pq.DiagnosticField.STATEMENT_POSITION)
    known = psycopg.errors.lookup(state) if state else psycopg.Error
    facts["thrown"] = {
        "kind": known.__name__,
        "message": (result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"").decode(),
        "line": script[: int(position) - 1].count("\n") + 1 if position else 0,
    }


def _text(value: bytes | None) -> str:
    return "NULL" if value is None else value.decode()


if __name__ == "__main__":
    main()
