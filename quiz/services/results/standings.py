"""Standings: who is invited to an assessment, who has started, who has finished and with which score."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from quiz.domain.delivery import Grace, Over, Running
from quiz.domain.errors import NotFound
from quiz.domain.measurement import estimate
from quiz.services.results.marking import credits
from quiz.store import assessments, attempts, listings
from quiz.store.attempts import Attempt
from quiz.store.database import Store, reading
from quiz.store.invitations import Invitation
from quiz.store.listings import Page, Wanted


@dataclass(frozen=True)
class Score:
    """A share of the possible credit with the ends of its 95 % interval, all from 0 to 1."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Standing:
    """Where one candidate stands: `invited`, `withdrawn`, `started` or `finished`.

    There is no score yet while answers that were under way at the deadline are still taken.
    """

    invitation_id: str
    name: str
    email: str
    invited_at: datetime
    state: str
    ended_at: datetime | None = None
    score: Score | None = None


def standings(store: Store, assessment_id: str, wanted: Wanted, now: datetime) -> Page[Standing]:
    """A page of the candidates of an assessment, as they stand at `now`. Raises NotFound."""
    with reading(store) as session:
        assessment = assessments.assessment_by_public_id(session, assessment_id)
        if assessment is None:
            raise NotFound("There is no such assessment.")
        page = listings.candidates(session, assessment.id, wanted, now, lambda *row: _score(session, *row).share)
        return Page([_standing(session, *row, now) for row in page.rows], page.before, page.after)


def _standing(session: Session, invitation: Invitation, attempt: Attempt | None, now: datetime) -> Standing:
    common = (invitation.public_id, invitation.name, invitation.email, invitation.created_at)
    if attempt is None:
        return Standing(*common, "withdrawn" if invitation.withdrawn_at else "invited")
    match attempt.times.state(now):
        case Over() as over:
            return Standing(*common, "finished", over.ended_at, _score(session, invitation, attempt))
        case Grace() as grace:
            return Standing(*common, "finished", grace.deadline)
        case Running():
            return Standing(*common, "started")


def _score(session: Session, invitation: Invitation, attempt: Attempt) -> Score:
    """The score as written down, or as it would be where the end is not written down yet."""
    if attempt.share is not None and attempt.low is not None and attempt.high is not None:
        return Score(attempt.share, attempt.low, attempt.high)
    form = attempts.form(session, invitation.public_id)
    expected = estimate(credits(session, form) if form else [])
    return Score(expected.share, expected.low, expected.high)
