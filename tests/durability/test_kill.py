"""The server is killed with SIGKILL while fifty candidates save, and started again: every acknowledged answer is there.

The real server, in processes of its own, on each store.
"""

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.app import create_app
from quiz.domain.plans import Draw
from quiz.services.publishing.loading import load_banks
from quiz.store.attempts import Attempt, Response
from quiz.store.database import Store, is_embedded, reading, stands_several_processes
from quiz.store.invitations import Invitation
from quiz.web.access import candidate_cookie, tied
from quiz.web.database import db
from tests import conftest, factories
from tests.postgres import free_port

CANDIDATES = 50
KILLS = 3


class Server:
    """The production server in processes of its own, which can be killed all at once."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.environment, self.port = environment, port
        self.process: subprocess.Popen[bytes] | None = None

    def _run(self, command: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "quiz", command],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @contextlib.contextmanager
    def command(self, name: str) -> Iterator[None]:
        """Another command of the installation at work, for as long as the block lasts; it stops when it is asked to."""
        process = self._run(name)
        try:
            yield
        finally:
            process.terminate()
            assert process.wait(10) == 0

    def start(self) -> None:
        self.process = self._run("serve")
        for _ in range(400):
            with contextlib.suppress(OSError, urllib.error.URLError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5).read()
                return
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for _ in range(200):  # Until the last worker has let go of the port.
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                    return
            time.sleep(0.02)


class Saver(threading.Thread):
    """A candidate who saves one answer after the other, and notes what was acknowledged."""

    def __init__(self, port: int, invitation_id: str, token: str, csrf: str, stop: threading.Event) -> None:
        super().__init__()
        self.port, self.invitation_id, self.token, self.csrf, self.stop_asked = port, invitation_id, token, csrf, stop
        self.acknowledged: dict[int, tuple[int, str]] = {}
        self.sent = 0

    def run(self) -> None:
        while not self.stop_asked.is_set():
            self.sent += 1
            number, answer = 1 + self.sent % 4, f"answer {self.sent}"
            with contextlib.suppress(OSError, http.client.HTTPException):
                if seq := self._save(number, self.sent, answer):
                    self.acknowledged[number] = (seq, answer)

    def _save(self, number: int, edit: int, answer: str) -> int:
        """Save an edit; the version that was acknowledged, or 0."""
        form = {"base": 0, "writer": "page", "edit": edit, "answer": answer, "csrf_token": self.csrf}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/sitting/{self.invitation_id}/question/{number}",
            urllib.parse.urlencode(form).encode(),
            {"Cookie": f"quiz-candidate-{self.invitation_id}={self.token}", "Accept": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            return int(json.load(reply)["seq"]) if reply.status == 200 else 0


@pytest.fixture
def installation(tmp_path: Path, store_url: str) -> Iterator[tuple[Server, factories.World, str]]:
    """A server on a store, and the world behind it. Its quiz asks four questions that take any short text."""
    banks = tmp_path / "banks"
    factories.write_bank(banks, "demo", [factories.item("short text", f"text-{n}") for n in range(4)])
    secret, port = secrets.token_urlsafe(48), free_port()
    environment = {
        "QUIZ_DATA_DIR": str(tmp_path),
        "QUIZ_DATABASE_URL": store_url,
        "QUIZ_SECRET_KEY": secret,
        "QUIZ_BANKS_DIR": str(banks),
        "QUIZ_WORKERS": "2" if stands_several_processes(store_url) else "1",
        "PORT": str(port),
    }
    app = create_app(conftest.settings(tmp_path, store_url, banks))
    app.config["SECRET_KEY"] = secret

    with app.app_context():
        store = db.engine
    load_banks(store, banks, datetime.now(UTC))
    server = Server(environment, port)
    try:
        yield server, factories.World(app, store), secret
    finally:
        server.kill()
        store.dispose()


@pytest.mark.slow
def test_no_acknowledged_answer_is_lost_when_the_server_is_killed(
    installation: tuple[Server, factories.World, str],
) -> None:
    server, world, _ = installation
    assessment = world.assessment(draws=[Draw(bank="demo", count=4)])
    stop = threading.Event()
    savers = []
    for n in range(CANDIDATES):
        candidate = world.candidate(assessment, f"person{n}@example.org")
        world.start(candidate)
        with world.app.test_request_context():
            csrf = tied(candidate_cookie(candidate.invitation_id), candidate.browser)
        savers.append(Saver(server.port, candidate.invitation_id, candidate.browser, csrf, stop))
    server.start()
    for saver in savers:
        saver.start()
    for _ in range(KILLS):
        before = sum(len(saver.acknowledged) for saver in savers), sum(saver.sent for saver in savers)
        while sum(saver.sent for saver in savers) < before[1] + 10 * CANDIDATES:
            time.sleep(0.01)
        server.kill()
        server.start()
    stop.set()
    for saver in savers:
        saver.join()
    server.kill()
    with reading(world.store) as session:
        rows = session.execute(
            sa.select(Invitation.public_id, Response.number, Response.seq, Response.answer)
            .join(Attempt, Attempt.invitation_id == Invitation.id)
            .join(Response, Response.attempt_id == Attempt.id)
        ).all()
    stored = {(sitting, number, seq): json.loads(answer) for sitting, number, seq, answer in rows}
    acknowledged = 0
    for saver in savers:
        for number, (seq, answer) in saver.acknowledged.items():
            acknowledged += 1
            assert stored.get((saver.invitation_id, number, seq)) == answer
            newest = max(s for sitting, n, s in stored if (sitting, n) == (saver.invitation_id, number))
            assert newest >= seq
    assert acknowledged >= CANDIDATES, "the test proves something only if answers were acknowledged"


@pytest.mark.slow
def test_the_worker_ends_attempts_that_nobody_ends(installation: tuple[Server, factories.World, str]) -> None:
    """On SQLite the server brings it along; on PostgreSQL it is a process of its own."""
    server, world, _ = installation
    long_ago = datetime.now(UTC) - timedelta(hours=3)
    candidate = world.candidate(world.assessment(long_ago, draws=[Draw(bank="demo", count=4)]), now=long_ago)
    world.start(candidate, long_ago)
    with contextlib.ExitStack() as stack:
        server.start()
        if not is_embedded(world.store):
            stack.enter_context(server.command("worker"))
        ended_at, by, deadline = _ended(world.store)
    assert (ended_at, by) == (deadline, "time")


def _ended(store: Store) -> Any:
    """The end of the one attempt there is, what ended it, and its deadline, once it has ended; as it is after 30 s."""
    for _ in range(600):
        with reading(store) as session:
            row = session.execute(sa.select(Attempt.ended_at, Attempt.ended_by, Attempt.deadline_at)).one()
        if row.ended_at is not None:
            break
        time.sleep(0.05)
    return row
