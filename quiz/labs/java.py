"""Java: javac in memory and virtual machines that stay, so that a program costs milliseconds and not a second.

A program is compiled once and its classes are run under every condition, each in a virtual machine of its own with
that condition's locale, time zone, processors, heap and identity hashes. Release 8 on a newer JDK refuses what Java 8
refuses, while details of its library may be the newer one's: a proof names both.

Programs share a virtual machine where nothing that they use could change it, which `harmless_java` tells from their
classes. Any other gets one that is started for it and ended after it. What is shared is compared after each program
all the same; where it differs, the virtual machine goes and the program runs again in one of its own.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from quiz.domain.proofs.observations import Observation, Request, Thrown
from quiz.labs.base import OUTPUT, SECONDS, Condition, Lab, LabFailed, Worker
from quiz.labs.java_compiler import MACHINE, Compiled, JavaCompiler, Sources, start_harness
from quiz.labs.jdk import Jdk, environment, jdk_for
from quiz.labs.workers import Harness, Silent, reported

_REPEATED = 10
"""How often a program with threads is run under each condition."""
_THREADS = re.compile(r"\b(Thread|Runnable|Executor|CompletableFuture|ForkJoin|parallel|Timer|synchronized)")


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

    flags: ClassVar[tuple[str, ...]] = MACHINE
    seconds: ClassVar[float] = SECONDS
    heap: ClassVar[int] = 1
    """How many times the memory of a condition a program has."""

    def __init__(self, jdk: Jdk, release: int, jars: Sequence[Path] = ()) -> None:
        self._jdk, self._jars = jdk, jars
        self._compiler = JavaCompiler(jdk, release, jars)
        self._shared: dict[Condition, Harness] = {}

    def observe(self, request: Request, condition: Condition) -> Observation:
        try:
            compiled = self._compiler.compiled(request)
            if not compiled.accepted:
                return Observation(compiled=False, diagnostics=compiled.errors)
            if compiled.main is None:
                return Observation(compiled=True)
            if compiled.alone is None:
                return self._in_company(request, compiled, condition)
            return self._alone(request, compiled, condition)
        except Silent as error:
            return Observation(ended=False) if str(error) == "time" else Observation(exceeded=str(error))

    def end(self) -> None:
        self._compiler.end()
        for one in self._shared.values():
            one.end()
        self._shared.clear()

    def _in_company(self, request: Request, compiled: Compiled, condition: Condition) -> Observation:
        """Run a program where others ran and will. Raises Silent and LabFailed."""
        running = self._shared.get(condition) or self._shared.setdefault(
            condition, self._start(condition, f"/tmp/exceptions-{secrets.token_hex(8)}")
        )
        answer: dict[str, Any] = {}
        try:
            answer = self._ask(running, request, compiled)
        finally:
            # Something of the program still runs in there, or may be broken for the next.
            if answer.get("tired", True) or answer["changed"] is not None:
                self._shared.pop(condition).end()
        if answer["changed"] is not None and not answer["tired"]:
            return self._alone(request, compiled, condition)
        return _observation(answer["observation"], compiled.sources)

    def _alone(self, request: Request, compiled: Compiled, condition: Condition) -> Observation:
        """Run a program in a virtual machine that nothing else ever ran in or will. Raises Silent and LabFailed."""
        running = self._start(condition)
        try:
            return _observation(self._ask(running, request, compiled)["observation"], compiled.sources)
        finally:
            running.end()

    def _ask(self, running: Harness, request: Request, compiled: Compiled) -> dict[str, Any]:
        times = _REPEATED if _THREADS.search(request.program + "".join(request.files.values())) else 1
        answer = running.ask(
            {
                "run": compiled.classes,
                "main": compiled.main,
                "asked": compiled.sources.asked,
                "arguments": list(request.arguments),
                "input": request.input,
                "class_path": ":".join(map(str, self._jars)),
                "milliseconds": int(self.seconds * 1000),
                "output": OUTPUT,
                "times": times,
            },
            patience=(times + 3) * self.seconds,
        )
        if "failed" in answer:
            raise LabFailed(str(answer["failed"]))
        return answer

    def _start(self, condition: Condition, log: str | None = None) -> Harness:
        heap = self.heap * condition.memory // 2**20
        return start_harness(self._jdk, condition, heap, self._jars, self.flags, log)


def _observation(facts: dict[str, Any], made: Sources) -> Observation:
    if thrown := facts.pop("thrown", None):
        at = thrown["at"]
        line = made.line(at["file"], at["line"])
        facts["thrown"] = Thrown(kind=thrown["kind"], message=thrown["message"], line=line)
    # That it was compiled is known from elsewhere, and no program has a say in it.
    return reported({"observation": {**facts, "compiled": True}})
