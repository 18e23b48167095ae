"""The folders of banks: which there are, and which of their files are read."""

from pathlib import Path

from quiz.domain.banks.illustrations import FOLDER, NAME
from quiz.domain.files import is_yaml, names_in, printable, stamp, yaml_below
from quiz.domain.proofs import records
from quiz.domain.requirements import reading as requirements


def bank_folders(root: Path) -> list[Path]:
    """The folders of `root` that hold YAML and so should be banks, or `root` itself if it is one."""
    if (root / "bank.yaml").is_file():
        return [root]
    try:
        folders = [root / name for name in names_in(root)]
        return [
            folder
            for folder in folders
            if folder.name != requirements.FOLDER and folder.is_dir() and _holds_yaml(folder)
        ]
    except OSError:
        return []


def _holds_yaml(folder: Path) -> bool:
    """Whether a folder should be a bank: it holds YAML, be it too deep, or nobody may look."""
    try:
        return any(map(is_yaml, names_in(folder))) or next(yaml_below(folder), None) is not None
    except FileNotFoundError:
        return False
    except OSError:
        return True


def bank_name(folder: Path) -> str:
    """What a bank is called: as its folder."""
    return printable(folder.resolve().name)


def files_of(folder: Path) -> list[Path]:
    """What is read of a bank's folder, in order: YAML, records and pictures; nothing where nobody may look."""
    try:
        names = names_in(folder)
    except OSError:
        return []
    read = [folder / name for name in names if is_yaml(name) or name == records.LOCK]
    return read + _pictures_of(folder)


def _pictures_of(folder: Path) -> list[Path]:
    try:
        return [folder / FOLDER / name for name in names_in(folder / FOLDER) if NAME.fullmatch(name)]
    except OSError:
        return []


def state_of(folder: Path) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What tells whether anything that is read of a bank, or should be, was touched."""
    return tuple((str(path.relative_to(folder)), stamp(path)) for path in (*files_of(folder), *yaml_below(folder)))
