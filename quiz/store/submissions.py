"""What became of forms that staff sent, so that sending one again does nothing again."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from quiz.store.database import Base, Moment


class Submission(Base):
    """A form that was sent, and what came of it. The key itself is only in the browser that was shown the form."""

    __tablename__ = "submissions"

    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    outcome: Mapped[str] = mapped_column(sa.Text)


@dataclass(frozen=True)
class Outcome:
    """What came of a form, and when it was sent."""

    text: str
    created_at: datetime


def claim(session: Session, key_hash: str, now: datetime) -> bool:
    """Take a form in hand; False where it was sent before. Waits for a twin that is under way."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Submission).values(key_hash=key_hash, created_at=now, outcome="")
    claimed = session.execute(statement.on_conflict_do_nothing().returning(Submission.key_hash))
    return claimed.one_or_none() is not None


def record(session: Session, key_hash: str, outcome: str) -> None:
    session.execute(sa.update(Submission).where(Submission.key_hash == key_hash).values(outcome=outcome))


def outcome(session: Session, key_hash: str) -> Outcome | None:
    """What came of a form; None where it was never sent."""
    row = session.execute(
        sa.select(Submission.outcome, Submission.created_at).where(Submission.key_hash == key_hash)
    ).one_or_none()
    return None if row is None else Outcome(*row)


def forget(session: Session, before: datetime) -> None:
    """Delete what became of forms that were sent before a moment."""
    session.execute(sa.delete(Submission).where(Submission.created_at < before))
