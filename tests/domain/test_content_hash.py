"""What the content hash of a bank depends on, and the schemas that editors check its files with."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from quiz.domain.banks import Bank, schemas
from quiz.domain.items import KINDS, Item
from tests import factories
from tests.domain.samples import check, options

# The content hash ----------------------------------------------------------------------------------------------------


def sound(folder: Path, files: dict[str, str | bytes]) -> Bank:
    checked = check(folder, files)
    assert checked.problems == ()
    assert checked.bank is not None
    return checked.bank


def _written(value: Any, order: random.Random) -> str:
    """JSON with its keys in a random order and random white space."""
    if isinstance(value, dict):
        names = list(value)
        order.shuffle(names)
        inner = ", ".join(
            f"{json.dumps(name)}:{' ' * order.randint(1, 3)}{_written(value[name], order)}" for name in names
        )
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ", \n  ".join(_written(entry, order) for entry in value) + "]"
    return json.dumps(value)


FILES = {
    "bank.yaml": factories.bank_file("demo", framework={"name": "Exam", "code": "1"}),
    "a.yaml": {"objective": "demo.1.1", "items": [factories.item(kind, f"item-{n}") for n, kind in enumerate(KINDS)]},
}


def _hash(folder: Path, files: dict[str, Any], seed: int = 0) -> str:
    order = random.Random(seed)
    return sound(folder, {name: _written(content, order) for name, content in files.items()}).content_hash


def test_the_content_hash_does_not_depend_on_the_order_of_keys_or_white_space(tmp_path: Path) -> None:
    assert len({_hash(tmp_path, FILES, seed) for seed in range(5)}) == 1


def test_the_content_hash_does_not_depend_on_the_order_or_names_of_item_files(tmp_path: Path) -> None:
    items = FILES["a.yaml"]["items"]
    for folder in "xy":
        (tmp_path / folder).mkdir()
    split = {
        "bank.yaml": FILES["bank.yaml"],
        "m.yaml": {"objective": "demo.1.1", "items": items[4:]},
        "z.yaml": {"objective": "demo.1.1", "items": items[:4][::-1]},
    }
    assert _hash(tmp_path / "x", split) == _hash(tmp_path / "y", FILES)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every piece of text or truth in a document."""
    if isinstance(value, dict):
        return [deeper for name, inner in value.items() for deeper in _paths(inner, (*path, name))]
    if isinstance(value, list):
        return [deeper for n, inner in enumerate(value) for deeper in _paths(inner, (*path, n))]
    return [path]


def _free_text(path: tuple[Any, ...]) -> bool:
    names = {"text", "stem", "why", "prompt", "match", "elsewhere", "title", "summary", "listing", "unit"}
    return "mistakes" not in path and path[-1] in names


def test_the_content_hash_changes_with_any_text(tmp_path: Path) -> None:
    hashes = {_hash(tmp_path, FILES)}
    texts = [path for path in _paths(FILES) if _free_text(path)]
    for path in texts:
        other = json.loads(json.dumps(FILES))
        place = other
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = f"{place[path[-1]]} changed"
        hashes.add(_hash(tmp_path, other))
    assert len(texts) > 50
    assert len(hashes) == 1 + len(texts)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("single choice", {"difficulty": 4}),
        ("single choice", {"seconds": 61}),
        ("single choice", {"enemies": "group"}),
        ("single choice", {"sources": ["Source 2"]}),
        ("single choice", {"id": "other"}),
        ("single choice", {"objective": "demo.2.1"}),
        ("single choice", {"listing": "int a;"}),
        ("single choice", {"options": options(False, True, False)}),
        ("multiple response", {"options": options(True, False, True, False)}),
        ("true/false set", {"statements": [{"text": t, "is": t == "b", "why": "w"} for t in "ab"]}),
        ("short text", {"answers": ["word"]}),
        ("short text", {"case_sensitive": True}),
        ("number", {"answer": "12.6"}),
        ("number", {"tolerance": "0.6"}),
        ("ordering", {"sequence": [{"text": f"sample step {n}", "why": "Because"} for n in (2, 1, 3)]}),
        ("code line", {"lines": [{"line": 4, "why": "Because"}, {"line": 1, "key": True, "why": "Because"}]}),
    ],
)
def test_the_content_hash_changes_with_keys_and_figures(kind: str, changes: dict[str, Any]) -> None:
    def made(**changes: Any) -> Item:
        return KINDS[kind].item.model_validate(factories.item(kind, "sample") | {"objective": "demo.1.1"} | changes)

    assert made(**changes).content_hash != made().content_hash


# Schemas for editors -------------------------------------------------------------------------------------------------


def _schemas_within(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """A schema and all that it contains."""
    found = [schema]
    for word in ("$defs", "properties"):
        for inner in schema.get(word, {}).values():
            found += _schemas_within(inner)
    for word in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(word, []):
            found += _schemas_within(inner)
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            found += _schemas_within(schema[word])
    return found


@pytest.mark.parametrize("name", ["bank.schema.json", "items.schema.json"])
def test_the_schemas_refuse_unknown_fields_and_point_only_at_what_they_define(name: str) -> None:
    schema = schemas()[name]
    for part in _schemas_within(schema):
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in schema["$defs"]
        if "properties" in part:
            assert part["additionalProperties"] is False
            assert set(part.get("required", [])) <= set(part["properties"])


def test_the_schema_of_item_files_has_every_kind_with_its_name() -> None:
    schema = schemas()["items.schema.json"]
    named = {part["properties"]["kind"]["const"] for part in schema["$defs"].values() if "kind" in part["properties"]}
    assert named == set(KINDS)


def test_the_schema_lets_an_item_leave_its_objective_to_the_file() -> None:
    for part in schemas()["items.schema.json"]["$defs"].values():
        assert "objective" not in part.get("required", [])
