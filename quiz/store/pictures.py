"""Pictures, kept by the hash of their content for as long as there are attempts that show them."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from quiz.store.database import Base


class StoredPicture(Base):
    """A picture that a question shows. Never changed and never deleted, because attempts refer to it."""

    __tablename__ = "pictures"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)


def add(session: Session, pictures: Mapping[str, bytes]) -> None:
    """Store pictures, by their digests, that are not stored yet."""
    known = set(session.scalars(sa.select(StoredPicture.digest).where(StoredPicture.digest.in_(pictures))))
    session.add_all(StoredPicture(digest=name, data=data) for name, data in pictures.items() if name not in known)


def find(session: Session, digest: str) -> bytes | None:
    """The content of a picture, or None where there is none of this digest."""
    return session.scalar(sa.select(StoredPicture.data).where(StoredPicture.digest == digest))
