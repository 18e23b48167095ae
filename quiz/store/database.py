"""The database under everything: one session, and what each store needs so that a committed answer is never lost."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import flask_sqlalchemy.session
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session

from quiz.config import Unusable

Key = TypeVar("Key")
Value = TypeVar("Value")

SAFE_SQLITE = (3, 51, 3)
"""The first release without the WAL-reset bug, by which several processes could lose a committed write."""


class Base(DeclarativeBase):
    """The tables' common ground: constraints have names that do not depend on the store."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class _Session(flask_sqlalchemy.session.Session):
    """A session that can be declared to read only."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        bind = super().get_bind(*args, **kwargs)
        if self.info.get("reads_only") and isinstance(bind, Engine):
            return _for_reading(bind)
        return bind


@event.listens_for(_Session, "before_flush")
def _refuse_flush(session: _Session, _context: Any, _instances: Any) -> None:
    if session.info.get("reads_only") and (session.new or session.dirty or session.deleted):
        raise AssertionError("this session only reads: write within `writing(session)`")


@event.listens_for(_Session, "do_orm_execute")
def _refuse_change(state: ORMExecuteState) -> None:
    if state.session.info.get("reads_only") and (state.is_insert or state.is_update or state.is_delete):
        raise AssertionError("this session only reads: write within `writing(session)`")


@lru_cache(maxsize=16)
def _for_reading(engine: Engine) -> Engine:
    """An engine's view for sessions that only read.

    On PostgreSQL each statement stands alone: a page needs no transaction, and the rollback at its end would make the
    driver forget every statement it has prepared.
    """
    if engine.dialect.name == "postgresql":
        return _statement_engine(engine)
    return engine.execution_options(reads_only=True)


@lru_cache(maxsize=16)
def _statement_engine(engine: Engine) -> Engine:
    """A pool of connections to PostgreSQL on which every statement is a transaction of its own."""
    options = engine_options(str(engine.url)) | {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    single = sa.create_engine(engine.url, **options)
    event.listen(engine, "engine_disposed", lambda _engine: single.dispose())
    return single


db = SQLAlchemy(model_class=Base, session_options={"class_": _Session})


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: an aware datetime in Python, `timestamptz` in PostgreSQL, sortable text in SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text compared byte by byte in both stores, so that a search by its beginning can use an index."""


def sqlite_driver() -> ModuleType:
    """The driver with the newest SQLite at hand."""
    try:
        bundled = import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3
    return bundled if bundled.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def engine_options(url: str) -> dict[str, Any]:
    """How to connect to a store so that what it acknowledges is on the disk."""
    if make_url(url).get_backend_name() == "sqlite":
        return {
            "module": sqlite_driver(),
            "connect_args": {"timeout": 5, "check_same_thread": False},
            "pool_size": 20,
            "max_overflow": 20,
        }
    limits = "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
    return {"connect_args": {"options": limits, "connect_timeout": 5}, "pool_size": 20, "max_overflow": 20}


def prepare(engine: Engine) -> None:
    """Make every connection of an engine keep the promises of its store."""
    if engine.dialect.name != "sqlite":
        return
    lock_path = Path(str(engine.url.database) + ".lock")

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # Transactions are begun below, not guessed by the driver.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")
        record.info["turn"] = lock_path.open("a")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("reads_only"):
            connection.exec_driver_sql("BEGIN")
            return
        # SQLite's own wait for its one writer is unfair: some wait for seconds. The kernel's queue is fair.
        fcntl.flock(connection.info["turn"], fcntl.LOCK_EX)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _on_checkin(_connection: Any, record: Any) -> None:
        fcntl.flock(record.info["turn"], fcntl.LOCK_UN)

    @event.listens_for(engine, "close")
    def _on_close(_connection: Any, record: Any) -> None:
        record.info["turn"].close()


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """Let a session that only reads write for once. What it read so far ends with the transaction it was read in."""
    session.rollback()
    reads_only = session.info.pop("reads_only", False)
    try:
        yield
    finally:
        session.rollback()
        session.info["reads_only"] = reads_only


def reading(session: Session) -> None:
    """Declare that this session only reads, so that on SQLite it neither waits for writers nor holds them up."""
    session.info["reads_only"] = True


def engine_of(session: Session) -> Engine:
    """The engine behind a session, whether it only reads or not."""
    assert isinstance(session, _Session)
    engine = flask_sqlalchemy.session.Session.get_bind(session)
    assert isinstance(engine, Engine)
    return engine


@contextmanager
def one_statement(session: Session) -> Iterator[Connection]:
    """A connection beside the session on which every statement is a transaction of its own, and one round trip."""
    with _statement_engine(engine_of(session)).connect() as connection:
        yield connection


def stands_several_processes(url: str) -> bool:
    """Whether several processes may write to a store: any PostgreSQL, and a SQLite without the WAL-reset bug."""
    return not url.startswith("sqlite") or sqlite_driver().sqlite_version_info >= SAFE_SQLITE


def assert_durable(session: Session, processes: int) -> None:
    """Refuse to run on a store that could lose what it acknowledged.

    Raises Unusable.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        settings = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys")
        }
        if settings != {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}:
            raise Unusable(
                f"SQLite does not keep its promises here ({settings}): use a local disk for the data folder."
            )
        if processes > 1 and not stands_several_processes("sqlite"):
            raise Unusable(
                f"SQLite {sqlite_driver().sqlite_version} can lose writes with several processes: "
                "install the package pysqlite3, or set QUIZ_WORKERS=1."
            )
    elif connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "off":
        raise Unusable("PostgreSQL runs with synchronous_commit=off and could lose answers: switch it on.")
