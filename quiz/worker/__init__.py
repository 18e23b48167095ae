"""The worker: what has to be done again and again, beside the pages and never in their way.

Nothing depends on when a job runs: every read applies the time by itself, and a job only writes down what holds.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from quiz.store.database import Store
from quiz.store.locks import alone

log = logging.getLogger("quiz")


@dataclass(frozen=True)
class Job:
    """Something to be done once in a period, by one process at a time over the whole installation."""

    name: str
    period: timedelta
    run: Callable[[Store, datetime], object]


class Worker:
    """Does jobs when they are due. Several may work on one store: a job that another is at is left to it."""

    def __init__(self, store: Store, jobs: Sequence[Job]) -> None:
        self._store = store
        self._due = {job: datetime.min.replace(tzinfo=UTC) for job in jobs}

    def work(self, now: datetime) -> timedelta:
        """Do what is due at `now`; how long until the next job is. What fails is logged and tried again later."""
        for job, due in self._due.items():
            if due <= now:
                self._due[job] = now + job.period
                self._do(job, now)
        return min(self._due.values()) - now

    def _do(self, job: Job, now: datetime) -> None:
        try:
            with alone(self._store, job.name) as is_mine:
                if is_mine:
                    job.run(self._store, now)
        except Exception:
            log.exception("the job %r failed and will be tried again", job.name)
