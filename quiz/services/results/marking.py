"""Marking: the credits of an attempt, derived from its responses, the same whenever it is done again."""

from sqlalchemy.orm import Session

from quiz.domain.scoring import credit
from quiz.domain.snapshots.plans import read_plan_snapshot
from quiz.store import attempts, content
from quiz.store.assessments import Assessment
from quiz.store.attempts import Attempt, Form


def credits(session: Session, attempt: Attempt, form: Form) -> list[float]:
    """The credit of every slot, in the order of the form, from the newest responses."""
    plan = read_plan_snapshot(session.get_one(Assessment, attempt.assessment_id).plan)
    responses = attempts.all_newest(session, attempt.id)
    items = content.items(session, [place.item_version_id for place in form.places])
    return [
        credit(
            items[place.item_version_id],
            responses[number].answer if number in responses else None,
            plan.scoring == "all or nothing",
        )
        for number, place in enumerate(form.places, start=1)
    ]
