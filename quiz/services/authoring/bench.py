"""The bench: requests are run on the labs of this machine, on all its cores, each under every condition."""

import os
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import cache

from quiz.domain.proofs.observations import Observation, Request
from quiz.labs.base import CONDITIONS, Lab, LabFailed, LabMissing, Worker

Progress = Callable[[int, int], None]
"""Is told how many requests have run, and how many there are so far."""


class Bench:
    """The labs at work. Workers are started when they are first needed and end with the context."""

    def __init__(self, labs: Mapping[str, Lab], progress: Progress | None = None) -> None:
        self._labs = labs
        self._progress = progress
        self._stack = ExitStack()
        # One thread for each hand, kept for as long as its workers: a sandbox ends with the thread that started it.
        self._hands = [ThreadPoolExecutor(1) for _ in range(os.cpu_count() or 1)]
        self._workers: dict[tuple[str, str, int], Worker] = {}
        self._seen: dict[str, tuple[Observation, ...]] = {}
        self._done = self._total = 0
        self._counting = threading.Lock()
        self.environment = cache(self._environment)

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        for hand in self._hands:
            hand.shutdown()

    def harness(self, lab: str) -> int | None:
        """The number of a lab's harness, as it is written in `lab:`; None where there is no such lab."""
        known = self._labs.get(lab.partition(" ")[0])
        return known.harness if known else None

    def variants(self, lab: str) -> int:
        """How many variants of a template are worth their time in a lab."""
        return self._labs[lab.partition(" ")[0]].variants

    def _environment(self, lab: str) -> str:
        """What an item's code would be run with. Raises LabMissing, also where there is no such lab."""
        name, _, release = lab.partition(" ")
        if name not in self._labs:
            raise LabMissing(f"there is no lab `{name}`; there are: {', '.join(sorted(self._labs))}")
        known = self._labs[name]
        if release and release not in known.releases:
            raise LabMissing(f"the lab `{name}` has no `{release}`; it has: {', '.join(filter(None, known.releases))}")
        return known.environment(release or known.releases[0])

    def run(self, requests: Iterable[Request]) -> dict[str, tuple[Observation, ...]]:
        """What is seen of each request under each condition, by digest.

        A program that breaks its lab has gone beyond what a program may do, and the others go on. Raises LabMissing,
        and LabFailed where a lab does not even start.
        """
        wanted = {request.digest: request for request in requests}
        per_lab: dict[tuple[str, str], list[Request]] = defaultdict(list)
        for digest, request in wanted.items():
            if digest not in self._seen:
                per_lab[request.lab, request.release].append(request)
        self._total += sum(map(len, per_lab.values()))
        for (lab, release), queued in per_lab.items():
            self._share(self._labs[lab], release, queued)
        return {digest: self._seen[digest] for digest in wanted}

    def _share(self, lab: Lab, release: str, requests: list[Request]) -> None:
        """Let as many workers as suit lab and machine take the requests one by one."""
        waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
        for request in requests:
            waiting.put(request)
        crew = min(len(self._hands), lab.most_workers, len(requests))
        working = [self._hands[n].submit(self._work, lab, release, n, waiting) for n in range(crew)]
        for work in working:
            work.result()

    def _work(self, lab: Lab, release: str, hand: int, waiting: "queue.SimpleQueue[Request]") -> None:
        worker = self._worker(lab, release, hand)
        with suppress(queue.Empty):
            while True:
                request = waiting.get_nowait()
                self._seen[request.digest] = _observe(worker, request)
                self._tell()

    def _tell(self) -> None:
        with self._counting:
            self._done += 1
            if self._progress is not None:
                self._progress(self._done, self._total)

    def _worker(self, lab: Lab, release: str, hand: int) -> Worker:
        """The worker of one hand: opened when it is first needed there, and kept."""
        at = (lab.name, release, hand)
        if at not in self._workers:
            opened = lab.open(release or lab.releases[0])
            worker = opened.__enter__()
            with self._counting:
                self._workers[at] = worker
                self._stack.push(opened)
        return self._workers[at]


def _observe(worker: Worker, request: Request) -> tuple[Observation, ...]:
    try:
        return tuple(worker.observe(request, condition) for condition in CONDITIONS)
    except LabFailed as error:
        return (Observation(exceeded=f"its lab broke down ({error})"),)
