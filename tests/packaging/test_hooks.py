"""The hooks for pre-commit name commands that exist, and fail where a bank is wrong."""

import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from quiz.cli import cli
from tests import factories

HOOKS = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_passes_sound_banks_and_stops_others(hook: dict[str, object], tmp_path: Path) -> None:
    program, *words = shlex.split(str(hook["entry"]))
    assert program == "quiz"
    assert hook["pass_filenames"] is False
    factories.write_bank(tmp_path, "demo", [factories.item("number", "one")])
    assert CliRunner().invoke(cli, [*words, str(tmp_path)]).exit_code == 0
    (tmp_path / "demo" / "wrong.yaml").write_text("objective: demo.1.1\nitems:\n  - id: two\n")
    assert CliRunner().invoke(cli, [*words, str(tmp_path)]).exit_code == 1
