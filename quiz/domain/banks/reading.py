"""Reading a folder of YAML into a bank, or into a list of all that is wrong with it."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from quiz.domain.banks.bank import Bank
from quiz.domain.banks.folders import bank_name, files_of
from quiz.domain.banks.illustrations import Illustrations
from quiz.domain.banks.schema import BankFile, ItemFile, TablePart, TemplatePart
from quiz.domain.files import is_yaml, printable, yaml_below
from quiz.domain.items import KINDS, Item
from quiz.domain.outlines import Outline
from quiz.domain.proofs import records
from quiz.domain.proofs.agreement import disagreements, other_answers
from quiz.domain.proofs.records import Record
from quiz.domain.proofs.trials import unprovable
from quiz.domain.source import Location, Node, Problem, SourceFile
from quiz.domain.templates import tables
from quiz.domain.templates.tables import Table
from quiz.domain.templates.variables import PLACEHOLDER, Unusable
from quiz.domain.templates.variants import Template, texts
from quiz.domain.vocabularies import choice, lab_fault, nearest
from quiz.domain.writing import Slug, report_unknown, validate

_NEARLY = 0.9
"""How much a word of `enemies` has to resemble another before it is taken for a slip."""
UNWRITTEN = "..."
"""What a skeleton has where its author is to write something."""


@dataclass(frozen=True)
class BankCheck:
    """The outcome of reading a bank: the bank where it is sound, and every problem found.

    `file` and `places` are what could be read of a bank that is not sound.
    """

    slug: str
    bank: Bank | None
    problems: tuple[Problem, ...]
    file: BankFile | None = None
    places: dict[str, str] = field(default_factory=dict)


def check_bank(folder: Path, shown_as: str | None = None, labs: Mapping[str, Sequence[str]] | None = None) -> BankCheck:
    """Read a bank's folder and report all problems at once.

    `shown_as` is the name of the folder in messages; the folder's own path where left out. `labs` are those that there
    are, with what may follow each name; where left out, only what is nearly the name of one we know is refused.
    """
    return _Reader(folder, shown_as or str(folder), labs).read()


def read_outline(folder: Path) -> Outline | None:
    """What a bank measures, by its `bank.yaml` alone; None where that cannot be read. Its items are not looked at."""
    file = _Reader(folder, str(folder), None).bank_file(bank_name(folder))
    return file.outline if file else None


class _Reader:
    """One reading of one folder."""

    def __init__(self, folder: Path, shown_as: str, labs: Mapping[str, Sequence[str]] | None) -> None:
        self.folder = folder
        self.labs = labs
        self.shown_as = printable(shown_as)
        self.problems: list[Problem] = []
        self.items: dict[str, Item] = {}
        self.places: dict[str, str] = {}
        self.sources: dict[str, tuple[SourceFile, Node]] = {}
        self.templates: dict[str, Template] = {}
        self.tables: dict[str, Table] = {}
        self.pictures = Illustrations(folder)
        self.lang: str | None = None

    def read(self) -> BankCheck:
        slug = bank_name(self.folder)
        if self._is_link_elsewhere():
            message = "this folder is a link that leads elsewhere, and is not followed"
            self._complain("", "link", message, "put the folder itself here, or name the one that it leads to")
            return BankCheck(slug, None, tuple(self.problems))
        file = self.bank_file(slug)
        self.lang = file.lang if file else None
        outline = file.outline if file else None
        for path in files_of(self.folder):
            if path.suffix == ".yaml" and path.name != "bank.yaml":
                self._item_file(path, outline)
            elif is_yaml(path.name) and path.suffix != ".yaml":
                message = f"this file is not read: its name ends in {printable(path.suffix)}"
                self._complain(path.name, "ending", message, "rename it to .yaml")
        for path in yaml_below(self.folder):
            fix = "move it up into the bank's folder, or move its folder out beside the bank's"
            self._complain(
                str(path.relative_to(self.folder)), "sub-folder", "this file is not read: it is in a sub-folder", fix
            )
        self._check_enemies()
        lock = self._lock()
        bank = None
        if file and not self.problems:
            items = tuple(self.items[id] for id in sorted(self.items))
            bank = Bank(
                slug, file, items, self.places, self.sources, self.templates, self.tables, self.pictures.shown, lock
            )
        problems = tuple(sorted(self.problems, key=lambda p: (p.file, p.line, p.column)))
        return BankCheck(slug, bank, problems, file, self.places)

    def _complain(self, name: str, code: str, message: str, fix: str) -> None:
        """A problem with a file, or the folder, as a whole."""
        self.problems.append(Problem(f"{self.shown_as}/{printable(name)}", 1, 1, code, message, fix))

    def _is_link_elsewhere(self) -> bool:
        folder = self.folder
        return folder.is_symlink() and not folder.resolve().is_relative_to(folder.parent.resolve())

    def _lock(self) -> dict[str, Record]:
        try:
            return records.read(self.folder)
        except records.Unreadable as error:
            self._complain(records.LOCK, "lock", str(error), "the records are made again from the items")
            return {}

    def bank_file(self, slug: str) -> BankFile | None:
        source = self._source("bank.yaml")
        file = validate(source, BankFile, source.root)
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

    def _item_file(self, path: Path, outline: Outline | None) -> None:
        source = self._source(path.name)
        root = source.root
        if root is None and not os.path.lexists(path):
            return  # It has vanished since the folder was listed: an editor's momentary file.
        if root is not None:
            if not isinstance(root.value, dict):
                source.report(root.line, root.column, "shape", "an item file is a mapping", "begin with `items:`")
            else:
                self._items(source, root, outline)
        self.problems += source.problems

    def _items(self, source: SourceFile, root: Node, outline: Outline | None) -> None:
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
            item = self._item(source, node, default, outline)
            if item is None:
                continue
            if outline and item.objective not in outline.objectives:
                place = node.place(("objective",)) if "objective" in node.keys else root.place(("objective",))
                source.report(*place, "objective", *_no_objective(item.objective, outline))
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

    def _item(self, source: SourceFile, node: Node, default: Node | None, outline: Outline | None) -> Item | None:
        kind = self._kind(source, node)
        if kind is None:
            return None
        data = node.plain()
        if default is not None and isinstance(default.value, str):
            data.setdefault("objective", default.value)
        if outline is not None and data.get("listing") is not None:
            data.setdefault("language", outline.language)
        if self.lang is not None:
            data.setdefault("lang", self.lang)
        if self._is_unfinished(source, node, data):
            return None
        if "rows" in data:
            return self._table_item(source, node, kind, data)
        template = "variables" in data and self._template(source, node, data)
        if template is None:
            return None
        item = validate(source, kind, node, template.specimen_data() if template else data)
        if item is None or self._faulty(source, node, item, template):
            return None
        if template:
            self.templates[item.id] = template
        return item

    def _is_unfinished(self, source: SourceFile, node: Node, data: dict[str, Any]) -> bool:
        """Report what is still to be written or drawn, and places that nothing fills; whether there was anything."""
        unwritten = [where for where, text in texts(data) if text.strip() == UNWRITTEN]
        for where in unwritten:
            source.report(*node.place(where), "unwritten", "this is still to be written", "write it")
        placed, faults = self.pictures.placed(data)
        data.update(placed)
        for where, message, fix in faults:
            source.report(*node.place(where), "picture", message, fix)
        stray = [] if unwritten or data.keys() & {"variables", "rows"} else list(_unfilled(data))
        for where, message, fix in stray:
            source.report(*node.place(where), "template", message, fix)
        return bool(unwritten or faults or stray)

    def _kind(self, source: SourceFile, node: Node) -> type[Item] | None:
        """The kind of item that a node says it is, or None where it says none."""
        if not isinstance(node.value, dict):
            source.report(node.line, node.column, "shape", "an item is a mapping", "begin with `- id:`")
            return None
        kind = node.value.get("kind")
        name = kind.value if kind is not None and isinstance(kind.value, str) else None
        if name not in KINDS:
            what = "the item has no `kind`" if name is None else f"there is no kind `{name}`"
            source.report(*node.place(("kind",)), "kind", what, choice(name or "", KINDS))
            return None
        return KINDS[name].item

    def _faulty(self, source: SourceFile, node: Node, item: Item, template: Template | bool) -> bool:
        """Report what the schema cannot see; whether there was anything."""
        faults = [(where, "item", message, fix) for where, message, fix in item.faults()]
        faults += unprovable(item)
        faults += [(where, "markdown", message, fix) for where, message, fix in item.unreadable()]
        faults += [
            (where, "differs", message, fix)
            for where, message, fix in (*disagreements(item), *other_answers(item))
            if not (isinstance(template, Template) and _is_computed(template, where))
        ]
        if template and item.lab is None:
            faults.append((("variables",), "template", "a template needs a lab", "add `lab:`, which computes its key"))
        if item.lab and (fault := lab_fault(item.lab, self.labs)):
            faults.append((("lab",), "lab", *fault))
        for where, code, message, fix in faults:
            source.report(*node.place(where), code, message, fix)
        return bool(faults)

    def _template(self, source: SourceFile, node: Node, data: dict[str, Any]) -> Template | None:
        """The item as a template, or None where its variables are not sound."""
        declared = validate(
            source, TemplatePart, node, {name: data.get(name, []) for name in TemplatePart.model_fields}
        )
        if declared is None:
            return None
        kept = {name: value for name, value in data.items() if name not in TemplatePart.model_fields}
        template = Template(kept, declared.variables, tuple(declared.constraints))
        faults = template.faults()
        if not faults:
            try:
                template.draft(0)
            except Unusable as error:
                fix = "correct this expression" if error.where else "loosen the constraints, or widen the variables"
                faults = [(error.where or ("constraints",), str(error), fix)]
        for where, message, fix in faults:
            source.report(*node.place(where), "template", message, fix)
        return None if faults else template

    def _table_item(self, source: SourceFile, node: Node, kind: type[Item], data: dict[str, Any]) -> Item | None:
        """The first variant of an item with rows, or None where one of them is not sound."""
        declared = validate(source, TablePart, node, {"rows": data["rows"]})
        if declared is None:
            return None
        kept = {name: value for name, value in data.items() if name != "rows"}
        faults = list(tables.faults(kept, declared.rows))
        faults += [
            ((name,), f"an item with `rows` has no `{name}`", "keep one of the two: rows need no lab")
            for name in ("variables", "constraints", "lab")
            if name in data
        ]
        for where, message, fix in faults:
            source.report(*node.place(where), "template", message, fix)
        if faults:
            return None
        variants: list[Item] = []
        for n, row in enumerate(declared.rows):
            item = validate(source, kind, node, tables.filled(kept, row))
            if item is None or self._faulty(source, node, item, False):
                place = node.place(("rows", n))
                source.report(*place, "template", "this row does not make a sound item", "correct the row")
                return None
            variants.append(item)
        self.tables[variants[0].id] = Table(tuple(declared.rows), tuple(variants))
        return variants[0]

    def _check_enemies(self) -> None:
        """Report a word of enemies that no other item has, and that is nearly one which others have."""
        counts = Counter(item.enemies for item in self.items.values() if item.enemies)
        for id, item in self.items.items():
            if item.enemies and counts[item.enemies] == 1:
                others = [word for word in counts if word != item.enemies]
                if near := nearest(item.enemies, others, _NEARLY):
                    source, node = self.sources[id]
                    message = f"no other item has the enemies `{item.enemies}`"
                    fault = source.problem(*node.place(("enemies",)), "enemies", message, f"did you mean `{near}`?")
                    self.problems.append(fault)

    def _source(self, name: str) -> SourceFile:
        return SourceFile(self.folder / name, f"{self.shown_as}/{printable(name)}")


def _no_objective(id: str, outline: Outline) -> tuple[str, str]:
    """What is said of an objective that does not exist: (message, fix)."""
    message = f"bank.yaml has no objective `{id}`"
    near = nearest(id, outline.objectives)
    if group := next((group for group in outline.groups if group.id == id), None):
        message += ": it is a group"
        return message, f"did you mean `{near or group.objectives[0].id}`?"
    return message, f"did you mean `{near}`?" if near else "add it to bank.yaml, or use one of its objectives"


_BRACED = ("angular", "django", "erb", "handlebars", "jinja", "liquid", "mustache", "ng2", "twig", "vue")
"""Languages in which double braces are code, by parts of their names."""


def _unfilled(data: Mapping[str, Any]) -> Iterator[tuple[Location, str, str]]:
    """What is left of a template in an item without variables: (location, message, fix)."""
    if "constraints" in data:
        yield ("constraints",), "there are `constraints`, but no `variables`", "declare them, or remove this"
    if any(name in str(data.get("language")) for name in _BRACED):
        return
    for where, text in texts(data):
        of_program = {"code", "listing", "program", "run"}.intersection(where)
        for name in PLACEHOLDER.findall(text):
            if not (of_program and name in ("insert", "listing", "probe")):
                braces = "{{" + name + "}}"
                fix = "declare it under `variables`; if it is code, say so with a `language` such as `jinja`"
                yield where, f"{braces} stands for nothing: the item has no `variables`", fix


def _is_computed(template: Template, where: Location) -> bool:
    """Whether a part of a template holds what the lab will say, so that its specimen says nothing of it."""
    part: Any = template.data
    for step in where[:-1]:
        part = part[step]
    return any(name in ("key", "result") for _, text in texts(part) for name in PLACEHOLDER.findall(text))
