"""The catalogue: every bank below a folder, as its files stand now."""

from functools import lru_cache
from pathlib import Path

from quiz.domain.banks import Bank, BankCheck, bank_folders, check_bank
from quiz.domain.editions import Edition, edition
from quiz.domain.errors import NotFound
from quiz.domain.proofs.records import LOCK


def check_banks(root: Path) -> list[BankCheck]:
    """Check every bank below a folder, as the files stand now."""
    return [_check(folder, _state(folder)) for folder in bank_folders(root)]


def check(root: Path, bank: str) -> BankCheck:
    """Check one bank. Raises NotFound."""
    for folder in bank_folders(root):
        if folder.resolve().name == bank:
            return _check(folder, _state(folder))
    raise NotFound(f"There is no bank {bank!r}.")


def state(root: Path) -> tuple[tuple[str, tuple[tuple[str, int, int], ...]], ...]:
    """What tells whether any file of any bank below a folder was touched."""
    return tuple((folder.name, _state(folder)) for folder in bank_folders(root))


def sound_banks(root: Path) -> list[tuple[Path, Bank]]:
    """The banks below a folder that have no problems, each with its own folder."""
    checks = [(folder, _check(folder, _state(folder))) for folder in bank_folders(root)]
    return [(folder, check.bank) for folder, check in checks if check.bank is not None]


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells whether any file of a folder was touched."""
    return tuple(
        (path.name, (stat := path.stat()).st_mtime_ns, stat.st_size)
        for path in sorted(folder.iterdir())
        if path.suffix in (".yaml", ".yml") or path.name == LOCK
    )


@lru_cache(maxsize=64)
def _check(folder: Path, _state: tuple[tuple[str, int, int], ...]) -> BankCheck:
    return check_bank(folder, f"{folder.parent.name}/{folder.name}")


def editions(root: Path, allow_unproven: bool = False) -> dict[str, Edition]:
    """What could be drawn of every sound bank below a folder, as the files stand now."""
    editions = (_edition(folder, _state(folder), allow_unproven) for folder in bank_folders(root))
    return {edition.bank.slug: edition for edition in editions if edition is not None}


@lru_cache(maxsize=64)
def _edition(folder: Path, state: tuple[tuple[str, int, int], ...], allow_unproven: bool) -> Edition | None:
    bank = _check(folder, state).bank
    return edition(bank, allow_unproven) if bank is not None else None
