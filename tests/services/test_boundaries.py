"""What holds one second before the deadline, at it, in the grace and after it, by the server's clock alone."""

from datetime import timedelta

import pytest

from quiz.domain.delivery import GRACE
from quiz.domain.errors import AttemptOver, AttemptStarted, Invalid
from quiz.services.delivery import answering, closing
from quiz.services.results import scorecards
from quiz.services.results.standings import standings
from quiz.store.listings import Wanted
from tests.factories import NOW, World

DEADLINE = NOW + timedelta(minutes=20)
SECOND, MOMENT = timedelta(seconds=1), timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("after", "shows", "saves", "state", "scored"),
    [
        (-SECOND, True, True, "started", False),
        (-MOMENT, True, True, "started", False),
        (timedelta(0), False, True, "finished", False),
        (SECOND, False, True, "finished", False),
        (GRACE, False, True, "finished", False),
        (GRACE + MOMENT, False, False, "finished", True),
        (GRACE + SECOND, False, False, "finished", True),
    ],
)
def test_around_the_deadline(
    world: World, after: timedelta, shows: bool, saves: bool, state: str, scored: bool
) -> None:
    assessment = world.assessment(NOW)
    candidate = world.candidate(assessment, now=NOW)
    world.start(candidate, NOW)
    now = DEADLINE + after

    def question() -> bool:
        try:
            world.question(candidate, 1, now)
        except AttemptOver:
            return False
        return True

    def save() -> bool:
        try:
            return world.save(candidate, 1, 1, {}, now).saved
        except AttemptOver:
            return False

    def card() -> bool:
        try:
            scorecards.sheet(world.store, candidate.invitation_id, now)
        except Invalid:
            return False
        return True

    def receipt() -> bool:
        try:
            world.receipt(candidate, now)
        except AttemptStarted:
            return False
        return True

    assert (question(), save(), card(), receipt()) == (shows, saves, scored, not shows)
    (row,) = standings(world.store, assessment, Wanted(), now).rows
    assert (row.state, row.score is not None) == (state, scored)
    assert closing.sweep(world.store, now) == int(scored)
    world.finish(candidate, now)
    (row,) = standings(world.store, assessment, Wanted(), now).rows
    assert row.ended_at == min(now, DEADLINE)
    assert type(answering.state(world.store, candidate.browser, candidate.invitation_id, now)).__name__ == "Over"
