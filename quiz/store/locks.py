"""Locks over all processes of an installation, for what only one of them does at a time."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from quiz.store.database import Store, is_embedded, lock_file


@contextmanager
def alone(store: Store, name: str) -> Iterator[bool]:
    """Whether nobody else holds the lock of this name; while the block lasts, nobody else gets it.

    It is let go where its process dies, whatever the way.
    """
    with _file_lock(store, name) if is_embedded(store) else _advisory_lock(store, name) as is_mine:
        yield is_mine


@contextmanager
def _file_lock(store: Store, name: str) -> Iterator[bool]:
    with lock_file(store, name).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _advisory_lock(store: Store, name: str) -> Iterator[bool]:
    """PostgreSQL's advisory lock, held by a session of its own: no transaction stands open meanwhile."""
    number = int.from_bytes(hashlib.sha256(f"quiz {name}".encode()).digest()[:8], signed=True)
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_mine = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(number))))
        try:
            yield is_mine
        finally:
            if is_mine:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
