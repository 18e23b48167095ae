"""For operators: the database, the server, the demo."""

import json
import multiprocessing
import os
import signal
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import click
import flask_migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from quiz import paths
from quiz.app import create_app
from quiz.config import Settings, Unusable
from quiz.services import accounts, catalogue, closing, demonstration, sitting
from quiz.store.database import assert_durable, db, stands_several_processes

_SWEEP_SECONDS = 15

CONNECTIONS = 4096
"""Browsers one worker keeps connected. Each keeps its connection open between saves, and one too many would wait."""

THREADS = 4
"""Requests one worker handles at a time: most of them wait for the disk, and those that save share its time."""


@click.command()
def migrate() -> None:
    """Bring the database to the newest version of its tables."""
    app = create_app()
    with app.app_context():
        flask_migrate.upgrade()
    click.echo("The database is up to date.")


@click.command()
def sweep() -> None:
    """End and score the attempts whose time is up. The server does so by itself while it runs."""
    with create_app().app_context():
        click.echo(f"{closing.sweep(db.session(), datetime.now(UTC))} attempts ended.")


@click.command()
def serve() -> None:
    """Serve candidates and staff. Settings come from the environment; see docs/operations.md."""
    app = create_app()
    _serve(app)


@click.command()
def demo() -> None:
    """Set everything up with a demo assessment, print the ways in, and serve."""
    app = create_app()
    settings: Settings = app.extensions["settings"]
    _refuse_taken_port(settings)
    with app.app_context():
        flask_migrate.upgrade()
        loaded = catalogue.load_banks(db.session(), settings.banks_dir, datetime.now(UTC), settings.allow_unproven)
        for one in loaded:
            if one.outcome == "refused":
                click.echo(f"Bank {one.bank} was refused: {one.problems} problems. Run: quiz banks check", err=True)
            if one.held_back:
                click.echo(f"Bank {one.bank}: held back, not proven: {one.held_back}. Run: quiz banks prove", err=True)
        kept = _kept(settings.data_dir / "demo.json")
        shown = demonstration.prepare(db.session(), kept, datetime.now(UTC))
        _keep(settings.data_dir / "demo.json", shown)
    url = settings.public_url
    click.echo(f"Candidate: {url}/i/{shown['candidate']}")
    for name, token in shown.items():
        if name.startswith("candidate "):
            click.echo(f"  on {name.removeprefix('candidate ')} alone: {url}/i/{token}")
    click.echo(
        f"Recruiter: {url}/assessments (sign in as {shown['recruiter']}, password {shown['recruiter_password']})"
    )
    click.echo(f"Author: {url}/banks (sign in as {shown['author']}, password {shown['author_password']})")
    _serve(app)


def _kept(path: Path) -> dict[str, str]:
    """What the demo told its user at an earlier start."""
    try:
        kept: dict[str, str] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return kept


def _keep(path: Path, shown: dict[str, str]) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        json.dump(shown, file)


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Unusable(
                f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}): set PORT to a free one."
            ) from error


def _serve(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    _refuse_taken_port(settings)
    workers = settings.workers or _workers(settings)
    with app.app_context():
        _refuse_old_tables()
        assert_durable(db.session(), workers)
        db.session.remove()
        db.engine.dispose()
    multiprocessing.get_context("spawn").Process(target=_sweep_forever, args=[os.getpid()], daemon=True).start()
    Granian(
        "quiz.app:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=workers,
        blocking_threads=THREADS,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        log_enabled=True,
        respawn_failed_workers=True,
    ).serve()


def _workers(settings: Settings) -> int:
    """As many workers as there are processors, up to four; one where the store stands no more."""
    return min(os.cpu_count() or 1, 4) if stands_several_processes(settings.database_url) else 1


def _refuse_old_tables() -> None:
    """Refuse to serve on a database whose tables are not those of this version."""
    wanted = ScriptDirectory(str(paths.MIGRATIONS)).get_current_head()
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        state = f"is at version {found}" if found else "has no tables yet"
        raise Unusable(f"The database {state}, and this version of quiz needs {wanted}: run quiz migrate.")


def _sweep_forever(server: int) -> None:
    """Write down what has ended and forget what has expired, again and again while the server lives.

    A process of its own: workers are forked from the server's, and a fork while a thread holds a lock would hang. A
    fault is logged and tried again; nothing depends on when this runs.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The server ends this process when it ends.
    app = create_app()
    while os.getppid() == server:
        try:
            with app.app_context():
                now = datetime.now(UTC)
                closing.sweep(db.session(), now)
                sitting.forget_browsers(db.session(), now)
                accounts.forget_sessions(db.session(), now)
        except Exception:
            app.logger.exception("the sweeper failed and will try again")
        time.sleep(_SWEEP_SECONDS)
