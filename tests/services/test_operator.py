"""What operators type, on both stores: accounts, loading, sweeping, and starting only what can work."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from quiz.cli import cli
from quiz.config import Unusable
from quiz.services.people import accounts
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
