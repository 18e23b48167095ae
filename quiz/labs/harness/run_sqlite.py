"""Runs one SQL script in a fresh SQLite database, and tells its last result."""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PROBE = "{{probe}}"
_MOST = 64 * 1024
_UNSAID = re.compile(r"(?:\s+|--[^\n]*|/\*.*?\*/)*", re.DOTALL)


class TooMuch(Exception):
    """A result is larger than what a program may print."""


def main() -> None:
    """Run the file that the first argument names."""
    channel = int(os.environ.pop("QUIZ_FACTS"))
    question = json.loads(Path(os.environ.pop("QUIZ_REQUEST")).read_text(encoding="utf-8"))
    facts = run(question["request"], question["seed"])
    os.write(channel, json.dumps({**facts, "token": question["token"]}).encode() + b"\n")


def run(request: dict[str, Any], seed: int) -> dict[str, Any]:
    """What came of a script, as an observation has it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    if seed:
        # Shows results whose order nobody asked for.
        connection.execute("PRAGMA reverse_unordered_selects = ON")
    for line, statement in statements(request["files"].get("setup.sql", "")):
        try:
            connection.execute(statement).fetchall()
        except sqlite3.Error as error:
            return {"failed": f"line {line} of setup.sql fails: {error}"}
    facts: dict[str, Any] = {}
    script, probe = request["program"], request["probe"]
    lines = [text.strip() for text in script.split("\n")]
    asked = lines.index(_PROBE) + 1 if probe is not None and _PROBE in lines else 0
    queries = list(statements(script.replace(_PROBE, f"SELECT ({probe});") if asked else script))
    for line, statement in [*queries, *([(0, f"SELECT ({probe})")] if probe is not None and not asked else [])]:
        try:
            cursor = connection.execute(statement)
            if cursor.description is not None:
                rows = result(connection, cursor)
                facts |= {"returned": rows[0][0]} if probe is not None and line == asked else {"rows": rows}
        except sqlite3.Error as error:
            return facts | {"thrown": {"kind": type(error).__name__, "message": str(error), "line": line}}
        except MemoryError:
            return facts | {"exceeded": "memory"}
        except TooMuch:
            return facts | {"exceeded": "output"}
    return facts


def result(connection: sqlite3.Connection, cursor: sqlite3.Cursor) -> list[list[str]]:
    """The rows of a query as text. Raises TooMuch."""
    rows, size = [], 0
    for row in cursor:
        rows.append([text(connection, value) for value in row])
        size += sum(map(len, rows[-1])) + 1
        if size > _MOST:
            raise TooMuch
    return rows


def statements(script: str) -> Iterator[tuple[int, str]]:
    """The statements of a script, each with the line of its first word."""
    begun, at = 0, script.find(";")
    while at >= 0:
        if sqlite3.complete_statement(script[begun : at + 1]):
            yield _line(script, begun), script[begun : at + 1]
            begun = at + 1
        at = script.find(";", at + 1)
    if _UNSAID.sub("", script[begun:], count=1):
        yield _line(script, begun), script[begun:]


def _line(script: str, at: int) -> int:
    found = _UNSAID.match(script, at)
    return script.count("\n", 0, found.end() if found else at) + 1


def text(connection: sqlite3.Connection, value: object) -> str:
    """A value as SQLite itself writes it as text."""
    if value is None:
        return "NULL"
    if isinstance(value, float):
        return str(connection.execute("SELECT CAST(? AS TEXT)", (value,)).fetchone()[0])
    return value.hex().upper() if isinstance(value, bytes) else str(value)


if __name__ == "__main__":
    main()
