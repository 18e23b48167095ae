"""Runs one Python program as its interpreter would, and tells what came of it."""

import builtins
import json
import os
import site
import sys
import types
from pathlib import Path
from typing import Any

_PROBE = "{{probe}}"
_MOST = 64 * 1024


class _Facts:
    """The way to whoever started this: a line of JSON for each fact. Only the program's first process has it."""

    def __init__(self, channel: int, token: str) -> None:
        os.set_inheritable(channel, False)
        self._channel, self._token, self._owner = channel, token, os.getpid()

    def tell(self, **facts: Any) -> None:
        # What the program forks goes through the same code; its end is not the program's.
        if os.getpid() == self._owner:
            os.write(self._channel, b"\n" + json.dumps({**facts, "token": self._token}).encode() + b"\n")

    def see(self, value: object) -> None:
        text = repr(value)
        if len(text) > _MOST:
            self.tell(exceeded="output")
        else:
            self.tell(returned=text)


def main() -> None:
    """Run the file that the first argument names. The interpreter itself then ends, with all that belongs to it:
    threads are awaited, `atexit` and `__del__` are called, output is written."""
    asked = Path(os.environ.pop("QUIZ_REQUEST"))
    question = json.loads(asked.read_text(encoding="utf-8"))
    asked.unlink()
    facts = _Facts(int(os.environ.pop("QUIZ_FACTS")), question["token"])
    probe = question["request"]["probe"]
    os.environ.pop("PYTHONHASHSEED", None)
    # `exit` and `quit`, which a program may count on.
    site.setquit()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    path = Path(sys.argv[1])
    _become_main(path)
    run(path, probe, facts)


def _become_main(path: Path) -> None:
    module = types.ModuleType("__main__")
    more = {"__file__": str(path), "__builtins__": builtins, "__cached__": None, "__annotations__": {}}
    vars(module).update(more)
    sys.modules["__main__"] = module
    sys.argv = [path.name, *sys.argv[2:]]
    # What the interpreter itself would put there, in place of where this file lies.
    sys.path[:] = [str(path.parent), *(entry for entry in sys.path if entry.startswith(sys.base_prefix))]


def run(path: Path, probe: str | None, facts: _Facts) -> None:
    """Run a program, and tell what it does not show of itself."""
    program, name = path.read_text(encoding="utf-8"), str(path)
    known = vars(sys.modules["__main__"])
    try:
        code = compile(program.replace(_PROBE, f"__probe__(({probe}))"), name, "exec", dont_inherit=True)
        asked = compile(probe, "probe", "eval") if probe is not None and _PROBE not in program else None
    except (SyntaxError, ValueError) as error:
        line = error.lineno or 0 if isinstance(error, SyntaxError) and error.filename == name else 0
        facts.tell(compiled=False, diagnostics=[{"line": line, "message": str(getattr(error, "msg", error))}])
        return
    facts.tell(compiled=True)
    if _PROBE in program:
        vars(builtins)["__probe__"] = facts.see
    try:
        exec(code, known)  # noqa: S102 running programs is what this is for
        if asked is not None:
            facts.see(eval(asked, known))  # noqa: S307
    except SystemExit:
        raise
    except BaseException as error:
        if isinstance(error, MemoryError):
            facts.tell(exceeded="memory")
        facts.tell(thrown=_told(error, name))
        sys.excepthook(type(error), error, error.__traceback__)
        raise SystemExit(1) from None


def _told(error: BaseException, name: str) -> dict[str, Any]:
    kind = type(error)
    own = kind.__module__ in ("builtins", "__main__")
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        message = str(error)
    except Exception:
        message = ""
    return {
        "kind": kind.__qualname__ if own else f"{kind.__module__}.{kind.__qualname__}",
        "message": message[:_MOST],
        "line": line or 0,
    }


if __name__ == "__main__":
    main()
