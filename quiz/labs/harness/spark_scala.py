"""Scala programs for Spark: an interpreter in Spark's own JVM takes them as the Spark shell would."""

import re
from pathlib import Path
from typing import Any

from quiz.labs.harness.spark_python import plain

_PRELUDE = """\
@transient val spark = org.apache.spark.sql.SparkSession.active
@transient val sc = spark.sparkContext
import spark.implicits._
import spark.sql
import org.apache.spark.sql.functions._
"""
_DEFINES = re.compile(r"(?:(?:case|sealed|abstract|final)\s+)*(?:class|trait|object)\b")
_ERROR = re.compile(r"^<console>:(\d+): error: (.*(?:\n(?!<console>).*)*)$", re.MULTILINE)
_START, _END = "observedStart", "\nval observedEnd = ()"
_PLACE = re.compile(r"^([ \t]*)\{\{probe\}\}[ \t]*$", re.MULTILINE)
_VALUE, _ROWS = "observedValue", "observedRows"
MOST_ROWS = 1000
_COLLECT = f"""val {_ROWS} = {{
  val named = result.toDF(result.columns.indices.map("c" + _): _*)
  val texts = named.selectExpr(named.columns.map(name => s"cast($name as string)"): _*)
  texts.take({MOST_ROWS + 1}).map(_.toSeq.map(value => if (value == null) "NULL" else value.toString).toArray)
}}"""
"""Has Scala itself collect the rows, each value as Spark writes it: only there a program's classes are known."""


class Interpreter:
    """The Scala interpreter."""

    def __init__(self, session: Any, classes: Path) -> None:
        self._jvm = session._jvm
        settings = self._jvm.scala.tools.nsc.Settings()
        settings.processArgumentString(f"-Yrepl-class-based -Yrepl-outdir {classes} -usejavacp")
        self._said = self._jvm.java.io.StringWriter()
        self._printed = self._jvm.java.io.ByteArrayOutputStream()
        self._scala = self._jvm.scala.tools.nsc.interpreter.IMain(
            settings, self._jvm.java.io.PrintWriter(self._said, True)
        )
        for line in _PRELUDE.splitlines():
            self._interpreted(line)

    def size(self) -> int:
        """Bytes printed so far."""
        return int(self._printed.size())

    def run(self, request: dict[str, Any], facts: dict[str, Any]) -> None:
        """Run a program and gather its facts, rows of its `result` among them."""
        program, probe = request["program"], request["probe"]
        if probe is not None:
            if _PLACE.search(program) is None:
                program += "\n{{probe}}\n"
            program = _PLACE.sub(lambda found: f"{found[1]}val {_VALUE} = String.valueOf({{ {probe} }})", program)
        self._printed.reset()
        self._jvm.scala.Console.setOut(self._jvm.java.io.PrintStream(self._printed, True, "UTF-8"))
        facts["compiled"] = True
        for first, text in chunks(program):
            ending = self._interpreted(text)
            if ending != "Success":
                facts |= self._failure(first, text, ending)
                break
        if self._is_frame("result") and facts["compiled"] and "thrown" not in facts:
            facts |= self._rows()
        facts["printed"] = str(self._printed.toString("UTF-8"))
        if (value := self._value(_VALUE)) is not None:
            facts["returned"] = str(value)

    def _is_frame(self, name: str) -> bool:
        value = self._value(name)
        return hasattr(value, "getClass") and value.getClass().getName() == "org.apache.spark.sql.Dataset"

    def _rows(self) -> dict[str, Any]:
        """The rows of `result` as facts. Nothing was computed before: where it fails, it is the program that does."""
        ending = self._interpreted(_COLLECT)
        if ending == "Success":
            return {"rows": [list(row) for row in self._value(_ROWS)]}
        failed = self._failure(1, _COLLECT, ending)
        return {"thrown": failed["thrown"] | {"line": 0}} if "thrown" in failed else failed

    def _interpreted(self, text: str) -> str:
        self._said.getBuffer().setLength(0)
        self._scala.setContextClassLoader()
        # With a definition at its end no expression does, which the interpreter would move to a line of its own.
        return str(self._scala.interpret(text + _END).toString())

    def _value(self, name: str) -> Any:
        found = self._scala.valueOfTerm(name)
        return found.get() if found.isDefined() else None

    def _failure(self, first: int, text: str, ending: str) -> dict[str, Any]:
        """Why a part of the program that begins at line `first` was refused, or what it threw."""
        last = first + text.rstrip("\n").count("\n")
        if ending == "Incomplete":
            return {"compiled": False, "diagnostics": [{"line": last, "message": "the program ends too early"}]}
        errors = _ERROR.findall(str(self._said.toString()))
        thrown = None if errors else self._value("lastException")
        above = self._above(text)
        if errors:
            # Under each message stand the line of the program and a caret.
            told = [(int(line) - above, message.rstrip().split("\n")[:-2]) for line, message in errors]
            found = [{"line": min(first - 1 + line, last), "message": "\n".join(lines)} for line, lines in told]
            return {"compiled": False, "diagnostics": found}
        if thrown is None:
            return {"compiled": False, "diagnostics": [{"line": 0, "message": str(self._said.toString())[:500]}]}
        lines = [one.getLineNumber() for one in thrown.getStackTrace() if one.getFileName() == "<console>"]
        return {
            "thrown": {
                "kind": thrown.getClass().getName(),
                "message": plain(thrown.getMessage() or ""),
                "line": first - 1 + lines[0] - above if lines else 0,
            }
        }

    def _above(self, text: str) -> int:
        """How many lines the interpreter puts above a text: told by an error made on its first line.

        A text with faults of grammar is refused before anything is put above it.
        """
        self._interpreted(f'val {_START}: Int = "";{text}')
        said = str(self._said.toString())
        found = re.search(rf"^<console>:(\d+): error: .*(?:\n.*){{2}}\n.*{_START}", said, re.MULTILINE)
        return int(found[1]) - 1 if found else 0


def chunks(program: str) -> list[tuple[int, str]]:
    """A program in parts, each with the number of its first line.

    Classes come in parts of their own, as they do where a program is typed line by line: what is made of a class in
    the very part that defines it has no encoder yet.
    """
    parts: list[tuple[int, list[str]]] = [(1, [])]
    defines: bool | None = None
    for number, line in enumerate(program.split("\n"), start=1):
        if re.match(r"[\w@]", line):
            now = _DEFINES.match(line) is not None
            if defines is not None and now != defines:
                parts.append((number, []))
            defines = now
        parts[-1][1].append(line)
    return [(first, "\n".join(lines)) for first, lines in parts if any(line.strip() for line in lines)]
