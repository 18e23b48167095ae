"""Assessments: what a plan would give, publishing it, inviting candidates, and who stands where."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from quiz.domain.assembly import Assembly
from quiz.domain.default_plan import default_plan
from quiz.domain.delivery import Phase
from quiz.domain.errors import Invalid, NotFound
from quiz.domain.plans import Plan
from quiz.domain.snapshots.plans import read_plan_snapshot
from quiz.services.tokens import hashed, new_public_id, new_token
from quiz.store import assessments, attempts, content, listings
from quiz.store.assessments import Assessment, AssessmentBank, Invitation
from quiz.store.attempts import Attempt
from quiz.store.listings import Page, Wanted
from quiz.store.remembered import Remembered

_ASSEMBLIES: Remembered[int, Assembly] = Remembered(100)


@dataclass(frozen=True)
class Outlook:
    """What forms of a plan will be like: questions, the authors' estimate in seconds, and the limit in minutes."""

    questions: int
    seconds: int
    minutes: int

    @property
    def tight(self) -> bool:
        """Whether the limit leaves less than the authors' estimate."""
        return self.seconds > self.minutes * 60


def outlook(session: Session, plan: Plan) -> Outlook:
    """What a plan would give with the banks as they are loaded now. Raises InfeasiblePlan or NotFound."""
    assembly = Assembly(plan, content.pools(session, _versions(session, plan)))
    return Outlook(plan.total, assembly.seconds, plan.minutes)


def default_plan_of(session: Session, bank: str, minutes: int) -> Plan:
    """The default plan of a bank as it is loaded now. Raises InfeasiblePlan or NotFound."""
    version = content.current_banks(session).get(bank)
    if version is None:
        raise NotFound("There is no such bank.")
    outline = content.outlines(session, [version])[version][1]
    return default_plan(outline, content.pools(session, [version])[bank], minutes)


def publish(session: Session, plan: Plan, closes_at: datetime | None, user_id: int | None, now: datetime) -> Assessment:
    """Publish a plan over the banks as they are loaded now. Raises InfeasiblePlan, Invalid or NotFound."""
    if closes_at is not None and closes_at <= now:
        raise Invalid("The closing time has passed already.", "closes_at")
    versions = _versions(session, plan)
    Assembly(plan, content.pools(session, versions))
    assessment = Assessment(
        public_id=new_public_id(),
        title=plan.title,
        plan=plan.snapshot(),
        closes_at=closes_at,
        created_at=now,
        created_by=user_id,
    )
    session.add(assessment)
    session.flush()  # The links need the assessment's id.
    session.add_all(AssessmentBank(assessment_id=assessment.id, bank_version_id=version) for version in versions)
    session.commit()
    return assessment


def _versions(session: Session, plan: Plan) -> list[int]:
    current = content.current_banks(session)
    versions = [current[bank] for bank in plan.banks if bank in current]
    plan.check(dict(content.outlines(session, versions).values()))
    return versions


def assembly_of(session: Session, assessment_id: int) -> Assembly:
    """The plan of an assessment over the banks it was published with, ready to draw."""

    def read(_missing: list[int]) -> dict[int, Assembly]:
        plan = read_plan_snapshot(session.get_one(Assessment, assessment_id).plan)
        return {
            assessment_id: Assembly(plan, content.pools(session, assessments.bank_versions(session, assessment_id)))
        }

    return _ASSEMBLIES.among(session, [assessment_id], read)[assessment_id]


def assessment(session: Session, public_id: str) -> Assessment:
    """An assessment by the name in its address. Raises NotFound."""
    found = assessments.assessment_by_public_id(session, public_id)
    if found is None:
        raise NotFound("There is no such assessment.")
    return found


def invite(session: Session, assessment: Assessment, name: str, email: str, now: datetime) -> tuple[Invitation, str]:
    """Invite a candidate; the invitation and the token of its link, which is not kept anywhere. Raises Invalid."""
    name, email = " ".join(name.split()), email.strip().lower()
    if not name or len(name) > 200:
        raise Invalid("Give the candidate's name, at most 200 characters.", "name")
    if not 3 <= len(email) <= 254 or "@" not in email[1:-1] or any(c.isspace() for c in email):
        raise Invalid("Give an e-mail address such as ada@example.org.", "email")
    if assessment.closes_at is not None and now >= assessment.closes_at:
        raise Invalid("This assessment is closed; nobody can be invited any more.")
    if attempts.waiting(session, assessment.id, email):
        raise Invalid(f"{email} was invited already and has not started. Give them a new link from the list.", "email")
    token = new_token()
    invitation = Invitation(
        public_id=new_public_id(),
        assessment_id=assessment.id,
        name=name,
        name_key=name.casefold(),
        email=email,
        token_hash=hashed(token),
        created_at=now,
    )
    session.add(invitation)
    session.commit()
    return invitation, token


def renew_link(session: Session, invitation: Invitation) -> str:
    """Give an invitation a new link; the old one no longer opens. Browsers it was opened in stay in."""
    token = new_token()
    invitation.token_hash = hashed(token)
    session.commit()
    return token


def withdraw(session: Session, invitation: Invitation, now: datetime) -> None:
    """Withdraw an invitation that was not used; one that was stays as it is."""
    invitation.withdrawn_at = invitation.withdrawn_at or now
    session.commit()


def invitation(session: Session, public_id: str) -> Invitation:
    """An invitation by the name in its address. Raises NotFound."""
    found = assessments.invitation_by_public_id(session, public_id)
    if found is None:
        raise NotFound("There is no such invitation.")
    return found


@dataclass(frozen=True)
class Standing:
    """Where one candidate stands, for the recruiter's list."""

    public_id: str
    name: str
    email: str
    invited_at: datetime
    state: str
    started_at: datetime | None
    ended_at: datetime | None
    share: float | None
    low: float | None
    high: float | None


def standings(session: Session, assessment: Assessment, wanted: Wanted, now: datetime) -> Page[Standing]:
    """A page of the candidates of an assessment."""
    page = listings.candidates(session, assessment.id, wanted)
    return Page([_standing(*row, now) for row in page.rows], page.number, page.more)


def _standing(invitation: Invitation, attempt: Attempt | None, now: datetime) -> Standing:
    if attempt is None:
        state = "withdrawn" if invitation.withdrawn_at else "invited"
    else:
        state = "finished" if attempt.clock.phase(now) is Phase.OVER else "started"
    return Standing(
        invitation.public_id,
        invitation.name,
        invitation.email,
        invitation.created_at,
        state,
        attempt.started_at if attempt else None,
        attempt.ended_at if attempt else None,
        attempt.share if attempt else None,
        attempt.low if attempt else None,
        attempt.high if attempt else None,
    )


def published(session: Session, wanted: Wanted) -> Page[Assessment]:
    """A page of assessments."""
    return listings.assessments(session, wanted)
