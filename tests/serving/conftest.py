"""A real `quiz serve` in processes of its own, with candidates who can save."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import flask_migrate
import pytest

from quiz.app import create_app
from quiz.domain.plans import Draw
from quiz.services.publishing.loading import load_banks
from quiz.web.access import candidate_cookie, tied
from quiz.web.database import db
from tests import conftest, factories
from tests.postgres import free_port
from tests.serving.wire import ask, get


@dataclass
class Sitting:
    """A candidate whose clock runs, as the requests of a browser."""

    port: int
    candidate: factories.Candidate
    csrf: str
    saves: dict[int, int] = field(default_factory=dict)
    host: str = "127.0.0.1"
    prefix: str = ""
    """What the names of cookies begin with, behind https."""

    @property
    def cookie(self) -> str:
        return candidate_cookie(self.candidate.invitation_id)

    def request(self, body: bytes = b"", path: str = "/question/1", length: int | None = None) -> bytes:
        """A form that is sent, or the beginning of one that is longer."""
        head = (
            f"POST /sitting/{self.candidate.invitation_id}{path} HTTP/1.1\r\nHost: {self.host}\r\n"
            f"Cookie: {self.prefix}quiz-{self.cookie}={self.candidate.browser}\r\nX-CSRF-Token: {self.csrf}\r\n"
            "Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {length or len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def save_request(self, number: int = 1) -> bytes:
        """A save that follows those before it."""
        base = self.saves.get(number, 0)
        self.saves[number] = base + 1
        edit = {"base": base, "writer": "writer000000", "edit": base + 1, "flagged": "no"}
        return self.request(urlencode(edit | {"answer": f"answer {base}"}).encode(), f"/question/{number}")

    def save(self, number: int = 1) -> int:
        """Save an answer; the status of the reply."""
        answer = ask(self.port, self.save_request(number))
        assert answer is not None
        return answer.status


@dataclass
class Installation:
    """What `quiz serve` serves, and how to start it."""

    world: factories.World
    environment: dict[str, str]
    port: int

    def elsewhere(self) -> "Installation":
        """The same installation, to be served beside itself at another port."""
        port = free_port()
        return Installation(self.world, self.environment | {"PORT": str(port)}, port)

    draws = [Draw(bank="demo", count=4)]
    """The plan of its quizzes: four short texts."""

    def sitting(self) -> Sitting:
        """A candidate who has started."""
        candidate = self.world.candidate(self.world.assessment(draws=self.draws))
        self.world.start(candidate)
        with self.world.app.test_request_context():
            return Sitting(self.port, candidate, tied(candidate_cookie(candidate.invitation_id), candidate.browser))

    @contextmanager
    def serving(self, *within: str, **changes: str) -> Iterator["subprocess.Popen[bytes]"]:
        """The server at work, started by another command if one is given."""
        process = subprocess.Popen(
            [*within, sys.executable, "-m", "quiz", "serve"],
            env=os.environ | self.environment | changes,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            for _ in range(400):
                with contextlib.suppress(OSError):
                    if ask(self.port, get("/health")):
                        break
                time.sleep(0.05)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation on SQLite with two processes where that is safe."""
    folder: Path = tmp_path_factory.mktemp("served")
    factories.write_bank(folder / "banks", "demo", [factories.item("short text", f"text-{n}") for n in range(4)])
    secret, port, url = secrets.token_urlsafe(48), free_port(), f"sqlite:///{folder / 'quiz.sqlite3'}"
    app = create_app(replace(conftest.settings(folder, url), secret_key=secret))
    with app.app_context():
        flask_migrate.upgrade()
        store = db.engine
    load_banks(store, folder / "banks", datetime.now(UTC))
    environment = {"QUIZ_DATA_DIR": str(folder), "QUIZ_SECRET_KEY": secret, "PORT": str(port)}
    yield Installation(factories.World(app, store), environment, port)
    store.dispose()


@pytest.fixture(scope="module")
def served(installation: Installation) -> Iterator[Installation]:
    """An installation that is being served."""
    with installation.serving():
        yield installation
