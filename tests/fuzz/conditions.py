"""An installation of its own to fuzz: SQLite, the banks of the tests, and no limits on guessing that stop it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
from flask import Flask

from quiz.app import create_app
from quiz.services.publishing.loading import load_banks
from quiz.store.database import Store
from quiz.web.database import db
from tests import conftest, factories


@contextlib.contextmanager
def application(folder: Path) -> Iterator[tuple[Flask, Store]]:
    """The application in a folder, with its store."""
    factories.write_banks(folder / "banks")
    app = create_app(conftest.settings(folder, f"sqlite:///{folder / 'quiz.sqlite3'}", folder / "banks"))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        flask_migrate.upgrade()
        store = db.engine
    load_banks(store, folder / "banks", factories.NOW)
    yield app, store
    store.dispose()
