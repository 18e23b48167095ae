"""The catalogue: every bank below a folder, as its files stand now."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from quiz.domain.banks import Bank, BankCheck, bank_folders, bank_name, check_bank, state_of
from quiz.domain.editions import Edition, edition
from quiz.domain.errors import NotFound
from quiz.labs.registry import releases


def check_banks(root: Path) -> list[BankCheck]:
    """Check every bank below a folder, as the files stand now."""
    return [_check(folder, state_of(folder)) for folder in bank_folders(root)]


def check(root: Path, bank: str) -> BankCheck:
    """Check one bank. Raises NotFound."""
    for folder in bank_folders(root):
        if bank_name(folder) == bank:
            return _check(folder, state_of(folder))
    raise NotFound(f"There is no bank {bank!r}.")


def picture(root: Path, digest: str) -> bytes | None:
    """The content of a picture that a bank below a folder shows, by its digest; None where there is none."""
    banks = [check.bank for check in check_banks(root) if check.bank]
    return next((bank.pictures[digest].data for bank in banks if digest in bank.pictures), None)


def state(root: Path) -> tuple[tuple[str, object], ...]:
    """What tells whether any file of any bank below a folder was touched."""
    return tuple((folder.name, state_of(folder)) for folder in bank_folders(root))


def sound_banks(root: Path) -> list[tuple[Path, Bank]]:
    """The banks below a folder that have no problems, each with its own folder."""
    checks = [(folder, _check(folder, state_of(folder))) for folder in bank_folders(root)]
    return [(folder, check.bank) for folder, check in checks if check.bank is not None]


@lru_cache(maxsize=64)
def _check(folder: Path, _state: object) -> BankCheck:
    return check_bank(folder, f"{folder.parent.name}/{folder.name}", releases())


def editions(root: Path, allow_unproven: bool = False, but: Collection[str] = ()) -> dict[str, Edition]:
    """What could be drawn of every sound bank below a folder but these, as the files stand now.

    It takes seconds for a bank of which it was never asked, because every variant of every template is made.
    """
    folders = (folder for folder in bank_folders(root) if bank_name(folder) not in but)
    editions = (_edition(folder, state_of(folder), allow_unproven) for folder in folders)
    return {edition.bank.slug: edition for edition in editions if edition is not None}


@lru_cache(maxsize=64)
def _edition(folder: Path, state: object, allow_unproven: bool) -> Edition | None:
    bank = _check(folder, state).bank
    return edition(bank, allow_unproven) if bank is not None else None
