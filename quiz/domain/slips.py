"""Slips: what YAML silently makes of a text although its author hardly meant it, and how to write it instead.

A comment that cuts a text short, a comma that splits one in two, a backslash that becomes a line break, lines that are
folded into one, characters that nobody can see: all of it is sound YAML, so only its spelling gives it away.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

_WORDS = frozenset(
    re.findall(
        r"\w+",
        "answer asks bank case_sensitive compiles count difficulty easy ends enemies error_at exits hard id "
        "insert_at integers key kind lab language line medium minutes objective objectives otherwise "
        "pass_mark practice scoring seconds status throws_at tolerance weight weights",
    )
)
_CODE = frozenset(re.findall(r"\w+", "claim code files instead listing prints program run"))
_EXPRESSIONS = frozenset(re.findall(r"\w+", "constraints derived expression is"))
_PROSE = frozenset(re.findall(r"\w+", "because steady"))
"""What is prose although it is among code."""


class Role(Enum):
    """What is written in a field: prose for people, code or output of which every character counts, an expression,
    whose lines may be joined, or a word."""

    PROSE = 1
    CODE = 2
    EXPRESSION = 3
    WORD = 4

    def within(self, field: str) -> "Role":
        """The role of a field within something that has this role."""
        if field in _WORDS:
            return Role.WORD
        if field in _EXPRESSIONS:
            return Role.EXPRESSION
        is_code = field in _CODE or (self is Role.CODE and field not in _PROSE)
        return Role.CODE if is_code else Role.PROSE


@dataclass(frozen=True)
class Slip:
    """Something lost or changed: where in the file's text, what, and how to write it so that it is kept."""

    offset: int
    code: str
    message: str
    fix: str


@dataclass(frozen=True)
class Scalar:
    """One text of a file: what YAML makes of it, and how it is written: from `start` to `end` of the file's text."""

    value: str
    style: str
    """Its quote, `|` or `>`; empty where it is plain."""
    text: str
    """The whole file."""
    start: int
    end: int

    @property
    def raw(self) -> str:
        """How the file writes it."""
        return self.text[self.start : self.end]


_QUOTE = "put the whole text in quotes"
_SINGLE = "write the text in single quotes, where a backslash is a backslash"


def slips(scalar: Scalar, role: Role) -> Iterator[Slip]:
    """All that is lost or changed of one text."""
    yield from _comment(scalar, role)
    yield from _escapes(scalar, role)
    yield from _empty_block(scalar)
    yield from _folds(scalar, role)
    yield from _tabs(scalar)
    yield from _spaces_at_the_ends(scalar, role)
    yield from _invisible(scalar)


def _comment(scalar: Scalar, role: Role) -> Iterator[Slip]:
    """A comment right after a plain text: a word or number ends there, but prose and code may go on."""
    if scalar.style or role is Role.WORD or scalar.value in ("true", "false"):
        return
    if found := re.compile(r"[ \t]+#[^\n]*").match(scalar.text, scalar.end):
        lost = found.group().strip()
        offset = found.end() - len(found.group().lstrip())
        message = f"`{_short(lost)}` is a comment, not part of the text"
        yield Slip(offset, "comment", message, f"{_QUOTE}, or give the comment a line of its own")


_ESCAPE = re.compile(r"\\(x..|u.{4}|U.{8}|.)", re.DOTALL)
_SURPRISING = {"N": "U+0085", "_": "U+00A0", "L": "U+2028", "P": "U+2029"}
_PATH = re.compile(r"(?<![A-Za-z])(?:[A-Z]|[cd]):\\{1,2}[A-Za-z]\S*")


def _escapes(scalar: Scalar, role: Role) -> Iterator[Slip]:
    """Backslashes in double quotes that were hardly meant to begin an escape."""
    if scalar.style != '"':
        return
    raw = scalar.raw
    paths = [found.span() for found in _PATH.finditer(raw)]
    for found in _ESCAPE.finditer(raw):
        if told := _surprise(raw, found, role, any(start < found.start() < end for start, end in paths)):
            block = "; where a line break is meant, write a block: `|`, and the lines below it" * (found[1] == "n")
            yield Slip(scalar.start + found.start(), "escape", told, _SINGLE + block)


def _surprise(raw: str, found: re.Match[str], role: Role, in_path: bool) -> str | None:
    """What is surprising about an escape, in words."""
    letter, before, after = found[1], raw[: found.start()], raw[found.end() :]
    if letter in _SURPRISING:
        return f"in double quotes `\\{letter}` is the character {_SURPRISING[letter]}"
    if letter in "/ " and before.rpartition("\n")[2].strip():
        return f"in double quotes `\\{letter}` is `{letter}`: the backslash is lost"
    if letter == "r" and not (role is Role.CODE and after.startswith("\\n")):
        return "in double quotes `\\r` is a carriage return"
    meaning = {"n": "a line break", "t": "a tab"}.get(letter)
    if meaning and (in_path or _hardly_meant(letter, before, after, role)):
        return f"in double quotes `\\{letter}` is {meaning}"
    return None


def _hardly_meant(letter: str, before: str, after: str, role: Role) -> bool:
    """Whether a line break or tab makes no sense where it is written."""
    if role is not Role.PROSE:
        line = re.split(r"\\n", before[1:])[-1]
        quotes = len(re.findall(r'(?<!\\\\)\\"', line))
        return '\\"\\"\\"' not in before and quotes % 2 == 1 and '\\"' in after
    if letter == "t":
        return True
    # In prose a single line break is a space; where one is meant, a list, a block or a paragraph begins.
    return bool(re.match(r"\w", after)) and not before.endswith("\\n") and "```" not in before


def _empty_block(scalar: Scalar) -> Iterator[Slip]:
    if scalar.style in ("|", ">") and not scalar.value.strip():
        fix = f"indent its lines deeper than the field; where the character is meant, {_QUOTE}"
        yield Slip(scalar.start, "empty-block", f"`{scalar.style}` begins a block of text, but none follows", fix)


_FENCE = re.compile(r"\s*(?:```|~~~)")
_BLOCK = re.compile(r"\s*(?:[-*+] |\d{1,2}[.)] |\| )")


def _folds(scalar: Scalar, role: Role) -> Iterator[Slip]:
    """Lines that are joined although they have to be lines."""
    lines = scalar.raw.split("\n")
    if scalar.style == "|" or len(lines) < 2 or role in (Role.WORD, Role.EXPRESSION):
        return
    fix = "write it as a block: `|` after the colon, and the lines below it"
    offset = scalar.start
    for before, line in zip(["", *lines], lines, strict=False):
        joined = _is_joined(before, line, scalar, first=offset == scalar.start)
        if joined and role is Role.CODE:
            yield Slip(offset + _indent(line), "folded", "this line is joined to the one before it", fix)
            return
        if _FENCE.match(line) or (joined and _BLOCK.match(line)):
            message = "this line is joined to those around it, so it becomes neither a list nor a block of code"
            yield Slip(offset + _indent(line), "folded", message, fix)
            return
        offset += len(line) + 1


def _is_joined(before: str, line: str, scalar: Scalar, *, first: bool) -> bool:
    """Whether YAML puts a space where the line break before a line is."""
    if first or not line.strip() or not before.strip():
        return False
    if scalar.style == ">":
        body = [text for text in scalar.raw.split("\n")[1:] if text.strip()]
        least = min(map(_indent, body))
        return before in body and _indent(line) == _indent(before) == least
    return not (scalar.style == '"' and before.endswith("\\"))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _tabs(scalar: Scalar) -> Iterator[Slip]:
    if scalar.style not in ("|", ">") and (found := re.search(r"(?<=\S)[ \t]*\t[ \t]*(?=\S)", scalar.raw)):
        message = "the text contains a tab, which looks like spaces"
        yield Slip(scalar.start + found.start(), "tab", message, "write a space, or `\\t` in double quotes")


def _spaces_at_the_ends(scalar: Scalar, role: Role) -> Iterator[Slip]:
    """Spaces that an author has put within the quotes, and that prose does not keep."""
    text = scalar.value
    if scalar.style in ("'", '"') and role is Role.PROSE and text.strip() and text != text.strip(" "):
        message = "the spaces at the ends of the text are dropped"
        yield Slip(
            scalar.start, "spaces", message, "write the text without them; in code, between backticks, they are kept"
        )


_NO_FORM = frozenset("\x85\u034f\u115f\u1160\u2800\u3164\uffa0\u180b\u180c\u180d\u180f")
_SELECTORS = re.compile("[\ufe00-\ufe0f]")
_JOINING = frozenset("\u061c\u200c\u200d\u200e\u200f\u3000")
"""What other scripts and emoji are written with, and nothing else is."""


def is_invisible(character: str) -> bool:
    """Whether a character looks like a space, or like nothing at all, but is not a space."""
    category = unicodedata.category(character)
    spacing = category in ("Zl", "Zp", "Cf") or (category == "Zs" and character != " ")
    return spacing or character in _NO_FORM or bool(_SELECTORS.match(character))


def _invisible(scalar: Scalar) -> Iterator[Slip]:
    raw = scalar.raw
    if raw.isascii():
        return
    for n, character in enumerate(raw):
        if character.isascii() or not is_invisible(character):
            continue
        around = raw[max(n - 1, 0) : n] + raw[n + 1 : n + 2]
        joins = character in _JOINING or _SELECTORS.match(character)
        if joins and any(not other.isascii() and (other in _JOINING or not is_invisible(other)) for other in around):
            continue
        yield invisible(scalar.start + n, character)
        return


def invisible(offset: int, character: str) -> Slip:
    """A character that nobody can see."""
    name = unicodedata.name(character, "a control character")
    if unicodedata.category(character) == "Zs":
        what, fix = "a space that is not a plain space", "write a plain space"
    else:
        what, fix = "an invisible character", "delete it"
    message = f"here is {what}: U+{ord(character):04X}, {name.lower()}"
    return Slip(
        offset, "invisible", message, f"{fix}; where it is meant, write \\u{ord(character):04X} in double quotes"
    )


# Lists and mappings on one line --------------------------------------------------------------------------------------

_PAIRS = ("()", "<>")
_REST_OF_A_SOURCE = re.compile(r"(?:appendix|chapter|clause|figure|pages?|part|pp?\.|sections?|table) *[A-Z0-9]")


def splits(entries: Sequence[Scalar], role: Role) -> Iterator[Slip]:
    """Texts of a list on one line that a comma seems to have split: plain ones that belong together."""
    fix = f"{_QUOTE}, or write the list with one `- ` for each entry"
    for n, entry in enumerate(entries):
        rest = entries[n + 1 :]
        if entry.style or not rest or rest[0].style:
            continue
        between = entry.text[entry.end : rest[0].start]
        if any(_opens(entry.value, pair) and _is_closed(rest, pair) for pair in _PAIRS) or _shares_quotes(entry, rest):
            yield Slip(entry.start, "split", f"the comma ends the text: this is only `{_short(entry.value)}`", fix)
        elif role is Role.PROSE and between == "," and entry.value[-1:].isdigit() and rest[0].value[:1].isdigit():
            message = f"the comma ends the text: `{_short(entry.value)}` and `{_short(rest[0].value)}` are two entries"
            yield Slip(entry.start, "split", message, f"{_QUOTE}, or write a space after the comma")
        elif role is Role.PROSE and _REST_OF_A_SOURCE.match(rest[0].value):
            message = f"the comma ends the text: `{_short(rest[0].value)}` is left on its own"
            yield Slip(rest[0].start, "split", message, fix)


def _opens(text: str, pair: str) -> bool:
    if pair == "<>":
        return len(re.findall(r"\w<(?=[A-Za-z?])", text)) > len(re.findall(r"[\w?\]]>", text))
    return text.count(pair[0]) > text.count(pair[1])


def _is_closed(rest: Sequence[Scalar], pair: str) -> bool:
    """Whether a later text closes what an earlier one has opened."""
    return any(not entry.style and entry.value.count(pair[1]) > entry.value.count(pair[0]) for entry in rest)


def _shares_quotes(entry: Scalar, rest: Sequence[Scalar]) -> bool:
    return entry.value.count('"') % 2 == 1 and any(not one.style and one.value.count('"') % 2 == 1 for one in rest)


def orphan(value: Scalar, name: str) -> Slip | None:
    """A name in a mapping on one line that has neither a colon nor a value: the rest of a text with a comma in it."""
    if value.style or value.value or value.text[value.start - 1 : value.start] == ":":
        return None
    message = f"the comma ends the text before it, so `{_short(name)}` is taken for a field"
    return Slip(max(value.start - len(name), 0), "split", message, _QUOTE)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}\u2026"
