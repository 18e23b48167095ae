"""Where the folders that are not Python are: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


TEMPLATES = _folder("templates")
QUESTION_BANKS = _folder("question_banks")
MIGRATIONS = _folder("migrations")
STATIC = PACKAGE / "static"
