"""Workers that speak JSON lines with a harness in the sandbox, and outlive whatever happens to it."""

import json
import os
import secrets
import select
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pydantic import ValidationError

from quiz.domain.proofs.observations import Observation, Request
from quiz.labs.base import MEMORY, SECONDS, Condition, LabFailed, Worker

_START = 90.0
"""Seconds a harness may take to say that it is ready."""
_PATIENCE = 2 * SECONDS + 10.0
"""Seconds a harness may take for one answer. It keeps `SECONDS` itself; this is for one that cannot any more."""
_LONGEST = 4 * 1024 * 1024
"""Bytes of an answer; a harness caps what it reports well below."""
_POLL = 0.1


class Silent(Exception):
    """A harness gave no answer; the message says what became of it."""


class Harness:
    """One harness process: it says `{"ready": ...}` once, then answers each line it is sent with one line.

    Both are JSON objects. An answer carries the `id` of its question, so that none is taken for another's.
    """

    def __init__(self, process: subprocess.Popen[bytes], memory: int = MEMORY, start: float = _START) -> None:
        """`memory` is in bytes; `start` is how many seconds it may take to be ready."""
        self._process = process
        self._memory = memory
        self._rest = b""
        try:
            self.ready: Any = self._line(start).get("ready")
        except Silent as error:
            self.end()
            raise LabFailed(f"the lab did not start: {error}") from error

    def ask(self, question: dict[str, Any], patience: float = _PATIENCE) -> dict[str, Any]:
        """Send a question and wait for its answer. Raises Silent; the harness is of no use after that."""
        # Drawn at random: a program that writes into the harness's output cannot answer in its place.
        asked = secrets.token_hex(8)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"id": asked, **question}).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Silent(self._fate()) from error
        while True:
            answer = self._line(patience)
            if answer.get("id") == asked:
                return answer

    def end(self) -> None:
        """End the harness and everything in its sandbox."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _line(self, patience: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        until = time.monotonic() + patience
        while b"\n" not in self._rest:
            if len(self._rest) > _LONGEST:
                raise Silent("output")
            if time.monotonic() > until:
                raise Silent("time")
            if _memory(self._process.pid) > self._memory:
                raise Silent("memory")
            if select.select([pipe], [], [], _POLL)[0]:
                part = os.read(pipe, 1 << 16)
                if not part:
                    raise Silent(self._fate())
                self._rest += part
        line, self._rest = self._rest.split(b"\n", 1)
        try:
            answer = json.loads(line)
        except ValueError:
            return {}
        return answer if isinstance(answer, dict) else {}

    def _fate(self) -> str:
        try:
            return f"the lab itself: it ended with {self._process.wait(5)}"
        except subprocess.TimeoutExpired:
            return "the lab itself: it closed its output"


class HarnessWorker(Worker):
    """Sends each request to a harness of its own, in a sandbox of its own: no other meets what a program does to them.

    Where harnesses are `lasting`, one takes all requests of a condition until it asks to be replaced. That is for
    worlds that keep programs apart themselves.
    """

    def __init__(self, start: Callable[[Condition], Harness], lasting: bool = False) -> None:
        self._start, self._lasting = start, lasting
        self._running: dict[Condition, Harness] = {}

    def observe(self, request: Request, condition: Condition) -> Observation:
        harness = self._running.get(condition) or self._running.setdefault(condition, self._start(condition))
        question = {
            "request": request.model_dump(mode="json"),
            "locale": condition.locale,
            "time_zone": condition.time_zone,
            "seed": condition.seed,
            "processors": condition.processors,
        }
        answer: dict[str, Any] = {}
        try:
            answer = harness.ask(question)
        except Silent as error:
            return Observation(ended=False) if str(error) == "time" else Observation(exceeded=str(error))
        finally:
            if not self._lasting or answer.get("tired", not answer):
                self._running.pop(condition).end()
        if "failed" in answer:
            raise LabFailed(str(answer["failed"]))
        return reported(answer)

    def end(self) -> None:
        for harness in self._running.values():
            harness.end()
        self._running.clear()


def reported(answer: dict[str, Any]) -> Observation:
    """The observation in an answer."""
    try:
        return Observation.model_validate(answer["observation"])
    except (KeyError, ValidationError):
        # A program can reach the channel that carries its facts; that ends its own proof and nobody else's.
        return Observation(exceeded="what can be reported: its facts were tampered with")


@contextmanager
def harness_worker(start: Callable[[Condition], Harness], lasting: bool = False) -> Iterator[HarnessWorker]:
    """A worker over harnesses; `start` starts one for a condition."""
    worker = HarnessWorker(start, lasting)
    try:
        yield worker
    finally:
        worker.end()


def _memory(pid: int) -> int:
    """Bytes of memory that a process and all its descendants hold, each shared page counted once for each."""
    total = 0
    left = [pid]
    while left:
        one = left.pop()
        try:
            with open(f"/proc/{one}/statm") as file:  # noqa: PTH123
                total += int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
            with open(f"/proc/{one}/task/{one}/children") as file:  # noqa: PTH123
                left += map(int, file.read().split())
        except (OSError, IndexError, ValueError):
            continue
    return total
