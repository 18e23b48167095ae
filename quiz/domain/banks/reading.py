"""Reading a folder of YAML into a bank, or into a list of all that is wrong with it."""

import difflib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from quiz.domain.banks.bank import Bank
from quiz.domain.banks.folders import bank_name, files_of
from quiz.domain.banks.schema import BankFile, ItemFile, TemplatePart
from quiz.domain.files import is_yaml, printable, yaml_below
from quiz.domain.items import KINDS, Item
from quiz.domain.outlines import Outline
from quiz.domain.proofs import records
from quiz.domain.proofs.records import Record
from quiz.domain.proofs.trials import unprovable
from quiz.domain.source import Location, Node, Problem, SourceFile
from quiz.domain.templates.variables import Unusable
from quiz.domain.templates.variants import Template, texts
from quiz.domain.writing import Slug, report_unknown, validate

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


def check_bank(folder: Path, shown_as: str | None = None) -> BankCheck:
    """Read a bank's folder and report all problems at once.

    `shown_as` is the name of the folder in messages; the folder's own path where left out.
    """
    return _Reader(folder, shown_as or str(folder)).read()


class _Reader:
    """One reading of one folder."""

    def __init__(self, folder: Path, shown_as: str) -> None:
        self.folder = folder
        self.shown_as = printable(shown_as)
        self.problems: list[Problem] = []
        self.items: dict[str, Item] = {}
        self.places: dict[str, str] = {}
        self.sources: dict[str, tuple[SourceFile, Node]] = {}
        self.templates: dict[str, Template] = {}
        self.lang: str | None = None

    def read(self) -> BankCheck:
        slug = bank_name(self.folder)
        if self._is_link_elsewhere():
            message = "this folder is a link that leads elsewhere, and is not followed"
            self._complain("", "link", message, "put the folder itself here, or name the one that it leads to")
            return BankCheck(slug, None, tuple(self.problems))
        file = self._bank_file(slug)
        self.lang = file.lang if file else None
        outline = file.outline if file else None
        for path in files_of(self.folder):
            if path.suffix == ".yaml" and path.name != "bank.yaml":
                self._item_file(path, outline)
            elif is_yaml(path.name) and path.suffix != ".yaml":
                message = f"this file is not read: its name ends in {printable(path.suffix)}"
                self._complain(path.name, "ending", message, "rename it to .yaml")
        for path in yaml_below(self.folder):
            fix = "move it up into the bank's folder, or the folder out beside the bank's"
            self._complain(
                str(path.relative_to(self.folder)), "sub-folder", "this file is not read: it is in a sub-folder", fix
            )
        lock = self._lock()
        bank = None
        if file and not self.problems:
            items = tuple(self.items[id] for id in sorted(self.items))
            bank = Bank(slug, file, items, self.places, self.sources, self.templates, lock)
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
            self._complain(records.LOCK, "lock", str(error), "the records are made anew from the items")
            return {}

    def _bank_file(self, slug: str) -> BankFile | None:
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
            return  # It has vanished since the folder was listed: an editor's file of a moment.
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
                near = difflib.get_close_matches(item.objective, outline.objectives, 1)
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
        if unwritten := [where for where, text in texts(data) if text.strip() == UNWRITTEN]:
            for where in unwritten:
                source.report(*node.place(where), "unwritten", "this is still to be written", "write it")
            return None
        template = "variables" in data and self._template(source, node, data)
        if template is None:
            return None
        item = validate(source, kind, node, template.specimen_data() if template else data)
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
        faults += [(where, "markdown", message, fix) for where, message, fix in item.unreadable()]
        if template and item.lab is None:
            faults.append((("variables",), "template", "a template needs a lab", "add `lab:`, which computes its key"))
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
                faults = [(("constraints",), str(error), "loosen the constraints, or widen the variables")]
        for where, message, fix in faults:
            source.report(*node.place(where), "template", message, fix)
        return None if faults else template

    def _source(self, name: str) -> SourceFile:
        return SourceFile(self.folder / name, f"{self.shown_as}/{printable(name)}")
