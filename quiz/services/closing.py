"""Closing: ending attempts and deriving their scores."""

from datetime import datetime

from sqlalchemy.orm import Session

from quiz.domain.delivery import GRACE
from quiz.domain.measurement import estimate
from quiz.domain.scoring import credit
from quiz.domain.snapshots.plans import read_plan_snapshot
from quiz.store import attempts, content
from quiz.store.assessments import Assessment
from quiz.store.attempts import Attempt, Form

BATCH = 50


def end(session: Session, attempt_id: int, form: Form, by: str, now: datetime) -> bool:
    """End an attempt and score it; False where it was ended before. The caller commits.

    From the lock on no response can be saved until the transaction ends, so every acknowledged one is scored.
    """
    attempt = attempts.lock(session, attempt_id)
    if attempt.ended_at is not None:
        return False
    credits = marks(session, attempt, form)
    overall = estimate(credits)
    attempt.ended_at, attempt.ended_by = attempt.clock.end(now), by
    attempt.share, attempt.low, attempt.high = overall.share, overall.low, overall.high
    attempts.record_credits(session, attempt_id, credits)
    return True


def marks(session: Session, attempt: Attempt, form: Form) -> list[float]:
    """The credit of every slot, in the order of the form, from the newest responses."""
    plan = read_plan_snapshot(session.get_one(Assessment, attempt.assessment_id).plan)
    given = attempts.all_newest(session, attempt.id)
    items = content.items(session, [place.item_version_id for place in form.places])
    return [
        credit(
            items[place.item_version_id],
            given[number].answer if number in given else None,
            plan.scoring == "all or nothing",
        )
        for number, place in enumerate(form.places, start=1)
    ]


def sweep(session: Session, now: datetime) -> int:
    """End every attempt whose deadline and grace have passed; the number of attempts ended.

    Each is a transaction of its own. Only writes down what every page says already, so that nothing depends on when
    it runs, or on whether several run at once.
    """
    ended = 0
    while due := attempts.overdue(session, now - GRACE, BATCH):
        session.rollback()
        for attempt_id, public_id in due:
            form = attempts.form(session, public_id)
            assert form is not None
            ended += end(session, attempt_id, form, "time", now)
            session.commit()
    session.rollback()
    return ended
