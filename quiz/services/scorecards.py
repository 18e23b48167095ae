"""Scorecards: what one attempt says about one candidate, down to every answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from quiz.domain.delivery import Clock, Phase
from quiz.domain.errors import Invalid, NotFound
from quiz.domain.plans import Plan
from quiz.domain.reporting import Scorecard, SlotScore, scorecard
from quiz.domain.snapshots.plans import read_plan_snapshot
from quiz.services import closing
from quiz.store import assessments, attempts, content
from quiz.store.assessments import Assessment
from quiz.store.attempts import Attempt, Saved


@dataclass(frozen=True)
class Sheet:
    """A scorecard with the facts around it. `ended_by` is `candidate` or `time`."""

    candidate: str
    email: str
    assessment: Assessment
    plan: Plan
    clock: Clock
    ended_by: str
    card: Scorecard
    saved: dict[int, Saved]

    @property
    def ended_at(self) -> datetime:
        return self.clock.ended_at or self.clock.deadline

    @property
    def time_used(self) -> timedelta:
        return self.ended_at - self.clock.started_at


def sheet(session: Session, invitation_public_id: str, now: datetime) -> Sheet:
    """The scorecard of an invitation's attempt. Raises NotFound, and Invalid while the attempt still runs."""
    invitation = assessments.invitation_by_public_id(session, invitation_public_id)
    form = attempts.form(session, invitation_public_id) if invitation else None
    if invitation is None or form is None:
        raise NotFound("There is no attempt to show: the candidate has not started.")
    attempt = session.get_one(Attempt, form.attempt_id)
    if attempt.clock.phase(now) is not Phase.OVER:
        raise Invalid("The candidate is still answering. The scorecard is there once the attempt has ended.")
    assessment = session.get_one(Assessment, invitation.assessment_id)
    plan = read_plan_snapshot(assessment.plan)
    given = attempts.all_newest(session, attempt.id)
    credits = attempts.credits(session, attempt.id) if attempt.ended_at else closing.marks(session, attempt, form)
    items = content.items(session, [place.item_version_id for place in form.places])
    banks = attempts.banks(session, attempt.id)
    versions = assessments.bank_versions(session, assessment.id)
    outlines = dict(content.outlines(session, versions).values())
    proofs = content.proofs(session, versions)
    slots = [
        SlotScore(
            number=number,
            bank=outlines[banks[number - 1]],
            item=items[place.item_version_id],
            answer=given[number].answer if number in given else None,
            credit=credits[number - 1],
            proof=proofs.get(place.item_version_id),
        )
        for number, place in enumerate(form.places, start=1)
    ]
    return Sheet(
        candidate=invitation.name,
        email=invitation.email,
        assessment=assessment,
        plan=plan,
        clock=attempt.clock,
        ended_by=attempt.ended_by or "time",
        card=scorecard(slots, plan.pass_mark),
        saved=given,
    )
