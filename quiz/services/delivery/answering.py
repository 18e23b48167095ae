"""Answering: the questions of a running attempt, the answers that are saved, and what is still open."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from quiz.domain.completeness import Completeness, Tally, tally
from quiz.domain.delivery import Grace, Invited, Over, Running, State, takes_answers
from quiz.domain.edits import Edit, Verdict
from quiz.domain.errors import AttemptNotStarted, AttemptOver, Invalid, InvalidAnswer, NotFound
from quiz.domain.items import Answer, Fields, PublicItem, Question
from quiz.services.delivery.admission import seat_of
from quiz.services.people.tokens import hashed
from quiz.store import attempts, content, saving
from quiz.store.attempts import Form, Place, Saved
from quiz.store.database import Store, reading

HIGHEST = 2**53 - 1
"""The largest number that a browser counts exactly."""

_WRITER = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class QuestionSheet:
    """One question of a running attempt, with the answer that is stored as a browser would submit it."""

    title: str
    number: int
    total: int
    item: PublicItem
    given: dict[str, list[str]]
    seq: int
    flagged: bool
    saved_at: datetime | None
    state: Running


def question(store: Store, browser: str, invitation_id: str, number: int, now: datetime) -> QuestionSheet:
    """A question as this attempt shows it. Raises NotFound, AttemptNotStarted or AttemptOver."""
    with reading(store) as session:
        state, form = running(session, browser, invitation_id, now)
        item, place = _item(session, form, number)
        saved = attempts.newest(session, form.attempt_id, number)
    return QuestionSheet(
        title=form.title,
        number=number,
        total=len(form.places),
        item=item.public(place.arrangement),
        given=_given(item, place, saved),
        seq=saved.seq,
        flagged=saved.flagged,
        saved_at=saved.saved_at,
        state=state,
    )


def running(session: Session, browser: str, invitation_id: str, now: datetime) -> tuple[Running, Form]:
    """The state and the form of an attempt that shows its questions.

    Raises NotFound, AttemptNotStarted or AttemptOver.
    """
    match seat_of(session, browser, invitation_id, now).state:
        case Running() as state:
            return state, form_of(session, invitation_id)
        case Invited():
            raise AttemptNotStarted("The clock has not been started yet.")
        case Grace() | Over():
            raise AttemptOver("The attempt is over.")


def form_of(session: Session, invitation_id: str) -> Form:
    """The form of an attempt. Raises AttemptNotStarted where none was drawn yet."""
    form = attempts.form(session, invitation_id)
    if form is None:
        raise AttemptNotStarted("The clock has not been started yet.")
    return form


def state(store: Store, browser: str, invitation_id: str, now: datetime) -> State:
    """Where the attempt of a browser's invitation stands. Raises NotFound."""
    with reading(store) as session:
        return seat_of(session, browser, invitation_id, now).state


def _item(session: Session, form: Form, number: int) -> tuple[Question, Place]:
    if not 1 <= number <= len(form.places):
        raise NotFound(f"There is no question {number}.")
    place = form.places[number - 1]
    return content.items(session, [place.item_version_id])[place.item_version_id], place


def _given(item: Question, place: Place, saved: Saved) -> dict[str, list[str]]:
    return {} if saved.answer is None else item.fields(saved.answer, place.arrangement)


@dataclass(frozen=True)
class SaveOutcome:
    """What became of a save.

    `saved` is whether what it says is stored, now or before; `seq` is then the version that a next edit of its page is
    based on. Otherwise something else is stored: `seq`, `flagged`, `given` and `described` are those of that version,
    and `settled` is whether there is nothing to choose all the same: its own page has since stored a later edit, or it
    only says what its page was loaded with, or it was stored before, and whoever replaced it had seen it.
    """

    saved: bool
    seq: int
    flagged: bool
    saved_at: datetime | None
    state: State
    given: dict[str, list[str]]
    described: list[str]
    settled: bool = False


def save(
    store: Store,
    browser: str,
    invitation_id: str,
    number: int,
    edit: Edit,
    fields: Fields,
    flagged: bool,
    clock: Callable[[], datetime],
) -> SaveOutcome:
    """Save an answer unless something is stored that its page has not seen. When this returns, it is on the disk.

    What counts is the time at which the store can write it, so it is given the clock.
    Raises InvalidAnswer, Invalid, NotFound, AttemptNotStarted or AttemptOver.
    """
    _refuse_impossible(edit)
    with reading(store) as session:  # What is read here never changes.
        form = attempts.form(session, invitation_id)
        if form is None:
            seat_of(session, browser, invitation_id, clock())
            raise AttemptNotStarted("The clock has not been started yet.")
        item, place = _item(session, form, number)
    answer = item.read(fields, place.arrangement)
    outcome = saving.save(
        store,
        token_hash=hashed(browser),
        invitation_id=invitation_id,
        number=number,
        edit=edit,
        answer=json.dumps(answer),
        flagged=flagged,
        clock=clock,
    )
    if outcome is None:
        raise NotFound("This browser has not opened that invitation.")
    newest, state = outcome.newest, outcome.state
    saved = outcome.verdict is Verdict.REPEATS or (outcome.verdict is Verdict.FOLLOWS and takes_answers(state))
    settled = outcome.verdict is Verdict.OVERTAKEN or (
        outcome.verdict is Verdict.CONFLICTS and _is_settled(store, form, number, edit, answer, flagged)
    )
    if not saved and not settled and not takes_answers(state):
        raise AttemptOver("The attempt is over.")
    if saved:
        return SaveOutcome(True, newest.seq, newest.flagged, newest.saved_at, state, {}, [])
    return SaveOutcome(
        saved=False,
        seq=newest.seq,
        flagged=newest.flagged,
        saved_at=newest.saved_at,
        state=state,
        given=_given(item, place, newest),
        described=described(item, newest.answer),
        settled=settled,
    )


@dataclass(frozen=True)
class LateAnswer:
    """An answer that came after the end, in words for its candidate to show."""

    title: str
    lines: list[str]


def late_answer(
    store: Store, browser: str, invitation_id: str, number: int, fields: Fields, now: datetime
) -> LateAnswer:
    """What a candidate sent after the end. Raises NotFound or AttemptNotStarted."""
    with reading(store) as session:
        seat_of(session, browser, invitation_id, now)
        form = form_of(session, invitation_id)
        item, place = _item(session, form, number)
    try:
        lines = described(item, item.read(fields, place.arrangement))
    except InvalidAnswer:
        lines = [value for values in fields.values() for value in values if value]
    return LateAnswer(form.title, lines)


def _refuse_impossible(edit: Edit) -> None:
    if not (0 <= edit.base <= HIGHEST and 0 < edit.number <= HIGHEST and _WRITER.fullmatch(edit.writer)):
        raise Invalid("Send base, writer and edit as the page has them.", "base")


def described(item: Question, answer: Answer | None) -> list[str]:
    """An answer in words, a line for each part."""
    return ["No answer"] if answer is None else item.as_text(answer)


def _is_settled(store: Store, form: Form, number: int, edit: Edit, answer: Answer | None, flagged: bool) -> bool:
    """Whether a save says what its page was loaded with, or is among what was stored before the newest."""
    with reading(store) as session:
        loaded = attempts.response(session, form.attempt_id, number, edit.base)
        if (answer, flagged) == (loaded.answer, loaded.flagged):
            return True
        return attempts.has_edit(session, form.attempt_id, number, edit.writer, edit.number)


@dataclass(frozen=True)
class SlotProgress:
    """How far a question has been answered, and whether it is flagged to come back to."""

    number: int
    completeness: Completeness
    flagged: bool


@dataclass(frozen=True)
class Overview:
    """Every slot of a running attempt."""

    title: str
    slots: list[SlotProgress]
    state: Running

    @property
    def open(self) -> list[SlotProgress]:
        """The questions that are not answered, or not in full."""
        return [slot for slot in self.slots if slot.completeness is not Completeness.ANSWERED]

    @property
    def tally(self) -> Tally:
        return tally(slot.completeness for slot in self.slots)

    @property
    def flagged(self) -> int:
        return sum(slot.flagged for slot in self.slots)


def overview(store: Store, browser: str, invitation_id: str, now: datetime) -> Overview:
    """What is answered, unanswered and flagged. Raises NotFound, AttemptNotStarted or AttemptOver."""
    with reading(store) as session:
        state, form = running(session, browser, invitation_id, now)
        return Overview(form.title, progress(session, form), state)


def progress(session: Session, form: Form) -> list[SlotProgress]:
    """How far every question of a form has been answered."""
    responses = attempts.all_newest(session, form.attempt_id)
    items = content.items(session, [place.item_version_id for place in form.places])
    slots = []
    for number, place in enumerate(form.places, start=1):
        saved = responses.get(number, Saved(number))
        completeness = Completeness.of(items[place.item_version_id], saved.answer)
        slots.append(SlotProgress(number, completeness, saved.flagged))
    return slots
