"""What the stores are held to: durability, migrations that lose nothing, commits that are shared and still safe."""

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
from quiz.store.database import assert_durable, db, reading, stands_several_processes, writing
from quiz.store.group_commit import group_commit
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
        assert db.session.execute(sa.text("SELECT count(*) FROM users")).scalar() == 1


def test_the_store_keeps_what_it_acknowledges(app: Flask) -> None:
    with app.app_context():
        # Elsewhere no package brings a SQLite along that is safe with several.
        assert_durable(db.session(), processes=4 if platform.machine() == "x86_64" else 1)
        if db.engine.dialect.name == "sqlite":
            pragmas = {
                name: db.session.execute(sa.text(f"PRAGMA {name}")).scalar()
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
        assert_durable(db.session(), processes=1)
        assert not stands_several_processes("sqlite:///quiz.sqlite3")
        assert stands_several_processes("postgresql://localhost/quiz")
        with pytest.raises(Unusable, match="pysqlite3"):
            assert_durable(db.session(), processes=2)


def test_concurrent_updates_are_all_counted(app: Flask) -> None:
    """With SQLite's default transactions most of these would be lost without an error."""
    with app.app_context():
        db.session.execute(sa.text("CREATE TABLE counter (value integer)"))
        db.session.execute(sa.text("INSERT INTO counter VALUES (0)"))
        db.session.commit()

    def work() -> None:
        for _ in range(20):
            with app.app_context():
                locked = " FOR UPDATE" if db.engine.dialect.name == "postgresql" else ""
                value = db.session.execute(sa.text(f"SELECT value FROM counter{locked}")).scalar_one()
                db.session.execute(sa.text("UPDATE counter SET value = :value"), {"value": value + 1})
                db.session.commit()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.execute(sa.text("SELECT value FROM counter")).scalar() == 120


def test_a_reader_does_not_wait_for_a_writer(app: Flask, world: World) -> None:
    world.user()
    with app.app_context():
        db.session.execute(sa.text("UPDATE users SET name = 'Changed'"))
        seen: list[Any] = []

        def read() -> None:
            with app.app_context():
                reading(db.session())
                seen.append(db.session.execute(sa.text("SELECT name FROM users")).scalar())

        thread = threading.Thread(target=read)
        thread.start()
        thread.join(5)
        assert seen == ["Robin Test"]
        db.session.rollback()


def test_a_reading_session_can_write_for_once(app: Flask, world: World) -> None:
    world.user()
    with app.app_context():
        reading(db.session())
        assert db.session.execute(sa.text("SELECT name FROM users")).scalar() == "Robin Test"
        with writing(db.session()):
            db.session.execute(sa.text("UPDATE users SET name = 'Changed'"))
            db.session.commit()
        assert db.session.info["reads_only"] is True
    with app.app_context():
        assert db.session.execute(sa.text("SELECT name FROM users")).scalar() == "Changed"


def test_a_reading_session_refuses_to_write(app: Flask, world: World) -> None:
    world.user()
    with app.app_context():
        reading(db.session())
        with pytest.raises(AssertionError, match="only reads"):
            db.session.execute(sa.delete(User))
        db.session.scalars(sa.select(User)).one().name = "Changed"
        with pytest.raises(AssertionError, match="only reads"):
            db.session.commit()
        db.session.rollback()
    with app.app_context():
        assert db.session.scalars(sa.select(User.name)).one() == "Robin Test"


# Shared commits (SQLite) -----------------------------------------------------------------------------------------


@pytest.fixture
def shared(app: Flask) -> Any:
    """The shared commits of a database with an empty table `kept`."""
    with app.app_context():
        db.session.execute(sa.text("CREATE TABLE kept (value integer NOT NULL)"))
        db.session.commit()
        yield group_commit(db.session())


def kept() -> list[int]:
    found = sorted(db.session.execute(sa.text("SELECT value FROM kept")).scalars())
    db.session.rollback()
    return found


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


@on_sqlite
def test_writes_that_come_together_share_commits_and_are_all_stored(shared: Any, monkeypatch: Any) -> None:
    batches: list[int] = []
    write_all = shared._write_all
    monkeypatch.setattr(shared, "_write_all", lambda batch: (batches.append(len(batch)), write_all(batch))[1])
    with shared._turn:  # All queue up behind this.
        thread = threading.Thread(target=lambda: at_once(lambda n: shared.write(insert(n)), 20))
        thread.start()
        while len(shared._waiting) < 20:
            pass
    thread.join()
    assert kept() == list(range(20))
    assert sum(batches) == 20
    assert len(batches) < 5


@on_sqlite
def test_one_write_that_fails_harms_no_other(shared: Any) -> None:
    outcomes = at_once(lambda n: shared.write(insert(None if n == 3 else n)), 8)
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [n == 3 for n in range(8)]
    assert kept() == [0, 1, 2, 4, 5, 6, 7]


@on_sqlite
def test_a_write_that_fails_half_way_leaves_nothing(shared: Any) -> None:
    def half(cursor: Any) -> None:
        cursor.execute("INSERT INTO kept VALUES (1)")
        raise ValueError("then something went wrong")

    with pytest.raises(ValueError, match="went wrong"):
        shared.write(half)
    assert shared.write(insert(2))
    assert kept() == [2]


@on_sqlite
def test_a_fault_of_the_store_is_told_as_one(shared: Any) -> None:
    with pytest.raises(sa.exc.OperationalError):
        shared.write(insert(None))


@on_sqlite
def test_a_commit_that_fails_is_told_to_everybody_in_it(shared: Any, monkeypatch: Any) -> None:
    def full(cursor: Any) -> None:
        cursor.execute("ROLLBACK")
        raise OSError("database or disk is full")

    with shared._turn:
        thread = threading.Thread(
            target=lambda: results.extend(at_once(lambda n: shared.write(full if n == 2 else insert(n)), 5))
        )
        results: list[Any] = []
        thread.start()
        while len(shared._waiting) < 5:
            pass
    thread.join()
    assert all(isinstance(outcome, Exception) for outcome in results)
    assert kept() == []
    assert shared.write(insert(7))


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
