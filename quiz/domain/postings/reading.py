"""Reading a posting: its clauses, and what each asks for, how much, and how many years of it.

Everything follows from the words that stand there, by rules that are written down: the same text gives the same reading
for ever, and each link can be shown with the words that made it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from quiz.domain.postings import phrases
from quiz.domain.postings.layout import Piece, Span, pieces
from quiz.domain.postings.naming import Name, Tempting, names
from quiz.domain.requirements.vocabulary import Vocabulary

MUST, NICE, DUTY = "must", "nice", "duty"


@dataclass(frozen=True)
class Link:
    """A requirement that a clause asks for.

    `need` is `must`, `nice` or `duty`, what the person will do. Links of a clause with the same number of `alternative`
    are alternatives of each other. `words` are those that name it, `span` is where they stand in the posting.
    """

    requirement: str
    need: str
    words: str
    span: Span
    years: int | None = None
    alternative: int | None = None


@dataclass(frozen=True)
class Passed:
    """Words that look like a requirement and were passed over, and why."""

    requirement: str
    words: str
    span: Span
    why: str


@dataclass(frozen=True)
class Clause:
    """A clause of a posting: what it says, where, below which heading, and what it asks for."""

    text: str
    section: str
    heading: str
    span: Span
    links: tuple[Link, ...] = ()
    passed: tuple[Passed, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A posting as it was read, clause by clause."""

    clauses: tuple[Clause, ...]

    @property
    def links(self) -> list[Link]:
        return [link for clause in self.clauses for link in clause.links]


def read_posting(text: str, vocabulary: Vocabulary) -> Reading:
    """The clauses of a posting with the requirements they name, in its own order."""
    return Reading(tuple(_clause(text, piece, vocabulary) for piece in pieces(text)))


def _clause(text: str, piece: Piece, vocabulary: Vocabulary) -> Clause:
    said = text[piece.span.start : piece.span.end]
    found, tempting = names(said, vocabulary)
    refused = [Tempting(name, why) for name in found if (why := _why_not(said, name, piece))]
    refused_names = {one.name for one in refused}
    meant = [name for name in found if name not in refused_names]
    links = [_link(said, piece, name.requirement, name.start, name.end) for name in meant]
    links = _with_years(said, meant, links, piece, vocabulary)
    links = _with_alternatives(said, links, piece.span.start, vocabulary)
    passed = [
        Passed(
            one.name.requirement,
            said[one.name.start : one.name.end],
            _placed(piece, one.name.start, one.name.end),
            one.why,
        )
        for one in (*refused, *tempting)
    ]
    return Clause(said, piece.section, piece.heading, piece.span, tuple(links), tuple(passed))


def _link(said: str, piece: Piece, requirement: str, start: int, end: int) -> Link:
    return Link(requirement, _need(said, start, end, piece), said[start:end], _placed(piece, start, end))


def _placed(piece: Piece, start: int, end: int) -> Span:
    return Span(piece.span.start + start, piece.span.start + end)


# Whether it is asked for, and how much ---------------------------------------------------------------------------


def _why_not(said: str, name: Name, piece: Piece) -> str:
    """Why a name is no requirement where it stands; empty where it is one."""
    before, after = (
        said[: name.start].replace("\u2019", "'"),
        phrases.CONTRAST.split(said[name.end :].replace("\u2019", "'"))[0],
    )
    unneeded = phrases.NOT_NEEDED.search(before)
    reasons = {
        f"it stands below “{piece.heading}”": piece.section == phrases.UNNEEDED,
        "it stands in what is said of the offer, or of applying": piece.section in (phrases.BENEFITS, phrases.OTHER),
        "it stands in what is said of the company": piece.section == phrases.ABOUT and not phrases.WORK.search(said),
        "the clause says that it is not wanted": phrases.UNWANTED_BEFORE.search(before)
        or phrases.UNWANTED_AFTER.search(after),
        "it is said of somebody else": phrases.OF_OTHERS.search(before),
        "the clause says that it is not needed": unneeded and not phrases.TURN.search(unneeded["rest"]),
    }
    return next((why for why, applies in reasons.items() if applies), "")


def _need(said: str, start: int, end: int, piece: Piece) -> str:
    """How much is asked for what is named between two places of a clause."""
    plain = said.replace("\u2019", "'")
    ahead = list(phrases.SOFT_AHEAD.finditer(plain, 0, start))
    softened = bool(ahead) and not re.search(r"[;.)]", plain[ahead[-1].end() : start])
    if softened or piece.section == phrases.NICE or phrases.SOFT.search(_part_around(plain, start, end)):
        return NICE
    return MUST if piece.section == phrases.REQUIREMENTS else DUTY


def _part_around(said: str, start: int, end: int) -> str:
    """The part of a clause that something stands in."""
    begin = max((found.end() for found in phrases.PART.finditer(said) if found.end() <= start), default=0)
    finish = min((found.start() for found in phrases.PART.finditer(said) if found.start() >= end), default=len(said))
    return said[begin:finish]


# Years -----------------------------------------------------------------------------------------------------------

EXPERIENCE = "experience-years"
"""The requirement that a figure asks for where it names no field."""

_WORDS = "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
_NUMBERS = {word: number for number, word in enumerate(_WORDS.split("|"))}
_NUMBER = rf"\d{{1,2}}|{_WORDS}"
_YEARS = re.compile(
    rf"\b(?P<least>{_NUMBER})\s*\+?\s*(?:(?:-|\u2013|\u2014|to|or)\s*(?:more|{_NUMBER})\s*\+?)?\s*(?:\(\d+\)\s*)?"
    r"(?:full |solid |good )?(?:years?|yrs?)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(
    rf"\bof which (?:at least )?(?P<part>{_NUMBER})\b|"
    rf"(?:including |at least |, )(?P<of>{_NUMBER}) (?:of them|of these|of those|with|in)\b",
    re.IGNORECASE,
)
"""Figures that divide the years named before: `five years of Java, two of them with Spring`."""


def _with_years(
    said: str, meant: Sequence[Name], links: list[Link], piece: Piece, vocabulary: Vocabulary
) -> list[Link]:
    """The links with the years that the figures of a clause ask for.

    A figure governs what follows it until the next one, and the first also what stands before it where nothing follows.
    Where it governs nothing of the trade, it asks for experience as such.
    """
    figures = [(found.start(), found.end(), _number(found["least"])) for found in _YEARS.finditer(said)]
    if not figures:
        others = [link for link in links if link.requirement != EXPERIENCE]
        return others if any(_is_of_the_trade(vocabulary, link.requirement) for link in others) else links
    first, end, most = figures[0]
    figures += [(f.start(), f.end(), _number(f["part"] or f["of"])) for f in _PARTS.finditer(said) if f.start() > first]
    years = _governed(meant, sorted(figures), len(said))
    dated = [replace(link, years=years.get(link.requirement)) for link in links if link.requirement != EXPERIENCE]
    if any(years[id] == most and _is_of_the_trade(vocabulary, id) for id in years):
        return dated
    named = next((link for link in links if link.requirement == EXPERIENCE), None)
    is_asked = piece.section in (phrases.REQUIREMENTS, phrases.NICE) and phrases.WORKED.search(said)
    if named is None and is_asked and EXPERIENCE in vocabulary.requirements:
        named = _link(said, piece, EXPERIENCE, first, end)
    return [*([replace(named, years=most)] if named else []), *dated]


def _governed(meant: Sequence[Name], figures: Sequence[tuple[int, int, int]], length: int) -> dict[str, int]:
    """The years of each requirement that a figure governs; figures are (from, to, years)."""
    years: dict[str, int] = {}
    for n, (start, _, number) in enumerate(figures):
        until = figures[n + 1][0] if n + 1 < len(figures) else length
        behind = [name.requirement for name in meant if start <= name.start < until]
        before = [name.requirement for name in meant if name.end <= start]
        for id in behind or (before if n == 0 else []):
            years.setdefault(id, number)
    return years


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]


def _is_of_the_trade(vocabulary: Vocabulary, id: str) -> bool:
    requirement = vocabulary.requirements[id]
    return id != EXPERIENCE and (requirement.technical or requirement.declared == "years")


# Alternatives ----------------------------------------------------------------------------------------------------

_SIDE_BY_SIDE = frozenset({"html", "css"})
"""What a slash joins with anything without a choice: HTML/CSS/JavaScript."""


def _with_alternatives(said: str, links: Sequence[Link], start: int, vocabulary: Vocabulary) -> list[Link]:
    """The links, in their order, with the numbers of their alternatives: what `or`, a slash or examples join.

    `start` is where the clause stands in its posting.
    """
    ordered = sorted(links, key=lambda link: link.span)
    lists: list[list[int]] = []
    are_examples = False
    for k, link in enumerate(ordered):
        gap = said[ordered[k - 1].span.end - start : link.span.start - start] if k else ""
        if gap and phrases.JOINT.match(gap) and (are_examples or not re.search(r"\band\b(?!/or)", gap)):
            lists[-1].append(k)
        else:
            lists.append([k])
            are_examples = bool(phrases.EXAMPLES.search(said[: link.span.start - start]))
    numbers: dict[int, int] = {}
    for together in lists:
        if len(together) > 1 and _are_alternatives(said, [ordered[k] for k in together], start, vocabulary):
            numbers |= dict.fromkeys(together, max(numbers.values(), default=0) + 1)
    return [replace(link, alternative=numbers.get(k)) for k, link in enumerate(ordered)]


def _are_alternatives(said: str, links: Sequence[Link], start: int, vocabulary: Vocabulary) -> bool:
    between = [said[one.span.end - start : two.span.start - start].lower() for one, two in pairwise(links)]
    if any(re.search(r"\bor\b", gap) for gap in between) or phrases.OR_MORE.match(said[links[-1].span.end - start :]):
        return True
    if phrases.EXAMPLES.search(said[: links[0].span.start - start]):
        return True
    if any(link.requirement in _SIDE_BY_SIDE for link in links):
        return False
    kinds = [frozenset(vocabulary.requirements[link.requirement].includes) for link in links]
    return all(gap.strip() == "/" for gap in between) and bool(frozenset.intersection(*kinds))
