"""Delivery: where an attempt stands is a function of its times and of now, whoever asks and however late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.delivery import GRACE, Clock, Phase, deadline

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DEADLINE = START + timedelta(minutes=30)
MOMENT = timedelta(microseconds=1)

RUNNING = Clock(START, DEADLINE)
FINISHED = Clock(START, DEADLINE, START + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (START, Phase.RUNNING),
        (DEADLINE - MOMENT, Phase.RUNNING),
        (DEADLINE, Phase.GRACE),
        (DEADLINE + GRACE, Phase.GRACE),
        (DEADLINE + GRACE + MOMENT, Phase.OVER),
        (DEADLINE + timedelta(days=365), Phase.OVER),
    ],
)
def test_an_attempt_runs_to_its_deadline_then_has_its_grace_then_is_over(now: datetime, phase: Phase) -> None:
    assert RUNNING.phase(now) is phase


@given(minutes=st.integers(-10_000, 10_000))
def test_an_attempt_that_was_ended_is_over_whatever_the_time(minutes: int) -> None:
    now = START + timedelta(minutes=minutes)
    assert FINISHED.phase(now) is Phase.OVER
    assert FINISHED.remaining(now) == timedelta()


@given(first=st.integers(0, 4000), later=st.integers(0, 4000))
def test_time_never_brings_an_attempt_back(first: int, later: int) -> None:
    order = [Phase.RUNNING, Phase.GRACE, Phase.OVER]
    before, after = (START + timedelta(seconds=seconds) for seconds in (first, first + later))
    assert order.index(RUNNING.phase(before)) <= order.index(RUNNING.phase(after))
    assert RUNNING.remaining(before) >= RUNNING.remaining(after) >= timedelta()


@pytest.mark.parametrize(
    ("now", "remaining"),
    [
        (START, timedelta(minutes=30)),
        (START + timedelta(minutes=29, seconds=59), timedelta(seconds=1)),
        (DEADLINE, timedelta()),
        (DEADLINE + GRACE, timedelta()),  # the grace is for packets, not for thinking
    ],
)
def test_what_remains_is_counted_to_the_deadline(now: datetime, remaining: timedelta) -> None:
    assert RUNNING.remaining(now) == remaining


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (START + timedelta(minutes=5), START + timedelta(minutes=5)),
        (DEADLINE, DEADLINE),
        (DEADLINE + GRACE, DEADLINE),
        (DEADLINE + timedelta(days=3), DEADLINE),
    ],
)
def test_an_attempt_closed_late_ended_at_its_deadline(now: datetime, end: datetime) -> None:
    assert RUNNING.end(now) == end


@pytest.mark.parametrize(
    ("closes_after", "minutes"), [(None, 30), (60, 30), (30, 30), (20, 20)], ids=["open", "later", "same", "earlier"]
)
def test_the_deadline_is_the_limit_or_the_end_of_the_window_if_that_is_earlier(
    closes_after: int | None, minutes: int
) -> None:
    closes_at = None if closes_after is None else START + timedelta(minutes=closes_after)
    assert deadline(START, 30, closes_at) == START + timedelta(minutes=minutes)
