"""A candidate's sitting, on both stores: what is shown as saved is there, and nothing newer is ever overwritten."""

import contextlib
import json
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.domain.delivery import GRACE, Invited, Over, Running
from quiz.domain.errors import (
    AttemptNotStarted,
    AttemptOver,
    Invalid,
    InvalidAnswer,
    InvitationClosed,
    NotFound,
    TooManyTries,
)
from quiz.domain.measurement import estimate
from quiz.services.delivery import admission, answering, closing
from quiz.services.delivery.answering import SaveOutcome
from quiz.services.people.tokens import hashed
from quiz.services.publishing import invitations
from quiz.services.publishing.loading import load_banks
from quiz.store import attempts, content
from quiz.store.attempts import Attempt, Response, Slot
from quiz.store.database import reading, writing
from quiz.store.invitations import Invitation
from tests.factories import ITEMS, NOW, Candidate, World, later


@pytest.fixture
def candidate(world: World) -> Candidate:
    """A candidate whose clock was started at NOW, with twenty minutes."""
    made = world.candidate(now=NOW)
    world.start(made, NOW)
    return made


def number_of(world: World, candidate: Candidate, kind: str) -> int:
    """The number of the first question of a kind."""
    return next(n for n in range(1, 17) if world.question(candidate, n, NOW).item.kind == kind)


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


def together(work: Any, count: int) -> None:
    """Do the same from several threads, begun as near together as can be; raises what any of them raised."""
    gate, errors = threading.Barrier(count), []

    def one(number: int) -> None:
        gate.wait()
        try:
            work(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=[n]) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_a_saved_answer_is_shown_again(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    outcome = world.save(candidate, number, 1, {"answer": ["term"]}, later(1))
    assert outcome.saved
    assert outcome.saved_at == later(1)
    asked = world.question(candidate, number, later(2))
    assert (asked.given, asked.seq) == ({"answer": ["term"]}, 1)


def test_a_save_that_is_based_on_what_is_stored_is_stored(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["first"]}, NOW, writer="laptop")
    outcome = world.save(candidate, number, 1, {"answer": ["second"]}, NOW, base=1, writer="phone")
    assert (outcome.saved, outcome.seq) == (True, 2)


def test_a_save_never_overwrites_what_its_page_has_not_seen_however_much_was_typed(
    world: World, candidate: Candidate
) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["word"]}, NOW, writer="phone")
    for edit in (1, 2, 50):
        outcome = world.save(candidate, number, edit, {"answer": [f"edit {edit}"]}, NOW, writer="laptop")
        assert not outcome.saved
        assert not outcome.settled
        assert (outcome.seq, outcome.given, outcome.described) == (1, {"answer": ["word"]}, ["word"])
    assert stored_answers(world) == ["word"]


def test_an_earlier_edit_of_the_same_page_that_arrives_late_changes_nothing(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 5, {"answer": ["newer"]}, NOW)
    late = world.save(candidate, number, 4, {"answer": ["older"]}, NOW)
    assert (late.saved, late.settled, late.given) == (False, True, {"answer": ["newer"]})
    assert stored_answers(world) == ["newer"]


def test_a_page_that_never_heard_of_its_save_goes_on_from_it(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["wo"]}, NOW)
    outcome = world.save(candidate, number, 2, {"answer": ["word"]}, NOW, base=0)
    assert (outcome.saved, outcome.seq) == (True, 2)


def test_an_edit_that_was_stored_and_replaced_by_whoever_saw_it_needs_no_choice(
    world: World, candidate: Candidate
) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["first"]}, NOW, writer="laptop")
    world.save(candidate, number, 1, {"answer": ["second"]}, NOW, base=1, writer="phone")
    repeat = world.save(candidate, number, 1, {"answer": ["first"]}, NOW, writer="laptop")
    newer = world.save(candidate, number, 2, {"answer": ["third"]}, NOW, writer="laptop")
    assert [(outcome.saved, outcome.settled) for outcome in (repeat, newer)] == [(False, True), (False, False)]
    assert stored_answers(world) == ["first", "second"]


def test_another_text_under_the_same_edit_of_a_page_is_a_conflict(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["first"]}, NOW)
    assert not world.save(candidate, number, 1, {"answer": ["other"]}, NOW, base=1).saved
    assert stored_answers(world) == ["first"]


def test_the_same_answer_from_another_page_is_saved_already(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["word"]}, NOW, writer="laptop")
    assert world.save(candidate, number, 9, {"answer": ["word"]}, later(1), writer="phone").saved
    assert stored_answers(world) == ["word"]


def stored_answers(world: World) -> list[Any]:
    """Every answer that was ever stored, the oldest first."""
    with reading(world.store) as session:
        return [json.loads(answer) for answer in session.scalars(sa.select(Response.answer).order_by(Response.seq))]


def test_a_repeated_save_is_acknowledged_and_stored_once(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    first, second = (world.save(candidate, number, 3, {"answer": ["same"]}, NOW) for _ in range(2))
    assert first.saved
    assert second.saved
    with reading(world.store) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Response)) == 1


def test_a_save_that_conflicts_gets_what_is_stored_with_its_flag_and_its_time(
    world: World, candidate: Candidate
) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 5, {"answer": ["newer"]}, later(1), flagged=True)
    assert world.save(candidate, number, 4, {"answer": ["older"]}, later(2), writer="other") == SaveOutcome(
        saved=False,
        seq=1,
        flagged=True,
        saved_at=later(1),
        state=Running(NOW, later(20), timedelta(minutes=18)),
        given={"answer": ["newer"]},
        described=["newer"],
    )


def test_a_save_that_conflicts_with_an_answer_taken_back_gets_no_answer(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 2, {}, NOW)
    lost = world.save(candidate, number, 1, {"answer": ["older"]}, NOW, writer="other")
    assert (lost.saved, lost.given, lost.described) == (False, {}, ["No answer"])


def test_a_save_of_what_its_page_was_loaded_with_changes_nothing_and_needs_no_choice(
    world: World, candidate: Candidate
) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["first"]}, NOW)
    world.save(candidate, number, 2, {"answer": ["second"]}, NOW)
    loaded = world.save(candidate, number, 1, {"answer": ["first"]}, NOW, base=1, writer="other")
    retyped = world.save(candidate, number, 1, {"answer": ["third"]}, NOW, base=1, writer="other")
    flagged = world.save(candidate, number, 1, {"answer": ["first"]}, NOW, base=1, writer="other", flagged=True)
    empty = world.save(candidate, number, 1, {}, NOW, base=0, writer="other")
    assert [(outcome.saved, outcome.settled) for outcome in (loaded, retyped, flagged, empty)] == [
        (False, True),
        (False, False),
        (False, False),
        (False, True),
    ]


def test_a_repeat_is_acknowledged_whatever_the_kind_of_the_question(world: World, candidate: Candidate) -> None:
    with reading(world.store) as session:
        form = answering.form_of(session, candidate.invitation_id)
        items = content.items(session, [place.item_version_id for place in form.places])
    for number, place in enumerate(form.places, start=1):
        item = items[place.item_version_id]
        key = item.fields(item.key, place.arrangement)
        assert [world.save(candidate, number, 1, key, NOW).saved for _ in range(2)] == [True, True]


def test_the_same_answer_with_another_flag_is_no_repeat(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["word"]}, NOW, flagged=True)
    lost = world.save(candidate, number, 1, {"answer": ["word"]}, NOW)
    assert (lost.saved, lost.flagged) == (False, True)


def test_a_repeat_tells_when_the_answer_was_first_saved(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    for minute in (1, 2):
        outcome = world.save(candidate, number, 3, {"answer": ["same"]}, later(minute), flagged=True)
        assert outcome == SaveOutcome(
            saved=True,
            seq=1,
            flagged=True,
            saved_at=later(1),
            state=Running(NOW, later(20), timedelta(minutes=20 - minute)),
            given={},
            described=[],
        )


def test_every_answer_is_kept_and_none_is_changed(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    for edit in range(1, 6):
        world.save(candidate, number, edit, {"answer": [f"try {edit}"]}, NOW)
    with reading(world.store) as session:
        kept = session.scalars(sa.select(Response.answer).order_by(Response.seq)).all()
    assert list(kept) == [f'"try {edit}"' for edit in range(1, 6)]


def test_an_answer_can_be_taken_back(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["word"]}, NOW)
    world.save(candidate, number, 2, {}, NOW)
    overview = answering.overview(world.store, candidate.browser, candidate.invitation_id, NOW)
    assert number in [slot.number for slot in overview.open]


def test_of_edits_of_one_page_racing_for_their_question_the_last_wins(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    together(lambda n: world.save(candidate, number, n + 1, {"answer": [f"try {n + 1}"]}, NOW), 12)
    with reading(world.store) as session:
        assert attempts.newest(session, 1, number).answer == "try 12"


def test_of_pages_racing_for_one_question_one_is_stored_and_each_other_is_told(
    world: World, candidate: Candidate
) -> None:
    number, saved = number_of(world, candidate, "short text"), []

    def save(n: int) -> None:
        if world.save(candidate, number, 1, {"answer": [f"page {n}"]}, NOW, writer=f"page-{n}").saved:
            saved.append(f"page {n}")

    together(save, 12)
    assert len(saved) == 1
    assert stored_answers(world) == saved


def test_the_same_save_sent_twice_at_once_is_acknowledged_twice(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    outcomes: list[answering.SaveOutcome] = []
    for edit in range(1, 26):
        together(
            lambda _, edit=edit: outcomes.append(world.save(candidate, number, edit, {"answer": ["word"]}, NOW)), 3
        )
    assert len(outcomes) == 75
    assert all(outcome.saved for outcome in outcomes)


def test_a_save_that_meets_its_twin_under_way_is_acknowledged(world: World, candidate: Candidate) -> None:
    number, outcomes = number_of(world, candidate, "short text"), []

    def save() -> None:
        outcomes.append(world.save(candidate, number, 1, {"answer": ["word"]}, NOW))

    thread = threading.Thread(target=save)
    with writing(world.store) as session:
        session.add(Response(attempt_id=1, number=number, seq=1, answer='"word"', flagged=False, saved_at=NOW))
        session.flush()
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join()
    assert [outcome.saved for outcome in outcomes] == [True]


def test_no_acknowledged_answer_misses_the_score(world: World) -> None:
    """Saves and the finish race; whatever was acknowledged was there when the score was made."""
    for round_ in range(6):
        candidate = world.candidate(now=NOW, email=f"racer{round_}@example.org", assessment=world.assessment(NOW))
        world.start(candidate, NOW)
        number = number_of(world, candidate, "short text")
        acknowledged: list[int] = []

        def act(n: int, candidate: Candidate = candidate, number: int = number, seen: list[int] = acknowledged) -> None:
            if n == 4:
                world.finish(candidate, later(1))
                return
            with contextlib.suppress(AttemptOver):
                seen.append(world.save(candidate, number, n + 1, {"answer": ["double"]}, NOW).seq)

        together(act, 9)
        with reading(world.store) as session:
            attempt = session.scalars(sa.select(Attempt).order_by(Attempt.id.desc()).limit(1)).one()
            stored = set(session.scalars(sa.select(Response.seq).where(Response.attempt_id == attempt.id)))
            credit = session.scalar(sa.select(Slot.credit).where(Slot.attempt_id == attempt.id, Slot.number == number))
        assert set(acknowledged) <= stored
        assert (credit == 1.0) is bool(stored)


def test_a_save_that_meets_a_finish_under_way_waits_for_it_and_is_refused(world: World, candidate: Candidate) -> None:
    errors: list[AttemptOver] = []

    def save() -> None:
        try:
            world.save(candidate, 1, 1, {}, NOW)
        except AttemptOver as error:
            errors.append(error)

    thread = threading.Thread(target=save)
    with writing(world.store) as session:
        attempt = attempts.lock(session, 1)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        attempts.record_end(attempt, attempt.times.end(NOW), share=0, low=0, high=1)
    thread.join()
    assert len(errors) == 1
    with reading(world.store) as session:
        assert attempts.newest(session, 1, 1).seq == 0


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_save_does_not_wait_for_another_save_of_its_attempt(world: World, candidate: Candidate) -> None:
    with writing(world.store) as session:
        session.execute(sa.select(Attempt.id).with_for_update(read=True, key_share=True))
        assert world.save(candidate, 1, 1, {}, NOW).saved


@pytest.mark.parametrize(
    ("edit", "base", "writer"),
    [(0, 0, "page"), (-1, 0, "page"), (2**53, 0, "page"), (1, -1, "page"), (1, 2**53, "page"), (1, 0, ""),
     (1, 0, "x" * 41), (1, 0, "a b"), (1, 0, "\x00")],
)  # fmt: skip
def test_an_edit_that_no_page_makes_is_refused(
    world: World, candidate: Candidate, edit: int, base: int, writer: str
) -> None:
    with pytest.raises(Invalid):
        world.save(candidate, 1, edit, {}, NOW, base=base, writer=writer)


def test_the_largest_number_a_browser_counts_exactly_is_an_edit(world: World, candidate: Candidate) -> None:
    assert world.save(candidate, 1, 2**53 - 1, {}, NOW).saved


def test_an_answer_that_does_not_fit_its_question_is_not_stored(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "single choice")
    with pytest.raises(InvalidAnswer):
        world.save(candidate, number, 1, {"answer": ["99"]}, NOW)
    with reading(world.store) as session:
        assert attempts.newest(session, 1, number).seq == 0


def test_saves_are_taken_until_the_grace_has_passed(world: World, candidate: Candidate) -> None:
    number = number_of(world, candidate, "short text")
    assert world.save(candidate, number, 1, {"answer": ["in time"]}, later(20)).saved
    assert world.save(candidate, number, 2, {"answer": ["under way"]}, later(20 + 9.9 / 60)).saved
    with pytest.raises(AttemptOver):
        world.save(candidate, number, 3, {"answer": ["too late"]}, later(20 + 10.1 / 60))


def test_the_last_moment_of_the_grace_is_in_time(world: World, candidate: Candidate) -> None:
    assert world.save(candidate, 1, 1, {}, later(20) + GRACE).saved
    with pytest.raises(AttemptOver):
        world.save(candidate, 1, 2, {}, later(20) + GRACE + timedelta(microseconds=1))


def test_nothing_is_saved_after_the_finish(world: World, candidate: Candidate) -> None:
    world.finish(candidate, later(5))
    with pytest.raises(AttemptOver):
        world.save(candidate, 1, 1, {}, later(5))


def test_a_repeat_of_an_acknowledged_save_is_acknowledged_even_after_the_end(
    world: World, candidate: Candidate
) -> None:
    number = number_of(world, candidate, "short text")
    world.save(candidate, number, 1, {"answer": ["word"]}, later(4))
    world.finish(candidate, later(5))
    repeat = world.save(candidate, number, 1, {"answer": ["word"]}, later(5))
    assert repeat.saved
    assert repeat.state == Over(NOW, later(20), later(5), "candidate")


def test_nobody_else_can_save_or_look(world: World, candidate: Candidate) -> None:
    other = world.candidate(now=NOW, email="other@example.org", assessment=world.assessment(NOW))
    stranger = Candidate(candidate.invitation_id, candidate.link, other.browser)
    with pytest.raises(NotFound):
        world.save(stranger, 1, 1, {}, NOW)
    with pytest.raises(NotFound):
        world.question(stranger, 1, NOW)


def test_a_browser_with_two_invitations_saves_each_answer_where_it_belongs(world: World, candidate: Candidate) -> None:
    second = world.candidate(world.assessment(NOW), "second@example.org", NOW)
    held = {candidate.invitation_id: candidate.browser}
    entry = admission.enter(world.store, second.link, held, "127.0.0.1", NOW)
    other = Candidate(second.invitation_id, second.link, entry.browser)
    world.start(other, NOW)
    number = number_of(world, candidate, "short text")
    for sitting, text in ((candidate, "one"), (other, "two")):
        assert world.save(sitting, number, 1, {"answer": [text]}, NOW).saved
    for sitting, text in ((candidate, "one"), (other, "two")):
        assert world.question(sitting, number, NOW).given == {"answer": [text]}


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
