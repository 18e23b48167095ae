"""People and things for tests, made through the services that make them in life."""

import json
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from quiz.domain.edits import Edit
from quiz.domain.items import KINDS, Item
from quiz.domain.plans import Draw, Plan
from quiz.domain.source import SourceFile
from quiz.services.delivery import admission, answering, closing
from quiz.services.people import accounts
from quiz.services.publishing import assessments, invitations
from quiz.store.database import Store

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

EACH = len(KINDS)
"""How many items each objective of the bank `demo` has: one of every kind."""
ITEMS = 2 * EACH
"""How many items the bank has."""


@cache
def example(kind: str) -> Any:
    """The item of a kind that the authoring guide shows, as its author wrote it."""
    source = SourceFile(KINDS[kind].folder / "example.yaml", f"example of {kind}")
    assert source.root is not None, source.problems
    (item,) = source.root.plain()["items"]
    return item


def item(kind: str, id: str, mark: str = "", **changes: Any) -> dict[str, Any]:
    """An item of a kind as an author would write it: the kind's example under another name, with nothing to prove.

    `mark` is all that its explanations say, and is put into every spelling that is accepted.
    """
    item = _marked(example(kind), mark) | {"id": id, "stem": f"Question {id}?", "sources": ["Source 1"]}
    item |= {"difficulty": 3, "seconds": 60}
    bare = {name: value for name, value in item.items() if name != "listing"}
    needs_code = written(bare, objective="demo.1.1").faults()
    return (item | {"unproven": "Made up for tests."} if needs_code else bare) | changes


def _marked(written: Any, mark: str) -> Any:
    """A copy of what was written without what a lab is for."""
    if isinstance(written, list):
        return [_marked(one, mark) for one in written]
    if not isinstance(written, dict):
        return written
    marked = {name: _marked(value, mark) for name, value in written.items() if name not in _FOR_LABS}
    for name in {"why", "elsewhere"} & marked.keys():
        marked[name] = f"Because {mark}".strip()
    if "answers" in marked:
        marked["answers"] = [f"{text}{mark}" for text in marked["answers"]]
    return marked


_FOR_LABS = {"lab", "run", "claim", "instead", "enemies"}


def written(data: dict[str, Any], **changes: Any) -> Item:
    """The item that an author wrote as this data. Raises ValidationError."""
    return KINDS[data["kind"]].item.model_validate(data | changes)


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


def png(width: int, height: int) -> bytes:
    """A grey picture of this size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    """The outline of a JPEG of one pixel: its tables are too short to be shown."""
    parts = [
        (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        (0xDB, bytes(65)),
        (0xC0, b"\x08\0\1\0\1\1\1\x11\0"),
        (0xC4, bytes(19)),
    ]
    parts.append((0xDA, b"\1\1\0\0\x3f\0"))
    made = b"".join(bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in parts)
    return b"\xff\xd8" + made + b"\x12\xff\0\x34\xff\xd0\x56" + b"\xff\xd9"


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
        """A plan that draws all items of the bank `demo`."""
        draws = [Draw(bank="demo", count=ITEMS)]
        return Plan(**({"title": "Demo quiz", "minutes": 20, "draws": draws, "pass_mark": 60} | changes))

    def assessment(self, now: datetime | None = None, closes_at: datetime | None = None, **changes: Any) -> str:
        """A published assessment; its id."""
        return assessments.publish(self.store, self.plan(**changes), closes_at, None, now or datetime.now(UTC))

    def candidate(self, assessment: str = "", email: str = "ada@example.org", now: datetime | None = None) -> Candidate:
        """A candidate in a browser that has opened the invitation."""
        now = now or datetime.now(UTC)
        link = invitations.invite(self.store, assessment or self.assessment(now), "Ada Lovelace", email, now)
        entry = admission.enter(self.store, link.token, {}, "127.0.0.1", now)
        return Candidate(link.invitation_id, link.token, entry.browser)

    def start(self, candidate: Candidate, now: datetime | None = None, seed: int = 1) -> None:
        admission.start(self.store, candidate.browser, candidate.invitation_id, seed, now or datetime.now(UTC))

    def question(self, candidate: Candidate, number: int, now: datetime | None = None) -> answering.QuestionSheet:
        browser, invitation_id = candidate.browser, candidate.invitation_id
        return answering.question(self.store, browser, invitation_id, number, now or datetime.now(UTC))

    def save(
        self,
        candidate: Candidate,
        number: int,
        edit: int,
        fields: dict[str, list[str]],
        now: datetime | None = None,
        *,
        base: int = 0,
        writer: str = "page",
        flagged: bool = False,
    ) -> answering.SaveOutcome:
        """Save an edit of a page as the browser would."""
        return answering.save(
            self.store,
            candidate.browser,
            candidate.invitation_id,
            number,
            Edit(base, writer, edit),
            fields,
            flagged=flagged,
            clock=lambda: now or datetime.now(UTC),
        )

    def finish(self, candidate: Candidate, now: datetime | None = None) -> None:
        closing.finish(self.store, candidate.browser, candidate.invitation_id, now or datetime.now(UTC))

    def receipt(self, candidate: Candidate, now: datetime) -> closing.Receipt:
        return closing.receipt(self.store, candidate.browser, candidate.invitation_id, now)


def later(minutes: float) -> datetime:
    """So many minutes after `NOW`."""
    return NOW + timedelta(minutes=minutes)


__all__ = [
    "EACH",
    "ITEMS",
    "NOW",
    "PASSWORD",
    "Candidate",
    "World",
    "bank_file",
    "example",
    "item",
    "later",
    "write_bank",
    "write_banks",
    "written",
]
