"""What a change to a bank touched, as git tells it: whose proofs a reviewer cannot take from the lock."""

import subprocess
import tempfile
from pathlib import Path

from quiz.domain.banks import Bank, check_bank
from quiz.domain.items import Item
from quiz.domain.proofs.records import LOCK


class NoHistory(ValueError):
    """The folder is not in a git repository, or the repository has no such revision; the message says which."""


def touched(folder: Path, bank: Bank, revision: str) -> frozenset[str]:
    """The items of a bank that are not what they were at a revision, by id. Raises NoHistory.

    Those are the items that are new, were changed, or whose record was: lines of a lock are as easily edited as any.
    All are touched where `bank.yaml` was, or any file that is neither one of items nor the lock, or where the bank as
    it was then cannot be read.
    """
    every = frozenset(item.id for item in bank.items)
    before = _files(folder, revision)
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    now = {str(path): (folder / path).read_bytes() for path in paths if _visible(path)}
    if _shared(before) != _shared(now):
        return every
    with tempfile.TemporaryDirectory() as made:
        earlier = Path(made, folder.resolve().name)
        earlier.mkdir()
        for name, content in before.items():
            if "/" not in name:
                (earlier / name).write_bytes(content)
        then = check_bank(earlier, bank.slug).bank if (earlier / "bank.yaml").is_file() else None
    if then is None:
        return every
    known = {item.id: item for item in then.items}
    return frozenset(item.id for item in bank.items if not _same(item, bank, known.get(item.id), then))


def _same(item: Item, bank: Bank, earlier: Item | None, then: Bank) -> bool:
    return (
        item == earlier
        and bank.templates.get(item.id) == then.templates.get(item.id)
        and bank.tables.get(item.id) == then.tables.get(item.id)
        and bank.records.get(item.id) == then.records.get(item.id)
    )


def _shared(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files of a bank that concern all of its items, by their paths within it."""
    return {
        name: content
        for name, content in files.items()
        if name == "bank.yaml" or not (name == LOCK or ("/" not in name and name.endswith((".yaml", ".yml"))))
    }


def _visible(path: Path) -> bool:
    """Whether a path within a bank's folder is the bank's and not a tool's."""
    return not any(part.startswith(".") for part in path.parts)


def _files(folder: Path, revision: str) -> dict[str, bytes]:
    """The files of a folder at a revision, by their paths within it. Raises NoHistory."""
    # Resolved first: what begins with a hyphen would be an option, and a folder that was not there is no error.
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        if _git(folder, "rev-parse", "--git-dir") is None:
            raise NoHistory(f"{folder} is not in a git repository")
        raise NoHistory(f"there is no revision `{revision}` here; in continuous integration, fetch the whole history")
    listed = _git(folder, "ls-tree", "-r", "-z", commit.decode().strip(), "./") or b""
    found = {}
    for entry in filter(None, listed.split(b"\0")):
        facts, _, name = entry.partition(b"\t")
        mode, _, mark = facts.split()
        path = name.decode("utf-8", "surrogateescape")
        if mode.startswith(b"100") and _visible(Path(path)):
            content = _git(folder, "cat-file", "blob", mark.decode())
            if content is not None:
                found[path] = content
    return found


def _git(folder: Path, *words: str) -> bytes | None:
    """What git says in a folder; None where it refuses. Raises NoHistory where there is no git."""
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607 - fixed words
    except FileNotFoundError as error:
        raise NoHistory("git is not installed") from error
    return None if done.returncode else done.stdout
