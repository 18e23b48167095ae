"""The documents are held to the code: what one of them has, the other has too."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from quiz import paths
from quiz.app import create_app
from quiz.cli import cli
from quiz.config import Settings
from quiz.domain.banks import BankFile, ItemFile, check_bank
from quiz.domain.item_quality.assessment import RULES
from quiz.domain.items import KINDS, Item
from quiz.domain.plan_files import DrawEntry, PlanFile, SpreadEntry, read_plan
from quiz.domain.proofs.claims import Claim
from quiz.domain.proofs.programs import Run
from quiz.domain.requirements import check_vocabulary
from quiz.domain.requirements.schema import MeasureEntry, RequirementEntry
from quiz.domain.vocabularies import lab_names
from quiz.domain.writing import Written
from quiz.labs.registry import LABS, releases

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "question_banks" / "README.md"
OPERATIONS, SCORING, SECURITY = (ROOT / "docs" / f"{name}.md" for name in ("operations", "scoring", "security"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", GUIDE, *sorted((ROOT / "docs").glob("*.md"))]

EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
OBJECTIVES = """
title: For the examples of the authoring guide
summary: It has the objective that their items measure.
language: java
groups:
  - id: demo.1
    title: Values and types
    objectives:
      - id: demo.1.1
        title: Integer types
"""


def first_key(example: str) -> set[str]:
    """The keys at the margin of an example."""
    return set(re.findall(r"^(\w+):", example, re.MULTILINE))


BANKS = [example for example in EXAMPLES if "groups" in first_key(example)]
ITEM_FILES = [example for example in EXAMPLES if "items" in first_key(example)]
VOCABULARIES = [example for example in EXAMPLES if "requirements" in first_key(example)]
PLANS = [example for example in EXAMPLES if "draws" in first_key(example)]


def test_every_setting_is_in_operations_and_every_one_there_is_a_setting() -> None:
    read = set(re.findall(r'"(QUIZ_[A-Z_]+|PORT)"', (paths.PACKAGE / "config.py").read_text()))
    rows = set(re.findall(r"^\| `(QUIZ_[A-Z_]+|PORT)` \|", OPERATIONS.read_text(), re.MULTILINE))
    assert len(read) > 5
    assert rows == read
    for document in DOCUMENTS:
        assert set(re.findall(r"\bQUIZ_[A-Z_]+\b", document.read_text())) <= read, document.name


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield f"{path} {name}", command


@pytest.mark.parametrize(("name", "command"), list(commands(cli, "quiz")), ids=str)
def test_every_command_and_option_is_in_a_document(name: str, command: click.Command) -> None:
    described = [line for document in (OPERATIONS, GUIDE) for line in document.read_text().splitlines() if name in line]
    assert described, f"describe `{name}` in docs/operations.md or question_banks/README.md"
    for parameter in command.params:
        for option in parameter.opts if isinstance(parameter, click.Option) else ():
            assert any(option in line for line in described), f"describe {option} beside `{name}`"


def test_every_command_that_a_document_names_exists() -> None:
    known = {name for name, _ in commands(cli, "quiz")} | {"quiz --version"}
    for row in re.findall(r"^\| `(quiz [^`]*)` \|", OPERATIONS.read_text(), re.MULTILINE):
        assert any(row == name or row.startswith(f"{name} ") for name in known), row
    options = {
        option for _, command in commands(cli, "quiz") for parameter in command.params for option in parameter.opts
    }
    for document in (OPERATIONS, GUIDE):
        for line in document.read_text().splitlines():
            if re.match(r"(\| `|\.venv/bin/)?quiz ", line):
                assert set(re.findall(r"(?<= )--[a-z]+", line)) <= options | {"--version", "--help"}, line


def models() -> list[type[Written]]:
    """Everything authors write: banks, items with their parts, claims and runs, plans."""
    kinds = (kind.item for kind in KINDS.values())
    found: dict[type[Written], None] = dict.fromkeys([BankFile, ItemFile, *kinds, Run])
    for model in iter(list(found)):
        for part in parts(model):
            found |= dict.fromkeys([part, *parts(part)])
    return [*found, PlanFile, DrawEntry, SpreadEntry, RequirementEntry, MeasureEntry]


def parts(model: type[Written]) -> list[type[Written]]:
    """What the fields of a model hold."""
    inner = [part for field in model.model_fields.values() for part in getattr(field.annotation, "__args__", ())]
    return [part for part in inner if isinstance(part, type) and issubclass(part, Written)]


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_field_is_in_the_authoring_guide(model: type[Written]) -> None:
    guide = GUIDE.read_text()
    missing = [field.alias or name for name, field in model.model_fields.items()]
    missing = [name for name in missing if not re.search(rf"`{name}(`|: )", guide)]
    assert not missing, f"describe {missing} of {model.__name__} in question_banks/README.md"


@pytest.mark.parametrize(
    "model", [BankFile, ItemFile, Item, RequirementEntry, PlanFile], ids=lambda model: model.__name__
)
def test_the_tables_of_fields_name_only_fields_and_their_bounds(model: type[Written]) -> None:
    tables = re.findall(r"^\| Field[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)", GUIDE.read_text(), re.MULTILINE)
    described = [dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE)) for table in tables]
    (rows,) = [rows for rows in described if set(rows) == set(model.model_fields)]
    for name, field in model.model_fields.items():
        for bound in field.metadata:
            for limit in (getattr(bound, "ge", None), getattr(bound, "le", None), getattr(bound, "max_length", None)):
                if limit is not None:
                    assert re.search(rf"\b{limit}\b", rows[name]), f"`{name}` of {model.__name__}: {limit}"


def test_every_rule_of_item_quality_is_in_the_guide_in_its_own_words() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", GUIDE.read_text(), re.MULTILINE))
    for code, rule in RULES.items():
        assert rows[code] == rule.says


def test_every_example_is_of_a_known_sort_and_every_kind_has_one() -> None:
    assert len(BANKS) + len(ITEM_FILES) + len(VOCABULARIES) + len(PLANS) == len(EXAMPLES)
    assert VOCABULARIES
    assert BANKS
    assert PLANS
    shown = {kind for example in ITEM_FILES for kind in re.findall(r"^    kind: (.*)$", example, re.MULTILINE)}
    assert shown == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def _examples() -> list[dict[str, Any]]:
    """Every item that the guide shows, as it is written."""
    return [item for example in ITEM_FILES for item in yaml.safe_load(example)["items"]]


def test_every_lab_has_an_example_and_a_row() -> None:
    shown = {item["lab"].partition(" ")[0] for item in _examples() if "lab" in item}
    assert shown == set(LABS)
    guide = GUIDE.read_text()
    for name in lab_names(releases()):
        assert f"`{name}`" in guide or f"`{name.partition(' ')[2]}`" in guide, name


def test_every_kind_has_an_example_with_a_lab() -> None:
    assert {item["kind"] for item in _examples() if "lab" in item} == set(KINDS)


def test_every_claim_has_an_example_and_a_row() -> None:
    claims = [field.alias or name for name, field in Claim.model_fields.items()]
    written = [part for item in _examples() for part in _claims(item)]
    shown = {name for claim in written for name in claim}
    assert shown == set(claims)
    guide = GUIDE.read_text()
    for name in set(claims) - {"element"}:
        assert re.search(rf"^\| `{name}: ", guide, re.MULTILINE), name


def _claims(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield from (value[name] for name in ("claim", "instead") if name in value)
        for inner in value.values():
            yield from _claims(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _claims(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_section_with_its_own_example(kind: str) -> None:
    section = GUIDE.read_text().partition(f"\n### {kind}\n")[2].partition("\n##")[0]
    assert (KINDS[kind].folder / "example.yaml").read_text() in section


@pytest.mark.parametrize("example", ITEM_FILES, ids=lambda example: re.findall(r"id: (\S+)", example)[0])
def test_every_item_of_the_guide_is_sound(example: str, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "bank.yaml").write_text(OBJECTIVES)
    (tmp_path / "demo" / "items.yaml").write_text(example)
    checked = check_bank(tmp_path / "demo")
    assert not checked.problems, "\n".join(map(str, checked.problems))
    assert checked.bank
    assert checked.bank.items


@pytest.mark.parametrize("example", BANKS)
def test_every_bank_of_the_guide_is_sound_with_all_items_of_the_guide(example: str, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "bank.yaml").write_text(example)
    for n, items in enumerate(ITEM_FILES):
        (tmp_path / "demo" / f"part-{n}.yaml").write_text(items)
    assert not check_bank(tmp_path / "demo").problems


@pytest.mark.parametrize("example", VOCABULARIES)
def test_every_vocabulary_of_the_guide_is_sound(example: str, tmp_path: Path) -> None:
    (tmp_path / "example.yaml").write_text(example)
    spring = check_bank(paths.QUESTION_BANKS / "spring").file
    assert spring
    assert check_vocabulary(tmp_path, {"spring": spring.outline}).problems == ()


@pytest.mark.parametrize("example", PLANS)
def test_every_plan_of_the_guide_can_be_read_and_filled(example: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(example)
    plan, problems = read_plan(path)
    assert plan is not None, problems
    drawn = CliRunner().invoke(cli, ["forms", "draw", str(path), "--seed", "7"])
    assert drawn.exit_code == 0, drawn.output


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_row_with_the_source_of_its_credit(kind: str) -> None:
    (row,) = re.findall(rf"^\| {re.escape(kind)} \| (.*) \|$", SCORING.read_text(), re.MULTILINE)
    credit = KINDS[kind].question.credit
    sources = re.findall(r"(?:[12][0-9]{3}), ([A-Z][^0-9]+ [0-9]+, [0-9]+-[0-9]+)", credit)
    sources += re.findall(r"IMS QTI|`\w+`", credit)
    assert bool(sources) == bool(re.search(r"[12][0-9]{3}|IMS", credit)), "this test does not find the source"
    for source in sources:
        assert source in row
    assert f"| {kind} |" in (ROOT / "README.md").read_text()


def told_roles() -> dict[str, str]:
    rows = re.findall(r"^\| `(/[^`]*)`[^|]* \| ([^|;:]+).*\|$", SECURITY.read_text(), re.MULTILINE)
    return {prefix: who.strip() for prefix, who in rows}


def test_every_address_is_open_to_whom_security_says(secure_settings: Settings) -> None:
    app, told = create_app(secure_settings), told_roles()
    used = set()
    for rule in app.url_map.iter_rules():
        prefixes = [p for p in told if rule.rule == p or (p != "/" and rule.rule.startswith(p))]
        assert prefixes, f"{rule.rule} has no row in docs/security.md"
        prefix = max(prefixes, key=len)
        used.add(prefix)
        access: Any = app.view_functions[rule.endpoint].access
        who = ", ".join(sorted(access.roles)) or access.audience
        assert told[prefix] == who, rule.rule
    assert used == set(told), "docs/security.md has rows for addresses that do not exist"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"https://|#", target):
            assert (document.parent / target.partition("#")[0]).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    for path in re.findall(r"`((?:quiz|templates|tests|migrations|question_banks)/[\w./-]*)`", document.read_text()):
        assert (ROOT / path).exists(), f"{document.name}: {path}"


def test_security_names_tests_that_exist() -> None:
    rows = re.findall(r"^\| [0-9][0-9., to]* \| .* \| (.+) \|$", SECURITY.read_text(), re.MULTILINE)
    assert len(rows) > 15
    for row in rows:
        named = re.findall(r"`(tests/[^`]+)`", row)
        assert named, row
        assert [path for path in named if not (ROOT / path).is_file()] == []
