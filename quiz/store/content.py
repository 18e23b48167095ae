"""Banks and items as they were loaded: immutable versions, known by the hash of their content."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from quiz.domain.items import Question
from quiz.domain.outlines import Outline
from quiz.domain.pools import PoolItem, pool
from quiz.domain.snapshots.outlines import read_outline
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
    """What the bank measures: a snapshot of its outline."""
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
    files_hash: Mapped[str | None] = mapped_column(sa.String(64))
    """SHA-256 over the files it was read from and the code that read them, where all of the bank is in use."""


_ITEMS: Remembered[int, Question] = Remembered(10_000)
_POOLS: Remembered[int, tuple[PoolItem, ...]] = Remembered(50)
_OUTLINES: Remembered[int, tuple[str, Outline]] = Remembered(50)


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


def loaded_hashes(session: Session) -> dict[str, str]:
    """What new assessments draw from: bank -> content hash of its loaded version."""
    rows = session.execute(
        sa.select(BankVersion.bank, BankVersion.content_hash).join(
            CurrentBank, CurrentBank.bank_version_id == BankVersion.id
        )
    )
    return {row.bank: row.content_hash for row in rows}


def add_version(
    session: Session,
    version: dict[str, Any],
    items: Mapping[tuple[str, str], dict[str, Any]],
    proofs: Mapping[tuple[str, str], str | None],
) -> int:
    """Store a version of a bank (its columns), with those of its items that are not stored yet; its id.

    `items` holds the columns of every item's version by (item, content hash), `proofs` what its key was proven on.
    """
    bank = version["bank"]
    version_id = session.execute(sa.insert(BankVersion).returning(BankVersion.id), version).scalar_one()
    known = item_ids(session, bank)
    if fresh := [columns for name, columns in items.items() if name not in known]:
        session.execute(sa.insert(ItemVersion), fresh)
        known = item_ids(session, bank)
    if items:
        session.execute(
            sa.insert(BankItem),
            [{"bank_version_id": version_id, "item_version_id": known[name], "proof": proofs[name]} for name in items],
        )
    return version_id


def make_current(session: Session, bank: str, version_id: int, files_hash: str | None) -> bool:
    """Let new assessments draw from this version of a bank; whether they drew from another before."""
    current = session.get(CurrentBank, bank)
    if current is None:
        session.add(CurrentBank(bank=bank, bank_version_id=version_id, files_hash=files_hash))
        return True
    changed = current.bank_version_id != version_id
    current.bank_version_id, current.files_hash = version_id, files_hash
    return changed


def items_loaded(session: Session, bank: str, files_hash: str) -> int | None:
    """How many items the current version of a bank has, if it was read from these very files; None where it was not."""
    return session.scalar(
        sa.select(sa.func.count(sa.distinct(ItemVersion.item)))
        .select_from(CurrentBank)
        .join(BankItem, BankItem.bank_version_id == CurrentBank.bank_version_id)
        .join(ItemVersion, ItemVersion.id == BankItem.item_version_id)
        .where(CurrentBank.bank == bank, CurrentBank.files_hash == files_hash)
        .having(sa.func.count() > 0)
    )


def practice_items(session: Session) -> dict[str, int]:
    """What candidates practise on: kind -> the version of one item of that kind."""
    current = list(current_banks(session).values())
    practice = [version for version, (_, outline) in outlines(session, current).items() if outline.practice]
    return {item.kind: item.key for pool in pools(session, practice).values() for item in pool}


def current_banks(session: Session) -> dict[str, int]:
    """The current version of every bank: name -> id of the version."""
    rows = session.execute(sa.select(CurrentBank.bank, CurrentBank.bank_version_id).order_by(CurrentBank.bank))
    return {row.bank: row.bank_version_id for row in rows}


def outlines(session: Session, versions: Iterable[int]) -> dict[int, tuple[str, Outline]]:
    """What versions of banks measure: id -> (bank, outline)."""

    def read(missing: list[int]) -> dict[int, tuple[str, Outline]]:
        rows = session.execute(
            sa.select(BankVersion.id, BankVersion.bank, BankVersion.document).where(BankVersion.id.in_(missing))
        )
        return {id: (bank, read_outline(document)) for id, bank, document in rows}

    return _OUTLINES.among(session, versions, read)


def pools(session: Session, versions: Sequence[int]) -> dict[str, tuple[PoolItem, ...]]:
    """What forms can be drawn from: bank -> its items in this version, by name."""
    described = outlines(session, versions)

    def read(missing: list[int]) -> dict[int, tuple[PoolItem, ...]]:
        found: dict[int, tuple[PoolItem, ...]] = {}
        for version in missing:
            rows = session.execute(
                sa.select(
                    ItemVersion.id.label("key"),
                    ItemVersion.item.label("id"),
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
            found[version] = pool(*described[version], ((row.key, row) for row in rows))
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
