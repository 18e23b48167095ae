"""How the files of a bank are written: the schema that they are checked by, and that editors use."""

from typing import Any

from pydantic import Field

from quiz.domain.items import AnyItem
from quiz.domain.outlines import Group, Objective, Outline
from quiz.domain.requirements.schema import RequirementFile
from quiz.domain.templates.variables import Variable
from quiz.domain.writing import Lang, Language, ObjectiveId, ShortLine, Text, Truth, Whole, Written


class ObjectiveEntry(Written):
    """One measurable thing, with an id that never changes."""

    id: ObjectiveId = Field(description="stable id, such as oca.3.4")
    title: ShortLine


class GroupEntry(Written):
    """Objectives that belong together and are reported together."""

    id: ObjectiveId = Field(description="stable id, such as oca.3")
    title: ShortLine
    weight: Whole = Field(default=1, ge=1, le=1000, description="share of the group in a whole-bank quiz, relative")
    objectives: list[ObjectiveEntry] = Field(min_length=1)


class BankFile(Written):
    """`bank.yaml`: what a bank measures, for whom, and what it is aligned to."""

    title: ShortLine
    summary: Text
    language: Language = Field(default="text", description="default language of listings, as Pygments names it")
    lang: Lang | None = Field(default=None, description="language of the words, such as `de`; English where left out")
    alignment: Text | None = Field(default=None, description="what the bank is aligned to, and who does not endorse it")
    framework: dict[str, Text] = Field(default={}, description="published facts of the exam or standard, with source")
    weights: Text | None = Field(default=None, description="where the weights of the groups come from")
    practice: Truth = Field(default=False, description="true for the bank that candidates practise on, never scored")
    health: dict[str, Text] = Field(default={}, description="rules that do not apply to the bank, each with the reason")
    groups: list[GroupEntry] = Field(min_length=1)

    @property
    def outline(self) -> Outline:
        """What the bank measures."""
        return Outline(
            title=self.title,
            groups=[
                Group(group.id, group.title, [Objective(o.id, o.title) for o in group.objectives], group.weight)
                for group in self.groups
            ],
            summary=self.summary,
            alignment=self.alignment,
            language=self.language,
            practice=self.practice,
        )


class TemplatePart(Written):
    """What makes an item a template."""

    variables: dict[str, Variable] = Field(min_length=1)
    constraints: list[ShortLine] = []


class TablePart(Written):
    """What makes an item a template whose variants are written down."""

    rows: list[dict[str, Text]] = Field(min_length=2, max_length=100)


class ItemFile(Written):
    """An item file: an objective and items that measure it."""

    objective: ObjectiveId | None = Field(default=None, description="the objective of items that name none")
    items: list[AnyItem] = Field(min_length=1)


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas for editors, by file name: they allow what the check allows, as far as a schema can say it."""
    items = _plain(ItemFile.model_json_schema())
    # In a file an item may leave its objective to the file.
    for definition in items["$defs"].values():
        if "objective" in definition.get("required", []):
            definition["required"].remove("objective")
    return {
        "bank.schema.json": _plain(BankFile.model_json_schema()),
        "items.schema.json": items,
        "requirements.schema.json": _plain(RequirementFile.model_json_schema()),
    }


_BOUNDS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}


def _plain(schema: Any) -> Any:
    """A schema without null, which no author writes to leave a field out, and with bounds as JSON Schema calls them."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema if part != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {name: part for name, part in schema.items() if name != "default" or isinstance(part, (str, int))}
    plain = {name: _plain(part) for name, part in kept.items()}
    if {"type": "null"} in schema.get("anyOf", []) and len(plain["anyOf"]) == 1:
        plain = plain.pop("anyOf")[0] | plain
    if plain.get("type") in ("integer", "number", "string") or "anyOf" in plain:
        return {_BOUNDS.get(name, name): part for name, part in plain.items()}
    return plain
