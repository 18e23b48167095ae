"""Invitations: giving candidates their links, and taking them back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from quiz.domain.errors import Invalid, NotFound
from quiz.domain.folding import fold, words_to_find
from quiz.domain.people import normalised_email
from quiz.services.people.tokens import hashed, new_public_id, new_token
from quiz.store import assessments, attempts, invitations
from quiz.store.database import Store, writing
from quiz.store.invitations import Invitation


@dataclass(frozen=True)
class Link:
    """A candidate's personal link, in the only moment at which its token is known."""

    invitation_id: str
    assessment_id: str
    title: str
    name: str
    email: str
    token: str


def invite(store: Store, assessment_id: str, name: str, email: str, now: datetime) -> Link:
    """Invite a candidate. Raises Invalid or NotFound."""
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise Invalid("Give the candidate's name, at most 200 characters.", "name")
    email = normalised_email(email)
    token = new_token()
    with writing(store) as session:
        assessment = assessments.assessment_by_public_id(session, assessment_id)
        if assessment is None:
            raise NotFound("There is no such assessment.")
        if assessment.closes_at is not None and now >= assessment.closes_at:
            raise Invalid("This assessment is closed; nobody can be invited any more.")
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
        return Link(invitation.public_id, assessment_id, assessment.title, name, email, token)


def renew_link(store: Store, invitation_id: str) -> Link:
    """Give an invitation a new link; the old one no longer opens. Browsers that it let in stay. Raises NotFound."""
    token = new_token()
    with writing(store) as session:
        invitation = _invitation(session, invitation_id)
        invitation.token_hash = hashed(token)
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
