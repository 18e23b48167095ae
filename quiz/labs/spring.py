"""Spring: the Java lab with the framework's libraries, so that a program can start a context and print what it sees."""

from collections.abc import Iterator
from contextlib import contextmanager

from quiz.labs import maven
from quiz.labs.base import Lab, Worker
from quiz.labs.java import JavaWorker
from quiz.labs.jdk import environment, jdk_for

_JAVA = 17


class SpringWorker(JavaWorker):
    """Contexts take more room than programs, and say nothing on standard output that the program does not."""

    seconds = 30.0
    heap = 2
    flags = (*JavaWorker.flags, "-Dspring.main.banner-mode=off", "-Dspring.main.log-startup-info=false")


class SpringLab(Lab):
    """Framework, Boot, Security, Data JPA with H2 and Hibernate, and Test; named by the framework's version."""

    name = "spring"
    languages = frozenset({"java"})
    releases = ("5.3", "6.2")
    harness = 1
    variants = 30
    fetches = "Spring's libraries, by Maven"

    def environment(self, release: str) -> str:
        name = f"spring-{release}"
        maven.jars(name)
        spring, boot = maven.version(name, "spring-core"), maven.version(name, "spring-boot")
        return f"Spring Framework {spring}, Boot {boot} on {environment(jdk_for(_JAVA), _JAVA)}"

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        worker = SpringWorker(jdk_for(_JAVA), _JAVA, maven.jars(f"spring-{release}"))
        try:
            yield worker
        finally:
            worker.end()

    def fetch(self) -> Iterator[str]:
        for release in self.releases:
            for step in maven.fetch(f"spring-{release}"):
                yield f"{release}: {step}"
