"""Submissions: a staff form counts once, however often it is sent.

A double click, a reload, the way back, a retry after a lost reply: all of them send what was sent before. What came of
it is kept, in the same transaction as what it did, and a repeat is given the same.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from quiz.services.people.tokens import hashed
from quiz.store import submissions
from quiz.store.database import Store, reading, writing
from quiz.store.submissions import Outcome

KEPT = timedelta(days=30)
"""How long a form that was sent is recognised."""


@dataclass(frozen=True)
class Submission:
    """A form as somebody sends it. `key` stands for the page it was shown on, its address and what was filled in."""

    key: str
    user_row: int
    secret: str
    """What tokens that only this installation can derive are derived with."""

    @property
    def key_hash(self) -> str:
        """What is stored of it."""
        return hashed(f"{self.user_row} {self.key}")

    def token(self) -> str:
        """The token of the link that this submission makes: a repeat makes the same one, and nothing stores it."""
        message = f"link {self.user_row} {self.key}".encode()
        return base64.urlsafe_b64encode(hmac.digest(self.secret.encode(), message, "sha256")).decode().rstrip("=")


def submission(page_key: str, address: str, fields: list[tuple[str, str]], user_row: int, secret: str) -> Submission:
    """The submission of a form that was shown with this key. The same page may send one form, then another."""
    digest = hashlib.sha256(repr((page_key, address, sorted(fields))).encode(errors="surrogatepass"))
    return Submission(digest.hexdigest(), user_row, secret)


def once(store: Store, by: Submission | None, now: datetime, work: Callable[[Session], str]) -> str:
    """Do the work of a form in a block of writing, and give its outcome: of a repeat, that of the first time.

    What raises is undone and counts as not sent: the form may be corrected and sent again.
    """
    with writing(store) as session:
        if by is None:
            return work(session)
        if not submissions.claim(session, by.key_hash, now):
            found = submissions.outcome(session, by.key_hash)
            return found.text if found else ""
        outcome = work(session)
        submissions.record(session, by.key_hash, outcome)
        return outcome


def outcome(store: Store, by: Submission | None) -> Outcome | None:
    """What came of a form that was sent before; None where it was not."""
    if by is None:
        return None
    with reading(store) as session:
        return submissions.outcome(session, by.key_hash)


def forget_submissions(store: Store, now: datetime) -> None:
    """Delete what became of forms longer ago than `KEPT`."""
    with writing(store) as session:
        submissions.forget(session, now - KEPT)
