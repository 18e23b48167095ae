"""Operating: what whoever runs an installation wants to know of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from quiz.store import accounts, content, heartbeats
from quiz.store.database import Store, is_embedded, reading, writing

_WORKER = "worker"


def note_worker(store: Store, now: datetime) -> None:
    """Note that a worker is there."""
    with writing(store) as session:
        heartbeats.beat(session, _WORKER, now)


def worker_seen_at(store: Store) -> datetime | None:
    """When a worker was last there; None where none ever was."""
    with reading(store) as session:
        return heartbeats.last_beat(session, _WORKER)


@dataclass(frozen=True)
class Contents:
    """How many banks are loaded, and how many accounts may sign in as an administrator, or at all."""

    banks: int
    accounts: int
    admins: int


def contents(store: Store) -> Contents:
    """What there is in an installation before anybody can be invited."""
    with reading(store) as session:
        users = [user for user in accounts.all_users(session) if user.disabled_at is None]
        banks = content.current_banks(session)
    return Contents(len(banks), len(users), sum(user.role == "admin" for user in users))


def damage(store: Store) -> str:
    """What is wrong in the file of an embedded database; empty where it is sound."""
    with reading(store) as session:
        return heartbeats.damage(session) if is_embedded(store) else ""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server: its release, how many connections it takes, and how far its clock is ahead of ours.

    `encrypted` is whether the connection to it is.
    """

    release: str
    connections: int
    ahead: timedelta
    may_create_tables: bool
    encrypted: bool


def server(store: Store, now: datetime) -> Server:
    """What a PostgreSQL server says of itself."""
    with reading(store) as session:
        return Server(
            release=heartbeats.shown(session, "server_version"),
            connections=int(heartbeats.shown(session, "max_connections")),
            ahead=heartbeats.clock(session) - now,
            may_create_tables=heartbeats.may_create_tables(session),
            encrypted=heartbeats.encrypted(session),
        )
