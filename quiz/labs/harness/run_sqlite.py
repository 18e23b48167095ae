"""Runs one SQL script in a fresh SQLite database, and tells its last result."""

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def main() -> None:
    """Run the file that the first argument names."""
    channel = int(os.environ.pop("QUIZ_FACTS"))
    question = json.loads(Path(os.environ.pop("QUIZ_REQUEST")).read_text(encoding="utf-8"))
    facts = run(Path(sys.argv[1]).read_text(encoding="utf-8"), question["request"], question["seed"])
    with os.fdopen(channel, "w") as out:
        json.dump(facts, out)


def run(script: str, request: dict[str, Any], seed: int) -> dict[str, Any]:
    """What came of a script, as an observation has it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    if seed:
        # Shows results whose order nobody asked for.
        connection.execute("PRAGMA reverse_unordered_selects = ON")
    facts: dict[str, Any] = {}
    for _, statement in statements(request["files"].get("setup.sql", "")):
        connection.execute(statement)
    for line, statement in statements(script):
        try:
            cursor = connection.execute(statement)
            if cursor.description is not None:
                facts["rows"] = [[text(value) for value in row] for row in cursor]
        except sqlite3.Error as error:
            return facts | {"thrown": {"kind": type(error).__name__, "message": str(error), "line": line}}
    if request["probe"] is not None:
        facts["returned"] = text(connection.execute(f"SELECT ({request['probe']})").fetchone()[0])
    return facts


def statements(script: str) -> Iterator[tuple[int, str]]:
    """The statements of a script, each with the line it begins on."""
    begun, at = 0, script.find(";")
    while at >= 0:
        if sqlite3.complete_statement(script[begun : at + 1]):
            yield _line(script, begun), script[begun : at + 1]
            begun = at + 1
        at = script.find(";", at + 1)
    if script[begun:].strip():
        yield _line(script, begun), script[begun:]


def _line(script: str, at: int) -> int:
    """The line of the first thing that is said from a place on."""
    said = at + len(script[at:]) - len(script[at:].lstrip())
    return script.count("\n", 0, said) + 1


def text(value: object) -> str:
    """A value as the command line of SQLite shows it."""
    if value is None:
        return "NULL"
    return value.hex().upper() if isinstance(value, bytes) else str(value)


if __name__ == "__main__":
    main()
