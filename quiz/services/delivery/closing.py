"""Closing: ending attempts, deriving their scores, and the receipt that candidates get."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from quiz.domain.completeness import Tally, tally
from quiz.domain.delivery import Grace, Invited, Over, Running
from quiz.domain.errors import AttemptNotStarted, AttemptStarted
from quiz.domain.items import Answer
from quiz.domain.measurement import estimate
from quiz.services.delivery.admission import seat_of
from quiz.services.delivery.answering import form_of, progress
from quiz.services.results.marking import marking
from quiz.store import attempts, sittings
from quiz.store.attempts import Form
from quiz.store.database import Store, reading
from quiz.store.sittings import Mark, Marks

BATCH = 50


def finish(store: Store, browser: str, invitation_id: str, now: datetime) -> None:
    """End the attempt for the candidate; one that is over already stays as it is.

    Raises NotFound or AttemptNotStarted.
    """
    with reading(store) as session:
        seat_of(session, browser, invitation_id, now)
        form = form_of(session, invitation_id)
        mark = _mark(session, form)
    sittings.end(store, form.attempt_id, mark, now)


def sweep(store: Store, now: datetime) -> int:
    """End every attempt whose deadline and grace have passed; the number of attempts ended.

    Each is a transaction of its own. Only writes down what every page says already, so that nothing depends on when
    it runs, or on whether several run at once.
    """
    ended = 0
    while True:
        with reading(store) as session:
            forms = [form_of(session, invitation_id) for invitation_id in attempts.overdue(session, now, BATCH)]
            marks = [_mark(session, form) for form in forms]
        for form, mark in zip(forms, marks, strict=True):
            ended += sittings.end(store, form.attempt_id, mark, now)
        if not forms:
            return ended


def _mark(session: Session, form: Form) -> Mark:
    """What marks the answers of a form, whatever they will be when its attempt ends."""
    credits = marking(session, form)

    def mark(answers: Mapping[int, Answer | None]) -> Marks:
        earned = credits(answers)
        return Marks(earned, estimate(earned))

    return mark


@dataclass(frozen=True)
class Receipt:
    """What a candidate gets for an attempt that is over; `digest` stands for exactly these answers."""

    title: str
    reference: str
    started_at: datetime
    ended_at: datetime
    ended_by: str
    tally: Tally
    digest: str


def receipt(store: Store, browser: str, invitation_id: str, now: datetime) -> Receipt:
    """The receipt of an attempt. Raises NotFound, AttemptNotStarted, and AttemptStarted while it still runs."""
    with reading(store) as session:
        seat = seat_of(session, browser, invitation_id, now)
        match seat.state:
            case Invited():
                raise AttemptNotStarted("The clock has not been started yet.")
            case Running():
                raise AttemptStarted("The attempt is still running.")
            case Grace() as grace:
                over = grace.end
            case Over() as over:
                pass
        form = form_of(session, invitation_id)
        responses = attempts.all_newest(session, form.attempt_id)
        slots = progress(session, form)
    answers = [[number, responses[number].seq, responses[number].answer] for number in sorted(responses)]
    return Receipt(
        title=seat.title,
        reference=invitation_id[:12].upper(),
        started_at=over.started_at,
        ended_at=over.ended_at,
        ended_by=over.ended_by,
        tally=tally(slot.completeness for slot in slots),
        digest=hashlib.sha256(json.dumps([invitation_id, answers]).encode()).hexdigest()[:32],
    )
