"""What the stores are held to: durability, migrations that lose nothing, commits that are shared and still safe."""

import fcntl
import platform
import threading
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask

from quiz.config import Unusable, read_settings
from quiz.store import database
from quiz.store.accounts import User
from quiz.store.database import Store, assert_durable, lock_file, reading, stands_several_processes, writing
from quiz.store.group_commit import GroupCommit, group_commit
from quiz.store.locks import alone
from quiz.web.database import db
from tests.factories import World


def test_the_migrations_lead_to_exactly_the_tables_of_the_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_a_migration_that_would_lose_rows_is_undone(app: Flask, world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.user()
    with app.app_context():
        with pytest.raises(SystemExit):
            flask_migrate.downgrade(revision="base")
        assert "would lose data and was undone." in caplog.text
        assert "users: 1 rows before, 0 after" in caplog.text
    assert names(world.store) == ["Robin Test"]


def test_the_store_keeps_what_it_acknowledges(app: Flask) -> None:
    with app.app_context():
        # Elsewhere no package brings a SQLite along that is safe with several.
        assert_durable(db.engine, processes=4 if platform.machine() == "x86_64" else 1)
        if db.engine.dialect.name == "sqlite":
            with reading(db.engine) as session:
                pragmas = {
                    name: session.execute(sa.text(f"PRAGMA {name}")).scalar()
                    for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
                }
            assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


on_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
"""PostgreSQL has no such thing, or does it by itself."""


@on_sqlite
def test_an_old_sqlite_is_refused_for_several_processes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        sqlite_version, sqlite_version_info = "3.40.1", (3, 40, 1)

    with app.app_context():
        monkeypatch.setattr(database, "sqlite_driver", lambda: Old)
        assert_durable(db.engine, processes=1)
        assert not stands_several_processes("sqlite:///quiz.sqlite3")
        assert stands_several_processes("postgresql://localhost/quiz")
        with pytest.raises(Unusable, match="pysqlite3"):
            assert_durable(db.engine, processes=2)


def names(store: Store) -> list[str]:
    """The names of all accounts."""
    with reading(store) as session:
        return list(session.scalars(sa.select(User.name)))


def test_concurrent_updates_are_all_counted(store: Store) -> None:
    """With SQLite's default transactions most of these would be lost without an error."""
    with writing(store) as session:
        session.execute(sa.text("CREATE TABLE counter (value integer)"))
        session.execute(sa.text("INSERT INTO counter VALUES (0)"))
    locked = " FOR UPDATE" if store.dialect.name == "postgresql" else ""

    def work() -> None:
        for _ in range(20):
            with writing(store) as session:
                value = session.execute(sa.text(f"SELECT value FROM counter{locked}")).scalar_one()
                session.execute(sa.text("UPDATE counter SET value = :value"), {"value": value + 1})

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(store) as session:
        assert session.execute(sa.text("SELECT value FROM counter")).scalar() == 120


def test_a_reader_does_not_wait_for_a_writer(world: World) -> None:
    world.user()
    seen: list[list[str]] = []
    with writing(world.store) as session:
        session.execute(sa.text("UPDATE users SET name = 'Changed'"))
        thread = threading.Thread(target=lambda: seen.append(names(world.store)))
        thread.start()
        thread.join(5)
        assert seen == [["Robin Test"]]
    assert names(world.store) == ["Changed"]


def test_a_block_that_raises_leaves_nothing_behind(world: World) -> None:
    world.user()

    def change_and_fail() -> None:
        with writing(world.store) as session:
            session.execute(sa.text("UPDATE users SET name = 'Changed'"))
            raise RuntimeError("then something went wrong")

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert names(world.store) == ["Robin Test"]


def test_a_reading_block_refuses_to_write(world: World) -> None:
    world.user()
    with reading(world.store) as session:
        with pytest.raises(AssertionError, match="only reads"):
            session.execute(sa.delete(User))
        session.scalars(sa.select(User)).one().name = "Changed"
        with pytest.raises(AssertionError, match="only reads"):
            session.flush()
    assert names(world.store) == ["Robin Test"]


# Locks -----------------------------------------------------------------------------------------------------------


def test_a_lock_is_held_by_one_at_a_time_and_let_go_at_the_end(store: Store) -> None:
    with alone(store, "sweep") as first, alone(store, "sweep") as second, alone(store, "mail") as other:
        assert (first, second, other) == (True, False, True)
    with alone(store, "sweep") as again:
        assert again


def test_a_lock_is_let_go_where_its_block_raises(store: Store) -> None:
    with pytest.raises(RuntimeError), alone(store, "sweep"):
        raise RuntimeError("the job went wrong")
    with alone(store, "sweep") as again:
        assert again


# Shared commits (SQLite) -----------------------------------------------------------------------------------------


@pytest.fixture
def shared(store: Store) -> GroupCommit:
    """The shared commits of a database with an empty table `kept`."""
    with writing(store) as session:
        session.execute(sa.text("CREATE TABLE kept (value integer NOT NULL)"))
    return group_commit(store)


def kept(store: Store) -> list[int]:
    with reading(store) as session:
        return sorted(session.execute(sa.text("SELECT value FROM kept")).scalars())


def insert(value: int | None) -> Any:
    return lambda cursor: cursor.execute("INSERT INTO kept VALUES (?)", (value,)).lastrowid


def at_once(work: Any, count: int) -> list[Any]:
    """The outcomes of calls begun together, errors included, in order."""
    outcomes: list[Any] = [None] * count

    def one(n: int) -> None:
        try:
            outcomes[n] = work(n)
        except Exception as error:
            outcomes[n] = error

    threads = [threading.Thread(target=one, args=[n]) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def in_turn(shared: GroupCommit, works: list[Any]) -> list[Any]:
    """The outcomes of writes that queued up in this order while a commit was under way, errors included."""
    outcomes: list[Any] = [None] * len(works)

    def one(n: int) -> None:
        try:
            outcomes[n] = shared.write(works[n])
        except Exception as error:
            outcomes[n] = error

    threads = [threading.Thread(target=one, args=[n]) for n in range(len(works))]
    with shared._turn:
        for n, thread in enumerate(threads):
            thread.start()
            while len(shared._waiting) <= n:
                pass
    for thread in threads:
        thread.join()
    return outcomes


@on_sqlite
@pytest.mark.parametrize(("most", "commits"), [(GroupCommit.most, [20]), (8, [8, 8, 4])])
def test_writes_that_come_together_share_commits_of_a_limited_size_and_are_all_stored(
    shared: Any, store: Store, monkeypatch: Any, most: int, commits: list[int]
) -> None:
    batches: list[int] = []
    write_all = shared._write_all
    monkeypatch.setattr(shared, "_write_all", lambda batch: (batches.append(len(batch)), write_all(batch))[1])
    monkeypatch.setattr(shared, "most", most)
    in_turn(shared, [insert(n) for n in range(20)])
    assert kept(store) == list(range(20))
    assert batches == commits


@on_sqlite
def test_a_shared_commit_waits_for_its_turn_among_all_processes(shared: Any, store: Store) -> None:
    thread = threading.Thread(target=lambda: shared.write(insert(1)))
    with lock_file(store).open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        assert kept(store) == []
    thread.join()
    assert kept(store) == [1]


@on_sqlite
def test_one_write_that_fails_harms_no_other(shared: Any, store: Store) -> None:
    outcomes = at_once(lambda n: shared.write(insert(None if n == 3 else n)), 8)
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [n == 3 for n in range(8)]
    assert kept(store) == [0, 1, 2, 4, 5, 6, 7]


@on_sqlite
def test_a_write_that_fails_half_way_leaves_nothing(shared: Any, store: Store) -> None:
    def half(cursor: Any) -> None:
        cursor.execute("INSERT INTO kept VALUES (1)")
        raise ValueError("then something went wrong")

    with pytest.raises(ValueError, match="went wrong"):
        shared.write(half)
    assert shared.write(insert(2))
    assert kept(store) == [2]


@on_sqlite
def test_a_fault_of_the_store_is_told_as_one(shared: Any, store: Store) -> None:
    with pytest.raises(sa.exc.OperationalError):
        shared.write(insert(None))


FULL = "database or disk is full"


def undone(cursor: Any) -> None:
    """A write for which the disk is full."""
    cursor.execute("ROLLBACK")
    raise OSError(FULL)


@on_sqlite
def test_a_commit_that_fails_is_told_to_everybody_in_it(shared: Any, store: Store) -> None:
    outcomes = in_turn(shared, [insert(0), insert(1), undone, insert(3), insert(4)])
    assert [str(outcome) for outcome in outcomes] == [FULL] * 5
    assert kept(store) == []
    assert shared.write(insert(7))


@on_sqlite
def test_a_write_that_failed_by_itself_is_told_so_even_where_its_commit_fails(shared: Any, store: Store) -> None:
    def faulty(_cursor: Any) -> None:
        raise ValueError("then something went wrong")

    assert list(map(str, in_turn(shared, [faulty, undone]))) == ["then something went wrong", FULL]


def test_settings_refuse_what_is_unsafe(tmp_path: Path) -> None:
    base = {"QUIZ_DATA_DIR": str(tmp_path)}
    for wrong, word in (
        ({"QUIZ_PUBLIC_URL": "http://quiz.example.org"}, "https"),
        ({"QUIZ_PUBLIC_URL": "quiz.example.org"}, "address"),
        ({"QUIZ_SECRET_KEY": "short"}, "too short"),
        ({"PORT": "99999"}, "PORT"),
        ({"QUIZ_WORKERS": "many"}, "QUIZ_WORKERS"),
        ({"QUIZ_DATA_DIR": "/dev/null/quiz"}, "cannot be written"),
    ):
        with pytest.raises(Unusable, match=word):
            read_settings(base | wrong)
    first, second = read_settings(base), read_settings(base)
    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
