"""Invitations to assessments, and the browsers that they let in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from quiz.store.assessments import Assessment
from quiz.store.database import Base, Moment, Ordered


class Invitation(Base):
    """One candidate's right to take one assessment. The link's token is stored only as its hash."""

    __tablename__ = "invitations"
    __table_args__ = (
        sa.Index("ix_invitations_by_time", "assessment_id", "created_at", "id"),
        sa.Index("ix_invitations_by_name", "assessment_id", "name_key", "id"),
        sa.Index("ix_invitations_by_email", "assessment_id", "email", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(Ordered)
    """The name folded, for sorting."""
    email: Mapped[str] = mapped_column(Ordered)
    search_key: Mapped[str] = mapped_column(Ordered)
    """Every word that the invitation is found by, each after a space."""
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class CandidateSession(Base):
    """A browser in which an invitation was opened: it may continue without the link."""

    __tablename__ = "candidate_sessions"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitations.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)


def invitation_by_public_id(session: Session, public_id: str) -> Invitation | None:
    return session.scalar(sa.select(Invitation).where(Invitation.public_id == public_id))


def assessment_of(session: Session, invitation: Invitation) -> Assessment:
    """The assessment that an invitation is to."""
    return session.get_one(Assessment, invitation.assessment_id)


def admit(session: Session, token_hash: str, invitation_row: int, now: datetime) -> None:
    """Let a browser in to an invitation."""
    session.add(CandidateSession(token_hash=token_hash, invitation_id=invitation_row, created_at=now))


def forget_browsers(session: Session, before: datetime) -> None:
    """Delete the browsers that opened an invitation before a moment."""
    session.execute(sa.delete(CandidateSession).where(CandidateSession.created_at < before))


def leave(session: Session, token_hash: str, invitation_row: int) -> None:
    """Forget one browser."""
    session.execute(
        sa.delete(CandidateSession).where(
            CandidateSession.token_hash == token_hash, CandidateSession.invitation_id == invitation_row
        )
    )
