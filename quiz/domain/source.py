"""Reading YAML that people write by hand, without ever losing the place where a thing was written.

Every scalar stays text until a schema types it (so `no`, `010` and `12:30` are what they look like), and what makes
YAML surprising or dangerous is refused: anchors and aliases, tags, duplicate keys, deep nesting, huge files, other
encodings than UTF-8. The reader walks the parser's events without recursion, so no input can exhaust the stack.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from quiz.domain.files import Refused, read_regular
from quiz.domain.slips import Role, Scalar, Slip, invisible, is_invisible, orphan, slips, splits
from quiz.domain.syntax import complaint

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile("[\n\x85\u2028\u2029]")
"""What the parser counts as the end of a line."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_OR_QUOTE = "write the value out; quote the text if the sign belongs to it"

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """Something an author has to fix: where it is, what is wrong, and how to fix it.

    `line` and `column` count from 1; `code` is stable and short; `excerpt` is the offending line.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    fix: str
    excerpt: str = ""

    def __str__(self) -> str:
        head = f"{self.file}:{self.line}:{self.column}: {self.message} [{self.code}]"
        if self.excerpt:
            number = str(self.line)
            caret = "".join("\t" if c == "\t" else " " for c in self.excerpt[: self.column - 1]) + "^"
            head += f"\n  {number} | {self.excerpt}\n  {' ' * len(number)} | {caret}"
        return f"{head}\n  fix: {self.fix}"


@dataclass
class Node:
    """One value of a YAML file with its place (from 1): text, a list of nodes, or a mapping of nodes."""

    line: int
    column: int
    value: "str | list[Node] | dict[str, Node]"
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    style: str = ""
    """The quote, `|` or `>` of a text; `flow` for a list or mapping in brackets."""
    span: tuple[int, int] | None = None
    """Where in the file's text it begins and ends."""

    def plain(self) -> Any:
        """The value without places: str, list and dict."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def place(self, location: Location) -> tuple[int, int]:
        """Line and column of the value at `location`, or of the nearest thing around it that exists."""
        node, place = self, (self.line, self.column)
        for step in location:
            if isinstance(node.value, dict) and isinstance(step, str) and step in node.value:
                place = node.keys[step]
                node = node.value[step]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                place = (node.line, node.column)
            else:
                break
        return place


class SourceFile:
    """One YAML file being read: its root node, and the problems found so far.

    `read` gives its content, of so many bytes at most. Raises OSError.
    """

    def __init__(self, path: Path, name: str, read: Callable[[Path, int], bytes] = read_regular) -> None:
        self.path = path
        self._bytes = read
        self.name = name
        self.problems: list[Problem] = []
        self._lines: list[str] = []
        self._last: tuple[str, int, int] | None = None
        self.root: Node | None = self._read()

    def report(self, line: int, column: int, code: str, message: str, fix: str) -> None:
        """Record a problem at a place in this file."""
        self.problems.append(self.problem(line, column, code, message, fix))

    def problem(self, line: int, column: int, code: str, message: str, fix: str) -> Problem:
        """A problem at a place in this file that says nothing of whether the file can be read."""
        excerpt = self._lines[line - 1].rstrip()[:200] if 0 < line <= len(self._lines) else ""
        return Problem(self.name, line, column, code, message, fix, excerpt)

    def _read(self) -> Node | None:
        text = self._text()
        if text is None:
            return None
        self._lines = _LINE_BREAK.split(text)
        if found := _UNPRINTABLE.search(text):
            line, column = _end_of(text[: found.start()])
            self.report(
                line, column, "unprintable", f"character U+{ord(found.group()):04X} is not text", "delete the character"
            )
            return None
        root = None
        try:
            root = self._build(text)
        except yaml.MarkedYAMLError as error:
            told = complaint(error, text, self._last)
            self.report(*_end_of(text[: told.offset]), "syntax", f"this is not YAML: {told.message}", told.fix)
        except yaml.YAMLError as error:
            self.report(1, 1, "syntax", f"this is not YAML: {error}", "save the file as UTF-8 text")
        if root is not None:
            self._report_slips(root, text)
        return root

    def _text(self) -> str | None:
        try:
            data = self._bytes(self.path, MAX_BYTES)
        except FileNotFoundError:
            self.report(1, 1, "unreadable", "there is no such file", "write it")
            return None
        except Refused as error:
            self.report(1, 1, error.code, f"this file is not read: {error.strerror}", error.fix)
            return None
        except OSError as error:
            self.report(1, 1, "unreadable", f"this file cannot be read: {error.strerror}", "check its permissions")
            return None
        try:
            return _with_plain_breaks(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            # The codec's own copy of the bytes: without the mark at the beginning that the file may have.
            line, column = _end_of(_with_plain_breaks(error.object[: error.start].decode()))
            byte = error.object[error.start]
            self.report(line, column, "encoding", f"byte 0x{byte:02X} is not UTF-8", "save the file as UTF-8 text")
            return None

    def _build(self, text: str) -> Node | None:
        """Turn the parser's events into nodes; recoverable faults are reported and passed over."""
        root: Node | None = None
        stack: list[Node] = []
        pending: list[tuple[str, int, int] | None] = []
        for event in yaml.parse(text, Loader=_LOADER):
            mark = event.start_mark
            assert mark is not None
            line, column = mark.line + 1, mark.column + 1
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self.report(line, column, "documents", "a second document begins here", "put it into a file of its own")
                return None
            if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                stack.pop()
                pending.pop()
                continue
            if isinstance(event, yaml.AliasEvent):
                self.report(line, column, "alias", f"alias *{event.anchor} is not allowed", _OR_QUOTE)
                node = Node(line, column, "")
            elif isinstance(event, yaml.NodeEvent):
                node = self._node(event, line, column)
            else:
                continue
            if not stack:
                root = node
            else:
                self._attach(stack[-1], pending, node)
            if not isinstance(node.value, str):
                if len(stack) >= MAX_DEPTH:
                    self.report(line, column, "too-deep", f"nested more than {MAX_DEPTH} levels deep", "flatten it")
                    return None
                stack.append(node)
                pending.append(None)
        if root is None:
            self.report(1, 1, "empty", "the file is empty", "write it or delete it")
        return root

    def _node(self, event: yaml.NodeEvent, line: int, column: int) -> Node:
        if event.anchor:
            self.report(line, column, "anchor", f"anchor &{event.anchor} is not allowed", _OR_QUOTE)
        if tag := getattr(event, "tag", None):
            self.report(
                line, column, "tag", f"tag {tag} is not allowed", "remove the tag; quote the text if it is text"
            )
        assert event.start_mark is not None
        assert event.end_mark is not None
        span = (event.start_mark.index, event.end_mark.index)
        if isinstance(event, yaml.ScalarEvent):
            self._last = (event.style or "", *span)
            if found := _UNPRINTABLE.search(event.value):
                message = f"the escaped character U+{ord(found.group()):04X} is not text"
                fix = "delete the escape, or write the text in single quotes, where a backslash is a backslash"
                self.report(line, column, "unprintable", message, fix)
            return Node(line, column, event.value, style=event.style or "", span=span)
        style = "flow" if getattr(event, "flow_style", False) else ""
        return Node(line, column, {} if isinstance(event, yaml.MappingStartEvent) else [], style=style)

    def _attach(self, parent: Node, pending: list[tuple[str, int, int] | None], node: Node) -> None:
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif isinstance(parent.value, dict):
            key = pending[-1]
            if key is None:
                if not isinstance(node.value, str):
                    self.report(node.line, node.column, "key", "a key has to be text", "quote the text")
                    pending[-1] = ("", node.line, node.column)
                    return
                if unseen := next((c for c in node.value if not c.isascii() and is_invisible(c)), ""):
                    slip = invisible(0, unseen)
                    self.report(node.line, node.column, slip.code, slip.message, slip.fix)
                pending[-1] = (node.value, node.line, node.column)
                return
            pending[-1] = None
            name, line, column = key
            if (twin := _twin(name, parent.value)) is not None:
                first = parent.keys[twin][0]
                alike = ", in characters that look alike" * (twin != name)
                message = f"`{name}` appears here again{alike}; it is first on line {first}"
                self.report(line, column, "duplicate-key", message, "keep one of them")
            else:
                parent.value[name] = node
                parent.keys[name] = (line, column)

    def _report_slips(self, root: Node, text: str) -> None:
        for slip in sorted(_slips(root, text, Role.PROSE), key=lambda slip: slip.offset):
            self.report(*_end_of(text[: slip.offset]), slip.code, slip.message, slip.fix)


def _twin(name: str, among: dict[str, Node]) -> str | None:
    """The name there already that is this one, or looks the same in another form of Unicode."""
    if name in among:
        return name
    same = unicodedata.normalize("NFKC", name)
    return next((other for other in among if unicodedata.normalize("NFKC", other) == same), None)


def _slips(node: Node, text: str, role: Role) -> Iterator[Slip]:
    """All that YAML has lost or changed in a value and in what it holds."""
    if isinstance(node.value, str):
        if node.span is not None:
            yield from slips(_scalar(node, text), role)
        return
    inner = node.value.items() if isinstance(node.value, dict) else (("", entry) for entry in node.value)
    for name, entry in inner:
        yield from _slips(entry, text, role.within(name) if name else role)
    if node.style == "flow":
        yield from _splits(node, text, role)


def _splits(node: Node, text: str, role: Role) -> Iterator[Slip]:
    """What commas have split in a list or mapping in brackets."""
    if isinstance(node.value, list):
        yield from splits([_scalar(entry, text) for entry in node.value if entry.span is not None], role)
    elif isinstance(node.value, dict):
        for name, entry in node.value.items():
            if name and entry.span is not None and (slip := orphan(_scalar(entry, text), name)):
                yield slip


def _scalar(node: Node, text: str) -> Scalar:
    assert isinstance(node.value, str)
    assert node.span is not None
    return Scalar(node.value, node.style, text, *node.span)


def _with_plain_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _end_of(text: str) -> tuple[int, int]:
    """Line and column, from 1, of what follows a text."""
    lines = _LINE_BREAK.split(text)
    return len(lines), len(lines[-1]) + 1
