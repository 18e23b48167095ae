"""`quiz banks new` begins a bank that passes the check, and every command says which name it does not know."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quiz.cli import cli
from quiz.domain.banks import check_bank
from quiz.domain.items import KINDS
from tests import factories


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def said(done: Result) -> str:
    """All that was said, errors included."""
    return done.output + str(done.exception or "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_bank_is_begun_that_passes_the_check(tmp_path: Path, kind: str) -> None:
    done = run("banks", "new", "everyday-java", "--kind", kind, "--banks", tmp_path)
    assert done.exit_code == 0, said(done)
    assert str(tmp_path / "everyday-java" / "bank.yaml") in done.output
    checked = check_bank(tmp_path / "everyday-java")
    assert checked.problems == ()
    assert checked.bank
    assert checked.bank.title == "Everyday java"
    assert [item.kind for item in checked.bank.items] == [kind]
    for path in (tmp_path / "everyday-java").glob("*.yaml"):
        schema = path.read_text().partition("\n")[0].rpartition("=")[2]
        assert (path.parent / schema).is_file()
    assert "1 bank, 1 sound item, 0 problems" in run("banks", "check", tmp_path).output
    added = run("items", "new", "--banks", tmp_path, "--bank", "everyday-java", "--objective", "everyday-java.1.1",
                "--kind", "number", "--lab", "", "--id", "another", "--difficulty", "3", "--seconds", "60")  # fmt: skip
    assert added.exit_code == 0, said(added)


@pytest.mark.parametrize("name", ["My Bank", "a_b", "Java", "../x", "-a", "x" * 51, ""])
def test_a_name_that_no_bank_can_have_is_refused(tmp_path: Path, name: str) -> None:
    done = run("banks", "new", "--banks", tmp_path, "--", name)
    assert done.exit_code == 2
    assert "lower case words with hyphens" in done.output
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "bank.yaml").write_text("mine")
    done = run("banks", "new", "demo", "--banks", tmp_path)
    assert done.exit_code == 2
    assert "already exists" in done.output
    assert (tmp_path / "demo" / "bank.yaml").read_text() == "mine"


@pytest.fixture
def banks(tmp_path: Path) -> Path:
    factories.write_banks(tmp_path / "banks")
    return tmp_path / "banks"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("forms", "plan", "nope"), "there is no bank nope in BANKS: write one of: demo, practice"),
        (("forms", "plan", "demmo"), "there is no bank demmo in BANKS: did you mean `demo`?"),
        (("items", "variants", "number-3"), "no item number-3 in a sound bank below BANKS: did you mean number-"),
        (("items", "variants", "demmo/number-1"), "there is no bank demmo, did you mean `demo`?"),
        (("items", "new", "--bank", "demmo"), "There is no bank demmo in BANKS: did you mean `demo`?"),
        (("items", "new", "--bank", "demo", "--objective", "demo.1.2"), "demo.1.2: did you mean `demo.1.1`?"),
    ],
)  # fmt: skip
def test_a_name_that_is_not_there_is_said_with_what_was_meant(banks: Path, words: tuple[str, ...], told: str) -> None:
    done = run(*words, "--banks", banks)
    assert done.exit_code != 0
    assert told.replace("BANKS", str(banks)) in said(done)


def test_a_plan_for_what_is_not_there_says_so(banks: Path) -> None:
    plan = banks / "plan"
    for draw, told in (
        ("bank: demmo, count: 1", "there is no bank demmo"),
        ("bank: demo, count: 1, objectives: [demo.1.2]", "bank demo has no objective demo.1.2"),
    ):
        plan.write_text(f"title: Demo\nminutes: 20\ndraws: [{{{draw}}}]\n")
        done = run("forms", "draw", plan, "--seed", "1", "--banks", banks)
        assert done.exit_code == 1
        assert told in said(done)


def test_an_item_of_a_bank_with_problems_is_said_to_be_there(banks: Path) -> None:
    (banks / "demo" / "broken.yaml").write_text("objective: demo.1.1\nitems:\n  - id: slip\n    kind: essay\n")
    assert "the bank demo has it, but has problems" in said(run("items", "variants", "slip", "--banks", banks))
    assert "bank demo has 1 problem: run quiz banks check" in said(run("forms", "plan", "demo", "--banks", banks))


@pytest.mark.parametrize("lab", ["java 9", "pyhton", "Java"])
def test_an_item_is_not_begun_with_a_lab_that_there_is_not(banks: Path, lab: str) -> None:
    done = run("items", "new", "--banks", banks, "--bank", "demo", "--objective", "demo.1.1", "--kind", "number",
               "--lab", lab, "--id", "new", "--difficulty", "3", "--seconds", "60")  # fmt: skip
    assert done.exit_code == 2
    assert f"There is no lab {lab}: " in done.output


def test_an_item_is_not_written_through_a_link(banks: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine")
    (banks / "demo" / "demo-1-1.yaml").symlink_to(tmp_path / "other")
    done = run("items", "new", "--banks", banks, "--bank", "demo", "--objective", "demo.1.1", "--kind", "number",
               "--lab", "", "--id", "new", "--difficulty", "3", "--seconds", "60")  # fmt: skip
    assert done.exit_code == 1
    assert (tmp_path / "other").read_text() == "mine"
