"""Java: javac in memory and a virtual machine that stays, so that a program costs milliseconds and not a second.

A program is compiled once and its classes are run under every condition, each in a virtual machine of its own with
that condition's locale, time zone, processors, heap and identity hashes. Release 8 on a newer JDK refuses what Java 8
refuses, while details of its library may be the newer one's: a proof names both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from quiz.domain.proofs.observations import PROBE, Diagnostic, Observation, Request, Thrown
from quiz.labs import sandbox
from quiz.labs.base import OUTPUT, SECONDS, Condition, Lab, LabFailed, Worker
from quiz.labs.jdk import Jdk, environment, harness, jdk_for
from quiz.labs.workers import Harness, Silent

_MEMORY = 1536 * 1024 * 1024
_REPEATED = 10
"""How often a program with threads is run under each condition."""
_THREADS = re.compile(r"\b(Thread|Runnable|Executor|CompletableFuture|ForkJoin|parallel|Timer|synchronized)")
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


@dataclass(frozen=True)
class Sources:
    """A program as files: its own name among them, and the class that a launcher would be given, if it is known."""

    files: dict[str, str]
    program: str
    preferred: str | None

    def line(self, file: str, line: int) -> int:
        """A line of the program, or 0 for one of another file."""
        return line if file in (self.program, self.program.rpartition("/")[2]) else 0


def sources(request: Request) -> Sources:
    """The files that a request's program is compiled from."""
    text = request.program.replace(PROBE, f"quiz.lab.Probe.see({request.probe});")
    bare = _STRINGS.sub('""', _COMMENTS.sub("", text))
    package = found[1] if (found := _PACKAGE.search(bare)) else ""
    named = _PUBLIC.search(bare) or _TYPE.search(bare)
    name = named[1] if named else "Main"
    files = {file: body for file, body in request.files.items() if file.endswith(".java")}
    program = f"{name}.java"
    if request.program:
        files[program] = text
    preferred = name
    if request.probe is not None and PROBE not in request.program:
        head = f"package {package};\n" if package else ""
        main = (
            f"public static void main(String[] arguments) throws Throwable {{ quiz.lab.Probe.see({request.probe}); }}"
        )
        files[f"{_ASKING}.java"] = f"{head}public class {_ASKING} {{\n{main}\n}}\n"
        preferred = _ASKING
    return Sources(files, program, f"{package}.{preferred}" if package else preferred)


class JavaLab(Lab):
    """Programs of the language and its library."""

    name = "java"
    languages = frozenset({"java"})
    releases = ("8", "11", "17", "21", "25")
    harness = 1

    def environment(self, release: str) -> str:
        return environment(jdk_for(int(release)), int(release))

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        worker = JavaWorker(jdk_for(int(release)), int(release))
        try:
            yield worker
        finally:
            worker.end()


class JavaWorker(Worker):
    """Virtual machines of one JDK, one for each condition; `jars` are what programs may use beside the library."""

    flags: ClassVar[tuple[str, ...]] = (
        *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData", "-Xss1m"),
        *("-XX:MaxMetaspaceSize=256m", "-Dfile.encoding=UTF-8"),
    )

    seconds: ClassVar[float] = SECONDS

    def __init__(self, jdk: Jdk, release: int, jars: Sequence[Path] = (), heap: int = 1) -> None:
        self._jdk, self._release, self._jars, self._heap = jdk, release, jars, heap
        self._classes = harness(jdk)
        self._running: dict[Condition, Harness] = {}
        self._compiled: tuple[str, dict[str, Any]] = ("", {})

    def observe(self, request: Request, condition: Condition) -> Observation:
        made = sources(request)
        try:
            compiled = self._compile(request, made, condition)
            if not compiled["compiled"]:
                return Observation(compiled=False, diagnostics=diagnostics(compiled["errors"], made))
            if compiled["main"] is None:
                return Observation(compiled=True)
            return _observation(self._run(request, compiled, condition), made)
        except Silent as error:
            self._running.pop(condition).end()
            return Observation(ended=False) if str(error) == "time" else Observation(exceeded=str(error))

    def end(self) -> None:
        for one in self._running.values():
            one.end()
        self._running.clear()

    @property
    def _class_path(self) -> str:
        return ":".join(map(str, [self._classes, *self._jars]))

    def _compile(self, request: Request, made: Sources, condition: Condition) -> dict[str, Any]:
        """The classes of a request; the last are kept, because one request runs under one condition after another."""
        digest = request.digest
        if self._compiled[0] != digest:
            question = {"compile": made.files, "release": self._release, "preferred": made.preferred}
            answer = self._ask(condition, question | {"class_path": self._class_path})
            self._compiled = (digest, answer)
        return self._compiled[1]

    def _run(self, request: Request, compiled: Mapping[str, Any], condition: Condition) -> dict[str, Any]:
        text = request.program + "".join(request.files.values())
        answer = self._ask(
            condition,
            {
                "run": compiled["classes"],
                "main": compiled["main"],
                "arguments": list(request.arguments),
                "input": request.input,
                "class_path": self._class_path,
                "milliseconds": int(self.seconds * 1000),
                "output": OUTPUT,
                "times": _REPEATED if _THREADS.search(text) else 1,
            },
        )
        if answer["tired"]:
            # Something of the program still runs in there.
            self._running.pop(condition).end()
        return dict(answer["observation"])

    def _ask(self, condition: Condition, question: dict[str, Any]) -> dict[str, Any]:
        running = self._running.get(condition) or self._running.setdefault(condition, self._start(condition))
        answer = running.ask(question, patience=(question.get("times", 1) + 3) * self.seconds)
        if "failed" in answer:
            self._running.pop(condition).end()
            raise LabFailed(str(answer["failed"]))
        return answer

    def _start(self, condition: Condition) -> Harness:
        heap = self._heap * condition.memory // 2**20
        command = [
            *machine(self._jdk, condition),
            *(*self.flags, f"-Xmx{heap}m", f"-XX:ActiveProcessorCount={condition.processors}"),
            *("-cp", str(self._classes), "quiz.lab.Harness"),
        ]
        readable = [self._classes, *self._jdk.folders, *{jar.parent for jar in self._jars}]
        return Harness(sandbox.start(command, readable=readable, processes=512), _MEMORY)


def machine(jdk: Jdk, condition: Condition) -> list[str]:
    """The beginning of a command that starts a virtual machine under a condition."""
    language, _, country = condition.locale.partition("_")
    return [
        *(jdk.tool("java"), "-XX:+UnlockExperimentalVMOptions"),
        # Other generators of identity hashes, so that nothing can depend on them.
        f"-XX:hashCode={5 if condition.seed == 0 else condition.seed - 1}",
        *(f"-Duser.language={language}", f"-Duser.country={country}", f"-Duser.timezone={condition.time_zone}"),
    ]


def diagnostics(errors: Sequence[Mapping[str, Any]], made: Sources) -> tuple[Diagnostic, ...]:
    return tuple(Diagnostic(line=made.line(one["file"], one["line"]), message=one["message"]) for one in errors)


def _observation(facts: dict[str, Any], made: Sources) -> Observation:
    if thrown := facts.pop("thrown", None):
        at = thrown["at"]
        line = made.line(at["file"], at["line"])
        facts["thrown"] = Thrown(kind=thrown["kind"], message=thrown["message"], line=line)
    return Observation.model_validate(facts)
