"""Practice: one unscored question of each kind that a quiz may use; nothing is stored."""

from dataclasses import dataclass
from datetime import datetime

from quiz.domain.delivery import Invited
from quiz.domain.errors import AttemptStarted, NotFound
from quiz.domain.items import Fields, PublicItem
from quiz.services.delivery.admission import Welcome, welcome
from quiz.store import content
from quiz.store.database import Store, reading


@dataclass(frozen=True)
class Practice:
    """A practice question. `answered` is whether what was tried says anything."""

    invitation_id: str
    title: str
    number: int
    total: int
    item: PublicItem
    answered: bool


def has_practice(store: Store, browser: str, invitation_id: str, now: datetime) -> bool:
    """Whether there is anything to practise. Raises NotFound."""
    return bool(_kinds(store, welcome(store, browser, invitation_id, now)))


def practise(
    store: Store, browser: str, invitation_id: str, number: int, tried: Fields | None, now: datetime
) -> Practice:
    """A practice question, from 1, and whether an answer that was tried says anything.

    Raises NotFound, AttemptStarted once the clock runs, and InvalidAnswer.
    """
    shown = welcome(store, browser, invitation_id, now)
    if not isinstance(shown.state, Invited):
        raise AttemptStarted("The clock has already started.")
    keys = _kinds(store, shown)
    if number > len(keys):
        raise NotFound("There is no such practice question.")
    key = keys[number - 1]
    with reading(store) as session:
        item = content.items(session, [key])[key]
    answer = item.read(tried, item.sample_arrangement) if tried is not None else None
    return Practice(
        invitation_id, shown.title, number, len(keys), item.public(item.sample_arrangement), answer is not None
    )


def _kinds(store: Store, shown: Welcome) -> list[int]:
    """The practice items of the kinds that a quiz may use, one of each."""
    with reading(store) as session:
        of_kind = content.practice_items(session)
    return [of_kind[kind] for kind in shown.kinds if kind in of_kind]
