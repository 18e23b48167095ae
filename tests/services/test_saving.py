"""Saving answers, on both stores: what is shown as saved is there, and nothing that was not seen is overwritten."""

import contextlib
import json
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.domain.delivery import GRACE, Over, Running
from quiz.domain.errors import (
    AttemptOver,
    Invalid,
    InvalidAnswer,
    NotFound,
)
from quiz.domain.items import Answer
from quiz.domain.measurement import estimate
from quiz.services.delivery import admission, answering
from quiz.services.delivery.answering import SaveOutcome
from quiz.store import attempts, content, sittings
from quiz.store.attempts import Attempt, Response, Slot
from quiz.store.database import reading, writing
from quiz.store.sittings import Marks
from tests.factories import NOW, Candidate, World, later
from tests.services.sitting import number_of, together


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
    marking, go_on = threading.Event(), threading.Event()

    def mark(_answers: Mapping[int, Answer | None]) -> Marks:
        marking.set()
        assert go_on.wait(10)
        return Marks([], estimate([]))

    def save() -> None:
        try:
            world.save(candidate, 1, 1, {}, NOW)
        except AttemptOver as error:
            errors.append(error)

    finish = threading.Thread(target=sittings.end, args=(world.store, 1, mark, NOW))
    finish.start()
    assert marking.wait(10)
    thread = threading.Thread(target=save)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive()
    go_on.set()
    finish.join()
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
