"""Delivery: where an attempt stands is a function of its times and of now, whoever asks and however late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.delivery import GRACE, Grace, Invited, Over, Running, State, Times, deadline, takes_answers

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DEADLINE = START + timedelta(minutes=30)
MOMENT = timedelta(microseconds=1)
TEN = START + timedelta(minutes=10)

STARTED = Times(START, DEADLINE)
FINISHED = Times(START, DEADLINE, TEN, "candidate")
CLOSED = Over(START, DEADLINE, DEADLINE, "time")


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (START, Running(START, DEADLINE, timedelta(minutes=30))),
        (START + timedelta(minutes=29, seconds=59), Running(START, DEADLINE, timedelta(seconds=1))),
        (DEADLINE - MOMENT, Running(START, DEADLINE, MOMENT)),
        (DEADLINE, Grace(START, DEADLINE)),
        (DEADLINE + GRACE, Grace(START, DEADLINE)),
        (DEADLINE + GRACE + MOMENT, CLOSED),
        (DEADLINE + timedelta(days=365), CLOSED),
    ],
)
def test_an_attempt_runs_to_its_deadline_then_has_its_grace_then_is_over(now: datetime, state: State) -> None:
    assert STARTED.state(now) == state


@given(minutes=st.integers(-10_000, 10_000))
def test_an_attempt_that_was_ended_is_over_whatever_the_time(minutes: int) -> None:
    assert FINISHED.state(START + timedelta(minutes=minutes)) == Over(START, DEADLINE, TEN, "candidate")


@given(first=st.integers(0, 4000), later=st.integers(0, 4000))
def test_time_never_brings_an_attempt_back(first: int, later: int) -> None:
    order: list[type] = [Running, Grace, Over]
    before, after = (STARTED.state(START + timedelta(seconds=seconds)) for seconds in (first, first + later))
    assert order.index(type(before)) <= order.index(type(after))
    if isinstance(before, Running) and isinstance(after, Running):
        assert before.remaining >= after.remaining > timedelta()


def test_answers_are_taken_while_it_runs_and_in_its_grace() -> None:
    states = [Invited(), STARTED.state(START), STARTED.state(DEADLINE), CLOSED, FINISHED.state(START)]
    assert [takes_answers(state) for state in states] == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("now", "ended_at", "ended_by"),
    [
        (START + timedelta(minutes=5), START + timedelta(minutes=5), "candidate"),
        (DEADLINE - MOMENT, DEADLINE - MOMENT, "candidate"),
        (DEADLINE, DEADLINE, "time"),
        (DEADLINE + GRACE, DEADLINE, "time"),
        (DEADLINE + timedelta(days=3), DEADLINE, "time"),
    ],
)
def test_an_attempt_closed_late_ended_at_its_deadline(now: datetime, ended_at: datetime, ended_by: str) -> None:
    assert STARTED.end(now) == Over(START, DEADLINE, ended_at, ended_by)


def test_what_has_ended_does_not_end_again() -> None:
    assert FINISHED.end(DEADLINE) == Over(START, DEADLINE, TEN, "candidate")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("closes_after", "expected"), [(None, 30), (60, 30), (30, 30), (20, 20)], ids=["open", "later", "same", "earlier"]
)
def test_the_deadline_is_the_limit_or_the_end_of_the_window_if_that_is_earlier(
    closes_after: int | None, expected: int
) -> None:
    closes_at = None if closes_after is None else START + minutes(closes_after)
    assert deadline(START, minutes(30), closes_at) == START + minutes(expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"extra_time": 1.25}, 37.5),
        ({"extra_time": 2.0}, 60),
        ({"extra_time": 2.0, "closes_at": START + minutes(40)}, 40),
        ({"credits": [minutes(3), minutes(2)]}, 35),
        ({"credits": [minutes(5)], "closes_at": START + minutes(20)}, 25),
        ({"breaks": [minutes(10)]}, 40),
        ({"extra_time": 1.5, "credits": [minutes(1)], "breaks": [minutes(4), minutes(5)]}, 55),
    ],
    ids=str,
)
def test_extra_time_stretches_the_limit_and_credits_and_breaks_come_after_the_window(
    given: dict[str, object], expected: float
) -> None:
    assert deadline(START, minutes(30), **given) == START + minutes(expected)
