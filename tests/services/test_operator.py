"""What operators type, on both stores: accounts, loading, sweeping, and starting only what can work."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from quiz.cli import cli, doctor
from quiz.config import Unusable
from quiz.domain.errors import SignInFailed
from quiz.services import operating
from quiz.services.people import accounts
from quiz.store import faults
from quiz.store.database import writing
from tests.factories import ITEMS, NOW, PASSWORD, World


@pytest.fixture
def run(
    app: Flask, tmp_path: Path, store_url: str, banks: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Runs the `quiz` command on the installation of the test."""
    for name, value in (("DATA_DIR", tmp_path), ("DATABASE_URL", store_url), ("BANKS_DIR", banks)):
        monkeypatch.setenv(f"QUIZ_{name}", str(value))
    return lambda *arguments, typed="": CliRunner().invoke(cli, arguments, input=typed)


def sign_in(world: World, password: str) -> str:
    return accounts.sign_in(world.store, "robin@example.org", password, "10.0.0.1", NOW)


def test_an_account_is_added_gets_a_new_password_and_is_closed(run: Any, world: World) -> None:
    add = ("users", "add", "robin@example.org", "--name", "Robin Test", "--role", "recruiter")
    assert "Added robin@example.org as recruiter." in run(*add, typed=f"{PASSWORD}\n").output
    token = sign_in(world, PASSWORD)
    assert "is set" in run("users", "password", "robin@example.org", typed="an entirely new phrase\n").output
    assert accounts.who(world.store, token, NOW) is None
    token = sign_in(world, "an entirely new phrase")
    assert "is closed" in run("users", "disable", "robin@example.org").output
    assert accounts.who(world.store, token, NOW) is None


def test_what_is_wrong_is_one_sentence(run: Any) -> None:
    weak = run("users", "add", "robin@example.org", "--name", "Robin", "--role", "admin", typed="short\n")
    assert "Use a password of 12 to 256 characters." in str(weak.exception)
    assert "There is no account" in str(run("users", "disable", "nobody@example.org").exception)
    assert run("users", "add", "robin@example.org", "--name", "R", "--role", "king").exit_code == 2


def test_loading_says_what_became_of_each_bank(run: Any, banks: Path) -> None:
    assert f"demo: unchanged, {ITEMS} items" in run("banks", "load").output
    (banks / "demo" / "part-1.yaml").write_text("items: [")
    refused = run("banks", "load")
    assert "demo: refused" in refused.output
    assert refused.exit_code == 1


def test_sweeping_says_how_many_attempts_ended(run: Any, world: World) -> None:
    candidate = world.candidate(now=NOW)
    world.start(candidate, NOW)
    assert run("sweep").output == "1 attempts ended.\n"
    assert run("sweep").output == "0 attempts ended.\n"


def test_nothing_is_served_before_the_tables_are_there(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIZ_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    monkeypatch.setenv("PORT", "18999")
    refused = run("serve")
    assert isinstance(refused.exception, Unusable)
    assert "run quiz migrate" in str(refused.exception)
    assert run("migrate").exit_code == 0


# Accounts --------------------------------------------------------------------------------------------------------


def add(run: Any, role: str = "recruiter", typed: str = f"{PASSWORD}\n") -> Result:
    return run("users", "add", "robin@example.org", "--name", "Robin Test", "--role", role, typed=typed)


@pytest.mark.parametrize(
    "typed", [f"{PASSWORD}\r\n", f"{PASSWORD}\n", PASSWORD, f"{PASSWORD}\nmore\n", f"\ufeff{PASSWORD}\r\n"]
)
def test_a_password_is_read_however_its_line_ends(run: Any, world: World, typed: str) -> None:
    assert add(run, typed=typed).exit_code == 0
    assert sign_in(world, PASSWORD)


def test_without_a_password_on_standard_input_there_is_a_sentence(run: Any) -> None:
    for typed in ("", "\n", "\r\n"):
        refused = add(run, typed=typed)
        assert refused.exit_code == 2
        assert "There is no password on standard input" in refused.output


def test_a_fresh_installation_has_no_account_and_the_command_makes_the_first(run: Any, world: World) -> None:
    assert "There are no accounts yet" in run("users", "list").output
    for email in ("admin@example.org", "admin", "root@localhost"):
        for password in ("admin", "password", ""):
            with pytest.raises(SignInFailed):
                accounts.sign_in(world.store, email, password, "10.0.0.1", NOW)
    assert add(run, "admin").exit_code == 0
    assert sign_in(world, PASSWORD)


def test_accounts_are_listed_closed_opened_given_a_role_and_signed_out(run: Any, world: World) -> None:
    add(run)
    sign_in(world, PASSWORD)
    listed = json.loads(run("users", "list", "--format", "json").output)
    assert [(one["email"], one["role"], one["disabled"]) for one in listed] == [
        ("robin@example.org", "recruiter", False)
    ]
    run("users", "disable", "robin@example.org")
    assert "closed" in run("users", "list").output
    assert "quiz users enable robin@example.org" in str(add(run).exception)
    with pytest.raises(SignInFailed):
        sign_in(world, PASSWORD)
    assert "is open" in run("users", "enable", "robin@example.org").output
    token = sign_in(world, PASSWORD)
    assert "is author" in run("users", "role", "robin@example.org", "author").output
    assert accounts.who(world.store, token, NOW) is None
    token = sign_in(world, PASSWORD)
    found = accounts.who(world.store, token, NOW)
    assert found
    assert found.role == "author"
    assert "signed out" in run("users", "sign-out", "robin@example.org").output
    assert accounts.who(world.store, token, NOW) is None
    for command in (["enable"], ["sign-out"], ["role"]):
        arguments = ["users", *command, "nobody@example.org", *(["admin"] if command == ["role"] else [])]
        assert "There is no account" in str(run(*arguments).exception)


# What is wrong, in a sentence --------------------------------------------------------------------------------------


def command(environ: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command as it is typed, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "quiz", *arguments],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


def refused(environ: dict[str, str], *arguments: str) -> str:
    ended = command(environ, *arguments)
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") == 1
    return ended.stderr


def test_tables_of_a_newer_version_are_refused_with_what_to_do(run: Any, world: World) -> None:
    with writing(world.store) as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    for arguments in (["serve"], ["migrate"], ["users", "list"], ["sweep"], ["worker"], ["banks", "load"]):
        ended = run(*arguments)
        assert isinstance(ended.exception, Unusable), arguments
        assert "version 9999" in str(ended.exception)
        assert "install the newer quiz" in str(ended.exception)
    assert "version 9999" in run("doctor").output


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql+psycopg://quiz:hidden@127.0.0.1:1/quiz", "PostgreSQL does not answer"),
        ("postgresql+psycopg://quiz:hidden@nowhere.invalid/quiz", "is not known"),
        ("postgres://quiz:hidden@127.0.0.1/quiz", "begin it with postgresql://"),
        ("quiz:hidden", "QUIZ_DATABASE_URL cannot be read"),
        ("mysql://quiz:hidden@127.0.0.1/quiz", "does not know"),
        ("sqlite:////nowhere/at/all/quiz.sqlite3", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_reached_is_a_sentence(tmp_path: Path, address: str, words: str) -> None:
    told = refused({"QUIZ_DATA_DIR": str(tmp_path), "QUIZ_DATABASE_URL": address}, "users", "list")
    assert words in told
    assert "hidden" not in told


def test_a_database_without_tables_or_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    environ = {"QUIZ_DATA_DIR": str(tmp_path)}
    assert "run quiz migrate" in refused(environ, "users", "list")
    (tmp_path / "quiz.sqlite3").write_bytes(b"this is no database" * 1000)
    for path in tmp_path.glob("quiz.sqlite3-*"):
        path.unlink()
    assert "restore a backup" in refused(environ, "users", "list")


@pytest.mark.parametrize(
    ("complaint", "words"),
    [
        ("database or disk is full", "disk that holds the database is full"),
        ("attempt to write a readonly database", "can only be read"),
        ("database is locked", "busy"),
        ("database disk image is malformed", "restore a backup"),
        ("disk I/O error", "reports errors"),
        ('FATAL: password authentication failed for user "quiz"', "does not know the user"),
        ('FATAL: database "quiz" does not exist', "has no database"),
        ("permission denied for table users", "may not do that"),
        ("FATAL: sorry, too many clients already", "accepts no more connections"),
        ("could not extend file: No space left on device", "is full"),
        ("something else, with the secret inside", "run quiz doctor"),
    ],
)
def test_what_a_database_complains_of_is_a_sentence(complaint: str, words: str) -> None:
    told = faults.sentence(OperationalError("SELECT secret", {}, Exception(complaint)))
    assert told
    assert words in told
    assert "secret" not in told
    assert faults.sentence(ValueError("no database")) is None


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("192.0.2.1", "18999", "set QUIZ_HOST"),
        ("nowhere.invalid", "18999", "set QUIZ_HOST"),
        ("::ffff", "18999", "set QUIZ_HOST"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_a_sentence(
    run: Any, monkeypatch: pytest.MonkeyPatch, host: str, port: str, words: str
) -> None:
    monkeypatch.setenv("QUIZ_HOST", host)
    monkeypatch.setenv("PORT", port)
    ended = run("serve")
    assert isinstance(ended.exception, Unusable)
    assert words in str(ended.exception)


# The doctor ------------------------------------------------------------------------------------------------------


def test_the_doctor_finds_nothing_where_nothing_is_wrong(
    run: Any, world: World, tmp_path: Path, monkeypatch: Any
) -> None:
    world.user("admin")
    tmp_path.chmod(0o700)
    monkeypatch.setenv("PORT", "1")
    operating.note_worker(world.store, datetime.now(UTC))
    monkeypatch.setattr(doctor, "_clock", lambda: iter([]))
    report = run("doctor")
    assert report.exit_code == 0, report.output
    assert "Nothing needs fixing." in report.output
    assert "A worker last ran" in report.output
    for line in report.output.splitlines()[:-1]:
        assert re.match(r"(ok|note|fix) +\S.*[.a-z0-9']$", line), line


def test_the_doctor_says_what_to_fix(run: Any, world: World, tmp_path: Path, monkeypatch: Any) -> None:
    tmp_path.chmod(0o755)
    operating.note_worker(world.store, datetime.now(UTC) - timedelta(hours=1))
    monkeypatch.setenv("QUIZ_PUBLIC_URL", "https://quiz.example.org")
    monkeypatch.setenv("QUIZ_BANKS_DIR", str(tmp_path / "nowhere"))
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=5 * 1024**2))
    report = run("doctor")
    assert report.exit_code == 1
    to_fix = [line for line in report.output.splitlines() if line.startswith("fix")]
    for words in ("chmod 700", "QUIZ_PROXY_HOPS", "free space", "No worker has run for 60 minutes", "QUIZ_BANKS_DIR"):
        assert any(words in line for line in to_fix), words
    assert "--role admin" in report.output


@pytest.mark.parametrize(
    ("address", "encrypted", "words"),
    [
        ("postgresql://quiz@127.0.0.1/quiz", False, ""),
        ("postgresql://quiz@/quiz?host=/run/postgresql", False, ""),
        ("postgresql://quiz@db.example.org/quiz?sslmode=verify-full", True, ""),
        ("postgresql://quiz@db.example.org/quiz", False, "not encrypted"),
        ("postgresql://quiz@db.example.org/quiz?sslmode=disable", False, "not encrypted"),
        ("postgresql://quiz@db.example.org/quiz?sslmode=require", True, "not checked"),
        ("postgresql://quiz@/quiz?host=10.0.0.7", False, "not encrypted"),
    ],
)
def test_the_doctor_says_where_the_way_to_the_database_is_open(address: str, encrypted: bool, words: str) -> None:
    found = list(doctor._way_to(make_url(address), encrypted))
    assert [finding.state for finding in found] == (["fix"] if words else [])
    assert all(words in finding.text and "sslmode=verify-full" in finding.text for finding in found)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("QUIZ_PUBLIC_URL", "http://quiz.example.org", "has to be https"),
        ("QUIZ_SECRET_KEY", "short", "too short"),
        ("QUIZ_DATABASE_URL", "postgresql+psycopg://quiz@127.0.0.1:1/quiz", "does not answer"),
        ("QUIZ_DATABASE_URL", "nonsense", "cannot be read"),
        ("QUIZ_WORKERS", "many", "QUIZ_WORKERS"),
    ],
)
def test_the_doctor_survives_what_stops_everything_else(
    run: Any, monkeypatch: Any, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    report = run("doctor")
    assert report.exit_code == 1, report.exception
    assert any(words in line for line in report.output.splitlines() if line.startswith("fix"))
