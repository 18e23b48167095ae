"""Loading: bringing banks from their folders into the store, where forms are drawn from them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from quiz import __version__, paths
from quiz.domain.banks import bank_folders, bank_name, check_bank, files_of
from quiz.domain.editions import Edition, edition
from quiz.domain.files import hash_regular, printable, yaml_below
from quiz.domain.items import Item
from quiz.domain.proofs.records import MAX_BYTES
from quiz.store import content, pictures
from quiz.store.database import Store, reading, writing


@dataclass(frozen=True)
class Loaded:
    """What became of one bank: `outcome` is loaded, unchanged or refused (its problems say why).

    `held_back` is how many of its code items are not in use, because their key is not proven; `waiting` says which, and
    why.
    """

    bank: str
    outcome: str
    items: int
    problems: int = 0
    held_back: int = 0
    waiting: Mapping[str, str] = field(default_factory=dict)


def load_banks(store: Store, root: Path, now: datetime, allow_unproven: bool = False) -> list[Loaded]:
    """Load every sound bank below a folder; what was loaded before is kept.

    A bank with problems is refused whole and its last loaded version stays in use. Of a sound bank, code items
    without a valid proof are held back, unless `allow_unproven`. Banks are read one after the other, so that memory is
    needed for one of them; files that were loaded already are not read at all.
    """
    return [_load_folder(store, folder, now, allow_unproven) for folder in bank_folders(root)]


def _load_folder(store: Store, folder: Path, now: datetime, allow_unproven: bool) -> Loaded:
    bank, files = bank_name(folder), files_hash(folder, allow_unproven)
    with reading(store) as session:
        items = content.items_loaded(session, bank, files)
    if items is not None:
        return Loaded(bank, "unchanged", items)
    checked = check_bank(folder, f"{folder.parent.name}/{folder.name}")
    if checked.bank is None:
        return Loaded(bank, "refused", 0, len(checked.problems))
    made = edition(checked.bank, allow_unproven)
    changed = _load(store, made, None if made.held_back else files, now)
    return Loaded(bank, "loaded" if changed else "unchanged", made.items, 0, len(made.held_back), made.held_back)


def _load(store: Store, made: Edition, files: str | None, now: datetime) -> bool:
    """Bring an edition into the store and let new assessments draw from it; whether they drew from another before."""
    bank = made.bank
    with writing(store) as session:
        stored = content.bank_version(session, bank.slug, made.content_hash)
        version = {
            "bank": bank.slug,
            "content_hash": made.content_hash,
            "title": bank.title,
            "document": bank.outline.snapshot(),
            "loaded_at": now,
        }
        named = {(one.item.id, one.item.content_hash): one for one in made.drawables}
        items = {name: _columns(bank.slug, one.item) for name, one in named.items()}
        proofs = {name: one.proof for name, one in named.items()}
        pictures.add(session, {digest: picture.data for digest, picture in bank.pictures.items()})
        version_id = stored.id if stored else content.add_version(session, version, items, proofs)
        return content.make_current(session, bank.slug, version_id, files)


def _columns(bank: str, item: Item) -> dict[str, Any]:
    return {
        "bank": bank,
        "item": item.id,
        "content_hash": item.content_hash,
        "kind": item.kind,
        "parts": item.parts,
        "objective": item.objective,
        "difficulty": item.difficulty,
        "seconds": item.seconds,
        "enemies": item.enemies,
        "document": json.dumps(item.question.snapshot(), sort_keys=True, separators=(",", ":"), ensure_ascii=False),
    }


def files_hash(folder: Path, allow_unproven: bool) -> str:
    """SHA-256 over all that decides what is loaded of a bank: its files, and the code that reads them, as hex."""
    whole = hashlib.sha256(f"{_code_hash()}\n{allow_unproven}\n".encode())
    for path in files_of(folder):
        whole.update(f"{printable(path.name)}\n{hash_regular(path, MAX_BYTES)}\n".encode())
    for path in yaml_below(folder):
        whole.update(f"{printable(str(path))}\n".encode())
    return whole.hexdigest()


@cache
def _code_hash() -> str:
    """SHA-256 over the domain's code: another version may see other problems, or store another shape."""
    whole = hashlib.sha256(__version__.encode())
    for path in sorted((paths.PACKAGE / "domain").rglob("*.py")):
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def loaded_as_they_stand(store: Store, root: Path, allow_unproven: bool = False) -> set[str]:
    """The banks below a folder that are in use just as their files stand now, with none of their items held back."""
    files = {bank_name(folder): files_hash(folder, allow_unproven) for folder in bank_folders(root)}
    with reading(store) as session:
        return {bank for bank, stand in files.items() if content.items_loaded(session, bank, stand) is not None}


def loaded_hashes(store: Store) -> dict[str, str]:
    """What new assessments draw from: bank -> content hash of its loaded version."""
    with reading(store) as session:
        return content.loaded_hashes(session)
