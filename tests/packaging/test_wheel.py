"""The wheel, installed in an empty environment: what users get, and not what stands in the checkout."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.postgres import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "quiz/templates/base.html",
        "quiz/question_banks/oca/bank.yaml",
        "quiz/migrations/env.py",
        "quiz/static/css/quiz.css",
        "quiz/domain/items/ordering/template.html",
        "quiz/domain/items/ordering/style.css",
        "quiz/domain/items/ordering/script.mjs",
        "quiz/domain/items/ordering/skeleton.yaml",
    ):
        assert wanted in names
    assert not [name for name in names if Path(name).name.startswith("test_")]
    assert all(name.startswith(("quiz/", "quiz-")) for name in names)


@pytest.mark.slow
def test_the_wheel_runs_the_main_job_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--no-deps", "--no-compile"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt")], check=True)
    subprocess.run([*pip, str(wheel)], check=True)
    quiz, port = str(python.parent / "quiz"), free_port()
    environment = {"PATH": os.environ["PATH"], "QUIZ_DATA_DIR": str(tmp_path / "data"), "PORT": str(port)}
    checked = subprocess.run(
        [quiz, "banks", "check"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([quiz, "demo"], cwd=tmp_path, env=environment, stdout=log, stderr=log)
    try:
        shown = ""
        for _ in range(1200):  # All the banks are loaded first, on a machine that tests other things meanwhile.
            shown = (tmp_path / "log").read_text()
            if "Ready to serve" in shown or server.poll() is not None:
                break
            time.sleep(0.1)
        for who in ("Candidate", "Recruiter", "Author"):
            assert re.search(rf"^{who}: http://127\.0\.0\.1:{port}/", shown, re.MULTILINE), shown
        link = re.search(r"^Candidate: (\S+)$", shown, re.MULTILINE)
        assert link
        page = urllib.request.urlopen(link.group(1)).read().decode()
        assert "What is assessed" in page
        style = re.search(r'href="(/static/[^"]+quiz\.css)"', page)
        assert style
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}{style.group(1)}").status == 200
        second = subprocess.run(
            [quiz, "demo"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert second.returncode == 2
        assert f"Port {port} on 127.0.0.1 cannot be used" in second.stderr
        assert "Traceback" not in second.stderr
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
