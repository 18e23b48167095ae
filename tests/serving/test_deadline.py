"""The deadline holds: what counts is when a save can be written, and not when its first byte came."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from quiz.domain.delivery import GRACE
from quiz.domain.edits import Edit
from quiz.domain.errors import AttemptOver
from quiz.services.delivery import answering
from quiz.store.attempts import Attempt, Response
from quiz.store.database import Store, reading, writing
from quiz.web.access import candidate_cookie, tied
from tests.factories import Candidate, World
from tests.serving.conftest import Installation, Sitting
from tests.serving.wire import Wire


def stored(store: Store) -> int:
    with reading(store) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Response)) or 0


def started(world: World, left: timedelta, assessment: str = "") -> Candidate:
    """A candidate whose grace ends when this time is over."""
    began = datetime.now(UTC) - timedelta(minutes=20) - GRACE + left
    candidate = world.candidate(assessment or world.assessment(began), now=began)
    world.start(candidate, began)
    return candidate


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Somebody else has the attempt, as whoever ends it would, and on SQLite with it the database."""
    with writing(store) as session:
        session.execute(sa.select(Attempt).with_for_update()).one()
        yield


@pytest.mark.parametrize(("waits", "taken"), [(2.0, False), (0.2, True)])
def test_a_save_that_waits_for_its_turn_counts_when_it_has_it(world: World, waits: float, taken: bool) -> None:
    candidate = started(world, timedelta(seconds=1.5))
    outcome: list[Any] = []

    def save() -> None:
        try:
            outcome.append(
                answering.save(
                    world.store,
                    candidate.browser,
                    candidate.invitation_id,
                    1,
                    Edit(0, "page", 1),
                    {},
                    True,
                    lambda: datetime.now(UTC),
                )
            )
        except AttemptOver as error:
            outcome.append(error)

    with held(world.store):
        thread = threading.Thread(target=save)
        thread.start()
        time.sleep(waits)
        assert outcome == [], "the save waits"
    thread.join()
    assert isinstance(outcome[0], AttemptOver) is not taken
    assert stored(world.store) == (1 if taken else 0)


class _Slow(BytesIO):
    """A body whose last byte comes after the grace."""

    def __init__(self, body: bytes, clock: Any, end: datetime) -> None:
        super().__init__(body)
        self._clock, self._end = clock, end

    def readinto(self, buffer: Any) -> int:
        self._clock.move_to(self._end)
        return super().readinto(buffer)


@pytest.mark.parametrize(("after", "status"), [(-1, 200), (1, 410)])
def test_the_time_is_taken_once_the_body_is_read(app: Flask, world: World, after: int, status: int) -> None:
    candidate = started(world, GRACE + timedelta(minutes=1))
    with reading(world.store) as session:
        end = session.scalars(sa.select(Attempt.deadline_at)).one() + GRACE
    which = candidate_cookie(candidate.invitation_id)
    with app.test_request_context():
        token = tied(which, candidate.browser)
    body = f"base=0&writer=page&edit=1&csrf_token={token}".encode()
    client = app.test_client()
    client.set_cookie(f"quiz-{which}", candidate.browser)
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        reply = client.post(
            f"/sitting/{candidate.invitation_id}/question/1",
            input_stream=_Slow(body, clock, end + timedelta(seconds=after)),
            headers={"Content-Length": str(len(body)), "Accept": "application/json"},
            content_type="application/x-www-form-urlencoded",
        )
    assert reply.status_code == status
    assert stored(world.store) == (1 if status == 200 else 0)


@pytest.mark.slow
def test_a_body_that_comes_after_the_grace_is_too_late_however_early_its_head_came(served: Installation) -> None:
    world = served.world
    sittings = []
    for left in (2.0, 60.0):
        candidate = started(world, timedelta(seconds=left), world.assessment(draws=served.draws))
        with world.app.test_request_context():
            csrf = tied(candidate_cookie(candidate.invitation_id), candidate.browser)
        sittings.append(Sitting(served.port, candidate, csrf))
    before, wires = stored(world.store), [Wire(served.port) for _ in sittings]
    for wire, sitting in zip(wires, sittings, strict=True):
        request = sitting.save_request()
        wire.send(request[:-1])
    time.sleep(3)
    statuses = []
    for wire in wires:
        wire.send(b"0")
        answer = wire.answer()
        assert answer is not None
        statuses.append(answer.status)
        wire.socket.close()
    assert statuses == [410, 200]
    assert stored(world.store) == before + 1
