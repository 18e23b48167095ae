"""Real Chromium in front of the application behind a real socket.

There is one browser and one server for all tests: what a test changes belongs to a candidate, an assessment and a
browser context of its own. Whatever a page complains about in the console, a refused script or style among it, fails
the test that opened it.
"""

import contextlib
import json
import logging
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect, sync_playwright
from werkzeug.serving import make_server

from quiz import paths
from quiz.app import create_app
from quiz.domain.items import Arrangement, Question
from quiz.domain.markdown import plain
from quiz.services.people import accounts
from quiz.services.publishing.loading import load_banks
from quiz.store import attempts, content
from quiz.store.database import reading, writing
from quiz.web.database import db
from tests import factories
from tests.browser import journeys
from tests.conftest import settings

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000
"""For a busy machine: what is expected comes at once, or it does not come."""


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what no page tells, such as a save that was sent by a page that is gone."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < end, "It did not come to hold."
        time.sleep(0.05)


@dataclass
class Site:
    """The application, served: where browsers reach it, and ways to make people and things in it."""

    url: str
    world: factories.World

    def started(self, left: timedelta = timedelta(minutes=20)) -> factories.Candidate:
        """A candidate with so much time left, on a form with one question of each kind."""
        candidate = self.world.candidate(self.world.assessment(draws=journeys.ONE_OF_EACH, minutes=20))
        self.world.start(candidate, datetime.now(UTC) - timedelta(minutes=20) + left)
        return candidate

    @cached_property
    def recruiter(self) -> str:
        """The token of a browser in which a recruiter is signed in."""
        email = self.world.user("recruiter", "recruiter@example.org")
        return accounts.sign_in(self.world.store, email, factories.PASSWORD, "127.0.0.1", datetime.now(UTC))

    def number(self, candidate: factories.Candidate, kind: str) -> int:
        """Where in a candidate's form the question of a kind stands."""
        with reading(self.world.store) as session:
            form = attempts.form(session, candidate.invitation_id)
            assert form is not None
            ids = [place.item_version_id for place in form.places]
            items = content.items(session, ids)
            return next(number for number, id in enumerate(ids, start=1) if items[id].kind == kind)

    def asked(self, page: Page) -> tuple[Question, Arrangement]:
        """The question on a candidate's page, and the order in which it is shown there."""
        found = re.search(r"/sitting/(\w+)/(question|practice)/(\d+)$", page.url)
        assert found, page.url
        invitation_id, where, number = found.groups()
        with reading(self.world.store) as session:
            if where == "question":
                form = attempts.form(session, invitation_id)
                assert form is not None
                place = form.places[int(number) - 1]
                return content.items(session, [place.item_version_id])[place.item_version_id], place.arrangement
            stem = page.locator(".stem").inner_text()
            practice = content.items(session, content.practice_items(session).values()).values()
            asked = next(question for question in practice if plain(question.stem) in stem)
            return asked, asked.sample_arrangement

    def right(self, page: Page) -> dict[str, list[str]]:
        """What the form of a candidate's page submits where its question is answered rightly."""
        question, arrangement = self.asked(page)
        return question.fields(question.key, arrangement)

    def stored(self, candidate: factories.Candidate, kind: str) -> list[Any]:
        """Every answer that was ever stored to the question of a kind, the oldest first."""
        number = self.number(candidate, kind)
        with reading(self.world.store) as session:
            form = attempts.form(session, candidate.invitation_id)
            assert form is not None
            query = sa.select(attempts.Response.answer).order_by(attempts.Response.seq)
            mine = query.filter_by(attempt_id=form.attempt_id, number=number)
            return [json.loads(answer) for answer in session.scalars(mine)]

    def pass_time(self, candidate: factories.Candidate, time: timedelta) -> None:
        """Let an attempt have begun, and so end, so much earlier."""
        with writing(self.world.store) as session:
            form = attempts.form(session, candidate.invitation_id)
            assert form is not None
            attempt = session.get_one(attempts.Attempt, form.attempt_id)
            attempt.started_at, attempt.deadline_at = attempt.started_at - time, attempt.deadline_at - time


@contextlib.contextmanager
def serve(folder: Path, banks: Path) -> Iterator[Site]:
    """Serve the application on an empty SQLite with these banks."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        app = create_app(replace(settings(folder, f"sqlite:///{folder / 'quiz.sqlite3'}", banks), public_url=url))

        with app.app_context():
            flask_migrate.upgrade()
            store = db.engine
        load_banks(store, banks, datetime.now(UTC))
        server = make_server("127.0.0.1", port, app, threaded=True, fd=listener.fileno())
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Site(url, factories.World(app, store))
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            with app.app_context():
                db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def quiet_server() -> Iterator[None]:
    """Without a line for each request."""
    log = logging.getLogger("werkzeug")
    before = log.level
    log.setLevel(logging.WARNING)
    yield
    log.setLevel(before)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application with the test banks."""
    folder = tmp_path_factory.mktemp("site")
    factories.write_banks(folder / "banks")
    with serve(folder, folder / "banks") as site:
        yield site


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application with some of the banks that come along."""
    folder = tmp_path_factory.mktemp("shipped")
    for bank in ("oca", "practice", "session-management"):
        shutil.copytree(paths.QUESTION_BANKS / bank, folder / "banks" / bank)
    with serve(folder, folder / "banks") as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=program, args=ARGUMENTS) as it:
        yield it


class Desk:
    """Where a test's browsers stand. Each has its own cookies and storage, as on a device of its own."""

    def __init__(self, chromium: Browser, site: Site, stack: contextlib.ExitStack) -> None:
        self.chromium, self.site, self.stack = chromium, site, stack
        self.complaints: list[str] = []

    @classmethod
    @contextlib.contextmanager
    def at(cls, site: Site, chromium: Browser) -> Iterator["Desk"]:
        """Browsers at a site; in the end, none of their pages may have complained."""
        with contextlib.ExitStack() as stack:
            yield (desk := cls(chromium, site, stack))
        assert not desk.complaints

    def browser(
        self, candidate: factories.Candidate | None = None, staff: bool = False, **options: Any
    ) -> BrowserContext:
        """A browser: with a candidate, one that has opened the invitation; for staff, one of a recruiter."""
        context = self.stack.enter_context(self.chromium.new_context(**{"base_url": self.site.url} | options))
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("response", self._answered)
        if candidate is not None:
            context.add_cookies(self.cookies(candidate))
        if staff:
            context.add_cookies([{"name": "quiz-staff", "value": self.site.recruiter, "url": self.site.url}])
        return context

    def cookies(self, candidate: factories.Candidate) -> Any:
        """What a browser holds in which a candidate has opened the invitation."""
        name = f"quiz-candidate-{candidate.invitation_id}"
        return [{"name": name, "value": candidate.browser, "url": self.site.url}]

    def page(self, candidate: factories.Candidate | None = None, staff: bool = False, **options: Any) -> Page:
        """A page in a browser of its own."""
        return self.browser(candidate, staff, **options).new_page()

    def question(self, candidate: factories.Candidate, kind: str, browser: BrowserContext | None = None) -> Page:
        """The question of a kind, in a new tab of a browser: by default a browser of its own."""
        page = (browser or self.browser(candidate)).new_page()
        page.goto(f"/sitting/{candidate.invitation_id}/question/{self.site.number(candidate, kind)}")
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        # Replies that refuse something and networks that fail are told here too; tests bring them about.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _answered(self, response: Response) -> None:
        fetched = response.request.resource_type in ("script", "stylesheet", "image", "font")
        if response.status >= (400 if fetched else 500):
            self.complaints.append(f"{response.status} for {response.url}")


@pytest.fixture
def desk(chromium: Browser, site: Site) -> Iterator[Desk]:
    """Browsers at the site."""
    with Desk.at(site, chromium) as desk:
        yield desk
