"""Writes of one process to SQLite that share their commits, so that waiting for the disk is done once for many."""

import fcntl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from quiz.store.database import Store, sqlite_driver

Value = TypeVar("Value")


@dataclass
class _Write:
    """Something to be written, and what became of it."""

    work: Callable[[Any], Any]
    outcome: Any = None
    error: BaseException | None = None
    done: bool = False


class GroupCommit:
    """Writes of one process to SQLite that share their commits.

    A commit waits for the disk, and there is one writer at a time. So whoever comes while a commit is under way queues
    up; the first of them to get its turn then writes for all, in one transaction. Nobody is answered before the commit
    that holds its write has returned, so an answer means as much as if each had committed alone.
    """

    most = 100

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[_Write] = deque()
        self._turn = Lock()

    def write(self, work: Callable[[Any], Value]) -> Value:
        """Do `work` with a cursor of the driver, and return what it gives once it is committed.

        Raises what `work` raised, or OperationalError for the store; then nothing of `work` is stored.
        """
        mine = _Write(work)
        self._waiting.append(mine)
        with self._turn:
            while not mine.done:
                self._commit([self._waiting.popleft() for _ in range(min(self.most, len(self._waiting)))])
        if isinstance(mine.error, sqlite_driver().Error):
            raise sa.exc.OperationalError("a shared commit", {}, mine.error) from mine.error
        if mine.error is not None:
            raise mine.error
        return mine.outcome  # type: ignore[no-any-return]

    def _commit(self, batch: list[_Write]) -> None:
        try:
            self._write_all(batch)
        except Exception as error:
            for write in batch:
                write.error = write.error or error
        for write in batch:
            write.done = True

    def _write_all(self, batch: list[_Write]) -> None:
        pooled = self._engine.raw_connection()
        try:
            cursor = pooled.cursor()
            fcntl.flock(pooled.info["turn"], fcntl.LOCK_EX)
            cursor.execute("BEGIN IMMEDIATE")
            for write in batch:
                cursor.execute("SAVEPOINT one")
                try:
                    write.outcome = write.work(cursor)
                except Exception as error:
                    write.error = error
                    if not pooled.in_transaction:  # A full disk undoes the transaction: nobody's write is stored.
                        raise
                    cursor.execute("ROLLBACK TO one")
                cursor.execute("RELEASE one")
            cursor.execute("COMMIT")
        except BaseException:
            pooled.rollback()
            raise
        finally:
            pooled.close()


_GROUP_COMMITS: WeakKeyDictionary[Pool, GroupCommit] = WeakKeyDictionary()


def group_commit(store: Store) -> GroupCommit:
    """The shared commits of a SQLite database in this process."""
    return _GROUP_COMMITS.get(store.pool) or _GROUP_COMMITS.setdefault(store.pool, GroupCommit(store))
