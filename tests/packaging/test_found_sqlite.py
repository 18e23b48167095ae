"""Where no package bundles SQLite, as on ARM, quiz runs with the one that Python was built with."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.postgres import free_port

WITHOUT = """
import sqlite3, sys

sys.modules["pysqlite3"] = None
sqlite3.sqlite_version, sqlite3.sqlite_version_info = {release!r}, {numbers!r}
"""
"""Run when Python starts: the package cannot be imported, and the SQLite of Python claims to be this release."""


QUIZ = [sys.executable, "-m", "quiz"]


def installation(folder: Path, numbers: tuple[int, int, int]) -> dict[str, str]:
    """The environment variables of an installation on such a machine."""
    (folder / "customs").mkdir()
    release = ".".join(map(str, numbers))
    (folder / "customs" / "sitecustomize.py").write_text(WITHOUT.format(release=release, numbers=numbers))
    variables = os.environ | {"QUIZ_DATA_DIR": str(folder / "data"), "PORT": str(free_port())}
    variables |= {"PYTHONPATH": str(folder / "customs")}
    subprocess.run([*QUIZ, "migrate"], env=variables, cwd=folder, check=True, capture_output=True)
    return variables


@pytest.mark.parametrize(
    ("numbers", "alone"),
    [((3, 51, 2), True), ((3, 51, 3), False)],
    ids=["3.51.2", "3.51.3"],
)
def test_one_worker_is_started_on_an_unsafe_sqlite(tmp_path: Path, numbers: tuple[int, int, int], alone: bool) -> None:
    variables = installation(tmp_path, numbers)
    log = tmp_path / "log"
    with log.open("w") as output:
        server = subprocess.Popen([*QUIZ, "serve"], env=variables, cwd=tmp_path, stdout=output, stderr=output)
    try:
        workers = 1 if alone else min(os.cpu_count() or 1, 4)
        for _ in range(600):
            if log.read_text().count("Ready to serve") >= workers or server.poll() is not None:
                break
            time.sleep(0.05)
        told = log.read_text()
        assert urllib.request.urlopen(f"http://127.0.0.1:{variables['PORT']}/health").read() == b"ok", told
        assert told.count("Ready to serve") == workers, told
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def test_an_unsafe_sqlite_refuses_several_workers(tmp_path: Path) -> None:
    variables = installation(tmp_path, (3, 51, 2)) | {"QUIZ_WORKERS": "2"}
    refused = subprocess.run(
        [*QUIZ, "serve"], env=variables, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60
    )
    assert refused.returncode == 2
    assert "SQLite 3.51.2 can lose writes with several processes" in refused.stderr
