"""The worker on both stores: jobs run when they are due, one process at a time, and one that fails harms no other."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.services.people import accounts
from quiz.store.accounts import Guesses, StaffSession
from quiz.store.attempts import Attempt
from quiz.store.database import Store, reading
from quiz.store.invitations import CandidateSession
from quiz.worker import Job, Worker
from quiz.worker.jobs import JOBS
from tests.factories import NOW, PASSWORD, World, later


class Log:
    """A job's work that notes when it was done."""

    def __init__(self, error: Exception | None = None) -> None:
        self.times: list[datetime] = []
        self.error = error

    def __call__(self, store: Store, now: datetime) -> None:
        self.times.append(now)
        if self.error:
            raise self.error


def test_each_job_runs_at_once_and_then_once_a_period(store: Store) -> None:
    often, seldom = Log(), Log()
    worker = Worker(store, [Job("often", timedelta(minutes=1), often), Job("seldom", timedelta(minutes=3), seldom)])
    assert worker.work(NOW) == timedelta(minutes=1)
    assert worker.work(later(0.5)) == timedelta(minutes=0.5)
    for minute in range(1, 7):
        worker.work(later(minute))
    assert often.times == [later(minute) for minute in range(7)]
    assert seldom.times == [later(0), later(3), later(6)]


def test_a_job_that_fails_is_logged_and_tried_again_and_harms_no_other(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    failing, sound = Log(RuntimeError("no such thing")), Log()
    worker = Worker(store, [Job("failing", timedelta(minutes=1), failing), Job("sound", timedelta(minutes=1), sound)])
    worker.work(NOW)
    worker.work(later(1))
    assert failing.times == sound.times == [NOW, later(1)]
    assert "the job 'failing' failed" in caplog.text


def test_a_job_that_another_worker_is_at_is_left_to_it(store: Store) -> None:
    begun, ended, done = threading.Event(), threading.Event(), []

    def slow(_store: Store, _now: datetime) -> None:
        done.append("slow")
        begun.set()
        ended.wait(10)

    job = Job("the same", timedelta(minutes=1), slow)
    first = threading.Thread(target=Worker(store, [job]).work, args=[NOW])
    first.start()
    assert begun.wait(10)
    Worker(store, [job]).work(NOW)
    ended.set()
    first.join()
    assert done == ["slow"]


def count(store: Store, table: Any) -> int:
    with reading(store) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_the_jobs_write_down_what_ended_and_forget_what_expired(world: World) -> None:
    candidate = world.candidate(now=NOW)
    world.start(candidate, NOW)
    accounts.sign_in(world.store, world.user(), PASSWORD, "10.0.0.1", NOW)
    worker = Worker(world.store, JOBS)
    worker.work(later(10))
    with reading(world.store) as session:
        assert session.scalars(sa.select(Attempt.ended_at)).one() is None
    assert [count(world.store, table) for table in (StaffSession, Guesses, CandidateSession)] == [1, 4, 1]
    worker.work(later(31))
    with reading(world.store) as session:
        assert session.scalars(sa.select(Attempt.ended_at)).one() == later(20)
    assert count(world.store, StaffSession) == 0
    worker.work(NOW + timedelta(days=8))
    assert [count(world.store, table) for table in (Guesses, CandidateSession)] == [0, 0]


def test_several_workers_end_an_attempt_once(world: World) -> None:
    candidate = world.candidate(now=NOW)
    world.start(candidate, NOW)
    workers = [threading.Thread(target=Worker(world.store, JOBS).work, args=[later(300)]) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with reading(world.store) as session:
        assert session.scalars(sa.select(Attempt.ended_at)).one() == later(20)
