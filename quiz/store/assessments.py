"""Assessments and the invitations to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from quiz.store.database import Base, Moment, Ordered


class Assessment(Base):
    """A published plan with its rules. It keeps drawing from the banks as they stood when it was published."""

    __tablename__ = "assessments"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True)
    title: Mapped[str] = mapped_column(Ordered)
    plan: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    closes_at: Mapped[datetime | None] = mapped_column(Moment)
    """The end of the window, after which nothing can be answered."""
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))


class AssessmentBank(Base):
    """A version of a bank that an assessment draws from."""

    __tablename__ = "assessment_banks"

    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"), primary_key=True)
    bank_version_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_versions.id"), primary_key=True)


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
    """The name in lower case, for search and sorting."""
    email: Mapped[str] = mapped_column(Ordered)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class CandidateSession(Base):
    """A browser in which an invitation was opened: it may continue without the link."""

    __tablename__ = "candidate_sessions"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitations.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)


def assessment_by_public_id(session: Session, public_id: str) -> Assessment | None:
    return session.scalar(sa.select(Assessment).where(Assessment.public_id == public_id))


def newest_titled(session: Session, title: str) -> Assessment | None:
    """The newest assessment of this title."""
    return session.scalar(
        sa.select(Assessment).where(Assessment.title == title).order_by(Assessment.created_at.desc()).limit(1)
    )


def bank_versions(session: Session, assessment_id: int) -> list[int]:
    """The versions of banks an assessment draws from."""
    return list(
        session.scalars(
            sa.select(AssessmentBank.bank_version_id)
            .where(AssessmentBank.assessment_id == assessment_id)
            .order_by(AssessmentBank.bank_version_id)
        )
    )


def invitation_by_public_id(session: Session, public_id: str) -> Invitation | None:
    return session.scalar(sa.select(Invitation).where(Invitation.public_id == public_id))


def assessment_of(session: Session, invitation: Invitation) -> Assessment:
    """The assessment that an invitation is to."""
    return session.get_one(Assessment, invitation.assessment_id)


def admit(session: Session, token_hash: str, invitation_row: int, now: datetime) -> None:
    """Let a browser in to an invitation."""
    session.add(CandidateSession(token_hash=token_hash, invitation_id=invitation_row, created_at=now))


def publish(
    session: Session,
    public_id: str,
    title: str,
    plan: dict[str, Any],
    versions: Iterable[int],
    closes_at: datetime | None,
    user_row: int | None,
    now: datetime,
) -> None:
    """Store an assessment with its plan, and the versions of banks that it draws from."""
    assessment = Assessment(
        public_id=public_id, title=title, plan=plan, closes_at=closes_at, created_at=now, created_by=user_row
    )
    session.add(assessment)
    session.flush()  # The links need the assessment's id.
    session.add_all(AssessmentBank(assessment_id=assessment.id, bank_version_id=version) for version in versions)


def forget_browsers(session: Session, before: datetime) -> None:
    """Delete the browsers that opened an invitation before a moment."""
    session.execute(sa.delete(CandidateSession).where(CandidateSession.created_at < before))


def is_known_browser(session: Session, token_hash: str) -> bool:
    """Whether this browser's token was given out by us."""
    return (
        session.scalar(sa.select(sa.literal(1)).where(CandidateSession.token_hash == token_hash).limit(1)) is not None
    )
