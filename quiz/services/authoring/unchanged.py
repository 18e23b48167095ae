"""Remembering that a set of banks was found proven, so that nothing is read again while no byte changes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from quiz import __version__
from quiz.domain.banks import files_of
from quiz.domain.files import hash_regular, printable, yaml_below
from quiz.domain.proofs.records import MAX_BYTES
from quiz.labs.base import Lab
from quiz.labs.cache import root


def fingerprint(folders: Iterable[Path], labs: Mapping[str, Lab]) -> str:
    """SHA-256 over every file of the banks, the labs' harnesses and this version of quiz, as hex."""
    whole = hashlib.sha256(json.dumps([__version__, {name: lab.harness for name, lab in labs.items()}]).encode())
    for folder in folders:
        for path in (*files_of(folder), *yaml_below(folder)):
            name = printable(str(folder.resolve() / path.name))
            whole.update(f"{name}\0{hash_regular(path, MAX_BYTES)}\n".encode())
    return whole.hexdigest()


def summary(mark: str) -> str | None:
    """What was said when these very files were found proven; None where they were not."""
    try:
        return (root() / "proven" / mark).read_text()
    except OSError:
        return None


def remember(mark: str, summary: str) -> None:
    """Keep that these files are proven. A cache that cannot be written costs time and nothing else."""
    try:
        (root() / "proven").mkdir(parents=True, exist_ok=True)
        (root() / "proven" / mark).write_text(summary)
    except OSError:
        return
