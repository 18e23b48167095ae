"""`make bench`: what this machine does per second, beside the ceilings measured in the same run.

Everything runs on loopback against the production server. Absolute figures move with the machine; compare the ratios.
"""

import argparse
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import flask_migrate
import psycopg
import sqlalchemy as sa

from quiz.app import create_app
from quiz.config import Settings
from quiz.domain.plans import Draw, Plan
from quiz.services.people.tokens import hashed, new_public_id, new_token
from quiz.services.publishing import assessments
from quiz.services.publishing.loading import load_banks
from quiz.store.assessments import Assessment
from quiz.store.database import reading, sqlite_driver, writing
from quiz.store.invitations import CandidateSession, Invitation
from quiz.web.access import candidate_cookie, tied
from quiz.web.database import db
from tests import postgres
from tests.bench import postings, proving
from tests.bench.load import Result, run

ITEMS = 10_000
QUESTIONS = 40
SECONDS = 5.0


def write_bank(folder: Path) -> None:
    """A bank of 10,000 items in 50 objectives and 10 groups, with code, as large as real ones."""
    folder.mkdir(parents=True)
    groups = [
        {
            "id": f"load.{g}",
            "title": f"Group {g}",
            "objectives": [{"id": f"load.{g}.{o}", "title": f"Objective {g}.{o}"} for o in range(5)],
        }
        for g in range(10)
    ]
    head = {"title": "Load", "summary": "Generated for measuring.", "language": "java", "groups": groups}
    (folder / "bank.yaml").write_text(json.dumps(head))
    listing = "public class Meter {\n    public static void main(String[] args) {\n        int level = %d;\n"
    listing += "        for (int n = 0; n < 3; n++) {\n            level += n;\n        }\n"
    listing += "        System.out.println(level);\n    }\n}\n"
    for g in range(10):
        for o in range(5):
            items = [
                {
                    "id": f"item-{g}-{o}-{n}",
                    "kind": "single choice",
                    "difficulty": str(1 + n % 5),
                    "seconds": "60",
                    "stem": f"What does this program print when it is run as number {n} of {g}.{o}?",
                    "listing": listing % n,
                    "unproven": "Generated to measure serving, not proving.",
                    "options": [
                        {"text": f"`{n + add}`", "key": "true" if add == 3 else "false", "why": f"Because of {add}."}
                        for add in (3, 2, 4, 6)
                    ],
                    "sources": ["JLS 14.14"],
                }
                for n in range(ITEMS // 50)
            ]
            (folder / f"o{g}{o}.yaml").write_text(json.dumps({"objective": f"load.{g}.{o}", "items": items}))


@contextlib.contextmanager
def serving(target: str, environment: dict[str, str], port: int, workers: int, threads: int) -> Iterator[int]:
    """The production server with an application; gives its process id."""
    if target == "quiz":
        command = [sys.executable, "-m", "quiz", "serve"]
    else:
        command = [sys.executable, "-m", target, str(port), str(workers), str(threads)]
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/{'health' if target == 'quiz' else ''}").read()
                break
            time.sleep(0.05)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


class Subject:
    """One store under measurement: its settings, an assessment, and candidates that hold invitations."""

    def __init__(self, folder: Path, banks: Path, url: str | None, port: int) -> None:
        folder.mkdir()
        self.port = port
        self.environment = {
            "QUIZ_DATA_DIR": str(folder),
            "QUIZ_BANKS_DIR": str(banks),
            "PORT": str(port),
            "QUIZ_SECRET_KEY": secrets.token_urlsafe(48),
        } | ({"QUIZ_DATABASE_URL": url} if url else {})
        self.settings = Settings(
            data_dir=folder,
            database_url=url or f"sqlite:///{folder / 'quiz.sqlite3'}",
            secret_key=self.environment["QUIZ_SECRET_KEY"],
            public_url=f"http://127.0.0.1:{port}",
            banks_dir=banks,
        )
        self.app = create_app(self.settings)
        with self.app.app_context():
            flask_migrate.upgrade()
            self.store = db.engine
        load_banks(self.store, banks, datetime.now(UTC))
        plan = Plan(title="Load", minutes=60, draws=[Draw(bank="load", count=QUESTIONS)])
        assessment_id = assessments.publish(self.store, plan, None, None, datetime.now(UTC))
        with reading(self.store) as session:
            self.assessment_row = session.scalars(
                sa.select(Assessment.id).where(Assessment.public_id == assessment_id)
            ).one()

    def candidates(self, count: int) -> list[SimpleNamespace]:
        """New candidates, each in a browser that has opened the invitation."""
        now = datetime.now(UTC)
        made = [SimpleNamespace(id=new_public_id(), token=new_token(), edit=0, number=0) for _ in range(count)]
        with self.app.test_request_context():
            invitations = [
                {
                    "public_id": one.id,
                    "assessment_id": self.assessment_row,
                    "name": "Load",
                    "name_key": "load",
                    "email": f"{one.id}@example.org",
                    "search_key": " load",
                    "token_hash": hashed(one.token + "link"),
                    "created_at": now,
                }
                for one in made
            ]
            with writing(self.store) as session:
                rows = session.execute(
                    sa.insert(Invitation).returning(Invitation.id, Invitation.public_id), invitations
                ).all()
                ids = {public_id: id for id, public_id in rows}
                opened = [
                    {"token_hash": hashed(one.token), "invitation_id": ids[one.id], "created_at": now} for one in made
                ]
                session.execute(sa.insert(CandidateSession), opened)
            for one in made:
                one.csrf = tied(candidate_cookie(one.id), one.token)
        return made


def request(one: SimpleNamespace, method: str, path: str, body: str = "", more: str = "") -> bytes:
    """A request of a candidate, as bytes."""
    head = f"{method} /sitting/{one.id}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += f"Cookie: quiz-candidate-{one.id}={one.token}\r\n"
    if method != "GET":
        head += f"X-CSRF-Token: {one.csrf}\r\nContent-Length: {len(body)}\r\n"
        head += f"Content-Type: application/x-www-form-urlencoded\r\n{more}"
    return f"{head}\r\n{body}".encode()


def hello(_number: int) -> bytes:
    return b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def start_request(one: SimpleNamespace) -> bytes:
    return request(one, "POST", "/start")


def finish_request(one: SimpleNamespace) -> bytes:
    return request(one, "POST", "/finish")


def save_request(one: SimpleNamespace) -> bytes:
    one.edit += 1
    one.number = one.number % QUESTIONS + 1
    form = {"base": 0, "writer": "page", "edit": one.edit, "answer": 1 + one.edit % 4}
    return request(one, "POST", f"/question/{one.number}", urlencode(form), "Accept: application/json\r\n")


def page_request(one: SimpleNamespace) -> bytes:
    one.number = one.number % QUESTIONS + 1
    return request(one, "GET", f"/question/{one.number}")


def each_once(requests: list[list[bytes]]) -> Any:
    """Hands out, per connection, its own list of requests."""
    left = [iter(per) for per in requests]
    return lambda number: next(left[number], None)


def split(made: list[SimpleNamespace], connections: int, *makers: Any) -> list[list[bytes]]:
    """The candidates dealt out to connections; each candidate makes its requests one after the other."""
    return [[maker(one) for one in made[n::connections] for maker in makers] for n in range(connections)]


def show(name: str, result: Result, expected: set[int], per: int = 1) -> None:
    odd = {status: count for status, count in result.statuses.items() if status not in expected}
    print(
        f"  {name:44} {result.rate / per:8.0f}/s   p50 {result.percentile(0.5):7.1f} ms   "
        f"p99 {result.percentile(0.99):7.1f} ms" + (f"   UNEXPECTED {odd}" if odd else ""),
        flush=True,
    )


def memory(pid: int) -> list[int]:
    """Resident megabytes of each worker."""
    workers = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    sizes = []
    for worker in workers:
        status = Path(f"/proc/{worker}/status").read_text()
        sizes.append(int(status.split("VmRSS:")[1].split()[0]) // 1024)
    return [size for size in sizes if size > 25]


def measure(name: str, subject: Subject, seconds: float) -> None:
    print(f"\n{name}", flush=True)
    with serving("quiz", subject.environment, subject.port, 0, 0) as pid:
        running = subject.candidates(50)
        show("(warm-up) 50 starts", run(subject.port, 50, 60, each_once(split(running, 50, start_request))), {303})
        # A candidate has seen a question before answering it, so its page was made once before anything is measured.
        seen = [[page_request(one) for _ in range(QUESTIONS)] for one in running for _ in range(2)]
        run(subject.port, len(seen), 60, each_once(seen))
        show("saves, 50 candidates", run(subject.port, 50, seconds, lambda n: save_request(running[n])), {200})
        show("question pages, 50 candidates", run(subject.port, 50, seconds, lambda n: page_request(running[n])), {200})
        starters = subject.candidates(max(1000, int(600 * seconds)))
        pairs = split(starters, 20, start_request, page_request)
        show("starts (draw, snapshot) with first page", run(subject.port, 20, seconds, each_once(pairs)), {303, 200}, 2)
        # The rest of a thousand is started without measuring, so that there is a crowd on any machine.
        crowd = starters[:1000]
        run(subject.port, 20, 300, each_once(split(crowd, 20, start_request)))
        for one in crowd * 2:  # Here too a question is seen before it is answered; twice, for two workers.
            one.number = 0
            one.seen = [*getattr(one, "seen", []), *(page_request(one) for _ in range(6))]
        run(subject.port, 50, 120, each_once([[r for one in crowd[n::50] for r in one.seen] for n in range(50)]))
        for one in crowd:
            one.number = 0
        everybody = run(subject.port, len(crowd), seconds, lambda n: save_request(crowd[n]), offered=500)
        show(f"saves offered at 500/s by {len(crowd)} candidates", everybody, {200})
        for one in crowd:
            one.number = 0
        answered = [[save_request(one) for _ in range(QUESTIONS)] for one in crowd[:400]]
        run(subject.port, len(answered), 120, each_once(answered))
        finishers = crowd[:400] + crowd[400:]
        show("finishes", run(subject.port, 20, seconds, each_once(split(finishers, 20, finish_request))), {303})
        print(f"  memory per worker: {memory(pid)} MB")


def ceilings(folder: Path, url: str | None, seconds: float) -> None:
    """One bare durable upsert after the other, by the store's own driver."""
    statement = "INSERT INTO bare VALUES ({0}, {1}) ON CONFLICT (id) DO UPDATE SET value = excluded.value"
    if url is None:
        connection: Any = sqlite_driver().connect(folder / "bare.sqlite3", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        statement = statement.format("?", "?")
    else:
        connection = psycopg.connect(url, autocommit=True)
        statement = statement.format("%s", "%s")
    connection.execute("CREATE TABLE bare (id integer PRIMARY KEY, value integer)")
    count, stop = 0, time.perf_counter() + seconds
    while time.perf_counter() < stop:
        connection.execute(statement, (count % 100, count))
        count += 1
    connection.close()
    print(f"  ceiling: bare durable upserts, one client   {count / seconds:8.0f}/s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--store", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--only", choices=["serving", "proving", "postings"])
    options = parser.parse_args()
    if options.only in (None, "postings"):
        postings.measure()
    if options.only in (None, "proving"):
        proving.measure()
    if options.only not in (None, "serving"):
        return
    with tempfile.TemporaryDirectory(prefix="quiz-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        write_bank(folder / "banks" / "load")
        port = postgres.free_port()
        print("The same server answering a constant", flush=True)
        for workers, threads in ((2, 1), (2, 8)):
            with serving("tests.bench.constant", {}, port, workers, threads):
                show(f"{workers} workers, {threads} threads each", run(port, 50, options.seconds, hello), {200})
        if options.store in ("sqlite", "both"):
            subject = Subject(folder / "sqlite", folder / "banks", None, postgres.free_port())
            measure("SQLite", subject, options.seconds)
            ceilings(folder, None, options.seconds / 2)
        if options.store in ("postgresql", "both"):
            if postgres.programs() is None:
                print(f"\nPostgreSQL\n  not measured: {postgres.MISSING}")
                return
            server = stack.enter_context(postgres.server())
            subject = Subject(folder / "postgresql", folder / "banks", server.database(), postgres.free_port())
            measure("PostgreSQL", subject, options.seconds)
            ceilings(folder, server.database(), options.seconds / 2)


if __name__ == "__main__":
    main()
