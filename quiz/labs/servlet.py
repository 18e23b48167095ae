"""Servlets and JSP: an embedded Tomcat that stays, and real HTTP against one small application after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quiz.domain.proofs.observations import Observation, Request
from quiz.labs import maven, sandbox
from quiz.labs.base import OUTPUT, SECONDS, Condition, Lab, LabFailed, Worker
from quiz.labs.java import diagnostics, machine, sources
from quiz.labs.jdk import SOURCES, environment, harness, jdk_for
from quiz.labs.workers import Harness, Silent

_JAVA = 8
_TOMCAT = Path(__file__).parent / "harness" / "servlet"
_PAGE = "index.jsp"


class ServletLab(Lab):
    """Servlet 4.0, JSP 2.3 and EL 3.0. A program is a servlet, or a JSP if it begins with `<`.

    Files that end in `.java` are compiled, others lie in the application at their names; `calls` go to it in order.
    """

    name = "servlet"
    languages = frozenset({"java", "jsp"})
    releases = ("4.0",)
    harness = 1
    variants = 50
    fetches = "Tomcat and the standard tag library, by Maven"

    def environment(self, release: str) -> str:
        maven.jars("servlet")
        return f"Tomcat {maven.version('servlet', 'tomcat-embed-core')} on {environment(jdk_for(_JAVA), _JAVA)}"

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        worker = _ServletWorker()
        try:
            yield worker
        finally:
            worker.end()

    def fetch(self) -> Iterator[str]:
        yield from maven.fetch("servlet")


class _ServletWorker(Worker):
    """One Tomcat for each condition."""

    def __init__(self) -> None:
        self._jdk, self._jars = jdk_for(_JAVA), maven.jars("servlet")
        self._classes = harness(self._jdk, (SOURCES, _TOMCAT), self._jars)
        self._running: dict[Condition, Harness] = {}

    def observe(self, request: Request, condition: Condition) -> Observation:
        page = request.program.lstrip().startswith("<")
        made = sources(request.model_copy(update={"program": ""}) if page else request)
        pages = {name: text for name, text in request.files.items() if not name.endswith(".java")}
        if page:
            pages[_PAGE] = request.program
        question = {
            "sources": made.files,
            "pages": pages,
            "calls": [call.model_dump() for call in request.calls],
            "output": OUTPUT,
            "milliseconds": int(SECONDS * 1000),
        }
        running = self._running.get(condition) or self._running.setdefault(condition, self._start(condition))
        try:
            answer = running.ask(question, patience=(len(request.calls) + 3) * SECONDS)
        except Silent as error:
            self._running.pop(condition).end()
            return Observation(ended=False) if str(error) == "time" else Observation(exceeded=str(error))
        if answer.get("tired"):
            self._running.pop(condition).end()
        if "failed" in answer:
            raise LabFailed(str(answer["failed"]))
        if "errors" in answer:
            return Observation(compiled=False, diagnostics=diagnostics(answer["errors"], made))
        return Observation.model_validate(answer["observation"])

    def end(self) -> None:
        for one in self._running.values():
            one.end()
        self._running.clear()

    def _start(self, condition: Condition) -> Harness:
        class_path = ":".join(map(str, [*self._jars, self._classes]))
        command = [
            *machine(self._jdk, condition),
            *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-Dfile.encoding=UTF-8"),
            f"-XX:ActiveProcessorCount={condition.processors}",
            *("-cp", class_path, "quiz.lab.TomcatHarness", class_path),
        ]
        readable = [self._classes, *self._jdk.folders, *{jar.parent for jar in self._jars}]
        return Harness(sandbox.start(command, readable=readable, processes=512))
