"""Pictures that questions show: whoever knows the hash of one has been shown a question with it."""

from quiz.store import pictures
from quiz.store.database import Store, reading


def picture(store: Store, digest: str) -> bytes | None:
    """The content of a picture, or None where there is none of this digest."""
    with reading(store) as session:
        return pictures.find(session, digest)
