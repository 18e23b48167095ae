"""Marking: the credits of an attempt, derived from its responses, the same whenever it is done again."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from quiz.domain.items import Answer
from quiz.domain.scoring import credit
from quiz.store import assessments, attempts, content
from quiz.store.attempts import Form


def marking(session: Session, form: Form) -> Callable[[Mapping[int, Answer | None]], list[float]]:
    """What gives the credit of every slot of a form, in its order, from answers by slot. What it needs is read now."""
    read = content.items(session, [place.item_version_id for place in form.places])
    items = [read[place.item_version_id] for place in form.places]
    all_or_nothing = assessments.plan(session, form.assessment_row).scoring == "all or nothing"
    return lambda answers: [credit(item, answers.get(n), all_or_nothing) for n, item in enumerate(items, start=1)]


def credits(session: Session, form: Form) -> list[float]:
    """The credit of every slot, in the order of the form, from the newest responses."""
    newest = attempts.all_newest(session, form.attempt_id)
    return marking(session, form)({number: saved.answer for number, saved in newest.items()})
