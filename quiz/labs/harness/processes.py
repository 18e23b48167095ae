"""A harness that runs a program as a process of its own, in a folder of its own, and reports what it did.

Started with three arguments: the command as JSON, to which the program's file is appended; the name of that file; and
the seconds and bytes a program has, as JSON. The command may write facts about the program, each line a JSON object,
to the file descriptor that QUIZ_FACTS names. QUIZ_REQUEST names a file with the request and a token: the command
removes it before the program runs, and repeats the token in each fact, so that a program which finds the descriptor is
not taken for the command.

A program has ended when all that holds its output has: what it started and did not wait for may print on.
"""

import json
import os
import secrets
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from quiz.labs.harness.containment import adopt_orphans, end_descendants
from quiz.labs.harness.replies import Answer, serve

_FACTS = 1 << 20
_MOMENT = 0.05
_INSTANT = 0.001
_HIDDEN = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
"""What the harness was started with and no program should see."""
_KNOWN = frozenset({"compiled", "diagnostics", "thrown", "returned", "rows", "exceeded", "failed"})
"""What a command can say; the rest is seen from outside."""
_PLACE = "/tmp/program"
"""What stands for a program's folder in what it prints; the real one has another name each time."""


def main() -> None:
    """Serve until there are no more questions."""
    command, name = json.loads(sys.argv[1]), sys.argv[2]
    seconds, most = json.loads(sys.argv[3])
    adopt_orphans()

    def observe(question: dict[str, Any]) -> Answer:
        request = question["request"]
        folder = Path("/tmp") / secrets.token_hex(8)
        work = folder / "work"
        work.mkdir(parents=True)
        for file, text in {**request["files"], name: request["program"]}.items():
            path = (work / file).resolve()
            if not path.is_relative_to(work):
                return {"failed": f"the file {file} is outside the program's folder"}
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        token = secrets.token_hex(8)
        (folder / "request").write_text(json.dumps({**question, "token": token}), encoding="utf-8")
        (folder / "input").write_text(request["input"], encoding="utf-8")
        seen = run([*command, str(work / name), *request["arguments"]], folder, seconds, most, token)
        end_descendants()
        _remove(folder)
        return {"failed": seen["failed"]} if "failed" in seen else {"observation": seen}

    serve(lambda: observe)


def _remove(folder: Path) -> None:
    """Where the sandbox has no files of its own, those of a program would stay."""
    for path, folders, files in os.walk(folder, topdown=False):
        for name in files + folders:
            with suppress(OSError):
                (os.rmdir if name in folders else os.unlink)(f"{path}/{name}")
    with suppress(OSError):
        folder.rmdir()


def run(command: list[str], folder: Path, seconds: float, most: int, token: str) -> dict[str, Any]:
    """Run a command to its end, or to the end of its time or output; what was seen, as an observation has it."""
    facts_out, facts_in = os.pipe()
    known = {name: value for name, value in os.environ.items() if name not in _HIDDEN}
    environment = known | {"QUIZ_FACTS": str(facts_in), "QUIZ_REQUEST": str(folder / "request")}
    with (folder / "input").open("rb") as given:
        process = subprocess.Popen(
            command,
            cwd=folder / "work",
            env=environment,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[facts_in],
            start_new_session=True,
        )
    os.close(facts_in)
    assert process.stdout is not None
    output = process.stdout.fileno()
    taken = {output: b"", facts_out: b""}
    open_pipes = set(taken)
    until = time.monotonic() + seconds
    status: int | None = None
    while (status is None or output in open_pipes) and time.monotonic() < until and len(taken[output]) <= most:
        _take(taken, open_pipes, _MOMENT)
        status = process.poll() if status is None else status
    ended = status is not None and output not in open_pipes
    if status is None:
        process.kill()
        process.wait()
    open_pipes.discard(output)
    while open_pipes and len(taken[facts_out]) <= _FACTS and _take(taken, open_pipes, 0):
        pass
    printed = taken[output]
    process.stdout.close()
    os.close(facts_out)
    place = str(folder / "work")
    seen = _seen(printed, taken[facts_out], status if ended else None, most, token)
    told: dict[str, Any] = json.loads(json.dumps(seen).replace(place, _PLACE))
    return told


def _take(taken: dict[int, bytes], pipes: set[int], patience: float) -> bool:
    """Read what is there; whether there was anything."""
    ready = select.select(list(pipes), [], [], patience)[0] if pipes else []
    if not pipes:
        # A process that has closed its output is about to end.
        time.sleep(min(patience, _INSTANT))
    for pipe in ready:
        part = os.read(pipe, 1 << 16)
        if part:
            taken[pipe] += part[: _FACTS + 1 - len(taken[pipe])]
        else:
            pipes.discard(pipe)
    return bool(ready)


def _seen(printed: bytes, facts: bytes, status: int | None, most: int, token: str) -> dict[str, Any]:
    seen: dict[str, Any] = {"printed": printed[:most].decode(errors="replace").replace("\r\n", "\n")}
    for line in facts.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            # Something else got hold of the pipe; what was said before still holds.
            continue
        if not isinstance(told, dict):
            continue
        if told.pop("token", None) != token or told.keys() - _KNOWN:
            return seen | {"exceeded": "what can be reported: its facts were tampered with"}
        seen |= told
    if len(printed) > most or len(facts) > _FACTS:
        return seen | {"exceeded": "output"}
    if status is None:
        return seen | {"ended": False}
    if status < 0 and "exceeded" not in seen:
        return seen | {"exceeded": f"its process, which signal {-status} ended"}
    if status > 0 and not seen.keys() & {"thrown", "failed"} and seen.get("compiled") is not False:
        seen["exit"] = status
    return seen


if __name__ == "__main__":
    main()
