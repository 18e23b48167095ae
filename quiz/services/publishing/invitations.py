"""Invitations: giving candidates their links, and taking them back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from quiz.domain.errors import Invalid, NotFound
from quiz.domain.folding import fold, words_to_find
from quiz.domain.people import normalised_email
from quiz.services.people import submissions, throttling
from quiz.services.people.submissions import Submission
from quiz.services.people.tokens import hashed, new_public_id, new_token
from quiz.store import assessments, attempts, invitations
from quiz.store.assessments import Assessment
from quiz.store.database import Store, reading, writing
from quiz.store.invitations import Invitation

LINK_SHOWN = timedelta(hours=1)
"""How long whoever made a link can look at it again."""

DAILY_INVITATIONS = 1000
"""How many people somebody may invite in a day (UTC), unless a setting says otherwise."""


@dataclass(frozen=True)
class Link:
    """A candidate's personal link; its token is stored nowhere."""

    invitation_id: str
    assessment_id: str
    title: str
    name: str
    email: str
    token: str


def invite(
    store: Store,
    assessment_id: str,
    name: str,
    email: str,
    now: datetime,
    by: Submission | None = None,
    daily: int = DAILY_INVITATIONS,
) -> Link:
    """Invite a candidate. Raises Invalid, NotFound, or TooManyTries beyond what somebody may send in a day.

    A submission that was made before is not made again: it gives the same link.
    """
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise Invalid("Give the candidate's name, at most 200 characters.", "name")
    email = normalised_email(email)
    token = by.token() if by else new_token()

    def work(session: Session) -> str:
        if by:
            throttling.use(session, throttling.invitations_per_day(daily), str(by.user_row), now)
        assessment = _open_assessment(session, assessment_id, now)
        if attempts.waiting(session, assessment.id, email):
            raise Invalid(
                f"{email} was invited already and has not started. Give them a new link from the list.", "email"
            )
        invitation = Invitation(
            public_id=new_public_id(),
            assessment_id=assessment.id,
            name=name,
            name_key=fold(name),
            email=email,
            search_key=words_to_find(name, email),
            token_hash=hashed(token),
            created_at=now,
        )
        session.add(invitation)
        return invitation.public_id

    return _link(store, submissions.once(store, by, now, work), token)


def _open_assessment(session: Session, assessment_id: str, now: datetime) -> Assessment:
    assessment = assessments.assessment_by_public_id(session, assessment_id)
    if assessment is None:
        raise NotFound("There is no such assessment.")
    if assessment.closes_at is not None and now >= assessment.closes_at:
        raise Invalid("This assessment is closed; nobody can be invited any more.")
    return assessment


def renew_link(store: Store, invitation_id: str, now: datetime, by: Submission | None = None) -> Link:
    """Give an invitation a new link; the old one no longer opens. Browsers that it let in stay. Raises NotFound.

    A submission that was made before is not made again: it gives the same link.
    """
    token = by.token() if by else new_token()

    def work(session: Session) -> str:
        _invitation(session, invitation_id).token_hash = hashed(token)
        return invitation_id

    return _link(store, submissions.once(store, by, now, work), token)


def link_made(store: Store, invitation_id: str, by: Submission, now: datetime) -> Link:
    """The link that a submission made, for whoever made it to look at again.

    Raises NotFound where it made none, where it is too long ago, or where a newer link has replaced it.
    """
    made = submissions.outcome(store, by)
    if made is None or made.text != invitation_id or now >= made.created_at + LINK_SHOWN:
        raise NotFound("This link can no longer be shown. Make a new one from the list of candidates.")
    link = _link(store, invitation_id, by.token())
    with reading(store) as session:
        if _invitation(session, invitation_id).token_hash != hashed(link.token):
            raise NotFound("This link was replaced by a newer one.")
    return link


def _link(store: Store, invitation_id: str, token: str) -> Link:
    with reading(store) as session:
        invitation = _invitation(session, invitation_id)
        assessment = invitations.assessment_of(session, invitation)
        return Link(invitation_id, assessment.public_id, assessment.title, invitation.name, invitation.email, token)


def withdraw(store: Store, invitation_id: str, now: datetime) -> str:
    """Withdraw an invitation that was not used; one that was stays as it is. Its assessment's id. Raises NotFound."""
    with writing(store) as session:
        invitation = _invitation(session, invitation_id)
        invitation.withdrawn_at = invitation.withdrawn_at or now
        return invitations.assessment_of(session, invitation).public_id


def _invitation(session: Session, invitation_id: str) -> Invitation:
    found = invitations.invitation_by_public_id(session, invitation_id)
    if found is None:
        raise NotFound("There is no such invitation.")
    return found
