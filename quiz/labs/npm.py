"""JavaScript packages for labs: pinned with integrity by a lock file in `pins/`, brought by npm, kept in the cache."""

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quiz.labs import cache
from quiz.labs.base import LabFailed, LabMissing

_PINS = Path(__file__).parent / "pins"
_LOCK = "package-lock.json"
_MINUTES = 10


def packages(name: str) -> Path:
    """The folder that holds `node_modules`. Raises LabMissing where it has not been fetched."""
    folder = _folder(name)
    if not folder.is_dir():
        raise LabMissing("its packages are not here; run: quiz labs fetch")
    return folder


def version(name: str, package: str) -> str:
    """The pinned version of a package."""
    lock: dict[str, Any] = json.loads((_PINS / name / _LOCK).read_text())
    return str(lock["packages"][f"node_modules/{package}"]["version"])


def fetch(name: str) -> Iterator[str]:
    """Bring a set of packages into the cache, unless it is there. Raises LabMissing and LabFailed."""
    folder = _folder(name)
    if folder.is_dir():
        yield "the packages are here"
        return
    if shutil.which("npm") is None:
        raise LabMissing("install npm: apt install npm")
    yield "fetching the packages"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        # A folder in the temporary one, which nobody else may enter: the sandbox has to.
        brought = Path(made, "packages")
        shutil.copytree(_PINS / name, brought)
        # Packages are unpacked and nothing of them is run; npm refuses what lacks its integrity.
        command = ["npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=brought, capture_output=True, text=True, check=False, timeout=_MINUTES * 60)
        if done.returncode:
            raise LabFailed(f"npm failed: {done.stderr.strip()[:300]}")
        try:
            brought.rename(folder)
        except OSError:
            # Somebody else was faster; theirs is the same.
            if not folder.is_dir():
                raise
    yield "all have the pinned integrity"


def _folder(name: str) -> Path:
    """Named by the pins, so that another version never meets an old folder."""
    mark = hashlib.sha256((_PINS / name / _LOCK).read_bytes()).hexdigest()[:12]
    return cache.folder(name) / mark
