"""Typography: one form for what a keyboard, a phone or an editor makes of the same answer.

What decides is what a character is, by its Unicode category, name and decomposition, not a list of characters that
somebody has met. Nothing is folded that tells answers apart: letter case, accents, superscripts (ten to the power of
two is not 102), one quote and two, a backtick and a quote, and every letter of another script.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

_KEPT_APART = ("<super>", "<sub>", "<circle>")
"""Decompositions that lose a distinction: a power would become a digit, a numbered circle a number."""
_QUOTES = frozenset({"QUOTATION", "APOSTROPHE", "PRIME", "ACUTE"})
_MOST_MARKS = 30
_SIGNS = {"FRACTION SLASH": "/", "FULL STOP": ".", "DECIMAL SEPARATOR": ".", "COMMA": ","}
"""Signs of other scripts and their keyboards that mean one of ours, by how their names end."""


def fold(text: str) -> str:
    """The text with plain quotes, hyphens, digits and single spaces, composed, and without what cannot be seen."""
    return " ".join(fold_code(text).split())


def fold_code(text: str) -> str:
    """The text folded, but for the spaces within it: in code they may matter."""
    plain = "".join(map(_plain, unicodedata.normalize("NFC", _with_few_marks(text))))
    return unicodedata.normalize("NFC", plain).strip()


def is_same(one: str, other: str, read: Callable[[str], str]) -> bool:
    """Whether two texts are the same as they are read.

    Editors turn two hyphens into a long dash, so two hyphens differ from one only where neither text has such a dash.
    """
    first, second = read(one), read(other)
    loose = has_long_dash(one) or has_long_dash(other)
    return first == second or (loose and re.sub("-+", "-", first) == re.sub("-+", "-", second))


def _with_few_marks(text: str) -> str:
    """The text with at most 30 marks on a letter (UAX #15, 13): sorting them takes the square of their number."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def has_long_dash(text: str) -> bool:
    """Whether a text holds a dash that editors put in place of one hyphen or of two."""
    return any(unicodedata.category(c) == "Pd" and _words(c)[-1:] == ["DASH"] for c in text if not c.isascii())


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:  # noqa: PLR0911 one case for each sort of character
    """What a character stands for, however it was typed."""
    if character.isascii():
        return character
    category, words = unicodedata.category(character), _words(character)
    if category == "Cf" or words[-1:] in (["JOINER"], ["FILLER"]) or (words[:1] == ["VARIATION"] and category == "Mn"):
        return ""
    if category in ("Zs", "Zl", "Zp") or character == "\x85":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or (category[0] in "PS" and words[-2:] == ["MINUS", "SIGN"]) or words[-1:] == ["HYPHEN"]:
        return "-"
    if (category[0] in "PS" or category == "Lm") and _QUOTES.intersection(words):
        return _quote(words)
    return _SIGNS.get(" ".join(words[-2:])) or _SIGNS.get(words[-1] if words else "") or _decomposed(character)


def _quote(words: list[str]) -> str:
    """One quote or two, by the character's name: only the names of single ones say so."""
    if "QUOTATION" in words:
        return "'" if "SINGLE" in words else '"'
    return '"' if "DOUBLE" in words else "'"


def _decomposed(character: str) -> str:
    """Full-width forms, ligatures, an ellipsis and the like in plain characters (Unicode NFKC)."""
    tag, _, parts = unicodedata.decomposition(character).partition(" ")
    if not tag.startswith("<") or tag in _KEPT_APART:
        return character
    text = "".join(map(_plain, "".join(chr(int(part, 16)) for part in parts.split())))
    # A whole number before it stays apart: one and a half is 1 1/2, not 11/2.
    return f" {text}" if tag == "<fraction>" else text


def _words(character: str) -> list[str]:
    return unicodedata.name(character, "").split()
