"""People and things for tests, made through the services that make them in life."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from quiz.domain.items import KINDS
from quiz.domain.plans import Draw, Plan
from quiz.services.delivery import admission, answering, closing
from quiz.services.people import accounts
from quiz.services.publishing import assessments, invitations
from quiz.store.database import Store

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LISTING = "int level = 1;\nlevel += 2;\n\nreturn level / 0;\n"


def item(kind: str, id: str, mark: str = "", **changes: Any) -> dict[str, Any]:
    """An item of a kind as an author would write it; `mark` is put into every key and explanation."""
    common = {
        "id": id,
        "kind": kind,
        "difficulty": 3,
        "seconds": 60,
        "stem": f"Question {id}?",
        "sources": ["Source 1"],
    }
    why = f"Because {mark}".strip()
    own: dict[str, Any] = {
        "single choice": {
            "options": [
                {"text": f"{id} right", "key": True, "why": why},
                {"text": f"{id} wrong", "why": why},
                {"text": f"{id} other", "why": why},
            ]
        },
        "multiple response": {
            "options": [
                {"text": f"{id} one", "key": True, "why": why},
                {"text": f"{id} two", "key": True, "why": why},
                {"text": f"{id} three", "why": why},
                {"text": f"{id} four", "why": why},
            ]
        },
        "true/false set": {
            "statements": [
                {"text": f"{id} holds", "is": True, "why": why},
                {"text": f"{id} fails", "is": False, "why": why},
            ]
        },
        "short text": {
            "answers": [f"word{mark}", f"term{mark}"],
            "why": why,
            "mistakes": [{"text": f"no{mark}", "why": why}],
        },
        "number": {"answer": "12.5", "tolerance": "0.5", "unit": "minutes", "why": why},
        "ordering": {"sequence": [{"text": f"{id} step {n}", "why": why} for n in (1, 2, 3)]},
        "matching": {
            "pairs": [{"prompt": f"{id} prompt {n}", "match": f"{id} match {n}", "why": why} for n in (1, 2)],
            "decoys": [{"text": f"{id} decoy", "why": why}],
        },
        "code line": {
            "listing": LISTING,
            "unproven": "Made up for tests.",
            "lines": [{"line": 4, "key": True, "why": why}, {"line": 1, "why": why}],
            "elsewhere": why,
        },
    }[kind]
    return common | own | changes


RIGHT: dict[str, Any] = {
    "single choice": 0,
    "multiple response": [0, 1],
    "true/false set": [True, False],
    "short text": "word",
    "number": "12.5",
    "ordering": [1, 2, 3],
    "matching": [0, 1],
    "code line": 4,
}
"""The stored answer that earns full credit for `item` of each kind."""


def bank_file(slug: str, **changes: Any) -> dict[str, Any]:
    """A `bank.yaml` with two groups of one objective each."""
    groups = [
        {"id": f"{slug}.{n}", "title": f"Group {n}", "objectives": [{"id": f"{slug}.{n}.1", "title": f"Objective {n}"}]}
        for n in (1, 2)
    ]
    return {"title": f"The {slug} bank", "summary": "For tests.", "language": "java", "groups": groups} | changes


def write_bank(root: Path, slug: str, items: list[dict[str, Any]], **changes: Any) -> Path:
    """Write a bank; items alternate between its two objectives. JSON is YAML."""
    folder = root / slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bank.yaml").write_text(json.dumps(bank_file(slug, **changes), indent=1))
    for n in (1, 2):
        if mine := items[n - 1 :: 2]:
            (folder / f"part-{n}.yaml").write_text(json.dumps({"objective": f"{slug}.{n}.1", "items": mine}, indent=1))
    return folder


def slug(kind: str) -> str:
    return kind.replace(" ", "-").replace("/", "-")


def write_banks(root: Path, mark: str = "") -> None:
    """The bank `demo` with two items of each kind, and `practice` with one."""
    write_bank(root, "demo", [item(kind, f"{slug(kind)}-{n}", mark) for kind in KINDS for n in (1, 2)])
    write_bank(root, "practice", [item(kind, f"try-{slug(kind)}", mark) for kind in KINDS], practice="true")


@dataclass
class Candidate:
    """A candidate with an invitation: its id, the link's token, and the token of a browser that opened it."""

    invitation_id: str
    link: str
    browser: str


class World:
    """Staff, assessments and candidates of one application, and the store behind it."""

    def __init__(self, app: Flask, store: Store) -> None:
        self.app, self.store = app, store

    def user(self, role: str = "recruiter", email: str = "") -> str:
        """An account; its address."""
        email = email or f"{role}@example.org"
        return accounts.add_user(self.store, email, "Robin Test", role, PASSWORD, datetime.now(UTC))

    def plan(self, **changes: Any) -> Plan:
        """A plan that draws all sixteen items of the bank `demo`."""
        values = {"title": "Demo quiz", "minutes": 20, "draws": [Draw(bank="demo", count=16)], "pass_mark": 60}
        return Plan(**(values | changes))

    def assessment(self, now: datetime | None = None, closes_at: datetime | None = None, **changes: Any) -> str:
        """A published assessment; its id."""
        return assessments.publish(self.store, self.plan(**changes), closes_at, None, now or datetime.now(UTC))

    def candidate(self, assessment: str = "", email: str = "ada@example.org", now: datetime | None = None) -> Candidate:
        """A candidate in a browser that has opened the invitation."""
        now = now or datetime.now(UTC)
        link = invitations.invite(self.store, assessment or self.assessment(now), "Ada Lovelace", email, now)
        entry = admission.enter(self.store, link.token, None, "127.0.0.1", now)
        return Candidate(link.invitation_id, link.token, entry.browser)

    def start(self, candidate: Candidate, now: datetime | None = None, seed: int = 1) -> None:
        admission.start(self.store, candidate.browser, candidate.invitation_id, seed, now or datetime.now(UTC))

    def question(self, candidate: Candidate, number: int, now: datetime | None = None) -> answering.QuestionSheet:
        browser, invitation_id = candidate.browser, candidate.invitation_id
        return answering.question(self.store, browser, invitation_id, number, now or datetime.now(UTC))

    def save(
        self, candidate: Candidate, number: int, seq: int, fields: dict[str, list[str]], now: datetime | None = None
    ) -> answering.SaveOutcome:
        """Save an answer as the browser would."""
        return answering.save(
            self.store,
            candidate.browser,
            candidate.invitation_id,
            number,
            seq,
            fields,
            flagged=False,
            now=now or datetime.now(UTC),
        )

    def finish(self, candidate: Candidate, now: datetime | None = None) -> None:
        closing.finish(self.store, candidate.browser, candidate.invitation_id, now or datetime.now(UTC))

    def receipt(self, candidate: Candidate, now: datetime) -> closing.Receipt:
        return closing.receipt(self.store, candidate.browser, candidate.invitation_id, now)


def later(minutes: float) -> datetime:
    """So many minutes after `NOW`."""
    return NOW + timedelta(minutes=minutes)


__all__ = [
    "NOW",
    "PASSWORD",
    "RIGHT",
    "Candidate",
    "World",
    "bank_file",
    "item",
    "later",
    "write_bank",
    "write_banks",
]
