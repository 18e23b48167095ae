"""Assessments: published plans with their rules."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from quiz.domain.folding import words_to_find
from quiz.domain.plans import Plan
from quiz.domain.snapshots.plans import read_plan_snapshot
from quiz.store.database import Base, Moment, Ordered
from quiz.store.remembered import Remembered


class Assessment(Base):
    """A published plan with its rules. It keeps drawing from the banks as they stood when it was published."""

    __tablename__ = "assessments"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(32), unique=True)
    title: Mapped[str] = mapped_column(Ordered)
    search_key: Mapped[str] = mapped_column(Ordered)
    """Every word of the title that the assessment is found by, each after a space."""
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


_PLANS: Remembered[int, Plan] = Remembered(1_000)


def plan(session: Session, assessment_id: int) -> Plan:
    """The plan that an assessment was published with."""

    def read(_missing: list[int]) -> dict[int, Plan]:
        stored = session.scalars(sa.select(Assessment.plan).where(Assessment.id == assessment_id)).one()
        return {assessment_id: read_plan_snapshot(stored)}

    return _PLANS.among(session, [assessment_id], read)[assessment_id]


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
        public_id=public_id,
        title=title,
        search_key=words_to_find(title),
        plan=plan,
        closes_at=closes_at,
        created_at=now,
        created_by=user_row,
    )
    session.add(assessment)
    session.flush()  # The links need the assessment's id.
    session.add_all(AssessmentBank(assessment_id=assessment.id, bank_version_id=version) for version in versions)
