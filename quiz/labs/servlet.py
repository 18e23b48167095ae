"""Servlets and JSP: an embedded Tomcat for each small application, and real HTTP against it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from quiz.domain.proofs.observations import Observation, Request
from quiz.labs import maven, sandbox
from quiz.labs.base import OUTPUT, SECONDS, Condition, Lab, LabFailed, Worker
from quiz.labs.java_compiler import MACHINE, PROCESSES, Compiled, JavaCompiler, machine
from quiz.labs.jdk import SOURCES, environment, harness, jdk_for
from quiz.labs.workers import Harness, Silent, reported

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
    """A Tomcat for each request: what an application does to its server, no other application meets."""

    def __init__(self) -> None:
        self._jdk, self._jars = jdk_for(_JAVA), maven.jars("servlet")
        self._classes = harness(self._jdk, (SOURCES, _TOMCAT), self._jars)
        self._compiler = JavaCompiler(self._jdk, _JAVA, self._jars)

    def observe(self, request: Request, condition: Condition) -> Observation:
        page = request.program.lstrip().startswith("<")
        pages = {name: text for name, text in request.files.items() if not name.endswith(".java")}
        if page:
            pages[_PAGE] = request.program
        try:
            compiled = self._compiler.compiled(request.model_copy(update={"program": ""}) if page else request)
            if not compiled.accepted:
                return Observation(compiled=False, diagnostics=compiled.errors)
            return self._served(compiled, pages, request, condition)
        except Silent as error:
            return Observation(ended=False) if str(error) == "time" else Observation(exceeded=str(error))

    def _served(
        self, compiled: Compiled, pages: Mapping[str, str], request: Request, condition: Condition
    ) -> Observation:
        """What an application answers. Raises Silent and LabFailed."""
        question = {
            "classes": compiled.classes,
            "pages": pages,
            "calls": [call.model_dump() for call in request.calls],
            "output": OUTPUT,
            "milliseconds": int(SECONDS * 1000),
        }
        running = self._start(condition)
        try:
            answer = running.ask(question, patience=(len(request.calls) + 3) * SECONDS)
        finally:
            running.end()
        if "failed" in answer:
            raise LabFailed(str(answer["failed"]))
        return reported(answer)

    def end(self) -> None:
        self._compiler.end()

    def _start(self, condition: Condition) -> Harness:
        class_path = ":".join(map(str, [*self._jars, self._classes]))
        command = [
            *machine(self._jdk, condition),
            *(*MACHINE, "-Xmx512m", f"-XX:ActiveProcessorCount={condition.processors}"),
            *("-cp", class_path, "quiz.lab.TomcatHarness"),
        ]
        readable = [self._classes, *self._jdk.folders, *{jar.parent for jar in self._jars}]
        return Harness(sandbox.start(command, readable=readable, processes=PROCESSES))
