"""`quiz banks prove`: which items it is about, what it runs again, what it keeps, and how it warns."""

import io
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quiz.cli import cli, exposure
from quiz.cli.meter import Meter, meter
from quiz.domain.proofs import records
from quiz.domain.proofs.observations import Observation, Request
from quiz.domain.proofs.records import LOCK
from quiz.labs import registry, sandbox
from quiz.labs.base import Condition
from tests.services.test_changes import git
from tests.services.test_proving import Absent, Made, adds, bank, item


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Made:
    """A lab that is made up, and a cache of its own."""
    made = Made()
    monkeypatch.setitem(registry.LABS, "made", made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return made


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A bank of two item files."""
    bank(tmp_path, item("one"))
    (tmp_path / "demo" / "b.yaml").write_text("objective: demo.1.1\nitems:\n" + item("two", "2 + 2", "4", "22"))
    return tmp_path / "demo"


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(cli, ["banks", "prove", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("words", [("b.yaml",), (".", "--item", "two"), (".", "--item", "demo/two")])
def test_one_file_or_item_is_proven_and_the_others_stay_as_they_are(
    demo: Path, lab: Made, words: tuple[str, ...]
) -> None:
    assert run(demo / "a.yaml").exit_code == 0
    lab.ran.clear()
    assert run(demo / words[0], *words[1:]).exit_code == 0
    assert set(lab.ran) == {"print(2 + 2)\n"}
    assert set(records.read(demo)) == {"one", "two"}


def test_what_is_no_item_is_said_with_the_nearest(demo: Path, lab: Made) -> None:
    wrong = run(demo, "--item", "tow")
    assert (wrong.exit_code, lab.ran) == (2, [])
    assert "There is no item `tow`" in wrong.output
    assert "Did you mean `two`?" in wrong.output
    assert run(demo / "bank.yaml").exit_code == 2
    assert run(demo, "--check", "--since", "HEAD").exit_code == 2


def test_a_lock_that_was_edited_is_believed_until_since_is_given(demo: Path, lab: Made) -> None:
    run(demo)
    git(demo, "init", "--quiet")
    git(demo, "add", ".")
    git(demo, "commit", "--quiet", "-m", "first")
    (demo / "b.yaml").write_text("objective: demo.1.1\nitems:\n" + item("two", "2 + 2", "22", "4"))
    (demo / LOCK).write_text((demo / LOCK).read_text().replace('"printed": "4"', '"printed": "22"'))
    lab.ran.clear()
    assert run(demo, "--check").exit_code == 0, "a record cannot know who wrote it"
    assert lab.ran == []
    forged = run(demo, "--since", "HEAD")
    assert forged.exit_code == 1
    assert "this is keyed and claims prints: '22', but it prints '4'" in forged.output
    assert set(lab.ran) == {"print(2 + 2)\n"}


def test_what_was_touched_and_cannot_run_is_no_success(demo: Path, lab: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    git(demo, "init", "--quiet")
    git(demo, "commit", "--quiet", "--allow-empty", "-m", "nothing")
    monkeypatch.setitem(registry.LABS, "made", Absent())
    assert run(demo).exit_code == 0
    assert run(demo, "--since", "HEAD").exit_code == 1
    assert run(demo, "--since", "nowhere").exit_code == 2


def test_a_failed_proof_keeps_the_record_of_what_was_proven(demo: Path, lab: Made) -> None:
    run(demo)
    kept = (demo / LOCK).read_text()
    (demo / "a.yaml").write_text("objective: demo.1.1\nitems:\n" + item("one", "5 + 5", "11", "10"))
    assert run(demo).exit_code == 1
    assert (demo / LOCK).read_text() == kept
    (demo / "a.yaml").write_text("objective: demo.1.1\nitems:\n" + item("one"))
    lab.ran.clear()
    assert run(demo).exit_code == 0
    assert lab.ran == [], "it is what it was when it was proven"


def test_a_wrong_claim_costs_no_record_even_where_everything_runs_again(demo: Path, lab: Made) -> None:
    run(demo)
    kept = (demo / LOCK).read_text()
    (demo / "a.yaml").write_text("objective: demo.1.1\nitems:\n" + item("one", right="12", wrong="3"))
    assert run(demo, "--all").exit_code == 1
    assert (demo / LOCK).read_text() == kept


def test_a_record_goes_once_a_run_says_otherwise_of_the_same_code(demo: Path, lab: Made) -> None:
    run(demo)

    def shaky(request: Request, condition: Condition) -> Observation:
        return adds(request, condition) if condition.processors > 1 else Observation(compiled=True, printed="?")

    lab.machine = shaky
    assert run(demo, "--all").exit_code == 1
    assert records.read(demo) == {}


@pytest.mark.parametrize(
    ("kind", "user", "told"),
    [
        ("bubblewrap", 1000, None),
        ("unshare", 1000, "all files that YOU may read or change"),
        ("unshare", 0, "files that anybody may read or change"),
        ("limits", 1000, "your network"),
        ("limits", 0, "files that anybody may read or change"),
    ],
)
def test_whatever_is_less_than_a_whole_sandbox_is_said_in_red(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], kind: str, user: int, told: str | None
) -> None:
    monkeypatch.setattr(sandbox, "kind", lambda: kind)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    exposure.warn("Proving runs")
    said = capfd.readouterr().err
    assert (told is None) == (said == "")
    assert told is None or ("WARNING" in said and told in said)


def test_without_a_whole_sandbox_proving_and_the_list_of_labs_warn(
    demo: Path, lab: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "kind", lambda: "unshare")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "all files that YOU may read or change" in run(demo).output
    listed = CliRunner().invoke(cli, ["labs"])
    assert "all files that YOU may read or change" in listed.output


def test_without_anything_not_even_a_user_to_become_code_runs_as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "kind", lambda: "limits")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert "ALL files, as root" in sandbox.exposed()


def test_the_bar_never_goes_back_though_more_turns_up() -> None:
    stream = io.StringIO()
    line = Meter(stream)
    lengths = []
    for done, total in ((1, 2), (2, 2), (3, 30), (20, 30), (30, 30)):
        line.tell(done, total)
        line.draw()
        lengths.append(stream.getvalue().rpartition("[")[2].partition("]")[0].count("#"))
    assert lengths == sorted(lengths)
    assert "30 of 30 programs, 0:00" in stream.getvalue()


def test_where_nobody_watches_a_line_comes_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quiz.cli.meter._MINUTE", 0.05)
    stream = io.StringIO()
    with meter(stream) as tell:
        tell(3, 7)
        while "\n" not in stream.getvalue():
            pass
    assert stream.getvalue().startswith("Running: 3 of 7 programs, ")
    assert "\r" not in stream.getvalue()


def test_a_short_run_says_nothing_where_nobody_watches() -> None:
    stream = io.StringIO()
    with meter(stream) as tell:
        tell(1, 1)
    assert stream.getvalue() == ""
