"""An attempt from the invitation to the receipt, on both stores, all but the saving of its answers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.domain.delivery import GRACE, Invited, Running
from quiz.domain.errors import (
    AttemptNotStarted,
    AttemptOver,
    InvitationClosed,
    NotFound,
    TooManyTries,
)
from quiz.domain.measurement import estimate
from quiz.services.delivery import admission, closing
from quiz.services.people.tokens import hashed
from quiz.services.publishing import invitations
from quiz.services.publishing.loading import load_banks
from quiz.store import attempts, content
from quiz.store.attempts import Attempt, Response, Slot
from quiz.store.database import reading, writing
from quiz.store.invitations import Invitation
from tests.factories import ITEMS, NOW, Candidate, World, later
from tests.services.sitting import number_of, together


def test_looking_at_an_invitation_changes_nothing(world: World) -> None:
    candidate = world.candidate(now=NOW)
    for _ in range(20):
        welcome = admission.look(world.store, candidate.link, {}, "127.0.0.1", NOW)
        assert welcome.state == Invited()
    with reading(world.store) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0


def test_only_hashes_of_tokens_are_stored(world: World) -> None:
    candidate = world.candidate()
    with reading(world.store) as session:
        invitation = session.scalars(sa.select(Invitation)).one()
    stored = str(vars(invitation))
    assert candidate.link not in stored
    assert candidate.browser not in stored
    assert invitation.token_hash == hashed(candidate.link)


def test_starting_twice_gives_one_attempt(world: World) -> None:
    candidate = world.candidate(now=NOW)
    world.start(candidate, NOW, seed=1)
    world.start(candidate, later(5), seed=2)
    with reading(world.store) as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        assert (attempt.seed, attempt.started_at, attempt.deadline_at) == (1, NOW, later(20))


def test_starting_from_many_tabs_at_once_gives_one_attempt(world: World) -> None:
    candidate = world.candidate(now=NOW)
    together(lambda n: world.start(candidate, NOW, seed=n), 8)
    with reading(world.store) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Slot)) == ITEMS


def test_nobody_else_can_finish_an_attempt(world: World, candidate: Candidate) -> None:
    other = world.candidate(now=NOW, email="other@example.org", assessment=world.assessment(NOW))
    with pytest.raises(NotFound):
        world.finish(Candidate(candidate.invitation_id, candidate.link, other.browser), later(1))
    assert world.question(candidate, 1, later(1)).state == Running(NOW, later(20), timedelta(minutes=19))


def test_an_attempt_that_was_not_started_cannot_be_finished(world: World) -> None:
    with pytest.raises(AttemptNotStarted):
        world.finish(world.candidate(now=NOW), NOW)


def test_an_attempt_that_was_finished_stays_as_it_is(world: World, candidate: Candidate) -> None:
    world.finish(candidate, later(5))
    world.finish(candidate, later(6))
    assert world.receipt(candidate, later(6)).ended_at == later(5)


def test_nobody_else_learns_whether_an_attempt_was_started(world: World) -> None:
    candidate, other = (world.candidate(world.assessment(NOW), f"{name}@example.org", NOW) for name in ("ada", "other"))
    stranger = Candidate(candidate.invitation_id, candidate.link, other.browser)
    for attempt in (lambda: world.save(stranger, 1, 1, {}, NOW), lambda: world.finish(stranger, NOW)):
        with pytest.raises(NotFound):
            attempt()


def test_nothing_can_be_saved_before_the_start(world: World) -> None:
    with pytest.raises(AttemptNotStarted):
        world.save(world.candidate(now=NOW), 1, 1, {}, NOW)


def test_a_question_beyond_the_form_does_not_exist(world: World, candidate: Candidate) -> None:
    for number in (0, ITEMS + 1):
        with pytest.raises(NotFound):
            world.save(candidate, number, 1, {}, NOW)


def test_a_perfect_attempt_earns_everything_and_an_empty_one_nothing(world: World) -> None:
    assessment = world.assessment(NOW)
    for email, knows in (("all@example.org", True), ("none@example.org", False)):
        candidate = world.candidate(assessment, email, NOW)
        world.start(candidate, NOW)
        with reading(world.store) as session:
            form = attempts.form(session, candidate.invitation_id)
            assert form is not None
            items = content.items(session, [place.item_version_id for place in form.places])
        for number, place in enumerate(form.places, start=1):
            item = items[place.item_version_id]
            if knows:
                world.save(candidate, number, 1, item.fields(item.key, place.arrangement), NOW)
        world.finish(candidate, later(3))
    with reading(world.store) as session:
        rows = session.execute(sa.select(Attempt.share, Attempt.ended_at, Attempt.ended_by).order_by(Attempt.id)).all()
    assert [tuple(row) for row in rows] == [(1.0, later(3), "candidate"), (0.0, later(3), "candidate")]


def test_an_attempt_left_alone_ends_at_its_deadline_whenever_it_is_swept(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["double"]}, later(2))
    assert closing.sweep(world.store, later(20)) == 0
    assert closing.sweep(world.store, later(300)) == 1
    assert closing.sweep(world.store, later(300)) == 0
    with reading(world.store) as session:
        attempt = session.scalars(sa.select(Attempt)).one()
        assert (attempt.ended_at, attempt.ended_by) == (later(20), "time")
        assert attempt.share == pytest.approx(1 / ITEMS)


def test_a_sweep_ends_all_that_are_overdue_however_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "BATCH", 2)
    assessment = world.assessment(NOW)
    for n in range(5):
        world.start(world.candidate(assessment, f"person{n}@example.org", NOW), NOW)
    assert closing.sweep(world.store, later(20) + GRACE) == 0
    assert closing.sweep(world.store, later(20) + GRACE + timedelta(microseconds=1)) == 5


def test_the_end_records_what_each_question_earned_and_how_sure_the_score_is(
    world: World, candidate: Candidate
) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["double"]}, NOW)
    world.finish(candidate, later(1))
    earned = [float(n == number) for n in range(1, ITEMS + 1)]
    expected = estimate(earned)
    with reading(world.store) as session:
        assert attempts.credits(session, 1) == earned
        attempt = session.scalars(sa.select(Attempt)).one()
        assert (attempt.share, attempt.low, attempt.high) == (expected.share, expected.low, expected.high)


def test_several_sweepers_end_an_attempt_once(world: World, candidate: Candidate) -> None:
    ended: list[int] = []

    def work(_n: int) -> None:
        ended.append(closing.sweep(world.store, later(300)))

    together(work, 4)
    assert sum(ended) == 1


def test_what_was_not_swept_is_over_all_the_same(world: World, candidate: Candidate) -> None:
    with pytest.raises(AttemptOver):
        world.question(candidate, 1, later(21))
    shown = world.receipt(candidate, later(21))
    assert (shown.ended_at, shown.ended_by) == (later(20), "time")


def test_the_window_of_an_assessment_cuts_the_time(world: World) -> None:
    candidate = world.candidate(world.assessment(NOW, closes_at=later(30)), now=NOW)
    world.start(candidate, later(20))
    with reading(world.store) as session:
        assert session.scalars(sa.select(Attempt.deadline_at)).one() == later(30)


def test_nobody_starts_after_the_window_or_a_withdrawal(world: World) -> None:
    closed = world.candidate(world.assessment(NOW, closes_at=later(30)), now=NOW)
    withdrawn = world.candidate(world.assessment(NOW), now=NOW)
    invitations.withdraw(world.store, withdrawn.invitation_id, NOW)
    for candidate, now in ((closed, later(30)), (withdrawn, NOW)):
        with pytest.raises(InvitationClosed):
            world.start(candidate, now)


def test_an_edited_item_changes_no_attempt_that_began(world: World, candidate: Candidate, banks: Any) -> None:
    number = number_of(world, candidate, "single choice")
    before = world.question(candidate, number, NOW).item
    for path in (banks / "demo").glob("part-*.yaml"):
        path.write_text(path.read_text().replace("130", "131").replace("Question", "Other question"))
    assert {one.bank: one.outcome for one in load_banks(world.store, banks, NOW)}["demo"] == "loaded"
    assert world.question(candidate, number, NOW).item == before


def test_wrong_links_are_counted_and_then_refused_and_valid_ones_always_open(world: World) -> None:
    candidate = world.candidate(now=NOW)
    for _ in range(30):
        with pytest.raises(NotFound):
            admission.look(world.store, "guess", {}, "10.0.0.9", NOW)
    with pytest.raises(TooManyTries):
        admission.look(world.store, "guess", {}, "10.0.0.9", NOW)
    with pytest.raises(NotFound):
        admission.look(world.store, "guess", {}, "10.0.0.8", NOW)
    assert admission.look(world.store, candidate.link, {}, "10.0.0.9", NOW)
    assert admission.enter(world.store, candidate.link, {}, "10.0.0.9", NOW)


def test_every_invitation_gives_a_browser_a_token_of_its_own(world: World) -> None:
    """Or the last person at a shared computer could open and end what the next one takes there."""
    first = world.candidate(now=NOW)
    second = world.candidate(world.assessment(NOW), "grace@example.org", NOW)
    held = {first.invitation_id: first.browser}
    entry = admission.enter(world.store, second.link, held, "127.0.0.1", NOW)
    assert entry.browser != first.browser
    with pytest.raises(NotFound):
        world.start(Candidate(second.invitation_id, second.link, first.browser), NOW)


def test_a_browser_keeps_the_token_of_an_invitation_and_no_other_is_taken_over(world: World) -> None:
    candidate = world.candidate(now=NOW)
    for token, kept in ((candidate.browser, True), ("planted-by-somebody-else-0123456789abcdef0", False)):
        held = {candidate.invitation_id: token}
        entry = admission.enter(world.store, candidate.link, held, "127.0.0.1", NOW)
        assert (entry.browser == token) is kept


def test_a_browser_that_was_left_opens_nothing_and_the_link_still_does(world: World, candidate: Candidate) -> None:
    admission.leave(world.store, candidate.browser, candidate.invitation_id, NOW)
    with pytest.raises(NotFound):
        world.question(candidate, 1, NOW)
    entry = admission.enter(world.store, candidate.link, {}, "127.0.0.1", NOW)
    assert world.question(Candidate(candidate.invitation_id, candidate.link, entry.browser), 1, NOW)


@pytest.mark.parametrize(
    ("closes", "minutes"), [(None, 20), (later(60), 20), (later(20), 20), (later(3.9), 3), (later(0.5), 0)]
)
def test_the_minutes_that_are_promised_are_those_there_will_be(
    world: World, closes: datetime | None, minutes: int
) -> None:
    candidate = world.candidate(world.assessment(NOW, closes_at=closes), now=NOW)
    look = admission.look(world.store, candidate.link, {}, "127.0.0.1", NOW)
    welcome = admission.welcome(world.store, candidate.browser, candidate.invitation_id, NOW)
    assert (look.minutes, welcome.minutes, look.limit) == (minutes, minutes, 20)
    world.start(candidate, NOW)
    running = admission.look(world.store, candidate.link, {}, "127.0.0.1", NOW + timedelta(seconds=20))
    assert running.minutes == minutes


def test_the_receipt_stands_for_exactly_these_answers(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["word"]}, NOW)
    world.finish(candidate, later(1))
    first = world.receipt(candidate, later(1))
    with writing(world.store) as session:
        session.execute(sa.update(Response).values(answer='"tampered"'))
    second = world.receipt(candidate, later(1))
    assert first.tally.answered == 1
    assert first.digest != second.digest
