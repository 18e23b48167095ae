"""Templates from a table: every row is a variant, and none needs a lab."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from quiz.cli import cli
from quiz.domain.banks import BankCheck, check_bank
from quiz.domain.editions import edition
from quiz.domain.pools import pool
from quiz.services.authoring.inspection import inspect
from tests import factories

ROWS = [{"what": f"does thing {n}", "right": f"`call{n}`"} for n in range(3)]


def written(**changes: Any) -> dict[str, Any]:
    options = [
        {"text": "{{right}}", "key": True, "why": "Because {{right}} {{what}}."},
        {"text": "`other`", "why": "It does not."},
    ]
    item = factories.item("single choice", "which-call", options=options, stem="Which call {{what}}?", rows=ROWS)
    return item | changes


def checked(folder: Path, **changes: Any) -> BankCheck:
    return check_bank(factories.write_bank(folder, "demo", [written(**changes)]))


def test_every_row_is_a_variant_that_can_be_drawn_and_takes_one_place(tmp_path: Path) -> None:
    bank = checked(tmp_path).bank
    assert bank is not None
    made = edition(bank)
    assert [drawable.item.stem for drawable in made.drawables] == [f"Which call does thing {n}?" for n in range(3)]
    assert {drawable.proof for drawable in made.drawables} == {None}
    assert made.items == 1
    places = pool("demo", bank.outline, [(n, drawable.item) for n, drawable in enumerate(made.drawables)])
    assert len({place.id for place in places}) == 1
    assert len({drawable.item.content_hash for drawable in made.drawables}) == 3


def test_the_preview_and_the_command_show_every_variant(tmp_path: Path) -> None:
    bank = checked(tmp_path).bank
    assert bank is not None
    for number in (1, 2, 3):
        sheet = inspect(tmp_path, bank, "which-call", number)
        assert (sheet.is_template, sheet.variants, sheet.values) == (True, 3, ROWS[number - 1])
        assert sheet.item.question.options[0].text == ROWS[number - 1]["right"]
    done = CliRunner().invoke(cli, ["items", "variants", "which-call", "--banks", str(tmp_path)])
    assert "3 of 3 variants of demo/which-call, from its rows" in done.output
    asked = ["items", "variants", "which-call", "--banks", str(tmp_path), "--format", "json"]
    assert [one["values"] for one in json.loads(CliRunner().invoke(cli, asked).output)] == ROWS


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rows": ROWS[:1]}, "at least 2"),
        ({"rows": [*ROWS, ROWS[0]]}, "appears twice"),
        ({"rows": [*ROWS, {"what": "x"}]}, "the column `right`"),
        ({"rows": [row | {"more": "x"} for row in ROWS]}, "never used"),
        ({"rows": [row | {"key": "x"} for row in ROWS]}, "cannot name a column"),
        ({"stem": "Which call {{when}}?"}, "no column is called {{when}}"),
        ({"rows": [*ROWS, {"what": "ends", "right": "`other`"}]}, "does not make a sound item"),
        ({"lab": "java 8"}, "has no `lab`"),
        ({"variables": {"a": {"integers": [1, 9]}}}, "has no `variables`"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    check = checked(tmp_path, **changes)
    assert check.bank is None
    assert told in "\n".join(map(str, check.problems))
