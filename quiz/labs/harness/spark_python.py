"""Python programs for Spark: they run in this process, with `spark` and `sc` defined."""

import io
import re
import sys
import traceback
from typing import Any

_NAME = "program.py"
_PLACE = re.compile(r"^([ \t]*)\{\{probe\}\}[ \t]*$", re.MULTILINE)
_HAND_OVER = "observed_by_lab"


class TooMuch(BaseException):
    """A program printed more than it may. No `except Exception` of its own keeps it going."""


class _Printed(io.TextIOBase):
    """Standard output that comes to an end."""

    def __init__(self, facts: dict[str, Any], most: int) -> None:
        self._facts = facts
        self._most = most

    def write(self, text: str) -> int:
        whole = self._facts["printed"] + text
        self._facts["printed"] = whole[: self._most]
        if len(whole) > self._most:
            self._facts["exceeded"] = "output"
            raise TooMuch
        return len(text)


def run(session: Any, request: dict[str, Any], facts: dict[str, Any], most: int) -> Any:
    """Run a program and gather its facts as they come about. Gives its `result`, None where there is none."""
    names: dict[str, Any] = {"__name__": "__main__", "spark": session, "sc": session.sparkContext}
    names[_HAND_OVER] = lambda value: facts.update(returned=repr(value))
    program, probe = request["program"], request["probe"]
    if probe is not None:
        if _PLACE.search(program) is None:
            program += "\n{{probe}}\n"
        program = _PLACE.sub(lambda found: f"{found[1]}{_HAND_OVER}(({probe}))", program)
    facts["printed"] = ""
    try:
        code = compile(program, _NAME, "exec")
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        facts |= {"compiled": False, "diagnostics": [{"line": line, "message": getattr(error, "msg", str(error))}]}
        return None
    facts["compiled"] = True
    before, sys.stdout = sys.stdout, _Printed(facts, most)
    try:
        exec(code, names)  # noqa: S102
    except TooMuch:
        return None
    except SystemExit as ending:
        facts["exit"] = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except Exception as error:
        facts["thrown"] = thrown(error)
    finally:
        sys.stdout = before
    return names.get("result")


def thrown(error: Exception) -> dict[str, Any]:
    """An exception as a fact: of the JVM's own, the class that it has there."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _NAME]
    java = getattr(error, "java_exception", None)
    if java is not None:
        kind, message = java.getClass().getName(), java.getMessage() or ""
    else:
        kind, message = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins."), str(error)
    return {"kind": kind, "message": plain(message), "line": (lines[-1] if lines else 0) or 0}


def plain(message: str) -> str:
    """What Spark says, without plans, traces, and the numbers of tasks and columns, which differ from run to run."""
    told = re.sub(r"Job aborted due to stage failure: .*?\(localhost executor driver\): ", "Job aborted: ", message)
    python = (
        re.search(r"^(?:[\w.]*Error|[\w.]*Exception)(?:: .*)?$", told, re.MULTILINE) if "Traceback" in told else None
    )
    return re.sub(r"#\d+L?", "", python[0] if python else told.split("\n")[0])
