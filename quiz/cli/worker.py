"""For operators: the worker, and sweeping by hand."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import click

from quiz.cli.revisions import open_current
from quiz.config import read_settings
from quiz.services.delivery import closing
from quiz.worker import Worker
from quiz.worker.jobs import JOBS

_LOOK_AROUND = timedelta(seconds=5)
"""How often a server's own worker looks whether the server is still there."""


@click.command()
def worker() -> None:
    """Do the jobs of this installation until stopped: end attempts whose time is up, forget what has expired.

    On SQLite `quiz serve` starts its own. On PostgreSQL run one or more of these beside the servers.
    """
    work()


@contextmanager
def own_worker() -> Iterator[None]:
    """A worker beside this process, in a process of its own, for as long as the block lasts.

    No thread: the server's workers are forked from its process, and a fork while a thread holds a lock would hang.
    """
    code = f"from quiz.cli.worker import work; work({os.getpid()})"
    process = subprocess.Popen([sys.executable, "-c", code])  # noqa: S603 - our own program
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def work(server: int | None = None) -> None:
    """Do the jobs until a signal asks to stop, or until the server with this process id is gone, if one is given."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    # Ctrl-C reaches a server and its worker both; the worker then ends with the server.
    signal.signal(signal.SIGINT, signal.SIG_IGN if server else lambda *_: stop.set())
    worker = Worker(open_current(read_settings().database_url), JOBS)
    while not stop.is_set() and server in (None, os.getppid()):
        pause = worker.work(datetime.now(UTC))
        stop.wait(min(pause, _LOOK_AROUND).total_seconds())


@click.command()
def sweep() -> None:
    """End and score the attempts whose time is up. The worker does so by itself."""
    ended = closing.sweep(open_current(read_settings().database_url), datetime.now(UTC))
    click.echo(f"{ended} attempts ended.")
