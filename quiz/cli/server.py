"""For operators: the database and the server."""

import errno
import gc
import os
import socket
from contextlib import nullcontext

import click
import flask_migrate
from flask import Flask

from quiz.app import MAX_REQUEST_BYTES, create_app
from quiz.cli.revisions import refuse_newer, refuse_others
from quiz.cli.worker import own_worker
from quiz.config import Settings, Unusable, read_settings
from quiz.serving.limits import Limits
from quiz.serving.processes import serve as serve_http
from quiz.store.database import assert_durable, is_embedded, open_store, stands_several_processes

THREADS = 8
"""Requests one process handles at a time: most of them wait for the disk, and those that save share its time."""


@click.command()
def migrate() -> None:
    """Bring the database to the newest version of its tables."""
    bring_up_to_date()
    click.echo("The database is up to date.")


def bring_up_to_date() -> None:
    """Run the migrations that a database still needs."""
    settings = read_settings()
    refuse_newer(open_store(settings.database_url))
    with create_app(settings).app_context():
        flask_migrate.upgrade()


@click.command()
def serve() -> None:
    """Serve candidates and staff. Settings come from the environment; see docs/operations.md."""
    run(read_settings())


def run(settings: Settings) -> None:
    """Serve until a signal asks to stop. Raises Unusable where that would not be safe."""
    refuse_taken_port(settings)
    processes = settings.workers or _processes(settings)
    store = open_store(settings.database_url)
    refuse_others(store)
    assert_durable(store, processes)
    store.dispose()  # What is open here would be open in every process that follows.
    with own_worker() if is_embedded(store) else nullcontext():
        limits = Limits(body_bytes=MAX_REQUEST_BYTES)
        serve_http(_application, (settings.host, settings.port), processes, THREADS, limits)


def _application() -> Flask:
    """The application, set apart from what is searched for garbage: a full search of it stops everybody for 0.1 s."""
    app = create_app()
    gc.collect()
    gc.freeze()
    return app


def refuse_taken_port(settings: Settings) -> None:
    """Refuse an address that cannot be listened on. Raises Unusable."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise Unusable(
                    f"{settings.host} is not an address of this host: set QUIZ_HOST to one, or to 0.0.0.0 for all."
                ) from error
            raise Unusable(
                f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}): set PORT to a free one."
            ) from error


def _processes(settings: Settings) -> int:
    """As many processes as there are processors, up to four; one where the store stands no more."""
    return min(os.cpu_count() or 1, 4) if stands_several_processes(settings.database_url) else 1
