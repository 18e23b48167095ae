"""Third-party files that ship with us are what they say they are."""

import hashlib
import json
from pathlib import Path

import pytest

from quiz import paths

PLACES = (paths.STATIC / "vendor", paths.PACKAGE / "services" / "people" / "common_passwords")
FOLDERS = sorted(path.parent for place in PLACES for path in place.glob("*/VENDOR.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_vendored_files_have_a_version_a_licence_and_their_hashes(folder: Path) -> None:
    told = json.loads((folder / "VENDOR.json").read_text())
    assert folder.name == f"{told['name']}-{told['version']}"
    assert told["licence"]
    assert (folder / "LICENSE").read_text().strip()
    assert told["integrity"].startswith(("sha256-", "sha512-"))
    files = {path.name for path in folder.iterdir()} - {"VENDOR.json"}
    assert files - {"LICENSE"} == set(told["files"]) - {"LICENSE"}
    for name, digest in told["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


def test_there_is_something_to_check() -> None:
    assert FOLDERS
