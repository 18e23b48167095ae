"""Syntax: the parser's complaint about what is not YAML, at the place that has to be corrected, in plain words."""

import re
from dataclasses import dataclass

import yaml

QUOTE = "put the whole text in quotes"
_FIELD = re.compile(r"\n[ \t]*(?:- +)?[\w-]+:(?: |\n)")
"""A line that begins a field of its own."""
_COMMENT = re.compile(r"(?<=\s)#[^\n]*")


@dataclass(frozen=True)
class Complaint:
    """Where (an offset into the text), what, and how to fix it."""

    offset: int
    message: str
    fix: str


def complaint(error: yaml.MarkedYAMLError, text: str, last: tuple[str, int, int] | None) -> Complaint:
    """What the parser's error says to an author; `last` is the text read before it: its quote, begin and end."""
    problem = error.problem or ""
    mark = error.problem_mark or error.context_mark
    offset = mark.index if mark else 0
    begun = error.context_mark.index if error.context_mark else offset
    later = "\n" in text[begun:offset]
    if text[offset : offset + 1] == "\t":
        return Complaint(offset, "there is a tab in the indentation", "indent with spaces instead of tabs")
    if "expected ',' or" in problem and (later or not text[offset:].strip()):
        return _open_bracket(begun, text[begun:offset])
    if "end of stream" in problem or "document indicator" in problem:
        return Complaint(begun, "the quote that begins here is never closed", "check quotes: close it on the same line")
    if "could not find expected ':'" in problem:
        fix = "write `name: value`, with a colon and a space"
        return Complaint(begun, "this line has no colon, so it is neither a field nor part of a text", fix)
    is_list = "collection" in (error.context or "")
    if last is not None and not is_list and ("expected key" in problem or "<block end>" in problem):
        return _after(last, offset, text)
    return Complaint(offset, *_plainly(problem, text, offset, is_list))


def _open_bracket(begun: int, passage: str) -> Complaint:
    close = "]" if passage.startswith("[") else "}"
    message = f"the `{passage[:1]}` that begins here is not closed"
    if found := _COMMENT.search(passage):
        fix = f"quote what holds a `#`: after a space it begins a comment, which is all of `{found.group()[:40]}`"
        return Complaint(begun + found.start(), message.replace("that begins here", "before this"), fix)
    return Complaint(begun, message, f"check quotes, brackets and commas: close it with `{close}`")


def _after(last: tuple[str, int, int], offset: int, text: str) -> Complaint:
    """Why a field was expected where something else stands: often because of what was read before it."""
    style, start, end = last
    if style in ("'", '"') and _FIELD.search(text[start:end]):
        line = text.count("\n", 0, end) + 1
        message = f"a quote begins here and ends only on line {line}, with whole fields in between"
        return Complaint(start, message, "check quotes: close it on the same line")
    if style in ("'", '"') and "\n" not in text[end:offset]:
        message = "there is more text after the closing quote"
        fix = "put quotes of the other kind around the whole text; check the quotes of this and the line before"
        return Complaint(offset, message, fix)
    if not style and (found := re.compile(r"[ \t]+(#[^\n]*)\n\s*").match(text, end)) and found.end() == offset:
        message = "a comment in the middle of a text ends it"
        return Complaint(found.start(1), message, f"{QUOTE}, or give the comment a line of its own before it")
    if not style and text[end:offset].strip().startswith("#"):
        begin = text.index("#", end)
        message = "a comment in the middle of a text ends it"
        return Complaint(begin, message, f"{QUOTE}, or give the comment a line of its own before it")
    message = "no field begins here, and the text before it has ended"
    return Complaint(offset, message, "check the indentation and the quotes of this and the line before")


_CHECK = "check quotes, brackets and commas"
_PLAINLY = (
    ("cannot start any token", "no text can begin with {here}", "quote the text: YAML gives this character a meaning"),
    (
        "unknown escape|hexa?decimal",
        "in double quotes a backslash begins an escape, but this is not one",
        "write the text in single quotes, where a backslash is a backslash",
    ),
    (
        "comment or line break",
        "a text that begins with `|` or `>` is a block, which continues on the next line",
        "quote the text if it begins with this character",
    ),
    ("(sequence entries|mapping keys) are not allowed", "no text can begin with {here} and a space", "quote the text"),
    ("expected (the )?node content", "no text can begin with {here}", f"quote the text; {_CHECK}"),
    ("expected ',' or", "in brackets, commas separate the entries, but here is {here}", _CHECK),
    ("alias|anchor|alphabetic or numeric", "no text can begin with `*` or `&`", f"write the value out, or {QUOTE}"),
)
"""What the parser says, as a pattern, what an author reads in its place, and the fix."""


def _plainly(problem: str, text: str, offset: int, is_list: bool) -> tuple[str, str]:
    """A complaint in plain words, and its fix."""
    if "mapping values are not allowed" in problem:
        line = text[text.rfind("\n", 0, offset) + 1 : offset]
        if re.fullmatch(r"\s*(?:- +)?[\w-]+", line):
            fix = "indent it like the field above; if it is text, quote the text: it holds a colon followed by a space"
            return "this field is indented more than the one above, as if it belonged to its text", fix
        return "there is a second colon on this line", "quote the text: it holds a colon followed by a space"
    if is_list and "expected ',' or" not in problem:
        fix = "check the indentation: begin the line with `- `, or indent it less"
        return "the list above continues here, but this is not an entry", fix
    for pattern, message, fix in _PLAINLY:
        if re.search(pattern, problem):
            return message.format(here=_named(text[offset : offset + 1])), fix
    return problem, "check quotes, brackets and indentation near here"


def _named(character: str) -> str:
    if character == "`":
        return "a backtick"
    return f"`{character}`" if character.strip() else "the end of the line"
