"""The spark lab: Spark 3.5 on this machine alone, for programs in Python or Scala.

A program has `spark` and `sc`; Scala has the imports of the Spark shell too. What it names `result` at its end, if that
is a data frame, gives the rows. The conditions differ in the number of partitions, locale and time zone.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from quiz.labs import cache as kept
from quiz.labs import interpreter
from quiz.labs.base import OUTPUT, Condition, Lab, LabFailed, LabMissing, Worker
from quiz.labs.workers import Harness, harness_worker

_PINS = Path(__file__).parent / "pins" / "spark.txt"
_SECONDS = 15.0
"""Seconds for one run: jobs take a while to be planned, and the harness has less than 20 in all."""
_START = 240.0
"""Seconds that Spark and its Scala compiler may take to be ready, on a busy machine."""
_MEMORY = 3 * 1024 * 1024 * 1024
_PROCESSES = 1024


class SparkLab(Lab):
    """Spark as its shells run it, on one machine."""

    name = "spark"
    languages = frozenset({"python", "scala"})
    releases = ("python", "scala")
    harness = 1
    variants = 20
    most_workers = 1
    fetches = "Spark 3.5 (about 320 MB)"

    def environment(self, release: str) -> str:
        return _environment(release)

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        _environment(release)
        with harness_worker(partial(_start_harness, release)) as worker:
            yield worker

    def fetch(self) -> Iterator[str]:
        """Install the pinned packages, each checked against its hash, into the cache."""
        folder = _folder()
        if folder.is_dir():
            yield "Spark is here"
            return
        yield "fetching Spark; this takes some minutes"
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            _install(Path(made, "packages"))
            try:
                Path(made, "packages").rename(folder)
            except OSError:
                # Somebody else was faster; theirs is the same.
                if not folder.is_dir():
                    raise
        yield "all packages have the pinned hashes"


def _install(folder: Path) -> None:
    """Have pip install the pinned packages into a folder. Raises LabFailed."""
    words = ["install", "--quiet", "--no-deps", "--no-compile", "--require-hashes", "--requirement", str(_PINS)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *words, "--target", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LabFailed(f"pip could not install Spark: {done.stderr.strip()[-500:]}")


def _pinned_version() -> str:
    """The version of Spark that the pins name."""
    found = re.search(r"^pyspark==(\S+)", _PINS.read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def _folder() -> Path:
    return kept.folder(f"spark-{_pinned_version()}")


def _start_harness(release: str, condition: Condition) -> Harness:
    folder = _folder()
    language, _, country = condition.locale.partition("_")
    # Programs run for a moment: an optimising compiler and a parallel collector would cost more than they save.
    options = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC "
    options += f"-Duser.language={language} -Duser.country={country} -Duser.timezone={condition.time_zone}"
    process = interpreter.start(
        "spark",
        condition,
        arguments=(release, str(condition.processors), str(_SECONDS), str(OUTPUT), options),
        search=[folder],
        environment={
            "SPARK_HOME": str(folder / "pyspark"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_USER": "spark",
            "HADOOP_USER_NAME": "spark",
            "PYSPARK_PYTHON": str(interpreter.program()),
        },
        processes=_PROCESSES,
    )
    return Harness(process, _MEMORY, _START)


@cache
def _environment(release: str) -> str:
    if shutil.which("java") is None:
        raise LabMissing("Install a JDK 17: apt install openjdk-17-jdk-headless")
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'"(\d+)([^"]*)"', said)
    if version is None or version[1] not in ("8", "11", "17"):
        raise LabMissing("Spark 3.5 runs on Java 8, 11 or 17: apt install openjdk-17-jdk-headless")
    if not _folder().is_dir():
        raise LabMissing("Spark is not here; run: quiz labs fetch spark")
    language = "Scala 2.12" if release == "scala" else f"Python {'.'.join(map(str, sys.version_info[:3]))}"
    return f"Spark {_pinned_version()}, {language}, Java {version[1]}{version[2]}"
