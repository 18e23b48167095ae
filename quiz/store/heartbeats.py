"""Signs of life of what runs beside the pages, and what a database says of itself."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from quiz.store.database import Base, Moment


class Heartbeat(Base):
    """When something of this name was last at work."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(Moment)


def beat(session: Session, name: str, now: datetime) -> None:
    session.merge(Heartbeat(name=name, beat_at=now))


def last_beat(session: Session, name: str) -> datetime | None:
    """When something of this name was last at work; None where it never was."""
    return session.scalar(sa.select(Heartbeat.beat_at).where(Heartbeat.name == name))


def shown(session: Session, setting: str) -> str:
    """A setting of a PostgreSQL server."""
    value: Any = session.execute(sa.select(sa.func.current_setting(setting))).scalar_one()
    return str(value)


def encrypted(session: Session) -> bool:
    """Whether this connection to a PostgreSQL server is encrypted."""
    query = sa.text("SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)")
    return bool(session.execute(query).scalar_one())


def clock(session: Session) -> datetime:
    """What time it is on a PostgreSQL server."""
    time: datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return time


def may_create_tables(session: Session) -> bool:
    """Whether the role of these connections could change the tables of a PostgreSQL database."""
    query = sa.select(sa.func.has_schema_privilege(sa.func.current_schema(), "CREATE"))
    return bool(session.execute(query).scalar_one())


def damage(session: Session) -> str:
    """What SQLite finds wrong in its file; empty where it is sound."""
    found = str(session.execute(sa.text("PRAGMA quick_check(1)")).scalar_one())
    return "" if found == "ok" else found
