"""javac, in a virtual machine of its own that stays: nothing of a program ever runs in it."""

import base64
import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from quiz.domain.proofs.observations import PROBE, Diagnostic, Request
from quiz.labs import sandbox
from quiz.labs.base import CONDITIONS, Condition, LabFailed
from quiz.labs.harmless_java import reason_to_run_alone
from quiz.labs.jdk import Jdk, harness
from quiz.labs.workers import Harness

MACHINE = (
    *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData", "-Xss1m"),
    *("-XX:MaxMetaspaceSize=256m", "-Dfile.encoding=UTF-8"),
)
"""How a virtual machine is started that runs programs for a moment each."""
MEMORY = 1536 * 1024 * 1024
PROCESSES = 512
_HEAP = 256
"""Megabytes."""
_KEPT = 64
"""Compilations that are kept: one request runs under one condition after another, others between."""
_PATIENCE = 20.0
_DEEP = "-Xss16m"
_LONG = 20_000
"""Characters. Sources that are longer could exhaust even this stack, and so leave javac's own classes half loaded."""
_COMMENTS = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_STRINGS = re.compile(r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
_PUBLIC = re.compile(
    r"^\s*public\s+(?:(?:abstract|final|strictfp|sealed|non-sealed|static)\s+)*(?:class|interface|enum|record|@interface)\s+(\w+)",
    re.MULTILINE,
)
_TYPE = re.compile(r"\b(?:class|interface|enum|record)\s+(\w+)")
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
_ASKING = "QuizAsks"
"""The class that evaluates an expression where the program has no place for it."""
_ASKED = re.compile(r"\b(?:quiz\.asked\.)?Value[0-9a-f]{16}\b")
_ASKED_SOURCE = """\
package quiz.asked;
public final class {name} {{
    public static volatile String seen;
    private {name}() {{}}
    public static void see(boolean value) {{ seen = String.valueOf(value); }}
    public static void see(char value) {{ seen = String.valueOf(value); }}
    public static void see(int value) {{ seen = String.valueOf(value); }}
    public static void see(long value) {{ seen = String.valueOf(value); }}
    public static void see(float value) {{ seen = String.valueOf(value); }}
    public static void see(double value) {{ seen = String.valueOf(value); }}
    public static void see(Object value) {{ seen = String.valueOf(value); }}
}}
"""


@dataclass(frozen=True)
class Sources:
    """A program as files: its own name among them, and the class that a launcher would be given, if it is known.

    `asked` is the class that takes the value of an expression. Its name is drawn, so that a program cannot know it and
    speak in its place.
    """

    files: dict[str, str]
    program: str
    preferred: str | None
    asked: str | None = None

    def line(self, file: str, line: int) -> int:
        """A line of the program, or 0 for one of another file."""
        return line if file in (self.program, self.program.rpartition("/")[2]) else 0


def sources(request: Request) -> Sources:
    """The files that a request's program is compiled from."""
    name = f"Value{secrets.token_hex(8)}"
    asked = f"quiz.asked.{name}" if request.probe is not None else None
    text = request.program.replace(PROBE, f"{asked}.see({request.probe});") if asked else request.program
    bare = _STRINGS.sub('""', _COMMENTS.sub("", text))
    package = found[1] if (found := _PACKAGE.search(bare)) else ""
    named = _PUBLIC.search(bare) or _TYPE.search(bare)
    own = named[1] if named else "Main"
    files = {file: body for file, body in request.files.items() if file.endswith(".java")}
    program = f"{own}.java"
    if request.program:
        files[program] = text
    preferred = own
    if asked:
        files[f"{asked.replace('.', '/')}.java"] = _ASKED_SOURCE.format(name=name)
    if asked and PROBE not in request.program:
        head = f"package {package};\n" if package else ""
        main = f"public static void main(String[] arguments) throws Throwable {{ {asked}.see({request.probe}); }}"
        files[f"{_ASKING}.java"] = f"{head}public class {_ASKING} {{\n{main}\n}}\n"
        preferred = _ASKING
    return Sources(files, program, f"{package}.{preferred}" if package else preferred, asked)


@dataclass(frozen=True)
class Compiled:
    """What javac made of a request: the errors of a program that it refused, or classes and the one with `main`."""

    sources: Sources
    errors: tuple[Diagnostic, ...]
    accepted: bool
    classes: Mapping[str, str]
    """In base 64."""
    main: str | None

    @cached_property
    def alone(self) -> str | None:
        """What lets its classes run in a virtual machine of their own; None where they may share one."""
        return reason_to_run_alone({name: base64.b64decode(one) for name, one in self.classes.items()})


class JavaCompiler:
    """javac for one release and one set of libraries."""

    def __init__(self, jdk: Jdk, release: int, jars: Sequence[Path] = ()) -> None:
        self._jdk, self._release, self._jars = jdk, release, jars
        self._running: Harness | None = None
        self._kept: OrderedDict[str, Compiled] = OrderedDict()

    def compiled(self, request: Request) -> Compiled:
        """Compile a request. Raises Silent where it is too much for javac, and LabFailed."""
        digest = request.digest
        if digest not in self._kept:
            self._kept[digest] = self._compile(request)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[digest]

    def end(self) -> None:
        if self._running is not None:
            self._running.end()
        self._running = None

    def _compile(self, request: Request) -> Compiled:
        made = sources(request)
        if self._running is None:
            self._running = start_harness(self._jdk, CONDITIONS[0], _HEAP, self._jars, (*MACHINE, _DEEP))
        question = {"compile": made.files, "release": self._release, "preferred": made.preferred}
        answer: dict[str, Any] = {}
        try:
            answer = self._running.ask(question | {"class_path": ":".join(map(str, self._jars))}, _PATIENCE)
        finally:
            if "failed" in answer or not answer or sum(map(len, made.files.values())) > _LONG:
                self.end()
        if "failed" in answer:
            raise LabFailed(str(answer["failed"]))
        errors = tuple(
            Diagnostic(line=made.line(one["file"], one["line"]), message=_ASKED.sub("Value", one["message"]))
            for one in answer["errors"]
        )
        return Compiled(made, errors, answer["compiled"], answer["classes"], answer["main"])


def start_harness(
    jdk: Jdk, condition: Condition, heap: int, jars: Sequence[Path], flags: Sequence[str], log: str | None = None
) -> Harness:
    """A virtual machine under a condition that answers questions; its heap in megabytes.

    `log` is the file, in its sandbox, to which it writes all exceptions; the harness looks there for those that leave
    its own classes broken.
    """
    classes = harness(jdk)
    command = [
        *machine(jdk, condition),
        *(*flags, f"-Xmx{heap}m", f"-XX:ActiveProcessorCount={condition.processors}"),
        *([] if log is None else ["-Xlog:disable", f"-Xlog:exceptions=info:file={log}:none:filecount=0"]),
        *("-cp", str(classes), "quiz.lab.Harness", *([] if log is None else [log])),
    ]
    readable = [classes, *jdk.folders, *{jar.parent for jar in jars}]
    return Harness(sandbox.start(command, readable=readable, processes=PROCESSES), MEMORY)


def machine(jdk: Jdk, condition: Condition) -> list[str]:
    """The beginning of a command that starts a virtual machine under a condition."""
    language, _, country = condition.locale.partition("_")
    return [
        *(jdk.tool("java"), "-XX:+UnlockExperimentalVMOptions"),
        # Other generators of identity hashes, so that nothing can depend on them.
        f"-XX:hashCode={5 if condition.seed == 0 else condition.seed - 1}",
        *(f"-Duser.language={language}", f"-Duser.country={country}", f"-Duser.timezone={condition.time_zone}"),
    ]
