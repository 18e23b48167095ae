"""Words: a text taken apart so that names are found in it however they are hyphenated, spaced and quoted."""

import re
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+|[^\s\w]|_")
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212\u00ad")
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"'})


class Word(NamedTuple):
    """A word, or a sign that is none, and where it stands; `spaced` is whether white space stands before it."""

    text: str
    start: int
    end: int
    spaced: bool


def words(text: str) -> list[Word]:
    """The words and signs of a text. A hyphen is none: it joins what stands around it."""
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        if match[0] not in _HYPHENS:
            between = text[end : match.start()]
            spaced = not found or any(map(str.isspace, between))
            found.append(Word(match[0].translate(_QUOTES), match.start(), match.end(), spaced))
            end = match.end()
    return found
