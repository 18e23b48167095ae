"""Question banks: reading a folder of YAML into items, or into a list of all that is wrong with it."""

import difflib
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from quiz.domain.items import KINDS, AnyItem, Item
from quiz.domain.proofs import records
from quiz.domain.proofs.records import Record
from quiz.domain.proofs.trials import unprovable
from quiz.domain.proofs.verification import Standing, standing
from quiz.domain.source import Location, Node, Problem, SourceFile
from quiz.domain.templates.variables import Unusable, Variable
from quiz.domain.templates.variants import Template, texts
from quiz.domain.writing import (
    ObjectiveId,
    ShortLine,
    Slug,
    Text,
    Truth,
    Whole,
    Written,
    report_unknown,
    validated,
)

UNWRITTEN = "..."
"""What a skeleton has where its author is to write something."""


class Objective(Written):
    """One measurable thing, with an id that never changes."""

    id: ObjectiveId = Field(description="stable id, such as oca.3.4")
    title: ShortLine


class Group(Written):
    """Objectives that belong together and are reported together."""

    id: ObjectiveId = Field(description="stable id, such as oca.3")
    title: ShortLine
    weight: Whole = Field(default=1, ge=1, le=1000, description="share of the group in a whole-bank quiz, relative")
    objectives: list[Objective] = Field(min_length=1)


class BankFile(Written):
    """`bank.yaml`: what a bank measures, for whom, and what it is aligned to."""

    title: ShortLine
    summary: Text
    language: ShortLine = Field(default="text", description="default language of listings, as Pygments names it")
    alignment: Text | None = Field(default=None, description="what the bank is aligned to, and who does not endorse it")
    framework: dict[str, Text] = Field(default={}, description="published facts of the exam or standard, with source")
    weights: Text | None = Field(default=None, description="where the weights of the groups come from")
    practice: Truth = Field(default=False, description="true for the bank that candidates practise on, never scored")
    health: dict[str, Text] = Field(default={}, description="rules that do not apply to the bank, each with the reason")
    groups: list[Group] = Field(min_length=1)


class TemplatePart(Written):
    """What makes an item a template."""

    variables: dict[str, Variable] = Field(min_length=1)
    constraints: list[ShortLine] = []


class ItemFile(Written):
    """An item file: an objective and items that measure it."""

    objective: ObjectiveId | None = Field(default=None, description="the objective of items that name none")
    items: list[AnyItem] = Field(min_length=1)


@dataclass(frozen=True)
class Bank:
    """One subject's items, as they stood when they were read."""

    slug: str
    file: BankFile
    items: tuple[Item, ...]
    places: dict[str, str] = field(default_factory=dict, compare=False)
    """Where each item was written: item id -> `file:line`."""
    sources: dict[str, tuple[SourceFile, Node]] = field(default_factory=dict, compare=False)
    """What each item was read from: item id -> its file and its node."""
    templates: dict[str, Template] = field(default_factory=dict)
    """The items with variables, by id; `items` holds a specimen of each."""
    records: dict[str, Record] = field(default_factory=dict, compare=False)
    """What the bank's lock file says that machines said."""

    @property
    def title(self) -> str:
        return self.file.title

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over all that candidates or scores can depend on, as hex."""
        whole = {"bank": self.slug, "file": self.file.model_dump(mode="json"), "items": self.item_hashes}
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    @cached_property
    def item_hashes(self) -> list[str]:
        return [item.content_hash for item in self.items]

    @cached_property
    def group_of(self) -> dict[str, str]:
        """Objective id -> id of its group."""
        return {objective.id: group.id for group in self.file.groups for objective in group.objectives}

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """Where every code item stands by the bank's records, by id."""
        return {
            item.id: standing(item, self.templates.get(item.id), self.records.get(item.id))
            for item in self.items
            if item.is_code
        }

    def problem(self, item: str, where: Location, code: str, message: str, fix: str) -> Problem:
        """A problem at a place in an item."""
        source, node = self.sources[item]
        return source.problem(*node.place(where), code, message, fix)

    def items_per(self, what: str) -> Counter[str]:
        """How many items there are per `objective`, `kind` or `difficulty`."""
        return Counter(str(getattr(item, what)) for item in self.items)


@dataclass(frozen=True)
class Checked:
    """The outcome of reading a bank: the bank where it is sound, and every problem found.

    `file` and `places` are what could be read of a bank that is not sound.
    """

    slug: str
    bank: Bank | None
    problems: tuple[Problem, ...]
    file: BankFile | None = None
    places: dict[str, str] = field(default_factory=dict)


def bank_folders(root: Path) -> list[Path]:
    """The folders of `root` that hold YAML and so should be banks, or `root` itself if it is one."""
    if (root / "bank.yaml").is_file():
        return [root]
    return sorted({path.parent for ending in ("yaml", "yml") for path in root.glob(f"*/*.{ending}")})


def check_bank(folder: Path, shown_as: str | None = None) -> Checked:
    """Read a bank's folder and report all problems at once.

    `shown_as` is the name of the folder in messages; the folder's own path where left out.
    """
    return _Check(folder, shown_as or str(folder)).outcome()


class _Check:
    """One reading of one folder."""

    def __init__(self, folder: Path, shown_as: str) -> None:
        self.folder = folder
        self.shown_as = shown_as
        self.problems: list[Problem] = []
        self.items: dict[str, Item] = {}
        self.places: dict[str, str] = {}
        self.sources: dict[str, tuple[SourceFile, Node]] = {}
        self.templates: dict[str, Template] = {}

    def outcome(self) -> Checked:
        slug = self.folder.resolve().name
        file = self._bank_file(slug)
        objectives = [o.id for group in file.groups for o in group.objectives] if file else []
        for path in sorted(self.folder.glob("*.yaml")):
            if path.name != "bank.yaml":
                self._item_file(path, file, objectives)
        for path in sorted(self.folder.glob("*.yml")):
            name = f"{self.shown_as}/{path.name}"
            self.problems.append(
                Problem(name, 1, 1, "ending", "this file is not read: its name ends in .yml", "rename it to .yaml")
            )
        lock = self._lock()
        bank = None
        if file and not self.problems:
            items = tuple(self.items[id] for id in sorted(self.items))
            bank = Bank(slug, file, items, self.places, self.sources, self.templates, lock)
        problems = tuple(sorted(self.problems, key=lambda p: (p.file, p.line, p.column)))
        return Checked(slug, bank, problems, file, self.places)

    def _lock(self) -> dict[str, Record]:
        try:
            return records.read(self.folder)
        except records.Unreadable as error:
            name = f"{self.shown_as}/{records.LOCK}"
            self.problems.append(Problem(name, 1, 1, "lock", str(error), "the records are made anew from the items"))
            return {}

    def _bank_file(self, slug: str) -> BankFile | None:
        source = self._source("bank.yaml")
        file = validated(source, BankFile, source.root)
        if file is not None:
            self._check_groups(source, file)
            try:
                TypeAdapter(Slug).validate_python(slug)
            except ValidationError:
                source.report(1, 1, "bank-name", f"`{slug}` is no bank name", "use lower case words with hyphens")
        self.problems += source.problems
        return file

    def _check_groups(self, source: SourceFile, file: BankFile) -> None:
        seen: dict[str, Location] = {}
        for g, group in enumerate(file.groups):
            ids: list[tuple[str, Location]] = [(group.id, ("groups", g, "id"))]
            ids += [(o.id, ("groups", g, "objectives", n, "id")) for n, o in enumerate(group.objectives)]
            for id, location in ids:
                if id in seen:
                    first = source.root.place(seen[id])[0] if source.root else 0
                    place = source.root.place(location) if source.root else (1, 1)
                    source.report(*place, "duplicate-id", f"`{id}` is used again; first on line {first}", "rename one")
                seen.setdefault(id, location)

    def _item_file(self, path: Path, file: BankFile | None, objectives: list[str]) -> None:
        source = self._source(path.name)
        root = source.root
        if root is not None:
            if not isinstance(root.value, dict):
                source.report(root.line, root.column, "shape", "an item file is a mapping", "begin with `items:`")
            else:
                self._items(source, root, file, objectives)
        self.problems += source.problems

    def _items(self, source: SourceFile, root: Node, file: BankFile | None, objectives: list[str]) -> None:
        assert isinstance(root.value, dict)
        for key in root.value:
            if key not in ItemFile.model_fields:
                report_unknown(source, root.keys[key], key, ItemFile.model_fields)
        default = root.value.get("objective")
        listed = root.value.get("items")
        if listed is None or not isinstance(listed.value, list) or not listed.value:
            place = root.keys.get("items", (root.line, root.column))
            source.report(*place, "shape", "the file has no list of `items`", "write `items:` and a list below it")
            return
        for node in listed.value:
            first = self._first_of_its_id(source, node)
            item = self._item(source, node, default, file)
            if item is None:
                continue
            if objectives and item.objective not in objectives:
                place = node.place(("objective",)) if "objective" in node.keys else root.place(("objective",))
                near = difflib.get_close_matches(item.objective, objectives, 1)
                fix = f"did you mean `{near[0]}`?" if near else "add it to bank.yaml, or use one of its objectives"
                source.report(*place, "objective", f"bank.yaml has no objective `{item.objective}`", fix)
            if first:
                self.items[item.id] = item
                self.sources[item.id] = (source, node)

    def _first_of_its_id(self, source: SourceFile, node: Node) -> bool:
        """Whether no item before has this id, sound or not; reported where one has."""
        id = node.value.get("id") if isinstance(node.value, dict) else None
        if id is None or not isinstance(id.value, str):
            return True
        line, column = node.place(("id",))
        if id.value in self.places:
            message = f"item id `{id.value}` is used again; first at {self.places[id.value]}"
            source.report(line, column, "duplicate-id", message, "rename one of the two")
            return False
        self.places[id.value] = f"{source.name}:{line}"
        return True

    def _item(self, source: SourceFile, node: Node, default: Node | None, file: BankFile | None) -> Item | None:
        kind = self._kind(source, node)
        if kind is None:
            return None
        data = node.plain()
        if default is not None and isinstance(default.value, str):
            data.setdefault("objective", default.value)
        if file is not None and data.get("listing") is not None:
            data.setdefault("language", file.language)
        if unwritten := [where for where, text in texts(data) if text.strip() == UNWRITTEN]:
            for where in unwritten:
                source.report(*node.place(where), "unwritten", "this is still to be written", "write it")
            return None
        template = "variables" in data and self._template(source, node, data)
        if template is None:
            return None
        item = validated(source, kind, node, template.specimen_data() if template else data)
        if item is None or self._faulty(source, node, item, template):
            return None
        if template:
            self.templates[item.id] = template
        return item

    def _kind(self, source: SourceFile, node: Node) -> type[Item] | None:
        """The kind of item that a node says it is, or None where it says none."""
        if not isinstance(node.value, dict):
            source.report(node.line, node.column, "shape", "an item is a mapping", "begin with `- id:`")
            return None
        kind = node.value.get("kind")
        name = kind.value if kind is not None and isinstance(kind.value, str) else None
        if name not in KINDS:
            what = "the item has no `kind`" if name is None else f"there is no kind `{name}`"
            near = difflib.get_close_matches(name or "", KINDS, 1)
            fix = f"did you mean `{near[0]}`?" if near else f"write one of: {', '.join(KINDS)}"
            source.report(*node.place(("kind",)), "kind", what, fix)
            return None
        return KINDS[name].item

    def _faulty(self, source: SourceFile, node: Node, item: Item, template: Template | bool) -> bool:
        """Report what the schema cannot see; whether there was anything."""
        faults = [(where, "item", message, fix) for where, message, fix in item.faults()] + unprovable(item)
        if template and item.lab is None:
            faults.append((("variables",), "template", "a template needs a lab", "add `lab:`, which computes its key"))
        for where, code, message, fix in faults:
            source.report(*node.place(where), code, message, fix)
        return bool(faults)

    def _template(self, source: SourceFile, node: Node, data: dict[str, Any]) -> Template | None:
        """The item as a template, or None where its variables are not sound."""
        declared = validated(
            source, TemplatePart, node, {name: data.get(name, []) for name in TemplatePart.model_fields}
        )
        if declared is None:
            return None
        kept = {name: value for name, value in data.items() if name not in TemplatePart.model_fields}
        template = Template(kept, declared.variables, tuple(declared.constraints))
        faults = template.faults()
        if not faults:
            try:
                template.drawn(0)
            except Unusable as error:
                faults = [(("constraints",), str(error), "loosen the constraints, or widen the variables")]
        for where, message, fix in faults:
            source.report(*node.place(where), "template", message, fix)
        return None if faults else template

    def _source(self, name: str) -> SourceFile:
        return SourceFile(self.folder / name, f"{self.shown_as}/{name}")


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas for editors, by file name."""
    items = ItemFile.model_json_schema()
    # In a file an item may leave its objective to the file.
    for definition in items["$defs"].values():
        if "objective" in definition.get("required", []):
            definition["required"].remove("objective")
    return {"bank.schema.json": BankFile.model_json_schema(), "items.schema.json": items}
