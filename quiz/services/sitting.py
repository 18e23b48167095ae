"""Sitting: a candidate opens an invitation, starts the clock, answers, finishes, and gets a receipt."""

import hashlib
import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from quiz.domain.banks import BankFile
from quiz.domain.delivery import Clock, Phase, deadline
from quiz.domain.errors import AttemptNotStarted, AttemptOver, Invalid, InvitationClosed, NotFound
from quiz.domain.items import KINDS, Fields, PublicItem
from quiz.domain.items import Question as Delivered
from quiz.domain.plans import Draw, apportioned
from quiz.services import closing, throttling
from quiz.services.assessments import assembly_of
from quiz.services.tokens import hashed, new_token
from quiz.store import assessments, attempts, content, saving
from quiz.store.assessments import CandidateSession
from quiz.store.attempts import Form, Place, Saved, Seat
from quiz.store.database import reading, writing

BROWSER_KEPT = timedelta(days=7)
"""How long a browser that opened an invitation may go on without its link."""

HIGHEST_SEQ = 2**53 - 1
"""The largest number that a browser counts exactly."""


@dataclass(frozen=True)
class Welcome:
    """What an invitation says before anything starts. `parts` are (title, questions) of what is asked."""

    seat: Seat
    parts: list[tuple[str, int]]
    questions: int
    minutes: int
    kinds: list[str]


def open_invitation(session: Session, token: str, address: str, now: datetime) -> Seat:
    """The seat a link leads to; nothing is started or used up by looking. Raises NotFound or TooManyTries."""
    throttling.allow(session, throttling.INVITATIONS_PER_ADDRESS, address, now)
    invitation = assessments.invitation_by_token(session, hashed(token))
    if invitation is None:
        raise NotFound("This link does not open an invitation.")
    return attempts.seat_of(session, invitation.id)


def count_wrong_link(session: Session, address: str, now: datetime) -> None:
    """Count a link that opened nothing against the address it was tried from."""
    throttling.use(session, throttling.INVITATIONS_PER_ADDRESS, address, now)
    session.commit()


def enter(session: Session, token: str, browser: str | None, address: str, now: datetime) -> tuple[Seat, str]:
    """Let a browser in through an invitation's link; its seat and the token to keep in its cookie.

    A browser that holds a token from us keeps it, so that its other tabs stay in; any other gets a fresh one.
    Raises NotFound, InvitationClosed or TooManyTries.
    """
    seat = open_invitation(session, token, address, now)
    if seat.attempt_id is None:
        _refuse_closed(seat, now)
    if browser is None or not assessments.is_known_browser(session, hashed(browser)):
        browser = new_token()
    if attempts.seat(session, hashed(browser), seat.public_id) is None:
        session.add(CandidateSession(token_hash=hashed(browser), invitation_id=seat.invitation_id, created_at=now))
        session.commit()
    return seat, browser


def forget_browsers(session: Session, now: datetime) -> None:
    """Delete what let browsers in longer ago than `BROWSER_KEPT`. Their invitations' links open as before."""
    assessments.forget_browsers(session, now - BROWSER_KEPT)
    session.commit()


def _refuse_closed(seat: Seat, now: datetime) -> None:
    if seat.withdrawn:
        raise InvitationClosed("This invitation was withdrawn.")
    if seat.closes_at is not None and now >= seat.closes_at:
        raise InvitationClosed("The time in which this quiz could be taken is over.")


def welcome(session: Session, seat: Seat) -> Welcome:
    """What is assessed, how many questions, how long, and which kinds of question there may be."""
    plan = assembly_of(session, seat.assessment_id).plan
    versions = assessments.bank_versions(session, seat.assessment_id)
    files = dict(content.files(session, versions).values())
    possible = {item.kind for pool in content.pools(session, versions).values() for item in pool}
    return Welcome(
        seat=seat,
        parts=[part for draw in plan.draws for part in _parts(draw, files[draw.bank])],
        questions=plan.total,
        minutes=plan.minutes,
        kinds=[kind for kind in KINDS if kind in possible],
    )


def _parts(draw: Draw, file: BankFile) -> list[tuple[str, int]]:
    """What a draw asks, in words that hold for every form: (title, questions)."""
    titles = {group.id: group.title for group in file.groups}
    titles |= {objective.id: objective.title for group in file.groups for objective in group.objectives}
    if draw.weights:
        quotas = apportioned(draw.count, draw.weights)
        return [(f"{file.title}: {titles[id]}", quota) for id, quota in quotas.items() if quota]
    named = ", ".join(titles[id] for id in draw.objectives)
    return [(f"{file.title}: {named}" if named else file.title, draw.count)]


def seat(session: Session, browser: str, public_id: str) -> Seat:
    """The seat of a browser at an invitation. Raises NotFound."""
    found = attempts.seat(session, hashed(browser), public_id)
    if found is None:
        raise NotFound("This browser has not opened that invitation.")
    return found


def is_seated(session: Session, browser: str, public_id: str) -> bool:
    """Whether this browser has opened that invitation before."""
    return attempts.seat(session, hashed(browser), public_id) is not None


def start(session: Session, seat: Seat, seed: int, now: datetime) -> None:
    """Draw the form and start the clock; an attempt that was started before goes on. Raises InvitationClosed."""
    if seat.attempt_id is not None:
        return
    _refuse_closed(seat, now)
    assembly = assembly_of(session, seat.assessment_id)
    rng = random.Random(seed)
    places = [Place(item.key, KINDS[item.kind].arrange(item.parts, rng)) for item in assembly.draw(seed)]
    attempt = {
        "invitation_id": seat.invitation_id,
        "assessment_id": seat.assessment_id,
        "seed": seed,
        "started_at": now,
        "deadline_at": deadline(now, assembly.plan.minutes, seat.closes_at),
    }
    with writing(session):
        try:
            attempts.begin(session, attempt, places)
            session.commit()
        except IntegrityError:  # Started at the same moment from another tab: that attempt counts.
            session.rollback()


@dataclass(frozen=True)
class Question:
    """One question of a running attempt, with the answer that is stored."""

    title: str
    number: int
    total: int
    item: PublicItem
    given: dict[str, list[str]]
    saved: Saved
    clock: Clock


def question(session: Session, seat: Seat, number: int, now: datetime) -> Question:
    """A question as this attempt shows it. Raises AttemptNotStarted, AttemptOver or NotFound."""
    form = running(session, seat, now)
    item, place = _item(session, form, number)
    saved = attempts.newest(session, form.attempt_id, number)
    assert seat.clock is not None
    return Question(
        form.title,
        number,
        len(form.places),
        item.public(place.arrangement),
        _given(item, place, saved),
        saved,
        seat.clock,
    )


def running(session: Session, seat: Seat, now: datetime) -> Form:
    """The form of an attempt that takes answers. Raises AttemptNotStarted or AttemptOver."""
    if seat.clock is None:
        raise AttemptNotStarted("The clock has not been started yet.")
    if seat.clock.phase(now) is not Phase.RUNNING:
        raise AttemptOver("The attempt is over.")
    form = attempts.form(session, seat.public_id)
    assert form is not None
    return form


def _item(session: Session, form: Form, number: int) -> tuple[Delivered, Place]:
    if not 1 <= number <= len(form.places):
        raise NotFound(f"There is no question {number}.")
    place = form.places[number - 1]
    return content.items(session, [place.item_version_id])[place.item_version_id], place


def _given(item: Delivered, place: Place, saved: Saved) -> dict[str, list[str]]:
    return {} if saved.answer is None else item.fields(saved.answer, place.arrangement)


@dataclass(frozen=True)
class Receipt:
    """What became of a save.

    `stored` is whether what was sent is the newest response now, because it was just stored or because it was stored
    before (a repeat). Otherwise `saved`, `given` and `described` are the newer response that stands.
    """

    stored: bool
    saved: Saved
    given: dict[str, list[str]]
    described: list[str]
    clock: Clock


def save(
    session: Session,
    browser: str,
    public_id: str,
    number: int,
    seq: int,
    fields: Fields,
    flagged: bool,
    now: datetime,
) -> Receipt:
    """Save an answer if it is newer than what is stored. When this returns, it is on the disk.

    Raises InvalidAnswer, Invalid, NotFound, AttemptNotStarted or AttemptOver.
    """
    if not 0 < seq <= HIGHEST_SEQ:
        raise Invalid("The sequence number is out of range.", "seq")
    reading(session)  # What is read here never changes, and the save itself goes past the session.
    form = attempts.form(session, public_id)
    if form is None:
        seat(session, browser, public_id)
        raise AttemptNotStarted("The clock has not been started yet.")
    item, place = _item(session, form, number)
    answer = item.read(fields, place.arrangement)
    session.commit()
    outcome = saving.save(
        session,
        token_hash=hashed(browser),
        public_id=public_id,
        number=number,
        seq=seq,
        answer=json.dumps(answer),
        flagged=flagged,
        now=now,
    )
    if outcome is None:
        raise NotFound("This browser has not opened that invitation.")
    newest = outcome.newest
    repeated = newest.seq == seq and newest.answer == answer and newest.flagged == flagged
    if not outcome.stored and not repeated and outcome.clock.phase(now) is Phase.OVER:
        raise AttemptOver("The attempt is over.")
    if outcome.stored or repeated:
        return Receipt(True, newest, {}, [], outcome.clock)
    return Receipt(False, newest, _given(item, place, newest), _described(item, newest), outcome.clock)


def _described(item: Delivered, saved: Saved) -> list[str]:
    return ["No answer"] if saved.answer is None else item.as_text(saved.answer)


def is_untouched(session: Session, public_id: str, number: int, seq: int, fields: Fields, flagged: bool) -> bool:
    """Whether a form that lost against a newer response only repeats what its page was loaded with.

    Then nobody wanted to change anything with it, and there is nothing to choose between.
    """
    form = attempts.form(session, public_id)
    assert form is not None
    item, place = _item(session, form, number)
    loaded = attempts.response(session, form.attempt_id, number, seq - 1)
    return (item.read(fields, place.arrangement), flagged) == (loaded.answer, loaded.flagged)


@dataclass
class SlotState:
    """How far a question has been answered: not at all, `partly`, or `answered` in full."""

    number: int
    answered: bool
    partly: bool
    flagged: bool


@dataclass(frozen=True)
class Overview:
    """Every slot of a running attempt."""

    title: str
    slots: list[SlotState]
    clock: Clock

    @property
    def unanswered(self) -> list[int]:
        return [slot.number for slot in self.slots if not slot.answered]

    @property
    def flagged(self) -> list[int]:
        return [slot.number for slot in self.slots if slot.flagged]


def overview(session: Session, seat: Seat, now: datetime) -> Overview:
    """What is answered, unanswered and flagged. Raises AttemptNotStarted or AttemptOver."""
    form = running(session, seat, now)
    assert seat.clock is not None
    return Overview(form.title, _slots(session, form), seat.clock)


def _slots(session: Session, form: Form) -> list[SlotState]:
    given = attempts.all_newest(session, form.attempt_id)
    items = content.items(session, [place.item_version_id for place in form.places])
    states = []
    for number, place in enumerate(form.places, start=1):
        saved = given.get(number, Saved(number))
        answered = items[place.item_version_id].complete(saved.answer)
        states.append(SlotState(number, answered, saved.answer is not None and not answered, saved.flagged))
    return states


def finish(session: Session, seat: Seat, now: datetime) -> None:
    """End the attempt for the candidate; one that is over already stays as it is. Raises AttemptNotStarted."""
    if seat.attempt_id is None or seat.clock is None:
        raise AttemptNotStarted("The clock has not been started yet.")
    form = attempts.form(session, seat.public_id)
    assert form is not None
    by = "candidate" if seat.clock.phase(now) is Phase.RUNNING else "time"
    with writing(session):
        closing.end(session, seat.attempt_id, form, by, now)
        session.commit()


@dataclass(frozen=True)
class Certificate:
    """The candidate's receipt for an attempt that is over; `digest` stands for exactly these answers."""

    title: str
    reference: str
    started_at: datetime
    ended_at: datetime
    ended_by: str
    answered: int
    questions: int
    digest: str


def certificate(session: Session, seat: Seat, now: datetime) -> Certificate:
    """The receipt of an attempt. Raises AttemptNotStarted, and Invalid while it still runs."""
    if seat.clock is None or seat.attempt_id is None:
        raise AttemptNotStarted("The clock has not been started yet.")
    if seat.clock.phase(now) is Phase.RUNNING:
        raise Invalid("The attempt is still running.")
    form = attempts.form(session, seat.public_id)
    assert form is not None
    given = attempts.all_newest(session, form.attempt_id)
    answers = [[number, given[number].seq, given[number].answer] for number in sorted(given)]
    return Certificate(
        title=seat.title,
        reference=seat.public_id[:12].upper(),
        started_at=seat.clock.started_at,
        ended_at=seat.clock.ended_at or seat.clock.deadline,
        ended_by=seat.ended_by or "time",
        answered=sum(slot.answered for slot in _slots(session, form)),
        questions=len(form.places),
        digest=hashlib.sha256(json.dumps([seat.public_id, answers]).encode()).hexdigest()[:32],
    )
