"""What was delivered is read for ever: every shape that ever landed, however authors write by now."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from quiz.domain.items import KINDS
from quiz.domain.snapshots.questions import UnreadableSnapshot, read_question
from tests.domain.samples import question

SHAPES = sorted((Path(__file__).parent / "snapshots").glob("shape-*.json"))
KEPT: list[dict[str, Any]] = [kept for path in SHAPES for kept in json.loads(path.read_text(encoding="utf-8"))]
"""Documents as they were stored, with what was earned by answers, and how the parts were explained."""

every_kept = pytest.mark.parametrize(
    "kept", KEPT, ids=lambda kept: f"{kept['document'].get('shape', 1)} {kept['document']['id']}"
)
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def no_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the authoring schema had changed so that it takes nothing any more."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the authoring schema was asked")

    monkeypatch.setattr(BaseModel, "__init__", refuse)
    monkeypatch.setattr(BaseModel, "model_validate", refuse)
    monkeypatch.setattr(BaseModel, "model_construct", refuse)


def test_every_kind_is_kept_in_the_shape_of_today() -> None:
    assert [path.name for path in SHAPES] == ["shape-1.json", "shape-2.json"]
    assert {kept["document"]["kind"] for kept in KEPT if kept["document"].get("shape") == 2} == set(KINDS)


@every_kept
@pytest.mark.usefixtures("no_schema")
def test_what_was_kept_is_scored_and_explained_as_it_was(kept: dict[str, Any]) -> None:
    found = read_question(kept["document"])
    assert found.id == kept["document"]["id"]
    for answer, earned in kept["answers"]:
        assert found.score(answer) == earned
        assert found.as_text(answer)
        assert found.as_json(answer)
        assert found.complete(answer) in (True, False)
        order = tuple(range(found.parts))
        assert found.read(found.fields(answer, order), order) == answer
    assert [[part.text, part.why] for part in found.explain(kept["answers"][1][0])] == kept["explanations"]
    assert found.score(found.key) == 1


@every_kept
@pytest.mark.usefixtures("no_schema")
def test_what_was_kept_can_be_kept_again(kept: dict[str, Any]) -> None:
    found = read_question(kept["document"])
    assert read_question(json.loads(json.dumps(found.snapshot()))) == found


@every_kind
def test_a_question_is_the_same_after_it_was_kept(kind: str) -> None:
    sample = question(kind, "\u00e9\u4e2d\U0001f600 \"quoted\" 'and' \\ more")
    document = json.loads(json.dumps(sample.snapshot()))
    assert document["shape"] == 2
    assert read_question(document) == sample


@every_kind
def test_fields_that_are_unknown_or_missing_do_not_matter(kind: str) -> None:
    document = json.loads(json.dumps(question(kind).snapshot()))
    more = _everywhere(document, {"brand new": {"nested": [1]}})
    assert read_question(more) == question(kind)
    less = read_question({name: value for name, value in document.items() if name not in ("language", "sources")})
    assert less.score(less.key) == 1
    assert (less.language, less.sources) == ("text", ())


def _everywhere(data: Any, added: dict[str, Any]) -> Any:
    """A copy with further fields in every mapping."""
    if isinstance(data, dict):
        return {name: _everywhere(value, added) for name, value in data.items()} | added
    return [_everywhere(one, added) for one in data] if isinstance(data, list) else data


def test_nothing_is_held_against_what_authors_may_write() -> None:
    one = question("single choice").snapshot()
    odd = one | {"difficulty": 99, "seconds": 0, "id": "Not A Slug", "stem": "", "options": one["options"][:1] * 40}
    found = read_question(odd)
    assert (found.difficulty, found.seconds, found.parts) == (99, 0, 40)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"shape": 3}, "shape 3"),
        ({"shape": 0}, "shape 0"),
        ({"shape": "two"}, "shape two"),
        ({"kind": "essay"}, "'essay'"),
        ({"options": None}, "damaged"),
        ({"options": [{}]}, "damaged"),
        ({"stem": ...}, "damaged"),
    ],
)
def test_what_no_version_wrote_is_refused_in_words(changes: dict[str, Any], told: str) -> None:
    document = question("single choice").snapshot() | changes
    document = {name: value for name, value in document.items() if value is not ...}
    with pytest.raises(UnreadableSnapshot, match=told):
        read_question(document)


def test_a_stored_listing_with_any_characters_is_read_so_that_it_can_be_shown() -> None:
    kept = question("code line").snapshot() | {"listing": "int a = 1;\rint b;\0\x0c\u2028\ud800\nint c;"}
    found = read_question(kept)
    assert found.listing == "int a = 1;\nint b;\ufffd\ufffd\ufffd\ufffd\nint c;"


def test_what_is_stored_without_a_language_of_its_words_has_none() -> None:
    kept = question("single choice").snapshot()
    del kept["lang"]
    assert read_question(kept) == question("single choice")
