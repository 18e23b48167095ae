"""What never changes once it is written, kept in this process so that it is read once."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from quiz.store.database import store_of

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """What never changes once written, kept in this process per database so that it is read once.

    Holds at most `size` values and forgets the oldest; safe to share between threads, because each step is atomic.
    """

    def __init__(self, size: int, one_at_a_time: bool = False) -> None:
        """With `one_at_a_time`, threads wait for one that reads: for what takes long to make of what was read."""
        self._size = size
        self._turn = Lock() if one_at_a_time else nullcontext()
        self._of: WeakKeyDictionary[Pool, dict[Key, Value]] = WeakKeyDictionary()

    def among(
        self, session: Session, keys: Iterable[Key], read: Callable[[list[Key]], dict[Key, Value]]
    ) -> dict[Key, Value]:
        """The values of `keys`; those not remembered are read in one go. Keys that do not exist are absent."""
        known = self._of.setdefault(store_of(session).pool, {})
        wanted = list(keys)
        found = {key: known[key] for key in wanted if key in known}
        if len(found) < len(wanted):
            with self._turn:
                found |= {key: known[key] for key in wanted if key in known}
                if missing := [key for key in wanted if key not in found]:
                    fresh = read(missing)
                    found |= fresh
                    known |= fresh
            while len(known) > self._size:
                known.pop(next(iter(known)), None)
        return found
