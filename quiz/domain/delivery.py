"""Delivery: the life of an attempt, decided by the server's clock alone.

An attempt is not started, running, or over. It is over once it was finished, or once its deadline and the grace for
packets that were still under way have passed: a pure function of the attempt and the time, so that it does not matter
whether anything was there to close it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

GRACE = timedelta(seconds=10)
"""How long after the deadline a save that was under way is still accepted; candidates are told."""


class Phase(Enum):
    """Where an attempt stands."""

    RUNNING = "running"
    GRACE = "grace"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Clock:
    """The times of one attempt, all in UTC. `ended_at` is None until somebody or something ended it."""

    started_at: datetime
    deadline: datetime
    ended_at: datetime | None = None

    def phase(self, now: datetime) -> Phase:
        """Where the attempt stands at `now`."""
        if self.ended_at is not None or now > self.deadline + GRACE:
            return Phase.OVER
        return Phase.RUNNING if now < self.deadline else Phase.GRACE

    def accepts(self, now: datetime) -> bool:
        """Whether an answer that arrives at `now` is still taken."""
        return self.phase(now) is not Phase.OVER

    def remaining(self, now: datetime) -> timedelta:
        """Time left to answer, not below zero."""
        return max(self.deadline - now, timedelta()) if self.ended_at is None else timedelta()

    def end(self, now: datetime) -> datetime:
        """The end to record for an attempt that ends at `now`: never later than its deadline."""
        return min(now, self.deadline)


def deadline(started_at: datetime, minutes: int, closes_at: datetime | None) -> datetime:
    """When an attempt ends that starts at `started_at`: its limit, or the end of the window if that is earlier."""
    limit = started_at + timedelta(minutes=minutes)
    return limit if closes_at is None else min(limit, closes_at)
