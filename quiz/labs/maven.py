"""Java libraries for labs: named and pinned by hash in `pins/`, brought by Maven, kept in the cache.

A new version: change `wanted` in the file, run `python -m quiz.labs.maven NAME`, review the hashes that it writes.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quiz.labs import cache
from quiz.labs.base import LabFailed, LabMissing

_PINS = Path(__file__).parent / "pins"
_MINUTES = 20


def jars(name: str) -> list[Path]:
    """The jars of a set of libraries. Raises LabMissing where they have not been fetched."""
    folder = _folder(name)
    if not folder.is_dir():
        raise LabMissing(f"its libraries are not here; run: quiz labs fetch {name.partition('-')[0]}")
    return sorted(folder.glob("*.jar"))


def version(name: str, library: str) -> str:
    """The version of one of a set's libraries, by the beginning of its file's name."""
    file = next(
        file for file in _pins(name)["jars"] if file.startswith(f"{library}-") and file[len(library) + 1].isdigit()
    )
    return str(file.removeprefix(f"{library}-").removesuffix(".jar"))


def fetch(name: str) -> Iterator[str]:
    """Bring a set of libraries into the cache, unless it is there. Raises LabMissing and LabFailed."""
    folder, pinned = _folder(name), _pins(name)["jars"]
    if folder.is_dir():
        yield f"{len(pinned)} libraries are here"
        return
    yield f"fetching {len(pinned)} libraries"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        brought = _bring(name, Path(made))
        if wrong := sorted(brought.items() ^ pinned.items()):
            raise LabFailed(f"{wrong[0][0]} is not the file that is pinned")
        try:
            Path(made, "jars").rename(folder)
        except OSError:
            # Somebody else was faster; theirs is the same.
            if not folder.is_dir():
                raise
    yield "all have the pinned hashes"


def pin(name: str) -> None:
    """Bring what is wanted, whatever it is, and write down its hashes."""
    with tempfile.TemporaryDirectory() as made:
        pins = _pins(name) | {"jars": _bring(name, Path(made))}
    (_PINS / f"{name}.json").write_text(json.dumps(pins, indent=2) + "\n")


def _pins(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_PINS / f"{name}.json").read_text())
    return found


def _folder(name: str) -> Path:
    """Named by the pins, so that another version never meets an old folder."""
    mark = hashlib.sha256((_PINS / f"{name}.json").read_bytes()).hexdigest()[:12]
    return cache.folder(name) / mark


def _bring(name: str, folder: Path) -> dict[str, str]:
    """Let Maven copy everything that is wanted into `jars` in a folder; file -> SHA-256."""
    if shutil.which("mvn") is None:
        raise LabMissing("install Maven: apt install maven")
    (folder / "pom.xml").write_text(_project(_pins(name)["wanted"]))
    command = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={folder / 'jars'}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=_MINUTES * 60)
    if done.returncode:
        raise LabFailed(f"Maven failed: {(done.stdout or done.stderr).strip()[:300]}")
    return {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in sorted((folder / "jars").glob("*.jar"))}


def _project(wanted: dict[str, Any]) -> str:
    """A project that depends on what is wanted: `bom`, `libraries` and `without`, as `group:artifact[:version]`."""
    without = "".join(f"<exclusion>{_coordinates(one)}</exclusion>" for one in wanted.get("without", ()))
    exclusions = f"<exclusions>{without}</exclusions>" if without else ""
    libraries = "".join(f"<dependency>{_coordinates(one)}{exclusions}</dependency>" for one in wanted["libraries"])
    managed = ""
    if "bom" in wanted:
        bom = f"{_coordinates(wanted['bom'])}<type>pom</type><scope>import</scope>"
        managed = (
            f"<dependencyManagement><dependencies><dependency>{bom}</dependency></dependencies></dependencyManagement>"
        )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>quiz</groupId><artifactId>lab</artifactId><version>1</version>"
        f"{managed}<dependencies>{libraries}</dependencies></project>"
    )


def _coordinates(one: str) -> str:
    names = ("groupId", "artifactId", "version")
    return "".join(f"<{name}>{value}</{name}>" for name, value in zip(names, one.split(":"), strict=False))


if __name__ == "__main__":
    pin(sys.argv[1])
