"""Delivery: the life of an attempt, decided by the server's clock alone.

    (invited) -- start --> (running) -- deadline --> (grace) -- 10 s --> (over)
                               |                        |                  ^
                               +-------- finish --------+------------------+

A state is a pure function of what is written down and of the time, so that it does not matter whether anything was
there to close an attempt: every read applies it, and the worker only writes it down.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

GRACE = timedelta(seconds=10)
"""How long after the deadline a save that was under way is still accepted; candidates are told."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Nothing has started: no clock runs, and no form is drawn."""


@dataclass(frozen=True, slots=True)
class Running:
    """Questions are shown and answers are taken; `remaining` is the time left when the state was read."""

    started_at: datetime
    deadline: datetime
    remaining: timedelta


@dataclass(frozen=True, slots=True)
class Grace:
    """The deadline has passed, and no question is shown; an answer that was under way is still taken."""

    started_at: datetime
    deadline: datetime

    @property
    def end(self) -> "Over":
        """What it comes to, whatever still arrives."""
        return Over(self.started_at, self.deadline, self.deadline, "time")


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing is taken any more. `ended_by` is `candidate` or `time`; the end is never later than the deadline."""

    started_at: datetime
    deadline: datetime
    ended_at: datetime
    ended_by: str


State = Invited | Running | Grace | Over


@dataclass(frozen=True, slots=True)
class Times:
    """What is written down of an attempt that was started, in UTC; the end is None until something recorded it."""

    started_at: datetime
    deadline: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None

    def state(self, now: datetime) -> Running | Grace | Over:
        """Where the attempt stands at `now`."""
        if self.ended_at is not None:
            return Over(self.started_at, self.deadline, self.ended_at, self.ended_by or "time")
        grace = Grace(self.started_at, self.deadline)
        if now > self.deadline + GRACE:
            return grace.end
        if now >= self.deadline:
            return grace
        return Running(self.started_at, self.deadline, self.deadline - now)

    def end(self, now: datetime) -> Over:
        """The end to record for an attempt that is ended at `now`: by the candidate while it runs, else by the time."""
        match self.state(now):
            case Over() as over:
                return over
            case Running():
                return Over(self.started_at, self.deadline, now, "candidate")
            case Grace() as grace:
                return grace.end


def takes_answers(state: State) -> bool:
    """Whether an answer that arrives in this state is stored."""
    return isinstance(state, Running | Grace)


def deadline(
    started_at: datetime,
    limit: timedelta,
    closes_at: datetime | None = None,
    *,
    extra_time: float = 1.0,
    credits: Iterable[timedelta] = (),
    breaks: Iterable[timedelta] = (),
) -> datetime:
    """When an attempt ends that starts at `started_at`.

    The time limit, multiplied by the factor of extra time that was granted, or the end of the assessment's window if
    that is earlier; then credits for time that was lost, and breaks for which the clock stood still.
    """
    end = started_at + limit * extra_time
    if closes_at is not None:
        end = min(end, closes_at)
    return end + sum((*credits, *breaks), timedelta())
