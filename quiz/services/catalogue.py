"""The catalogue: loading banks from their folders, and showing authors what is there."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from quiz.domain.banks import Bank, BankFile, Checked, bank_folders, check_bank
from quiz.domain.editions import Edition, edition
from quiz.domain.errors import NotFound
from quiz.domain.items import Answer, Fields, Item, PublicItem, Question
from quiz.domain.proofs.records import LOCK
from quiz.store import content
from quiz.store.content import BankItem, BankVersion, CurrentBank, ItemVersion

PRACTICE = "practice"
"""The bank that candidates practise on."""


@dataclass(frozen=True)
class Loaded:
    """What became of one bank: `outcome` is loaded, unchanged or refused (its problems say why).

    `held_back` is how many of its code items are not in use, because their key is not proven.
    """

    bank: str
    outcome: str
    items: int
    problems: int
    held_back: int = 0


def check_banks(root: Path) -> list[Checked]:
    """Check every bank below a folder, as the files stand now."""
    return [_checked(folder, _state(folder)) for folder in bank_folders(root)]


def check(root: Path, bank: str) -> Checked:
    """Check one bank. Raises NotFound."""
    for folder in bank_folders(root):
        if folder.resolve().name == bank:
            return _checked(folder, _state(folder))
    raise NotFound(f"There is no bank {bank!r}.")


def state(root: Path) -> tuple[tuple[str, tuple[tuple[str, int, int], ...]], ...]:
    """What tells whether any file of any bank below a folder was touched."""
    return tuple((folder.name, _state(folder)) for folder in bank_folders(root))


def sound_banks(root: Path) -> list[tuple[Path, Bank]]:
    """The banks below a folder that have no problems, each with its own folder."""
    checked = [(folder, _checked(folder, _state(folder))) for folder in bank_folders(root)]
    return [(folder, one.bank) for folder, one in checked if one.bank is not None]


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells whether any file of a folder was touched."""
    return tuple(
        (path.name, (stat := path.stat()).st_mtime_ns, stat.st_size)
        for path in sorted(folder.iterdir())
        if path.suffix in (".yaml", ".yml") or path.name == LOCK
    )


@lru_cache(maxsize=64)
def _checked(folder: Path, _state: tuple[tuple[str, int, int], ...]) -> Checked:
    return check_bank(folder, f"{folder.parent.name}/{folder.name}")


def editions(root: Path, allow_unproven: bool = False) -> dict[str, Edition]:
    """What could be drawn of every sound bank below a folder, as the files stand now."""
    found = (_edition(folder, _state(folder), allow_unproven) for folder in bank_folders(root))
    return {made.bank.slug: made for made in found if made is not None}


@lru_cache(maxsize=64)
def _edition(folder: Path, state: tuple[tuple[str, int, int], ...], allow_unproven: bool) -> Edition | None:
    bank = _checked(folder, state).bank
    return edition(bank, allow_unproven) if bank is not None else None


def load_banks(session: Session, root: Path, now: datetime, allow_unproven: bool = False) -> list[Loaded]:
    """Load every sound bank below a folder; unchanged ones cost nothing, and what was loaded before is kept.

    A bank with problems is refused whole and its last loaded version stays in use. Of a sound bank, code items
    without a valid proof are held back, unless `allow_unproven`.
    """
    made = editions(root, allow_unproven)
    outcomes = []
    for checked in check_banks(root):
        if checked.slug not in made:
            outcomes.append(Loaded(checked.slug, "refused", 0, len(checked.problems)))
        else:
            one = made[checked.slug]
            outcomes.append(Loaded(one.bank.slug, _load(session, one, now), one.items, 0, len(one.held_back)))
    session.commit()
    return outcomes


def _load(session: Session, made: Edition, now: datetime) -> str:
    bank = made.bank
    version = content.bank_version(session, bank.slug, made.content_hash)
    if version is None:
        version = BankVersion(
            bank=bank.slug,
            content_hash=made.content_hash,
            title=bank.title,
            document=bank.file.model_dump(mode="json"),
            loaded_at=now,
        )
        session.add(version)
        known = content.item_ids(session, bank.slug)
        fresh = [one.item for one in made.drawables if (one.item.id, one.item.content_hash) not in known]
        if fresh:
            session.execute(sa.insert(ItemVersion), [_row(bank.slug, item) for item in fresh])
            known = content.item_ids(session, bank.slug)
        session.flush()  # The links need the version's id.
        links = [
            {
                "bank_version_id": version.id,
                "item_version_id": known[one.item.id, one.item.content_hash],
                "proof": one.proof,
            }
            for one in made.drawables
        ]
        if links:
            session.execute(sa.insert(BankItem), links)
    current = session.get(CurrentBank, bank.slug)
    if current is not None and current.bank_version_id == version.id:
        return "unchanged"
    if current is None:
        session.add(CurrentBank(bank=bank.slug, bank_version_id=version.id))
    else:
        current.bank_version_id = version.id
    return "loaded"


def _row(bank: str, item: Item) -> dict[str, object]:
    return {
        "bank": bank,
        "item": item.id,
        "content_hash": item.content_hash,
        "kind": item.kind,
        "parts": item.question.parts,
        "objective": item.objective,
        "difficulty": item.difficulty,
        "seconds": item.seconds,
        "enemies": item.enemies,
        "document": json.dumps(item.question.snapshot(), sort_keys=True, separators=(",", ":"), ensure_ascii=False),
    }


def loaded_hashes(session: Session) -> dict[str, str]:
    """What new assessments draw from: bank -> content hash of its loaded version."""
    rows = session.execute(
        sa.select(BankVersion.bank, BankVersion.content_hash).join(
            CurrentBank, CurrentBank.bank_version_id == BankVersion.id
        )
    )
    return {row.bank: row.content_hash for row in rows}


@dataclass(frozen=True)
class Offer:
    """A bank that assessments can draw from, and how many items it has per group and per objective."""

    bank: str
    file: BankFile
    items: int
    per: dict[str, int]


def offers(session: Session) -> list[Offer]:
    """The banks that assessments can draw from, as they are loaded now."""
    current = content.current_banks(session)
    files = content.files(session, current.values())
    pools = content.pools(session, list(current.values()))
    found = []
    for bank, version in current.items():
        file, pool = files[version][1], pools[bank]
        if file.practice:
            continue
        per: dict[str, int] = {}
        for item in pool:
            for id in (item.group, item.objective):
                per[id] = per.get(id, 0) + 1
        found.append(Offer(bank, file, len(pool), per))
    return found


def practice_items(session: Session, kinds: Iterable[str]) -> list[PublicItem]:
    """One practice question for each of these kinds that the practice bank has, as candidates see it."""
    version = content.current_banks(session).get(PRACTICE)
    if version is None:
        return []
    wanted = list(kinds)
    of_kind = {item.kind: item.key for item in content.pools(session, [version])[PRACTICE]}
    items = content.items(session, of_kind.values())
    return [as_written(items[of_kind[kind]]) for kind in wanted if kind in of_kind]


def practise(session: Session, kind: str, fields: Fields) -> Answer | None:
    """Read an answer to the practice question of a kind. Raises InvalidAnswer."""
    version = content.current_banks(session)[PRACTICE]
    key = next(item.key for item in reversed(content.pools(session, [version])[PRACTICE]) if item.kind == kind)
    item = content.items(session, [key])[key]
    return item.read(fields, turned(item))


def as_written(question: Question) -> PublicItem:
    """What candidates see of a question, its choices turned by one place from the order of the file."""
    return question.public(turned(question))


def turned(item: Question) -> tuple[int, ...]:
    """An arrangement that is the same for everybody and not the order of the file."""
    return tuple((n + 1) % item.parts for n in range(item.parts))
