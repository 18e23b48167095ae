"""The command line for authors: what it prints, and what it exits with."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from quiz.cli import cli
from quiz.domain.banks import check_bank, schemas
from quiz.domain.items import KINDS
from tests import factories
from tests.factories import EACH, ITEMS

CANARY = "canary-7f3a9"


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The banks `demo` and `practice`, their keys and explanations marked."""
    factories.write_banks(tmp_path / "banks", CANARY)
    return tmp_path / "banks"


@pytest.fixture
def broken(root: Path) -> Path:
    """The same, with two faults in a file of `demo`."""
    (root / "demo" / "broken.yaml").write_text("objective: demo.1.1\nitems:\n  - kind: essay\n  - just text\n")
    return root


def test_a_check_of_sound_banks_exits_with_0(root: Path) -> None:
    result = run("banks", "check", root)
    assert (result.exit_code, result.output) == (0, f"2 banks, {ITEMS + EACH} sound items, 0 problems\n")


def test_a_check_that_finds_problems_exits_with_1_and_shows_each_with_its_line_and_mend(broken: Path) -> None:
    result = run("banks", "check", broken)
    assert result.exit_code == 1
    file = broken / "demo" / "broken.yaml"
    assert (
        f"{file}:3:5: there is no kind `essay` [kind]\n  3 |   - kind: essay\n    |     ^\n  fix: write"
        in result.output
    )
    assert f"{file}:4:5: an item is a mapping [shape]" in result.output
    assert result.output.endswith(f"2 banks, {EACH} sound items, 2 problems\n")


def test_one_bank_can_be_checked_by_its_folder(broken: Path) -> None:
    assert run("banks", "check", broken / "practice").output == f"1 bank, {EACH} sound items, 0 problems\n"
    assert run("banks", "check", broken / "demo").exit_code == 1


def test_a_check_of_nothing_exits_with_2(tmp_path: Path) -> None:
    result = run("banks", "check", tmp_path)
    assert result.exit_code == 2
    assert "a bank is a folder with a bank.yaml" in result.output


@pytest.mark.parametrize(
    "arguments", [["banks", "check", "/does/not/exist"], ["banks", "check", "--format", "xml"], ["banks", "chek"]]
)
def test_misuse_exits_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_problems_can_be_read_by_programs(broken: Path) -> None:
    result = run("banks", "check", broken, "--format", "json")
    assert result.exit_code == 1
    assert [(Path(one["file"]).name, one["line"], one["column"], one["code"]) for one in json.loads(result.output)] == [
        ("broken.yaml", 3, 5, "kind"),
        ("broken.yaml", 4, 5, "shape"),
    ]
    assert all(one["fix"] and one["message"] and one["excerpt"] for one in json.loads(result.output))


def test_no_problems_are_an_empty_list_for_programs(root: Path) -> None:
    assert json.loads(run("banks", "check", root, "--format", "json").output) == []


def test_the_list_counts_the_items_of_each_objective_kind_and_difficulty(root: Path) -> None:
    demo, practice = json.loads(run("banks", "list", root, "--format", "json").output)
    assert (demo["bank"], demo["items"], demo["problems"], demo["practice"]) == ("demo", ITEMS, 0, False)
    assert demo["kinds"] == dict.fromkeys(sorted(KINDS), 2)
    assert demo["difficulties"] == {"easy": 0, "medium": ITEMS, "hard": 0}
    assert [(one["id"], one["group"], one["items"]) for one in demo["objectives"]] == [
        ("demo.1.1", "demo.1", EACH),
        ("demo.2.1", "demo.2", EACH),
    ]
    bank = check_bank(root / "demo").bank
    assert bank is not None
    assert demo["content_hash"] == bank.content_hash
    assert practice["practice"] is True


def test_the_list_shows_a_bank_with_problems_as_one(broken: Path) -> None:
    demo = json.loads(run("banks", "list", broken, "--format", "json").output)[0]
    assert (demo["bank"], demo["items"], demo["problems"]) == ("demo", 0, 2)


def test_the_list_can_be_read_by_people(root: Path) -> None:
    lines = run("banks", "list", root).output.splitlines()
    assert lines[0] == f"demo: The demo bank, {ITEMS} items"
    assert lines[1].split() == ["demo.1.1", str(EACH), "Objective", "1"]


def test_the_schemas_are_written_where_editors_look_for_them(tmp_path: Path) -> None:
    assert run("banks", "schema", tmp_path).exit_code == 0
    assert {path.name: json.loads(path.read_text()) for path in tmp_path.iterdir()} == schemas()


# Forms ---------------------------------------------------------------------------------------------------------------

PLAN = "title: Demo\nminutes: 20\ndraws:\n  - bank: demo\n    count: {count}\n"


def plan_file(folder: Path, text: str) -> Path:
    path = folder / "plan.yaml"
    path.write_text(text)
    return path


def draw(root: Path, text: str, *options: str) -> Result:
    return run("forms", "draw", plan_file(root.parent, text), "--banks", root, "--seed", "7", *options)


def forms(root: Path, *options: str) -> list[dict[str, Any]]:
    result = draw(root, PLAN.format(count=ITEMS), "--format", "json", *options)
    assert result.exit_code == 0
    drawn: list[dict[str, Any]] = json.loads(result.output)
    return drawn


def test_the_default_plan_of_a_bank_is_a_file_to_draw_from(root: Path, tmp_path: Path) -> None:
    made = run("forms", "plan", "demo", "--banks", root, "--minutes", "10")
    assert made.exit_code == 0
    # 600 seconds hold so many questions of 60 seconds each, with 1.3 times the time.
    assert yaml.safe_load(made.output)["draws"] == [{"bank": "demo", "count": 7, "weights": {"demo.1": 4, "demo.2": 3}}]
    assert run("forms", "draw", plan_file(tmp_path, made.output), "--banks", root, "--seed", "1").exit_code == 0


def test_the_default_plan_of_no_bank_says_so(root: Path) -> None:
    refused = run("forms", "plan", "nowhere", "--banks", root)
    assert refused.exit_code == 1
    assert "there is no bank nowhere" in refused.output


def test_forms_are_drawn_for_consecutive_seeds_and_the_same_again(root: Path) -> None:
    drawn = forms(root, "--count", "3")
    assert [form["seed"] for form in drawn] == [7, 8, 9]
    assert drawn == forms(root, "--count", "3")
    assert len({json.dumps(form["slots"]) for form in drawn}) == 3
    assert drawn[0] == forms(root)[0]


def test_a_form_has_every_slot_with_what_candidates_see(root: Path) -> None:
    (form,) = forms(root)
    assert [slot["number"] for slot in form["slots"]] == list(range(1, ITEMS + 1))
    assert form["seconds"] == ITEMS * 60
    assert {slot["kind"] for slot in form["slots"]} == set(KINDS)
    for slot in form["slots"]:
        assert slot["stem"] == f"Question {slot['item']}?"


def test_a_slot_names_the_draw_and_the_requirement_that_it_was_drawn_for(root: Path) -> None:
    text = "title: Demo\nminutes: 20\ndraws:\n  - {bank: demo, count: 2, weights: {demo.1: 1, demo.2: 1}}\n"
    text += "  - {bank: demo, count: 1, requirement: Java}\n"
    (form,) = json.loads(draw(root, text, "--format", "json").output)
    named = [(slot["number"], slot["draw"], slot["requirement"]) for slot in form["slots"]]
    assert named == [(1, 1, None), (2, 1, None), (3, 2, "Java")]


def test_a_plan_for_an_objective_that_is_not_there_exits_with_1_and_names_it(root: Path) -> None:
    text = "title: Demo\nminutes: 20\ndraws: [{bank: demo, count: 1, objectives: [demo.9]}]\n"
    result = draw(root, text)
    assert result.exit_code == 1
    assert "bank demo has no objective demo.9" in result.output


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_drawn_form_gives_away_no_key_and_no_explanation(root: Path, form: str) -> None:
    output = draw(root, PLAN.format(count=ITEMS), "--format", form, "--count", "20").output
    assert "demo" in output
    for secret in (CANARY, "Because", "0.5", "tolerance", '"key"', '"why"', '"is"'):
        assert secret not in output


def test_a_plan_that_cannot_be_filled_exits_with_1_and_names_the_shortage(root: Path) -> None:
    result = draw(root, PLAN.format(count=ITEMS + 1))
    assert result.exit_code == 1
    assert f"demo: {ITEMS + 1} wanted, {ITEMS} available, 1 short" in result.output


def test_a_plan_for_a_bank_that_is_not_there_exits_with_1_and_names_the_bank(root: Path) -> None:
    result = draw(root, PLAN.format(count=1).replace("bank: demo", "bank: nope"))
    assert result.exit_code == 1
    assert "there is no bank nope" in result.output


def test_a_plan_for_a_bank_with_problems_exits_with_1_and_says_how_to_see_them(broken: Path) -> None:
    result = draw(broken, PLAN.format(count=1))
    assert result.exit_code == 1
    assert "bank demo has 2 problems: run quiz banks check" in result.output


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title: Demo\nminutes: soon\ndraws: [{bank: demo, count: 1}]\n", "plan.yaml:2:1:"),
        ("title: Demo\nminutes: [20\n", "plan.yaml:2:10:"),
        ("", "plan.yaml:1:1:"),
        ("title: Demo\nminutes: 20\ndraws:\n  - bank: demo\n    cuont: 1\n", "plan.yaml:5:5:"),
    ],
)
def test_a_broken_plan_exits_with_2_and_says_where(root: Path, text: str, place: str) -> None:
    result = draw(root, text)
    assert result.exit_code == 2
    assert place in result.output


def test_a_seed_is_needed_because_nothing_is_drawn_by_chance(root: Path) -> None:
    assert run("forms", "draw", plan_file(root, PLAN.format(count=1)), "--banks", root).exit_code == 2
