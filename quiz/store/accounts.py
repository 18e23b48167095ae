"""Staff accounts, their sessions, and the counters that limit guessing."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from quiz.store.database import Base, Moment

ROLES = ("recruiter", "author", "admin")


class User(Base):
    """Somebody of the staff."""

    __tablename__ = "users"
    __table_args__ = (
        sa.CheckConstraint("role IN ('recruiter', 'author', 'admin')", name="role"),
        sa.CheckConstraint("email = lower(email)", name="email_lower_case"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[str] = mapped_column(sa.String(20))
    password_hash: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)


class StaffSession(Base):
    """A browser that somebody of the staff signed in with. The token itself is only in that browser."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    agent: Mapped[str | None] = mapped_column(sa.String(200))
    """What the browser called itself, so that people know their sessions apart."""

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class KnownBrowser(Base):
    """A browser in which somebody has signed in before: guesses made elsewhere do not keep it out."""

    __tablename__ = "known_browsers"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Guesses(Base):
    """How often something was guessed wrongly within one window of time."""

    __tablename__ = "guesses"

    bucket: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """A hash of what is limited: an account, a network address, both together, or everything."""
    window_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    count: Mapped[int]


def user_by_email(session: Session, email: str) -> User | None:
    return session.scalar(sa.select(User).where(User.email == email.strip().lower()))


def all_users(session: Session) -> list[User]:
    """Every account, by its address."""
    return list(session.scalars(sa.select(User).order_by(User.email)))


def is_known_browser(session: Session, token_hash: str, user_id: int) -> bool:
    """Whether somebody has signed in with this browser before."""
    return session.get(KnownBrowser, (token_hash, user_id)) is not None


def rename_browser(session: Session, token_hash: str, new_hash: str) -> None:
    """Know a browser by another token from now on, for every account that has signed in with it."""
    session.execute(sa.update(KnownBrowser).where(KnownBrowser.token_hash == token_hash).values(token_hash=new_hash))


def know_browser(session: Session, token_hash: str, user_id: int, now: datetime) -> None:
    """Note that somebody has signed in with this browser."""
    session.merge(KnownBrowser(token_hash=token_hash, user_id=user_id, seen_at=now))


def forget_browsers(session: Session, before: datetime) -> None:
    """Delete browsers in which nobody has signed in since a moment."""
    session.execute(sa.delete(KnownBrowser).where(KnownBrowser.seen_at < before))


def sessions_of(session: Session, user_id: int) -> list[StaffSession]:
    """The sessions of an account, the last used first."""
    query = sa.select(StaffSession).where(StaffSession.user_id == user_id)
    return list(session.scalars(query.order_by(StaffSession.last_seen_at.desc(), StaffSession.token_hash)))


def session_by_token(session: Session, token_hash: str) -> StaffSession | None:
    return session.get(StaffSession, token_hash)


def touch(session: Session, token_hash: str, now: datetime) -> None:
    """Note that a session is in use; one that was ended meanwhile stays ended."""
    session.execute(sa.update(StaffSession).where(StaffSession.token_hash == token_hash).values(last_seen_at=now))


def end_sessions(session: Session, user_id: int) -> None:
    session.execute(sa.delete(StaffSession).where(StaffSession.user_id == user_id))


def end_session(session: Session, token_hash: str) -> None:
    session.execute(sa.delete(StaffSession).where(StaffSession.token_hash == token_hash))


def forget_sessions(session: Session, created_before: datetime, seen_before: datetime) -> None:
    """Delete sessions that are past their limits."""
    session.execute(
        sa.delete(StaffSession).where(
            sa.or_(StaffSession.created_at < created_before, StaffSession.last_seen_at < seen_before)
        )
    )


def guessed(session: Session, bucket: str, window_at: datetime) -> int:
    """How often this was guessed wrongly in this window."""
    return session.scalar(sa.select(Guesses.count).where(Guesses.bucket == bucket, Guesses.window_at == window_at)) or 0


def count_guess(session: Session, bucket: str, window_at: datetime) -> int:
    """Count a wrong guess, atomically over all processes; how many there are now."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Guesses).values(bucket=bucket, window_at=window_at, count=1)
    counted = session.execute(
        statement.on_conflict_do_update(
            index_elements=["bucket", "window_at"], set_={"count": Guesses.count + 1}
        ).returning(Guesses.count)
    )
    return counted.scalar_one()


def uncount_guess(session: Session, bucket: str, window_at: datetime) -> None:
    """Take back one guess that was counted."""
    session.execute(
        sa.update(Guesses)
        .where(Guesses.bucket == bucket, Guesses.window_at == window_at, Guesses.count > 0)
        .values(count=Guesses.count - 1)
    )


def forget_guesses(session: Session, now: datetime) -> None:
    """Delete counters that no longer limit anything."""
    session.execute(sa.delete(Guesses).where(Guesses.window_at < now - timedelta(days=1)))
