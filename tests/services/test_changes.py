"""What a change touched: items, their records, whatever they share; told from git."""

import subprocess
from pathlib import Path

import pytest

from quiz.domain.banks import Bank, check_bank
from quiz.domain.proofs.records import LOCK
from quiz.services.authoring import proving
from quiz.services.authoring.bench import Bench
from quiz.services.authoring.changes import NoHistory, touched
from tests.services.test_proving import TEMPLATE, Made, bank, item

HEAD = "objective: demo.1.1\nitems:\n"


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def now(folder: Path) -> Bank:
    read = check_bank(folder, "demo").bank
    assert read
    return read


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A proven bank under version control."""
    made = bank(tmp_path, item("one"), item("two", "2 + 2", "4", "22"), TEMPLATE)
    folder = tmp_path / "demo"
    with Bench({"made": Made()}) as bench:
        proving.write(folder, proving.prove(made, bench))
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    return folder


def test_nothing_is_touched_where_nothing_changed(demo: Path) -> None:
    assert touched(demo, now(demo), "HEAD") == frozenset()


@pytest.mark.parametrize(
    ("file", "old", "new", "items"),
    [
        ("a.yaml", "print(2 + 2)", "print(1 + 3)", {"two"}),
        ("a.yaml", "It does not join", "It never joins", {"one", "two"}),
        ("a.yaml", "b: {integers: [10, 99]}", "b: {integers: [10, 98]}", {"many"}),
        ("a.yaml", "- id: two", "- id: new", {"new"}),
        (LOCK, '"printed": "4"', '"printed": "22"', {"two"}),
        (LOCK, '"variants": [1, ', '"variants": [', {"many"}),
        ("bank.yaml", "For tests.", "For other tests.", {"one", "two", "many"}),
        ("code/Shared.java", "", "class Shared { }", {"one", "two", "many"}),
    ],
)
def test_what_was_edited_is_touched(demo: Path, file: str, old: str, new: str, items: set[str]) -> None:
    path = demo / file
    path.parent.mkdir(exist_ok=True)
    text = path.read_text() if path.is_file() else ""
    assert old in text
    path.write_text(text.replace(old, new) if old else new)
    assert touched(demo, now(demo), "HEAD") == items


def test_a_bank_that_was_not_there_is_all_new(demo: Path) -> None:
    other = demo.parent / "other"
    other.mkdir()
    for path in demo.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    assert touched(other, now(other), "HEAD") == {"one", "two", "many"}


def test_what_is_no_revision_is_said(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("nowhere", "--output=x", ""):
        with pytest.raises(NoHistory, match="no revision"):
            touched(demo, now(demo), name)
    away = tmp_path_factory.mktemp("away") / "demo"
    away.mkdir()
    for path in demo.iterdir():
        (away / path.name).write_bytes(path.read_bytes())
    with pytest.raises(NoHistory, match="not in a git repository"):
        touched(away, now(away), "HEAD")
