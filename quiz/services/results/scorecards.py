"""Scorecards: what one attempt says about one candidate, down to every answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from quiz.domain.delivery import Over
from quiz.domain.errors import Invalid, NotFound
from quiz.domain.plans import Plan
from quiz.domain.reporting import Scorecard, SlotScore, scorecard
from quiz.services.results.marking import credits
from quiz.store import assessments, attempts, content, invitations
from quiz.store.assessments import Assessment
from quiz.store.attempts import Attempt, Form
from quiz.store.database import Store, reading


@dataclass(frozen=True)
class Sheet:
    """A scorecard with the facts around it. `saved_at` says when each question's answer was saved, by its number."""

    candidate: str
    email: str
    assessment_id: str
    title: str
    over: Over
    card: Scorecard
    saved_at: dict[int, datetime]

    @property
    def time_used(self) -> timedelta:
        return self.over.ended_at - self.over.started_at

    @property
    def time_allowed(self) -> timedelta:
        """What there was: the plan's limit, or less where the assessment closed before it was over."""
        return self.over.deadline - self.over.started_at


def sheet(store: Store, invitation_id: str, now: datetime) -> Sheet:
    """The scorecard of an invitation's attempt. Raises NotFound, and Invalid while answers are still taken."""
    with reading(store) as session:
        invitation = invitations.invitation_by_public_id(session, invitation_id)
        form = attempts.form(session, invitation_id)
        if invitation is None or form is None:
            raise NotFound("There is no attempt to show: the candidate has not started.")
        attempt = session.get_one(Attempt, form.attempt_id)
        over = attempt.times.state(now)
        if not isinstance(over, Over):
            raise Invalid("The candidate is still answering. The scorecard is there once the attempt has ended.")
        assessment = invitations.assessment_of(session, invitation)
        plan = assessments.plan(session, assessment.id)
        responses = attempts.all_newest(session, attempt.id)
        return Sheet(
            candidate=invitation.name,
            email=invitation.email,
            assessment_id=assessment.public_id,
            title=assessment.title,
            over=over,
            card=scorecard(_slots(session, assessment, plan, attempt, form), plan.pass_mark),
            saved_at={number: saved.saved_at for number, saved in responses.items() if saved.saved_at},
        )


def _slots(session: Session, assessment: Assessment, plan: Plan, attempt: Attempt, form: Form) -> list[SlotScore]:
    """Every slot of an attempt with its answer and its credit: as written down at its end, or as it would be."""
    responses = attempts.all_newest(session, attempt.id)
    earned = attempts.credits(session, attempt.id) if attempt.ended_at else credits(session, form)
    items = content.items(session, [place.item_version_id for place in form.places])
    banks = attempts.banks(session, attempt.id)
    versions = assessments.bank_versions(session, assessment.id)
    outlines = dict(content.outlines(session, versions).values())
    proofs = content.proofs(session, versions)
    return [
        SlotScore(
            number=number,
            bank=outlines[banks[number - 1]],
            item=items[place.item_version_id],
            answer=responses[number].answer if number in responses else None,
            credit=earned[number - 1],
            requirement=plan.draws[place.draw - 1].requirement if place.draw else None,
            proof=proofs.get(place.item_version_id),
        )
        for number, place in enumerate(form.places, start=1)
    ]
