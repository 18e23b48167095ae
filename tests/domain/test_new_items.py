"""`quiz items new` writes skeletons of which the check says only what is left to write; `variants` shows templates."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quiz.cli import cli
from quiz.domain.banks import check_bank
from quiz.domain.items import KINDS
from quiz.services.authoring import proving
from quiz.services.authoring.bench import Bench
from tests import factories
from tests.services.test_proving import TEMPLATE, Made

GIVEN = ("--bank", "demo", "--objective", "demo.1.1", "--difficulty", "3", "--seconds", "60")


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["items", *words], input=typed)


@pytest.fixture
def banks(tmp_path: Path) -> Path:
    factories.write_bank(tmp_path, "demo", [factories.item("number", "there")])
    return tmp_path


@pytest.mark.parametrize("lab", ["", "java 8"])
@pytest.mark.parametrize("kind", KINDS)
def test_of_a_skeleton_only_texts_are_left_to_write(kind: str, lab: str, banks: Path) -> None:
    done = run("new", "--banks", str(banks), *GIVEN, "--kind", kind, "--lab", lab, "--id", "fresh")
    assert done.exit_code == 0, done.output
    path = banks / "demo" / "demo-1-1.yaml"
    assert f"{path}:4: " in done.output
    assert path.read_text().startswith("# yaml-language-server: $schema=../items.schema.json\n")
    assert {problem.code for problem in check_bank(banks / "demo").problems} == {"unwritten"}
    n = iter(range(100))
    path.write_text(re.sub(r"\.\.\.", lambda _: f"text {next(n)}", path.read_text()))
    problems = check_bank(banks / "demo").problems
    assert not problems, "\n".join(map(str, problems))


def test_what_is_not_given_is_asked_for(banks: Path) -> None:
    typed = "demo\ndemo.2.1\nnumber\n\nasked-for\n\n\n"
    done = run("new", "--banks", str(banks), typed=typed)
    assert done.exit_code == 0, done.output
    assert "  - id: asked-for\n" in (banks / "demo" / "demo-2-1.yaml").read_text()


def test_a_second_item_is_written_below_the_first(banks: Path) -> None:
    for id in ("first", "second"):
        done = run("new", "--banks", str(banks), *GIVEN, "--kind", "number", "--lab", "", "--id", id)
    assert ":17: " in done.output
    assert list(check_bank(banks / "demo").places) == ["first", "second", "there"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"--bank": "nope"}, "no bank nope"),
        ({"--objective": "demo.9"}, "no objective demo.9"),
        ({"--lab": "jaav 8"}, "no lab jaav 8"),
        ({"--id": "There"}, "is no id"),
        ({"--id": "there"}, "already, at"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(changed: dict[str, str], told: str, banks: Path) -> None:
    before = sorted(banks.rglob("*"))
    given = dict(zip(GIVEN[::2], GIVEN[1::2], strict=True)) | {"--kind": "number", "--lab": "", "--id": "new"} | changed
    done = run("new", "--banks", str(banks), *(word for pair in given.items() for word in pair))
    assert done.exit_code == 2
    assert told in done.output
    assert sorted(banks.rglob("*")) == before


@pytest.fixture
def proven(tmp_path: Path) -> Path:
    factories.write_bank(tmp_path, "demo", [factories.item("number", "there")])
    (tmp_path / "demo" / "many.yaml").write_text("objective: demo.1.1\nitems:\n" + TEMPLATE)
    bank = check_bank(tmp_path / "demo").bank
    assert bank
    with Bench({"made": Made()}) as bench:
        proving.write(tmp_path / "demo", proving.prove(bank, bench))
    return tmp_path


def test_variants_are_shown_with_their_values_and_keys(proven: Path) -> None:
    done = run("variants", "demo/many", "--count", "3", "--banks", str(proven))
    assert done.exit_code == 0
    a, b = map(int, re.findall(r"a = (\d+), b = (\d+)", done.output)[0])
    assert f"| print({a} + {b})" in done.output
    assert f"* {a + b}\n   - {a + a}\n" in done.output
    assert done.output.endswith("3 of 100 variants of demo/many, proven on Adder 1\n")


def test_variants_as_json(proven: Path) -> None:
    shown = json.loads(run("variants", "many", "--count", "2", "--banks", str(proven), "--format", "json").output)
    assert [set(one["values"]) for one in shown] == [{"a", "b"}] * 2
    assert shown[0]["options"][0]["key"] is True


@pytest.mark.parametrize(
    ("item", "told"),
    [("demo/there", "is not a template"), ("nope", "no item nope"), ("other/many", "no item other/many")],
)
def test_variants_of_what_has_none(item: str, told: str, proven: Path) -> None:
    done = run("variants", item, "--banks", str(proven))
    assert done.exit_code != 0
    assert told in done.output + str(done.exception)


def test_variants_of_a_template_that_is_not_proven(proven: Path) -> None:
    (proven / "demo" / "proofs.lock").unlink()
    assert "never run: run quiz banks prove" in run("variants", "many", "--banks", str(proven)).output
