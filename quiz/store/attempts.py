"""Attempts: the form that was drawn, the responses that were saved, the score that was derived."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from quiz.domain.delivery import GRACE, Invited, State, Times
from quiz.domain.items import Answer, Arrangement
from quiz.store.assessments import Assessment
from quiz.store.content import ItemVersion
from quiz.store.database import Base, Moment
from quiz.store.invitations import CandidateSession, Invitation
from quiz.store.remembered import Remembered


class Attempt(Base):
    """One sitting of a form."""

    __tablename__ = "attempts"
    __table_args__ = (
        sa.CheckConstraint("deadline_at > started_at", name="deadline_after_start"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_something"),
        sa.CheckConstraint("ended_at BETWEEN started_at AND deadline_at", name="ended_in_time"),
        sa.CheckConstraint("ended_by IN ('candidate', 'time')", name="ended_by"),
        sa.CheckConstraint("(ended_at IS NULL) = (share IS NULL)", name="scored_when_ended"),
        sa.Index("ix_attempts_by_end", "assessment_id", "ended_at", "id"),
        sa.Index("ix_attempts_by_share", "assessment_id", "share", "id"),
        sa.Index("ix_attempts_running", "deadline_at", sqlite_where=sa.text("ended_at IS NULL"),
                 postgresql_where=sa.text("ended_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitations.id"), unique=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"))
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    started_at: Mapped[datetime] = mapped_column(Moment)
    deadline_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(sa.String(20))
    share: Mapped[float | None]
    """The share of the possible credit that was earned, from 0 to 1; derived from the responses."""
    low: Mapped[float | None]
    high: Mapped[float | None]
    """The ends of the share's 95 % interval."""

    @property
    def times(self) -> Times:
        return Times(self.started_at, self.deadline_at, self.ended_at, self.ended_by)


class Slot(Base):
    """One place of a form: the exact item that was drawn for it, and the order in which its choices are shown."""

    __tablename__ = "slots"

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    item_version_id: Mapped[int] = mapped_column(sa.ForeignKey("item_versions.id"))
    arrangement: Mapped[str] = mapped_column(sa.Text)
    """A JSON list: displayed position -> position in the item's file."""
    draw: Mapped[int | None]
    """The number of the plan's draw it was drawn for, from 1; not known of attempts before revision 0003."""
    credit: Mapped[float | None]
    """What the answer earned, from 0 to 1; derived when the attempt ends."""


class Response(Base):
    """One saved answer to one slot. Appended, never overwritten: the highest `seq` counts."""

    __tablename__ = "responses"
    __table_args__ = (
        sa.ForeignKeyConstraint(["attempt_id", "number"], ["slots.attempt_id", "slots.number"]),
        sa.CheckConstraint("seq > 0", name="seq_positive"),
    )

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    """The version of the answer. Before revision 0006 pages counted it, with gaps; since then the store does."""
    writer: Mapped[str | None] = mapped_column(sa.String(40))
    edit: Mapped[int | None] = mapped_column(sa.BigInteger)
    """The page that wrote it, and which of that page's edits it is; not known before revision 0006."""
    answer: Mapped[str] = mapped_column(sa.Text)
    """The answer as JSON, in the order of the item's file; `null` where it was taken back."""
    flagged: Mapped[bool]
    saved_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class Place:
    """One slot of a drawn form."""

    item_version_id: int
    arrangement: Arrangement
    draw: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The slots drawn for an attempt; slot 1 stands at index 0. Never changes once drawn."""

    attempt_id: int
    assessment_row: int
    title: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """The newest response to a slot. `seq` is 0 and `answer` None where nothing was saved yet."""

    number: int
    seq: int = 0
    answer: Answer | None = None
    flagged: bool = False
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A candidate's place at an assessment at one moment: the invitation, and the state of its attempt."""

    invitation_id: str
    candidate: str
    title: str
    closes_at: datetime | None
    withdrawn: bool
    state: State
    invitation_row: int
    assessment_row: int


_FORMS: Remembered[str, Form] = Remembered(5_000)

# A seat and a newest response are selected from the tables, not from the classes over them: candidates wait for these,
# and the ORM would take as long to prepare their results as the store takes to find them.
_invitations, _assessments = Invitation.__table__.c, Assessment.__table__.c
_attempts, _browsers = Attempt.__table__.c, CandidateSession.__table__.c

_SEAT = (
    sa.select(
        _invitations.public_id,
        _invitations.name,
        _assessments.title,
        _assessments.closes_at,
        _invitations.withdrawn_at,
        _attempts.started_at,
        _attempts.deadline_at,
        _attempts.ended_at,
        _attempts.ended_by,
        _invitations.id,
        _invitations.assessment_id,
    )
    .select_from(Invitation.__table__)
    .join(Assessment.__table__, _assessments.id == _invitations.assessment_id)
    .outerjoin(Attempt.__table__, _attempts.invitation_id == _invitations.id)
)

_SEAT_OF_BROWSER = _SEAT.join(CandidateSession.__table__, _browsers.invitation_id == _invitations.id).where(
    _browsers.token_hash == sa.bindparam("token"), _invitations.public_id == sa.bindparam("invitation")
)

_SEAT_OF_LINK = _SEAT.where(_invitations.token_hash == sa.bindparam("token"))


def seat(session: Session, token_hash: str, invitation_id: str, now: datetime) -> Seat | None:
    """The seat of a browser at an invitation; None where this browser never opened it."""
    row = session.execute(_SEAT_OF_BROWSER, {"token": token_hash, "invitation": invitation_id}).one_or_none()
    return None if row is None else _seat(row, now)


def seat_of_link(session: Session, token_hash: str, now: datetime) -> Seat | None:
    """The seat that an invitation's link leads to, whatever the browser; None where it leads nowhere."""
    row = session.execute(_SEAT_OF_LINK, {"token": token_hash}).one_or_none()
    return None if row is None else _seat(row, now)


def _seat(row: Any, now: datetime) -> Seat:
    public_id, name, title, closes_at, withdrawn_at, started_at, deadline_at, ended_at, ended_by, *rows = row
    state: State = Invited()
    if started_at is not None:
        state = Times(started_at, deadline_at, ended_at, ended_by).state(now)
    return Seat(public_id, name, title, closes_at, withdrawn_at is not None, state, *rows)


def form(session: Session, invitation_id: str) -> Form | None:
    """The form drawn for an invitation; None before its attempt was started."""

    def read(_missing: list[str]) -> dict[str, Form]:
        rows = session.execute(
            sa.select(
                Slot.attempt_id,
                Attempt.assessment_id,
                Assessment.title,
                Slot.item_version_id,
                Slot.arrangement,
                Slot.draw,
            )
            .join(Attempt, Attempt.id == Slot.attempt_id)
            .join(Invitation, Invitation.id == Attempt.invitation_id)
            .join(Assessment, Assessment.id == Attempt.assessment_id)
            .where(Invitation.public_id == invitation_id)
            .order_by(Slot.number)
        ).all()
        if not rows:
            return {}
        places = tuple(Place(item, tuple(json.loads(arrangement)), draw) for *_, item, arrangement, draw in rows)
        return {invitation_id: Form(*rows[0][:3], places)}

    return _FORMS.among(session, [invitation_id], read).get(invitation_id)


_Other = aliased(Response)

_RESPONSE = (Response.number, Response.seq, Response.answer, Response.flagged, Response.saved_at)

_responses = Response.__table__.c

_NEWEST = (
    sa.select(*(_responses[column.key] for column in _RESPONSE))
    .where(_responses.attempt_id == sa.bindparam("attempt"), _responses.number == sa.bindparam("number"))
    .order_by(_responses.seq.desc())
    .limit(1)
)

_ALL_NEWEST = (
    sa.select(*_RESPONSE)
    .select_from(Slot)
    .join(
        Response,
        sa.and_(
            Response.attempt_id == Slot.attempt_id,
            Response.number == Slot.number,
            Response.seq
            == sa.select(sa.func.max(_Other.seq))
            .where(_Other.attempt_id == Slot.attempt_id, _Other.number == Slot.number)
            .correlate(Slot)
            .scalar_subquery(),
        ),
    )
    .where(Slot.attempt_id == sa.bindparam("attempt"))
)


def newest(session: Session, attempt_id: int, number: int) -> Saved:
    """The newest response to a slot."""
    row = session.execute(_NEWEST, {"attempt": attempt_id, "number": number}).one_or_none()
    return Saved(number) if row is None else _saved(row)


def response(session: Session, attempt_id: int, number: int, seq: int) -> Saved:
    """The response to a slot with this `seq`; an empty one where there is none."""
    row = session.execute(
        sa.select(*_RESPONSE).where(Response.attempt_id == attempt_id, Response.number == number, Response.seq == seq)
    ).one_or_none()
    return Saved(number) if row is None else _saved(row)


def has_edit(session: Session, attempt_id: int, number: int, writer: str, edit: int) -> bool:
    """Whether this edit of a page was ever stored."""
    query = sa.select(Response.seq).where(
        Response.attempt_id == attempt_id, Response.number == number, Response.writer == writer, Response.edit == edit
    )
    return session.execute(query.limit(1)).first() is not None


def all_newest(session: Session, attempt_id: int) -> dict[int, Saved]:
    """The newest response to every slot that has one."""
    rows = session.execute(_ALL_NEWEST, {"attempt": attempt_id})
    return {row.number: _saved(row) for row in rows}


def is_overdue(now: datetime) -> sa.ColumnElement[bool]:
    """Attempts that are over at a moment though nobody has written down their end."""
    return sa.and_(Attempt.ended_at.is_(None), Attempt.deadline_at < now - GRACE)


def overdue(session: Session, now: datetime, limit: int) -> list[str]:
    """Invitations whose attempts are over at a moment though nobody has written it down, the longest over first."""
    return list(
        session.scalars(
            sa.select(Invitation.public_id)
            .join(Attempt, Attempt.invitation_id == Invitation.id)
            .where(is_overdue(now))
            .order_by(Attempt.deadline_at)
            .limit(limit)
        )
    )


def _saved(row: Any) -> Saved:
    return Saved(row.number, row.seq, json.loads(row.answer), bool(row.flagged), row.saved_at)


def waiting(session: Session, assessment_id: int, email: str) -> bool:
    """Whether somebody with this address is invited and has not started."""
    query = (
        sa.select(Invitation.id)
        .outerjoin(Attempt, Attempt.invitation_id == Invitation.id)
        .where(Invitation.assessment_id == assessment_id, Invitation.email == email)
        .where(Attempt.id.is_(None), Invitation.withdrawn_at.is_(None))
    )
    return session.execute(query.limit(1)).first() is not None


def credits(session: Session, attempt_id: int) -> list[float]:
    """What each slot's answer earned, in the order of the form, as it was recorded when the attempt ended."""
    rows = session.scalars(sa.select(Slot.credit).where(Slot.attempt_id == attempt_id).order_by(Slot.number))
    return [credit or 0.0 for credit in rows]


def banks(session: Session, attempt_id: int) -> list[str]:
    """The bank each slot's item came from, in the order of the form."""
    return list(
        session.scalars(
            sa.select(ItemVersion.bank)
            .join(Slot, Slot.item_version_id == ItemVersion.id)
            .where(Slot.attempt_id == attempt_id)
            .order_by(Slot.number)
        )
    )
