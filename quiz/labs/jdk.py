"""The JDKs of this machine, and the harness that runs on them."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from quiz.labs import cache as store
from quiz.labs.base import LabFailed, LabMissing

SOURCES = Path(__file__).parent / "harness" / "java"
_KEPT = Path("/usr/lib/jvm")


@dataclass(frozen=True)
class Jdk:
    """A Java development kit: where it is, and its version."""

    home: Path
    version: str

    @property
    def feature(self) -> int:
        """The number that releases are named by: 17 of 17.0.15, 8 of 1.8.0."""
        first, _, rest = self.version.partition(".")
        return int(rest.partition(".")[0]) if first == "1" else int(re.match(r"\d+", first)[0])  # type: ignore[index]

    def tool(self, name: str) -> str:
        return str(self.home / "bin" / name)

    @property
    def folders(self) -> list[Path]:
        """What a program has to see of the file system to run on it."""
        return [] if self.home.is_relative_to("/usr") else [self.home]


@cache
def jdks() -> tuple[Jdk, ...]:
    """Every JDK on this machine with a compiler, the oldest first."""
    homes = {Path(home) for home in [os.environ.get("JAVA_HOME")] if home}
    if javac := shutil.which("javac"):
        homes.add(Path(javac).resolve().parent.parent)
    homes.update(_KEPT.iterdir() if _KEPT.is_dir() else ())
    found: dict[str, Jdk] = {}
    for home in sorted({home.resolve() for home in homes}):
        release = home / "release"
        text = release.read_text() if (home / "bin" / "javac").exists() and release.is_file() else ""
        if told := re.search(r'^JAVA_VERSION="([^"]+)"', text, re.MULTILINE):
            found.setdefault(told[1], Jdk(home, told[1]))
    return tuple(sorted((jdk for jdk in found.values() if jdk.feature >= 11), key=lambda jdk: jdk.feature))


def jdk_for(release: int) -> Jdk:
    """The oldest JDK that compiles for a release. Raises LabMissing."""
    for jdk in jdks():
        if jdk.feature >= release:
            return jdk
    raise LabMissing(f"install JDK {max(release, 17)} or newer: apt install openjdk-{max(release, 17)}-jdk-headless")


def environment(jdk: Jdk, release: int) -> str:
    """What a program is compiled and run with, in words."""
    return f"JDK {jdk.version}" + ("" if jdk.feature == release else f", --release {release}")


def harness(jdk: Jdk, folders: Sequence[Path] = (SOURCES,), jars: Sequence[Path] = ()) -> Path:
    """The folder of the compiled harness; it is compiled when its sources or the JDK are new. Raises LabFailed."""
    files = [file for folder in folders for file in sorted(folder.rglob("*.java"))]
    mark = hashlib.sha256(jdk.version.encode())
    for file in files:
        mark.update(file.read_bytes())
    folder = store.folder("java") / mark.hexdigest()[:16]
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        # Texts are joined as before Java 9: the other way costs a virtual machine a while when it starts.
        command = [
            jdk.tool("javac"),
            "--release",
            "11",
            "-nowarn",
            "-proc:none",
            "-XDstringConcat=inline",
            "-d",
            f"{made}/classes",
        ]
        command += ["-cp", ":".join(map(str, jars))] * bool(jars)
        done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabFailed(f"the harness does not compile: {done.stderr[:500]}")
        try:
            Path(made, "classes").rename(folder)
        except OSError:
            # Somebody else was faster; theirs is the same.
            if not folder.is_dir():
                raise
    return folder
