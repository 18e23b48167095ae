"""Closing: ending attempts, deriving their scores, and the receipt that candidates get."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from quiz.domain.completeness import Tally, tally
from quiz.domain.delivery import Grace, Invited, Over, Running
from quiz.domain.errors import AttemptNotStarted, AttemptStarted
from quiz.domain.measurement import estimate
from quiz.services.delivery.admission import seat_of
from quiz.services.delivery.answering import form_of, progress
from quiz.services.results.marking import credits
from quiz.store import attempts
from quiz.store.attempts import Form
from quiz.store.database import Store, reading, writing

BATCH = 50


def finish(store: Store, browser: str, invitation_id: str, now: datetime) -> None:
    """End the attempt for the candidate; one that is over already stays as it is.

    Raises NotFound or AttemptNotStarted.
    """
    with reading(store) as session:
        seat_of(session, browser, invitation_id, now)
        form = form_of(session, invitation_id)
    with writing(store) as session:
        _end(session, form, now)


def sweep(store: Store, now: datetime) -> int:
    """End every attempt whose deadline and grace have passed; the number of attempts ended.

    Each is a transaction of its own. Only writes down what every page says already, so that nothing depends on when
    it runs, or on whether several run at once.
    """
    ended = 0
    while True:
        with reading(store) as session:
            forms = [form_of(session, invitation_id) for invitation_id in attempts.overdue(session, now, BATCH)]
        for form in forms:
            with writing(store) as session:
                ended += _end(session, form, now)
        if not forms:
            return ended


def _end(session: Session, form: Form, now: datetime) -> bool:
    """End an attempt and score it; False where it was ended before.

    From the lock on no response can be saved until the block ends, so every acknowledged one is scored.
    """
    attempt = attempts.lock(session, form.attempt_id)
    if attempt.ended_at is not None:
        return False
    earned = credits(session, attempt, form)
    overall = estimate(earned)
    attempts.record_end(attempt, attempt.times.end(now), overall.share, overall.low, overall.high)
    attempts.record_credits(session, form.attempt_id, earned)
    return True


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
