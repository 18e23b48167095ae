"""What every lab is: a name, what it has, and workers that run one request after the other."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar

from quiz.domain.proofs.observations import Observation, Request

OUTPUT = 64 * 1024
"""How many bytes a program may print; one that prints more has `exceeded="output"`."""
SECONDS = 5.0
"""How long one run may take before it counts as running for ever."""
MEMORY = 1024 * 1024 * 1024
"""How many bytes of memory a harness and the programs in it may take, unless its lab says otherwise."""
PROCESSES = 128
"""How many processes and threads one worker may have."""


class LabMissing(Exception):
    """A lab's tools are not on this machine; the message says what to install."""


class LabFailed(Exception):
    """A lab broke down in a way that says nothing of the program; the message says how."""


@dataclass(frozen=True)
class Condition:
    """Circumstances that a sound answer does not depend on. A program is run under each of `CONDITIONS`."""

    locale: str
    time_zone: str
    seed: int
    """Seeds whatever the world lets us seed: hashes of Python, identity hashes of the JVM."""
    processors: int
    memory: int
    """Bytes of memory, where the world can be told."""


CONDITIONS = (
    Condition("en_US", "UTC", 0, 4, 256 * 1024 * 1024),
    Condition("tr_TR", "Asia/Kolkata", 1, 1, 128 * 1024 * 1024),
    Condition("de_DE", "America/St_Johns", 2, 2, 192 * 1024 * 1024),
)


class Worker(ABC):
    """A running lab, used by one thread. It outlives whatever a program does to it, by starting anew if it must."""

    @abstractmethod
    def observe(self, request: Request, condition: Condition) -> Observation:
        """Run a request once and report what was seen. Raises LabFailed where the lab itself broke down."""


class Lab(ABC):
    """One world."""

    name: ClassVar[str]
    """The first word of `lab:` in an item."""
    languages: ClassVar[frozenset[str]]
    """The languages of listings, as Pygments names them, that this lab can run."""
    releases: ClassVar[tuple[str, ...]]
    """What may follow the name in `lab:`, the default first; `""` where nothing has to."""
    harness: ClassVar[int]
    """Raised when the lab would see something else in the same program; records of another number are void."""
    most_workers: ClassVar[int] = 64
    """How many of its workers fit on one machine."""
    variants: ClassVar[int] = 100
    """How many variants of a template are worth their time in this lab."""
    fetches: ClassVar[str] = ""
    """What `quiz labs fetch` brings for this lab, in words; empty where nothing."""

    @abstractmethod
    def environment(self, release: str) -> str:
        """What a program is run with, as scorecards say it: "JDK 17.0.15, --release 8". Raises LabMissing."""

    @abstractmethod
    def open(self, release: str) -> AbstractContextManager[Worker]:
        """A worker; it ends with the context. Raises LabMissing."""

    def fetch(self) -> Iterator[str]:
        """Bring the lab's pinned dependencies into the cache, telling each step. Nothing to do where it has none."""
        yield from ()
