"""What the rings of tests share: an application on each store, people, and a client that reads pages strictly.

Domain tests need none of it. Tests of services and pages run on a real SQLite and on a real PostgreSQL that is started
for them; where its programs are missing, those tests are skipped and say so. Look at the database in a block of
`reading(store)`, so that what somebody forgot to commit is not seen.
"""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import hypothesis
import pytest
from flask import Flask
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from sqlalchemy.engine import make_url

from quiz.app import create_app
from quiz.config import Settings
from quiz.services.publishing.loading import load_banks
from quiz.store.database import Store
from quiz.web.database import db
from tests import factories, postgres
from tests.pages import Browser

STORES = ("sqlite", "postgresql")


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """In place of pytest-flask's, which lets views share the test's session: what nobody committed would be seen."""


# How long an example takes depends on what else the machine is doing.
hypothesis.settings.register_profile(
    "quiz", parent=hypothesis.settings(), deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("quiz")

SHARED = pytest.StashKey[dict[str, Any]]()
"""What the controller tells the workers of pytest-xdist: the port of PostgreSQL, or why there is none."""


def shared_postgres(config: pytest.Config) -> dict[str, Any]:
    """Start one PostgreSQL for all workers; it is stopped when the controller ends."""
    if SHARED not in config.stash:
        stack = contextlib.ExitStack()
        config.add_cleanup(stack.close)
        try:
            config.stash[SHARED] = {"port": stack.enter_context(postgres.server(postgres.FORGETFUL)).port}
        except RuntimeError as error:
            config.stash[SHARED] = {"port": None, "missing": str(error)}
    return config.stash[SHARED]


def pytest_configure_node(node: Any) -> None:
    """Pass it to a worker; pytest-xdist calls this before it starts one."""
    node.workerinput["postgres"] = shared_postgres(node.config)


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest, worker_id: str) -> postgres.Databases:
    """The PostgreSQL of the tests: one server for all workers, with databases of their own."""
    told = getattr(request.config, "workerinput", None)
    shared = told["postgres"] if told else shared_postgres(request.config)
    if shared["port"] is None:
        pytest.skip(shared["missing"])
    return postgres.Databases(shared["port"], worker_id)


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """A cache of compiled templates, so that not every application compiles them again."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("bytecode")))


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Migrated, empty databases to copy: store -> a file, or a database's name."""
    return {"folder": tmp_path_factory.mktemp("templates")}


def settings(folder: Path, url: str, banks: Path | None = None) -> Settings:
    """Settings of a test's own installation."""
    return Settings(
        data_dir=folder,
        database_url=url,
        secret_key=secrets.token_urlsafe(48),
        public_url="http://localhost",
        banks_dir=banks or folder / "banks",
    )


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path, templates: dict[str, Any]) -> Iterator[str]:
    """The address of a migrated, empty database in each of the stores."""
    if request.param == "sqlite":
        if "sqlite" not in templates:
            templates["sqlite"] = templates["folder"] / "empty.sqlite3"
            _migrate(templates["folder"], f"sqlite:///{templates['sqlite']}")
        copy = tmp_path / "quiz.sqlite3"
        copy.write_bytes(templates["sqlite"].read_bytes())
        yield f"sqlite:///{copy}"
        return
    server: postgres.Databases = request.getfixturevalue("postgres_server")
    if "postgresql" not in templates:
        url = server.database()
        _migrate(templates["folder"], url)
        templates["postgresql"] = make_url(url).database
    url = server.database(templates["postgresql"])
    yield url
    server.drop(url)


def _migrate(folder: Path, url: str) -> None:
    app = create_app(settings(folder, url))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()  # The last connection that closes puts the log into the file.


@pytest.fixture
def banks(tmp_path: Path) -> Path:
    """A folder with the bank `demo` of two items of each kind, and the practice bank."""
    factories.write_banks(tmp_path / "banks")
    return tmp_path / "banks"


@pytest.fixture
def app(tmp_path: Path, store_url: str, banks: Path, bytecode: BytecodeCache) -> Iterator[Flask]:
    """The application on a store, with the test banks loaded."""
    app = create_app(settings(tmp_path, store_url, banks))
    app.testing = True
    app.jinja_env.bytecode_cache = bytecode
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        load_banks(db.engine, banks, datetime.now(UTC))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def store(app: Flask) -> Store:
    """The store of the application: look at it in a block of `reading`, where only what was committed is seen."""
    with app.app_context():
        return db.engine


@pytest.fixture
def world(app: Flask, store: Store) -> factories.World:
    """Staff, an assessment and ways to get candidates."""
    return factories.World(app, store)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser without JavaScript that refuses pages that are not valid HTML."""
    return Browser(app)


@pytest.fixture
def secure_settings(tmp_path: Path) -> Settings:
    """Settings of an installation behind https."""
    return replace(
        settings(tmp_path, f"sqlite:///{tmp_path / 'secure.sqlite3'}"), public_url="https://quiz.example.org"
    )
