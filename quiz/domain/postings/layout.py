"""The layout of a posting: its headings, and the clauses below each of them.

A clause is a line of a list or a sentence. Postings are pasted from pages, mails and documents, so a heading is known
by what it says, its shape, or its marks, and a line that was broken for width is put together again.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quiz.domain.postings.phrases import (
    ABOUT,
    BENEFITS,
    CONTENT,
    DUTIES,
    HEADINGS,
    NICE,
    OPENINGS,
    REQUIREMENTS,
    any_of,
)

_MARKS = re.compile(r"^[\s#>*_=~|]+|[\s#*_=~|:\u2013\u2014-]+$")
_BULLET = re.compile(
    r"^\s*(?:[-*+o•●○▪◦⁃∙·✓✔➤→»–—]\s+|[•●▪◦·✓✔➤]|"  # noqa: RUF001 - the marks that postings use
    r"\(?\d{1,2}[.)]\s+|\d{1,2}\.\d{1,2}\.?\s+|\(?[a-z][.)]\s+|\(?[ivx]{1,5}[.)]\s+)"
)
_INLINE = re.compile(
    r"(?:(?:key|main|your|the|our|technical|additional|basic|minimum|preferred) )?(?:"
    + any_of(
        r"""
        requirements?; must[ -]haves?; nice[ -]to[ -]haves?; bonus(?: points)?; plus(?:es)?; desirable; desired
        essential; preferred; optional; responsibilit(?:y|ies); duties; tasks; role; benefits; perks; we offer; on offer
        location; salary; start(?: date)?; contract; hours; about us; how to apply; tech(?:nology)? stack; stack
        technologies; skills; qualifications?; experience; education; certifications?; languages
        you (?:have|are|need|bring|know); you(?:'ll| will)(?: \w+)?; what we offer
        what you(?:'ll|'d| will| would)? (?:do|need|bring|get); in return
        """
    )
    + ")",
    re.IGNORECASE,
)
"""Headings that stand in the line which they head."""
_BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<title>[^*_]{2,40}?)[:.]?(?P=mark)[:.]?\s+(?=\S)")
"""A heading in bold at the beginning of the line which it heads."""
_NO_END = any_of(r"e\.g\.; i\.e\.; etc\.; vs\.; approx\.; incl\.; St\.; Dr\.; Mr\.; Mrs\.; Ms\.; [Nn]o\.; min\.; yrs\.")
_SENTENCE = re.compile("(?<=[.!?])[\"')\u201d\u2019]*\\s+(?=[\"'(\u201c\u2018]*[A-Z0-9£$€])")
_ABBREVIATION = re.compile(rf"\b(?:{_NO_END})$")
_MOST_CHARACTERS = 1_000
"""Characters of a clause."""
_MOST_WORDS = 9
"""Words that a heading has at most."""


class Span(NamedTuple):
    """A piece of the posting's text: from where to where."""

    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """A clause of a posting as it stands there: its section, the heading it stands below, and its place."""

    section: str
    heading: str
    span: Span


@dataclass
class _Line:
    text: str
    start: int
    bullet: bool
    after_gap: bool


def pieces(text: str) -> list[Piece]:
    """The clauses of a posting, in order, each with the section that it stands in."""
    section, heading = ABOUT, ""
    lines = list(_lines(text))
    found: list[Piece] = []
    n = 0
    while n < len(lines):
        line = lines[n]
        title, rest = _heading(lines, n)
        if title:
            section, heading = _says(title) or _content(lines, n + 1) or section, title
            if rest is None:
                n += 1
                continue
            line = _Line(line.text[rest:], line.start + rest, True, line.after_gap)
        end = line.start + len(line.text)
        while n + 1 < len(lines) and _goes_on(lines[n], lines[n + 1]):
            n += 1
            end = lines[n].start + len(lines[n].text)
        here = section
        for span in _clauses(text, line.start, end):
            if not line.bullet and n:
                here = _turn(text[span.start : span.end], here, section if heading else None)
            found.append(Piece(here, heading, span))
        if not heading:
            section = here
        n += 1
    return found


def _turn(sentence: str, section: str, headed: str | None) -> str:
    """The section of a sentence in running text, which may begin another one than it stands in.

    `headed` is the section that the heading above names, if there is one. Below it only what would be nice is told from
    what is needed, and what is needed from what is said of the company or the work.
    """
    if headed and section not in (ABOUT, DUTIES, REQUIREMENTS):
        return section
    plain = sentence.replace("\u2019", "'").lstrip("\"'(\u201c\u2018 ")
    found = next((one for one, pattern in OPENINGS if pattern.match(plain)), section)
    if (section == REQUIREMENTS and headed and found != NICE) or (headed == DUTIES and found == ABOUT):
        return section
    return found


def _lines(text: str) -> Iterator[_Line]:
    """The lines that say something, without the marks of lists."""
    start, gap = 0, True
    for raw in text.splitlines(keepends=True):
        mark = _BULLET.match(raw)
        begin = mark.end() if mark else len(raw) - len(raw.lstrip())
        said = raw[begin:].rstrip()
        if any(map(str.isalnum, said)):
            yield _Line(said, start + begin, bool(mark), gap)
            gap = False
        else:
            gap = True
        start += len(raw)


def _heading(lines: Sequence[_Line], number: int) -> tuple[str, int | None]:
    """The heading that a line is, or begins with, and then where what it heads goes on; empty where it is none."""
    line = lines[number]
    below = lines[number + 1] if number + 1 < len(lines) else None
    if number == 0 and not line.text.rstrip().endswith(":") and not (below and below.bullet):
        return "", None  # The title of the posting, or its first sentence.
    title = _MARKS.sub("", line.text)
    if len(title.split()) <= _MOST_WORDS and (_is_marked(line) or (below and _stands_alone(line, title, below))):
        return title, None
    if (lead := _BOLD.match(line.text)) and _says(lead["title"]):
        return lead["title"], lead.end()
    head, colon, rest = line.text.partition(":")
    if colon and rest.strip() and _INLINE.fullmatch(_MARKS.sub("", head)):
        return _MARKS.sub("", head), len(head) + 1 + len(rest) - len(rest.lstrip(" *_"))
    return "", None


def _is_marked(line: _Line) -> bool:
    """Whether a line has the marks of a heading."""
    text = line.text.rstrip()
    bold = text.startswith("**") and text.rstrip(" :").endswith("**")
    return text.startswith("#") or bold or (not line.bullet and text.endswith((":", "\u2026")))


def _stands_alone(line: _Line, title: str, below: _Line) -> bool:
    """Whether a line without marks stands as headings do: in capitals, or apart from what was before."""
    if re.search(r"[.!,;]$|: ", title):
        return False
    if title.isupper() and len(title) > 3:
        return not line.bullet or len(title.split()) > 1
    return not line.bullet and line.after_gap and not title.endswith("-") and bool(below.bullet or _says(title))


def _says(title: str) -> str | None:
    """The section that a heading names; None where it names none."""
    plain = title.replace("\u2019", "'").strip("?!.\u2026 ")
    return next((section for section, pattern in HEADINGS if pattern.search(plain)), None)


def _content(lines: Sequence[_Line], first: int) -> str | None:
    """The section that most lines below a heading are of, by what they are like; None where they do not tell."""
    below = []
    for number in range(first, len(lines)):
        if _heading(lines, number)[0]:
            break
        below.append(lines[number].text)
    kinds = Counter(next((section for section, pattern in CONTENT if pattern.search(text)), None) for text in below)
    section, count = max(kinds.items(), key=lambda kind: kind[1], default=(None, 0))
    if kinds[BENEFITS] * 3 >= max(1, len(below)):
        return BENEFITS  # Sums and days off stand nowhere else.
    return section if count * 2 > len(below) else None


def _goes_on(line: _Line, below: _Line) -> bool:
    """Whether a line was broken for width, and the next is the rest of it."""
    if below.bullet or below.after_gap or re.search(r"[.!?:;]$", line.text):
        return False
    return below.text[:1].islower() or line.text.endswith(",") or (len(line.text) > 60 and not line.bullet)


def _clauses(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences between two places."""
    begin = start
    for gap in _SENTENCE.finditer(text, start, end):
        if not _ABBREVIATION.search(text, begin, gap.start()):
            yield from _pieces(text, begin, gap.start())
            begin = gap.end()
    yield from _pieces(text, begin, end)


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """A sentence, in pieces where it is longer than anybody writes: what is read of a clause grows with its square."""
    while end - start > _MOST_CHARACTERS:
        space = max(text.rfind(" ", start, start + _MOST_CHARACTERS), text.rfind("\n", start, start + _MOST_CHARACTERS))
        cut = space if space > start else start + _MOST_CHARACTERS
        yield Span(start, cut)
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    if start < end:
        yield Span(start, end)
