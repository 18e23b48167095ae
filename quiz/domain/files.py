"""Files that authors bring: only regular ones are opened, and none outside the folder that it is in.

A folder of banks is served while people work in it, so anything can be in there at any moment: links to anywhere,
devices, pipes, folders that are named like files, what an editor has put there for a second.
"""

import errno
import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

ENDINGS = (".yaml", ".yml")
_DEEPEST = 4
"""How deep below a folder to look for YAML that was put where nobody reads it."""


class Refused(OSError):
    """A file that is not read: why, its problem's `code`, and what to do as `fix`."""

    def __init__(self, code: str, reason: str, fix: str) -> None:
        super().__init__(None, reason)
        self.code = code
        self.fix = fix


def read_regular(path: Path, most: int) -> bytes:
    """The content of a regular file in its own folder. Raises OSError; Refused where it is not one, or is too large."""
    descriptor = _open(path)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise _no_file("it is a folder" if stat.S_ISDIR(mode) else "it is not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        return _bounded(file, most)


def read_any(path: Path, most: int) -> bytes:
    """The content of whatever somebody names at the command line, such as a pipe. Raises OSError."""
    with path.open("rb") as file:
        return _bounded(file, most)


def _bounded(file: BinaryIO, most: int) -> bytes:
    size = os.fstat(file.fileno()).st_size
    # What has no size, or grows while it is read, has its limit too.
    data = file.read(most + 1) if size <= most else b""
    if max(size, len(data)) > most:
        reason = f"it has {max(size, len(data)):,} bytes; {most:,} is the limit"
        raise Refused("too-large", reason, "split it into several item files")
    return data


def _open(path: Path) -> int:
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(path.parent.resolve()):
            raise Refused("link", "it is a link that leads out of its folder", "put the file itself there")
        # Without waiting, for a pipe may never have a writer; and without following what has become a link since.
        return os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except RuntimeError as error:  # How Python before 3.13 says that links go round in circles.
        raise Refused("link", "it is a link that leads to itself", "delete it") from error
    except FileNotFoundError:
        if path.is_symlink():
            raise Refused("link", "it is a link that leads nowhere", "delete it") from None
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Refused("link", "it is a link that leads to itself", "delete it") from error
        if error.errno == errno.ENXIO:  # What opening a socket gives.
            raise _no_file("it is not a regular file") from error
        raise


def _no_file(reason: str) -> Refused:
    return Refused("unreadable", reason, "delete it, or put a file there")


def names_in(folder: Path) -> list[str]:
    """The names in a folder that do not begin with a dot, in order. Raises OSError."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def stamp(path: Path) -> tuple[int, ...]:
    """What tells whether a file was touched; empty where it has vanished."""
    try:
        facts = path.stat() if path.exists() else path.lstat()
    except OSError:
        return ()
    return facts.st_mode, facts.st_ino, facts.st_size, facts.st_mtime_ns


def is_yaml(name: str) -> bool:
    return name.lower().endswith(ENDINGS) and not name.startswith(".")


def yaml_below(folder: Path, deep: int = _DEEPEST) -> Iterator[Path]:
    """The YAML in the sub-folders of a folder, links not followed; as far down as people put things by mistake."""
    try:
        with os.scandir(folder) as entries:
            inner = sorted(
                entry.name
                for entry in entries
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            )
    except OSError:
        return
    for name in inner:
        below = folder / name
        try:
            yield from (below / one for one in names_in(below) if is_yaml(one))
        except OSError:
            continue
        if deep > 1:
            yield from yaml_below(below, deep - 1)


def hash_regular(path: Path, most: int) -> str:
    """SHA-256 of a file's content, as hex; of nothing, where it is not read."""
    try:
        return hashlib.sha256(read_regular(path, most)).hexdigest()
    except OSError:
        return ""


def printable(name: str) -> str:
    """A file's name as it can be shown: whatever is not a visible character is spelled out."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c == " " or unicodedata.category(c)[0] not in "CZ" else f"\\u{ord(c):04x}" for c in text)
