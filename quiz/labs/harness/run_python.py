"""Runs one Python program as its interpreter would, and tells what came of it."""

import json
import os
import sys
import threading
import types
from pathlib import Path
from typing import Any

_PROBE = "{{probe}}"


def main() -> None:
    """Run the file that the first argument names; it sees the others as its own."""
    channel, request = int(os.environ.pop("QUIZ_FACTS")), os.environ.pop("QUIZ_REQUEST")
    os.set_inheritable(channel, False)
    probe = json.loads(Path(request).read_text(encoding="utf-8"))["request"]["probe"]
    path = Path(sys.argv[1])
    facts = run(path.read_text(encoding="utf-8"), path.name, probe)
    with os.fdopen(channel, "w") as out:
        json.dump(facts, out)
    os._exit(0)


def run(program: str, name: str, probe: str | None) -> dict[str, Any]:
    """What came of a program, as an observation has it."""
    facts: dict[str, Any] = {"compiled": True}

    def see(value: object) -> None:
        facts["returned"] = repr(value)

    module = types.ModuleType("__main__")
    module.__dict__["__file__"] = name
    module.__dict__["__see__"] = see
    sys.modules["__main__"] = module
    sys.argv = [name, *sys.argv[2:]]
    sys.path[0:0] = [os.getcwd()]  # noqa: PTH109 what the interpreter itself would put there
    try:
        code = compile(program.replace(_PROBE, f"__see__({probe})"), name, "exec", dont_inherit=True)
        asked = compile(probe, "probe", "eval") if probe is not None and _PROBE not in program else None
    except (SyntaxError, ValueError) as error:
        line = error.lineno or 0 if isinstance(error, SyntaxError) and error.filename == name else 0
        return {"compiled": False, "diagnostics": [{"line": line, "message": str(getattr(error, "msg", error))}]}
    try:
        exec(code, module.__dict__)  # noqa: S102 running programs is what this is for
        if asked is not None:
            see(eval(asked, module.__dict__))  # noqa: S307
        _await_threads()
        sys.stdout.flush()
    except SystemExit as leaving:
        facts["exit"] = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        sys.stdout.flush()
    except MemoryError:
        facts["exceeded"] = "memory"
    except BaseException as error:
        facts["thrown"] = _told(error, name)
        sys.stdout.flush()
    return facts


def _await_threads() -> None:
    """An interpreter ends when the last thread does that is no daemon."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


def _told(error: BaseException, name: str) -> dict[str, Any]:
    kind = type(error)
    own = kind.__module__ in ("builtins", "__main__")
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return {
        "kind": kind.__qualname__ if own else f"{kind.__module__}.{kind.__qualname__}",
        "message": str(error),
        "line": line,
    }


if __name__ == "__main__":
    main()
