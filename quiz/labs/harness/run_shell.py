"""Lets a shell read one script, tells whether it could, and becomes the shell that runs it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

_LINE = re.compile(r"(?:line )?(\d+): (.*)")


def main() -> None:
    """Arguments: the shell, the script, and what the script is given."""
    shell, script = sys.argv[1], Path(sys.argv[2])
    channel = int(os.environ.pop("QUIZ_FACTS"))
    os.set_inheritable(channel, False)
    asked = Path(os.environ.pop("QUIZ_REQUEST"))
    question = json.loads(asked.read_text(encoding="utf-8"))
    asked.unlink()
    os.environ.pop("PYTHONHASHSEED", None)
    if question["request"]["probe"] is not None:
        facts: dict[str, Any] = {"failed": "the shell lab evaluates no expressions: claim prints or exits"}
    else:
        facts = read(shell, script)
    os.write(channel, json.dumps({**facts, "token": question["token"]}).encode() + b"\n")
    if facts.get("compiled"):
        os.execv(shell, [shell, script.name, *sys.argv[3:]])  # noqa: S606


def read(shell: str, script: Path) -> dict[str, Any]:
    """What a shell says of a script without running any of it."""
    # A script may switch these patterns on before it uses them, which nothing but running it would show.
    more = ["-O", "extglob"] if shell.endswith("bash") else []
    told = subprocess.run([shell, *more, "-n", script.name], stderr=subprocess.PIPE, check=False)
    if not told.returncode:
        return {"compiled": True}
    message = told.stderr.decode("utf-8", "backslashreplace")
    found = _LINE.search(message)
    one = {"line": int(found[1]), "message": found[2]} if found else {"line": 0, "message": message.strip()}
    return {"compiled": False, "diagnostics": [one]}


if __name__ == "__main__":
    main()
