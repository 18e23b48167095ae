"""Listings: what is a line of one, and what may be in it.

Pages, answers and proofs count lines by number, so there is one way of counting them: a line ends with a line feed.
"""

import re

_BREAK = re.compile("\r\n?")
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What no page may hold, and what some programs take for the end of a line and others do not."""


def mended(text: str) -> str:
    """The text with line feeds alone at the ends of lines, and a sign in place of what cannot be shown."""
    return _UNSHOWABLE.sub("\ufffd", _BREAK.sub("\n", text))


def checked(text: str) -> str:
    """The text with line feeds alone. Raises ValueError where it holds what is no text."""
    text = _BREAK.sub("\n", text)
    if found := _UNSHOWABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ValueError(f"line {line} holds the character U+{ord(found.group()):04X}, which is not text: delete it")
    return text


def lines(listing: str) -> list[str]:
    """The lines of a listing, without the line feed at its end."""
    return listing.rstrip("\n").split("\n")
