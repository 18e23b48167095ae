"""The bench: requests are run on the labs of this machine, on all its cores, each under every condition."""

import os
import queue
import random
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
BROKEN = "its lab broke down"
"""How the observation begins when a lab could not run a program: it says nothing of the program."""
_AT_ONCE = 16
"""How many requests a worker takes at most, so that all of them have work until the end."""


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
        """Let as many workers as suit lab and machine take the requests, a few at a time and in a random order."""
        crew = min(len(self._hands), lab.most_workers, len(requests))
        size = max(1, min(_AT_ONCE, len(requests) // (2 * crew)))
        # An outcome that depends on what ran before must not come out the same each time.
        random.SystemRandom().shuffle(requests)
        waiting: queue.SimpleQueue[list[Request]] = queue.SimpleQueue()
        for first in range(0, len(requests), size):
            waiting.put(requests[first : first + size])
        working = [self._hands[n].submit(self._work, lab, release, n, waiting) for n in range(crew)]
        for work in working:
            work.result()

    def _work(self, lab: Lab, release: str, hand: int, waiting: "queue.SimpleQueue[list[Request]]") -> None:
        worker = self._worker(lab, release, hand)
        with suppress(queue.Empty):
            while True:
                requests = waiting.get_nowait()
                self._observe(worker, requests)

    def _observe(self, worker: Worker, requests: list[Request]) -> None:
        """Run some requests under one condition after another, each time in a different order."""
        seen: dict[str, list[Observation]] = defaultdict(list)
        broken: dict[str, Observation] = {}
        for condition in CONDITIONS:
            for request in random.SystemRandom().sample(requests, len(requests)):
                if request.digest not in broken:
                    try:
                        seen[request.digest].append(worker.observe(request, condition))
                    except LabFailed as error:
                        broken[request.digest] = Observation(exceeded=f"{BROKEN} ({error})")
                if condition is CONDITIONS[-1]:
                    self._tell()
        for request in requests:
            whole = request.digest not in broken
            self._seen[request.digest] = tuple(seen[request.digest]) if whole else (broken[request.digest],)

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
