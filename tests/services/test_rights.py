"""Served by a PostgreSQL user who may read and write the tables and not change them."""

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from quiz.app import create_app
from quiz.cli.revisions import refuse_others
from quiz.services import operating
from quiz.services.delivery import closing
from quiz.services.publishing.loading import load_banks
from quiz.services.results import scorecards
from quiz.store.database import assert_durable
from quiz.web.database import db
from quiz.worker import Worker
from quiz.worker.jobs import JOBS
from tests import factories, postgres
from tests.conftest import _migrate, settings
from tests.factories import NOW, PASSWORD, later
from tests.pages import Browser

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """The application as the user of the documentation's statements."""
    server: postgres.Databases = request.getfixturevalue("postgres_server")
    url = server.database()
    _migrate(tmp_path, url)
    (statements,) = re.findall(r"```sql\n(CREATE ROLE quiz_service.*?)```", OPERATIONS.read_text(), re.DOTALL)
    role = f"service_{url.rsplit('/', 1)[1]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statements.replace("quiz_service", role))
    factories.write_banks(tmp_path / "banks")
    app = create_app(settings(tmp_path, url.replace("quiz@", f"{role}@"), tmp_path / "banks"))
    with app.app_context():
        store = db.engine
    yield app, store
    store.dispose()
    server.drop(url)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP ROLE {role}")


def test_everything_runs_for_a_user_who_may_not_change_tables(served: Any, tmp_path: Path) -> None:
    app, store = served
    refuse_others(store)
    assert_durable(store, 4)
    load_banks(store, tmp_path / "banks", NOW)
    world = factories.World(app, store)
    browser = Browser(app)
    page = browser.sign_in(world.user("admin"), PASSWORD)
    sent = {"title": "Backend", "minutes": "20", "draw demo": "4"}
    page = browser.send(browser.open("/assessments/new"), "/assessments/new", sent)
    page = browser.send(page, "/invitations", {"name": "Ada", "email": "grace@example.org"})
    assert "/i/" in page.html
    candidate = world.candidate(now=NOW)
    world.start(candidate, NOW)
    world.save(candidate, 1, 1, {}, NOW)
    assert closing.sweep(store, later(60)) == 1
    assert scorecards.sheet(store, candidate.invitation_id, later(60)).card.slots
    Worker(store, JOBS).work(later(60))
    assert operating.worker_seen_at(store) == later(60)
    assert not operating.server(store, NOW).may_create_tables


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (x int)",
        "DROP TABLE responses",
        "ALTER TABLE users ADD COLUMN x int",
        "TRUNCATE responses",
        "UPDATE alembic_version SET version_num = '9999'",
    ],
)
def test_that_user_changes_no_table(served: Any, statement: str) -> None:
    _, store = served
    with store.connect() as connection, pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        connection.execute(sa.text(statement))
