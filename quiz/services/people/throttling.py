"""Limits on guessing, counted in the database so that they hold over several processes and machines."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from quiz.domain.errors import TooManyTries
from quiz.store import accounts


@dataclass(frozen=True)
class Limit:
    """At most `tries` tries within a window of time, for each subject."""

    name: str
    tries: int
    window: timedelta


PASSWORDS_PER_ACCOUNT = Limit("password of account", 10, timedelta(minutes=15))
PASSWORDS_PER_ADDRESS = Limit("password from address", 50, timedelta(minutes=15))
INVITATIONS_PER_ADDRESS = Limit("invitation from address", 30, timedelta(minutes=10))


def refuse(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    """Refuse with TooManyTries where a subject has used up its tries in this window."""
    if accounts.guessed(session, _bucket(limit, subject), _window(limit, now)) >= limit.tries:
        raise TooManyTries(int((_window(limit, now) + limit.window - now).total_seconds()) + 1)


def use(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    """Use up one of a subject's tries. Raises TooManyTries where none is left."""
    refuse(session, limit, subject, now)
    accounts.count_guess(session, _bucket(limit, subject), _window(limit, now))


def _bucket(limit: Limit, subject: str) -> str:
    return hashlib.sha256(f"{limit.name}\n{subject}".encode()).hexdigest()


def _window(limit: Limit, now: datetime) -> datetime:
    length = int(limit.window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // length * length, UTC)
