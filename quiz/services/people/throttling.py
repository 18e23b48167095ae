"""Limits on guessing, counted in the database so that they hold over several processes and machines."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy.orm import Session

from quiz.domain.errors import TooManyTries
from quiz.store import accounts
from quiz.store.database import Store, writing


@dataclass(frozen=True)
class Limit:
    """At most `tries` tries within a window of time, for each subject; `by_address` where that is a network address."""

    name: str
    tries: int
    window: timedelta
    by_address: bool = False


PASSWORDS_FROM_DEVICE = Limit("password from known browser", 10, timedelta(minutes=15))
PASSWORDS_FROM_STRANGER = Limit("password of account from address", 10, timedelta(minutes=15))
PASSWORDS_PER_ACCOUNT = Limit("password of account", 100, timedelta(minutes=15))
PASSWORDS_PER_ADDRESS = Limit("password from address", 50, timedelta(minutes=15), by_address=True)
PASSWORDS_OVERALL = Limit("password", 5000, timedelta(minutes=15))
CURRENT_PASSWORDS = Limit("current password of account", 10, timedelta(minutes=15))
INVITATIONS_PER_ADDRESS = Limit("invitation from address", 30, timedelta(minutes=10), by_address=True)
SCORECARDS_PER_ACCOUNT = Limit("scorecard of account", 600, timedelta(minutes=10))


def invitations_per_day(most: int) -> Limit:
    """How many people somebody may invite from midnight to midnight (UTC)."""
    return Limit("invitations of account", most, timedelta(days=1))


def refuse(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    """Refuse with TooManyTries where a subject has used up its tries in this window."""
    if accounts.guessed(session, _bucket(limit, subject), _window(limit, now)) >= limit.tries:
        raise TooManyTries(int((_window(limit, now) + limit.window - now).total_seconds()) + 1)


def use(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    """Use up one of a subject's tries. Raises TooManyTries where none is left."""
    refuse(session, limit, subject, now)
    if accounts.count_guess(session, _bucket(limit, subject), _window(limit, now)) > limit.tries:
        # Another process used the last one meanwhile. The block is undone, and with it this try.
        raise TooManyTries(int((_window(limit, now) + limit.window - now).total_seconds()) + 1)


def give_back(session: Session, limit: Limit, subject: str, now: datetime) -> None:
    """Give a try back that turned out to be none."""
    accounts.uncount_guess(session, _bucket(limit, subject), _window(limit, now))


def count(store: Store, limit: Limit, subject: str, now: datetime) -> None:
    """Use up one of a subject's tries in a block of its own. Raises TooManyTries where none is left."""
    with writing(store) as session:
        use(session, limit, subject, now)


def network(address: str) -> str:
    """What stands for a network address: IPv6 by its /64, which one household or server has to itself."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found)


def _bucket(limit: Limit, subject: str) -> str:
    subject = network(subject) if limit.by_address else subject
    return hashlib.sha256(f"{limit.name}\n{subject}".encode(errors="surrogatepass")).hexdigest()


def _window(limit: Limit, now: datetime) -> datetime:
    length = int(limit.window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // length * length, UTC)
