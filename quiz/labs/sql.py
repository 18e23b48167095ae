"""SQL: SQLite in the interpreter, and a PostgreSQL server that is made for each script.

A program is a script; the file `setup.sql` runs before it. `rows` are those of the last statement that gives any, each
value as text, `NULL` where there is none. An error is thrown: by SQLite's name for it, or PostgreSQL's for its state.
"""

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from quiz.labs import interpreter, sandbox
from quiz.labs.base import OUTPUT, SECONDS, Condition, Lab, LabMissing, Worker
from quiz.labs.interpreter import program
from quiz.labs.processes import HARNESS, process_worker
from quiz.labs.workers import Harness, harness_worker

_DEBIAN = Path("/usr/lib/postgresql")


class SqlLab(Lab):
    """SQLite and PostgreSQL."""

    name = "sql"
    languages = frozenset({"sql"})
    releases = ("sqlite", "postgresql")
    harness = 2

    def environment(self, release: str) -> str:
        return f"SQLite {sqlite3.sqlite_version}" if release == "sqlite" else f"PostgreSQL {_version(_programs())}"

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        if release == "sqlite":
            run = [str(program()), "-I", "-S", "-X", "utf8", str(HARNESS / "run_sqlite.py")]
            with process_worker(run, "script.sql") as worker:
                yield worker
            return
        programs = _programs()

        def start(condition: Condition) -> Harness:
            arguments = (str(programs), str(condition.seed), str(SECONDS), str(OUTPUT))
            process = interpreter.start("postgresql", condition, arguments=arguments, packages=True, named=True)
            return Harness(process)

        with harness_worker(start) as worker:
            yield worker


def _programs() -> Path:
    """The folder of the newest server's programs. Raises LabMissing."""
    if find_spec("psycopg") is None:
        raise LabMissing("install psycopg: pip install 'quiz[postgres]'")
    if sandbox.kind() != "bubblewrap":
        raise LabMissing("its server needs a user of its own: apt install bubblewrap")
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise LabMissing("install PostgreSQL: apt install postgresql")
    return found[-1].parent


@cache
def _version(programs: Path) -> str:
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d[\d.]*", said)
    return found[0] if found else "of unknown version"
