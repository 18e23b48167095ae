"""Banks and items as they were loaded: immutable versions, known by the hash of their content."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from quiz.domain.banks import BankFile
from quiz.domain.items import Question
from quiz.domain.pools import PoolItem, pooled
from quiz.domain.snapshots.questions import read_question
from quiz.store.database import Base, Moment
from quiz.store.remembered import Remembered


class BankVersion(Base):
    """A bank as it stood when it was loaded. Never changed and never deleted."""

    __tablename__ = "bank_versions"
    __table_args__ = (sa.UniqueConstraint("bank", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bank: Mapped[str] = mapped_column(sa.String(80))
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(sa.String(300))
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What `bank.yaml` said."""
    loaded_at: Mapped[datetime] = mapped_column(Moment)


class ItemVersion(Base):
    """An item as it stood when it was loaded. Never changed and never deleted, because attempts point to it."""

    __tablename__ = "item_versions"
    __table_args__ = (sa.UniqueConstraint("bank", "item", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bank: Mapped[str] = mapped_column(sa.String(80))
    item: Mapped[str] = mapped_column(sa.String(80))
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(40))
    parts: Mapped[int]
    """How many things an attempt shows in an order of its own."""
    objective: Mapped[str] = mapped_column(sa.String(60))
    difficulty: Mapped[int]
    seconds: Mapped[int]
    enemies: Mapped[str | None] = mapped_column(sa.String(80))
    document: Mapped[str] = mapped_column(sa.Text)
    """What is delivered of it: the snapshot of its question, as JSON."""


class BankItem(Base):
    """An item belongs to a version of a bank."""

    __tablename__ = "bank_items"

    bank_version_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_versions.id"), primary_key=True)
    item_version_id: Mapped[int] = mapped_column(sa.ForeignKey("item_versions.id"), primary_key=True)
    proof: Mapped[str | None] = mapped_column(sa.String(200))
    """What its key was proven on, where it needed a proof and has one."""


class CurrentBank(Base):
    """The version of a bank that new assessments draw from."""

    __tablename__ = "current_banks"

    bank: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    bank_version_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_versions.id"))


_ITEMS: Remembered[int, Question] = Remembered(10_000)
_POOLS: Remembered[int, tuple[PoolItem, ...]] = Remembered(50)
_FILES: Remembered[int, tuple[str, BankFile]] = Remembered(50)


def bank_version(session: Session, bank: str, content_hash: str) -> BankVersion | None:
    return session.scalar(
        sa.select(BankVersion).where(BankVersion.bank == bank, BankVersion.content_hash == content_hash)
    )


def item_ids(session: Session, bank: str) -> dict[tuple[str, str], int]:
    """The stored versions of a bank's items: (item, content hash) -> id."""
    rows = session.execute(
        sa.select(ItemVersion.item, ItemVersion.content_hash, ItemVersion.id).where(ItemVersion.bank == bank)
    )
    return {(item, content_hash): id for item, content_hash, id in rows}


def current_banks(session: Session) -> dict[str, int]:
    """The current version of every bank: name -> id of the version."""
    rows = session.execute(sa.select(CurrentBank.bank, CurrentBank.bank_version_id).order_by(CurrentBank.bank))
    return {row.bank: row.bank_version_id for row in rows}


def files(session: Session, versions: Iterable[int]) -> dict[int, tuple[str, BankFile]]:
    """What versions of banks say of themselves: id -> (bank, file)."""

    def read(missing: list[int]) -> dict[int, tuple[str, BankFile]]:
        rows = session.execute(
            sa.select(BankVersion.id, BankVersion.bank, BankVersion.document).where(BankVersion.id.in_(missing))
        )
        return {id: (bank, BankFile.model_validate(document)) for id, bank, document in rows}

    return _FILES.among(session, versions, read)


def pools(session: Session, versions: Sequence[int]) -> dict[str, tuple[PoolItem, ...]]:
    """What forms can be drawn from: bank -> its items in this version, by name."""
    described = files(session, versions)

    def read(missing: list[int]) -> dict[int, tuple[PoolItem, ...]]:
        found: dict[int, tuple[PoolItem, ...]] = {}
        for version in missing:
            bank, file = described[version]
            group_of = {objective.id: group.id for group in file.groups for objective in group.objectives}
            rows = session.execute(
                sa.select(
                    ItemVersion.id,
                    ItemVersion.item,
                    ItemVersion.objective,
                    ItemVersion.kind,
                    ItemVersion.parts,
                    ItemVersion.difficulty,
                    ItemVersion.seconds,
                    ItemVersion.enemies,
                )
                .join(BankItem, BankItem.item_version_id == ItemVersion.id)
                .where(BankItem.bank_version_id == version)
                # Variants stand in the order of their content, so that a seed draws the same on every store.
                .order_by(ItemVersion.content_hash)
            )
            pool = [
                PoolItem(
                    key=row.id,
                    bank=bank,
                    id=row.item,
                    objective=row.objective,
                    group=group_of[row.objective],
                    kind=row.kind,
                    parts=row.parts,
                    difficulty=row.difficulty,
                    seconds=row.seconds,
                    enemies=row.enemies,
                )
                for row in rows
            ]
            # Sorted here and not by the store, whose order of text depends on its locale.
            found[version] = pooled(pool)
        return found

    by_version = _POOLS.among(session, versions, read)
    return {described[version][0]: by_version[version] for version in versions}


def proofs(session: Session, versions: Iterable[int]) -> dict[int, str]:
    """What the keys of items were proven on, by the id of their version, for those that were."""
    rows = session.execute(
        sa.select(BankItem.item_version_id, BankItem.proof).where(
            BankItem.bank_version_id.in_(list(versions)), BankItem.proof.is_not(None)
        )
    )
    return {row.item_version_id: row.proof for row in rows}


def items(session: Session, ids: Iterable[int]) -> dict[int, Question]:
    """What is delivered of items, by the id of their version."""

    def read(missing: list[int]) -> dict[int, Question]:
        rows = session.execute(sa.select(ItemVersion.id, ItemVersion.document).where(ItemVersion.id.in_(missing)))
        return {id: read_question(json.loads(document)) for id, document in rows}

    return _ITEMS.among(session, ids, read)
