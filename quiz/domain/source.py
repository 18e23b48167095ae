"""Reading YAML that people write by hand, without ever losing the place where a thing was written.

Every scalar stays text until a schema types it (so `no`, `010` and `12:30` are what they look like), and what makes
YAML surprising or dangerous is refused: anchors and aliases, tags, duplicate keys, deep nesting, huge files, other
encodings than UTF-8. The reader walks the parser's events without recursion, so no input can exhaust the stack.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile("[\n\x85\u2028\u2029]")
"""What the parser counts as the end of a line."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """Something an author has to mend: where it is, what is wrong, and how to fix it.

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
    """One YAML file under reading: its root node, and the problems found so far."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.problems: list[Problem] = []
        self._lines: list[str] = []
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
        try:
            return self._build(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            if mark and error.context_mark and not text[mark.index :].strip():
                # What was never closed is found missing at the end of the file, but has to be mended where it begins.
                mark = error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            message = " ".join(part for part in (error.context, error.problem) if part)
            tab = self._lines[line - 1 : line] and self._lines[line - 1][column - 1 : column] == "\t"
            self.report(
                line,
                column,
                "syntax",
                f"this is not YAML: {message}",
                "indent with spaces instead of tabs" if tab else _syntax_fix(message),
            )
        except yaml.YAMLError as error:
            self.report(1, 1, "syntax", f"this is not YAML: {error}", "save the file as UTF-8 text")
        return None

    def _text(self) -> str | None:
        try:
            size = self.path.stat().st_size
            if size > MAX_BYTES:
                self.report(
                    1,
                    1,
                    "too-large",
                    f"the file has {size:,} bytes; {MAX_BYTES:,} is the limit",
                    "split it into several item files",
                )
                return None
            data = self.path.read_bytes()
        except OSError as error:
            self.report(1, 1, "unreadable", f"the file cannot be read: {error.strerror}", "check its permissions")
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
                self.report(line, column, "alias", f"alias *{event.anchor} is not allowed", "write the value out")
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
            self.report(line, column, "anchor", f"anchor &{event.anchor} is not allowed", "write the value out")
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            self.report(
                line, column, "tag", f"tag {tag} is not allowed", "remove the tag; quote the text if it is text"
            )
        if isinstance(event, yaml.ScalarEvent):
            if found := _UNPRINTABLE.search(event.value):
                message = f"the escaped character U+{ord(found.group()):04X} is not text"
                self.report(line, column, "unprintable", message, "delete the escape")
            return Node(line, column, event.value)
        return Node(line, column, {} if isinstance(event, yaml.MappingStartEvent) else [])

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
                pending[-1] = (node.value, node.line, node.column)
                return
            pending[-1] = None
            name, line, column = key
            if name in parent.value:
                first = parent.keys[name][0]
                self.report(
                    line,
                    column,
                    "duplicate-key",
                    f"`{name}` stands here again; first on line {first}",
                    "keep one of them",
                )
            else:
                parent.value[name] = node
                parent.keys[name] = (line, column)


def _with_plain_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _end_of(text: str) -> tuple[int, int]:
    """Line and column, from 1, of what follows a text."""
    lines = _LINE_BREAK.split(text)
    return len(lines), len(lines[-1]) + 1


def _syntax_fix(message: str) -> str:
    if "cannot start any token" in message:
        return "quote the text: YAML gives this character a meaning of its own"
    if "mapping values are not allowed" in message:
        return "quote the text: it holds a colon followed by a space"
    if "block end" in message or "block mapping" in message or "block collection" in message:
        return "check the indentation and the quotes of this and the line before"
    return "check quotes, brackets and indentation near here"
