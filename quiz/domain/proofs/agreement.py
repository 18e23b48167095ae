"""Agreement: whether what candidates read of a part is what is proven of it, where the text is nothing but a value.

A key that shows `7` and claims that the program prints 5 would be proven, and wrong. Prose is beyond us, but a text
that is only a number, a truth, a quoted text or code is held against the value in its claim.
"""

import re
from collections.abc import Iterator, Sequence

from quiz.domain.items import Item
from quiz.domain.items.options import Option
from quiz.domain.proofs.claims import Claim
from quiz.domain.source import Location
from quiz.domain.writing import Written

_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_FENCE = re.compile(r"```\w*\n(.*?)\n?```", re.DOTALL)
_LITERAL = re.compile(
    r"""[-+\u2212]?\d+(?:[_\u00a0\ ]\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?[LlFfDd]?
    | \b(?:true|false|null|None|True|False|NaN)\b
    | "[^"]*" | '[^']*' | \u201c[^\u201d]*\u201d""",
    re.VERBOSE,
)
_BETWEEN = re.compile(r"[\s,;.]|\b(?:and|then|or)\b")
"""What may be between values without saying more."""
_BEFORE = re.compile(
    r"(?:(?:it|this|the) ?(?:code|expression|method|program|query|script)? )?"
    r"(?:(?:prints|returns|gives|shows|throws|raises|outputs)|(?:it )?ends with status|(?:in|at|on)? ?line)"
    r"\s+(?:an? )?",
    re.IGNORECASE,
)
"""What may be before a value without saying more."""
_EQUALS = re.compile(r"(?:==+ *|equals\()(-?\d[\w.]*|true|false|null|\"[^\"]*\"|'[^']*')\)?\s*$")
"""The value that an expression ends with, where it compares with one."""

_TYPE_ARGUMENTS = re.compile(r"(?<=\w)<[\w, ?.<>]*>")
"""What no program knows when it runs."""


def disagreements(item: Item) -> Iterator[tuple[Location, str, str]]:
    """Where texts and claims of an item say different things: (location, message, fix)."""
    for where, entry in item.entries():
        shown, claim = _shown(entry), _claim(entry)
        if shown is None or claim is None or getattr(entry, "differs", None) or _is_code(item, entry, claim):
            continue
        value = value_in(shown)
        if value is not None and not _agree(value, claim):
            stands = "claim" if getattr(entry, "claim", None) else "prints"
            message = f"candidates read {_quote(value)}, but what is proven is {_wording(claim)}"
            yield (*where, stands), message, _FIX


_FIX = "make the text and the claim say the same, or say with `differs:` why they do not"


def _shown(entry: Written) -> str | None:
    return getattr(entry, "text", None) or getattr(entry, "match", None)


def _claim(entry: Written) -> Claim | None:
    if (prints := getattr(entry, "prints", None)) is not None and not isinstance(entry, Claim):
        return Claim(prints=prints)
    claim: Claim | None = getattr(entry, "claim", None)
    return claim


def _is_code(item: Item, entry: Written, claim: Claim) -> bool:
    """Whether the text is code that is put into the program, so that the claim speaks of what it does."""
    if getattr(entry, "match", None):
        return False
    inserted = isinstance(entry, Option) and item.run.inserts and claim.probe is None
    return inserted or getattr(entry, "code", None) is not None


def value_in(text: str) -> str | None:
    """The value that a text shows, where it shows nothing else; None where it is prose."""
    text = text.strip()
    if fenced := _FENCE.fullmatch(text):
        return fenced[1]
    if said := _BEFORE.match(text):
        text = text[said.end() :]
    if _SPAN.search(text) and not _BETWEEN.sub("", _SPAN.sub("", text)):
        return "\n".join(span[2].strip() for span in _SPAN.finditer(text))
    if _LITERAL.search(text) and not _BETWEEN.sub("", _LITERAL.sub("", text)):
        return "\n".join(re.sub(r"(?<=\d)[\u00a0 _]", "", literal) for literal in _LITERAL.findall(text))
    return None


def _agree(value: str, claim: Claim) -> bool:
    """Whether a value is what a claim says, as far as the claim says a value."""
    said = list(_said(value, claim))
    words = _words(value), _words(_TYPE_ARGUMENTS.sub("", value))
    return not said or any(_words(one) in words for one in said)


def _said(value: str, claim: Claim) -> Iterator[str]:
    """The values in a claim, in every way in which a text may show them."""
    facts = claim.facts
    yield from (facts[name] for name in ("prints", "returns", "body") if name in facts)
    if claim.throws:
        yield from (claim.throws, claim.throws.rpartition(".")[2], value if claim.throws in value else claim.throws)
    for number in (claim.exits, claim.status):
        if number is not None:
            yield from (str(number), value if re.match(rf"{number}\b", value) else str(number))
    yield from (", ".join(map(str, lines)) for lines in (claim.error_at, claim.throws_at) if lines)
    if claim.rows is not None:
        yield " ".join(cell for row in claim.rows for cell in row)
    for name, content in [*(claim.header or {}).items(), *(claim.sends or {}).items()]:
        yield from (content, f"{name}: {content}", name)
    if claim.matches and _LITERAL.fullmatch(value):
        yield value if re.search(claim.matches, value) or value in claim.matches else claim.matches
    if claim.is_ and _LITERAL.fullmatch(value) and (compared := _EQUALS.search(claim.is_)):
        yield compared[1]


def _words(value: str) -> list[str]:
    """A value as it is compared: without quotes, and whatever parts its words."""
    return re.findall(r"[^\s,;`'\"\u201c\u201d]+", value.replace("\u2212", "-"))


def other_answers(item: Item) -> Iterator[tuple[Location, str, str]]:
    """Accepted answers of which the machine proves one, while another says something else: as for disagreements."""
    answers: Sequence[str] = getattr(item, "answers", None) or ()
    if item.lab is None or getattr(item, "differs", None):
        return
    proven = _spelling(answers[0]) if answers else ""
    for n, answer in enumerate(answers[1:], start=1):
        spelling = _spelling(answer)
        if not (spelling in proven or proven in spelling or _is_same_number(spelling, proven)):
            message = f"{_quote(answer)} is accepted as well as {_quote(answers[0])}, but the program shows only one"
            fix = "remove the wrong one, or say with `differs:` why both are right"
            yield ("answers", n), message, fix


def _spelling(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold()) or text


def _is_same_number(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _quote(value: str) -> str:
    """A value for a message, on one line and not too long."""
    line = value.replace("\n", "\\n")
    return f"`{line if len(line) <= 60 else line[:59] + chr(0x2026)}`"


def _wording(claim: Claim) -> str:
    return ", ".join(f"`{name}: {str(value)[:60]!s}`" for name, value in claim.facts.items()).replace("\n", "\\n")
