"""The database under everything: blocks that read or write, and connections that keep what was committed."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session

from quiz.config import Unusable

SAFE_SQLITE = (3, 51, 3)
"""The first release without the WAL-reset bug, by which several processes could lose a committed write."""

Store = Engine
"""A database, as services are given it: they read or write it in blocks of `reading` and `writing`."""


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


def text_of(moment: datetime) -> str:
    """A moment as `Moment` stores it in SQLite, for statements in its own SQL."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def moment_of(text: str) -> datetime:
    """The moment that SQLite stores as `text`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


Ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text compared byte by byte in both stores, so that a search by its beginning can use an index."""


# Blocks ----------------------------------------------------------------------------------------------------------


class _ReadingSession(Session):
    """A session that only reads."""


@event.listens_for(_ReadingSession, "before_flush")
def _refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise AssertionError("this block only reads: write within `writing(store)`")


@event.listens_for(_ReadingSession, "do_orm_execute")
def _refuse_change(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise AssertionError("this block only reads: write within `writing(store)`")


@contextmanager
def reading(store: Store) -> Iterator[Session]:
    """A session for one intention that only reads: on SQLite it neither waits for the writer nor holds it up."""
    with _ReadingSession(_for_reading(store), info={"store": store}) as session:
        yield session


@contextmanager
def writing(store: Store) -> Iterator[Session]:
    """A session for one intention that writes: committed where the block ends, undone where it raises.

    On SQLite this is the only writer, from its first statement on: do what takes long before it.
    """
    with Session(store, info={"store": store}, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def one_statement(store: Store) -> Iterator[Connection]:
    """A connection to PostgreSQL on which every statement is a transaction of its own, and one round trip."""
    with _statement_engine(store).connect() as connection:
        yield connection


def store_of(session: Session) -> Store:
    """The store that a block's session reads or writes."""
    store: Store = session.info["store"]
    return store


@lru_cache(maxsize=16)
def _for_reading(store: Store) -> Engine:
    """A store's engine for blocks that only read.

    On PostgreSQL each statement stands alone: a page needs no transaction, and the rollback at its end would make the
    driver forget every statement it has prepared.
    """
    if store.dialect.name == "postgresql":
        return _statement_engine(store)
    return store.execution_options(reads_only=True)


@lru_cache(maxsize=16)
def _statement_engine(store: Store) -> Engine:
    """A pool of connections to PostgreSQL on which every statement is a transaction of its own."""
    options = engine_options(str(store.url)) | {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    single = sa.create_engine(store.url, **options)
    event.listen(store, "engine_disposed", lambda _engine: single.dispose())
    return single


# Connections -----------------------------------------------------------------------------------------------------


def open_store(url: str) -> Store:
    """The database at an address, for whoever is no web application."""
    store = sa.create_engine(url, **engine_options(url))
    prepare(store)
    return store


def sqlite_driver() -> ModuleType:
    """The driver with the newest SQLite at hand."""
    try:
        bundled = import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3
    return bundled if bundled.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def engine_options(url: str) -> dict[str, Any]:
    """How to connect to a store so that what it acknowledges is on the disk. Raises Unusable for other databases."""
    if make_url(url).get_backend_name() not in ("sqlite", "postgresql"):
        raise Unusable(
            "QUIZ_DATABASE_URL names a database that quiz does not know: begin it with postgresql://, or leave it out."
        )
    if make_url(url).get_backend_name() == "sqlite":
        return {
            "module": sqlite_driver(),
            # The driver keeps the statements it used most often; once it holds as many as it may, any other is prepared
            # anew each time it is used, which takes ten times as long as running it.
            "connect_args": {"timeout": 5, "check_same_thread": False, "cached_statements": 1000},
            "pool_size": 20,
            "max_overflow": 20,
        }
    limits = "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
    return {"connect_args": {"options": limits, "connect_timeout": 5}, "pool_size": 20, "max_overflow": 20}


def prepare(store: Store) -> None:
    """Make every connection of a store's engine keep the promises of the store."""
    if store.dialect.name != "sqlite":
        return
    lock_path = lock_file(store)

    @event.listens_for(store, "connect")
    def _on_connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # Transactions are begun below, not guessed by the driver.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")
        record.info["turn"] = lock_path.open("a")

    @event.listens_for(store, "begin")
    def _on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("reads_only"):
            connection.exec_driver_sql("BEGIN")
            return
        # SQLite's own wait for its one writer is unfair: some wait for seconds. The kernel's queue is fair.
        fcntl.flock(connection.info["turn"], fcntl.LOCK_EX)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(store, "checkin")
    def _on_checkin(_connection: Any, record: Any) -> None:
        fcntl.flock(record.info["turn"], fcntl.LOCK_UN)

    @event.listens_for(store, "close")
    def _on_close(_connection: Any, record: Any) -> None:
        record.info["turn"].close()


def lock_file(store: Store, name: str = "") -> Path:
    """The file beside a SQLite database at which processes queue: for its one writer, or for a job of this name."""
    return Path(f"{store.url.database}{name and '.' + name}.lock")


def answers(store: Store) -> None:
    """Ask the database for an answer. Raises OperationalError where it gives none."""
    with reading(store) as session:
        session.execute(sa.select(sa.literal(1)))


def is_embedded(store: Store) -> bool:
    """Whether the database lives in a file of this machine, so that nothing but this installation serves it."""
    return store.dialect.name == "sqlite"


def stands_several_processes(url: str) -> bool:
    """Whether several processes may write to a store: any PostgreSQL, and a SQLite without the WAL-reset bug."""
    return not url.startswith("sqlite") or sqlite_driver().sqlite_version_info >= SAFE_SQLITE


def assert_durable(store: Store, processes: int) -> None:
    """Refuse to run on a store that could lose what it acknowledged.

    Raises Unusable.
    """
    with store.connect() as connection:
        if not is_embedded(store):
            if connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "off":
                raise Unusable("PostgreSQL runs with synchronous_commit=off and could lose answers: switch it on.")
            return
        settings = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys")
        }
    if settings != {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}:
        raise Unusable(f"SQLite does not keep its promises here ({settings}): use a local disk for the data folder.")
    if processes > 1 and not stands_several_processes("sqlite"):
        raise Unusable(
            f"SQLite {sqlite_driver().sqlite_version} can lose writes with several processes: "
            "install the package pysqlite3, or set QUIZ_WORKERS=1."
        )
