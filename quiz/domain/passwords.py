"""Passwords: how many guesses it takes to find one if the likeliest are tried first.

A password is taken apart into pieces that are easy to guess: words and passwords that many use, whatever their case and
with figures in place of letters, repetitions, sequences, rows of a keyboard, years. Between them stands what has to be
tried out. Wheeler 2016 (USENIX Security 25, 157-173) shows that such an estimate is close to what crackers need.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from math import log10

LEAST_GUESSES = 8.0
"""The decimal logarithm of the guesses that a password has to withstand: more than anybody can try at a sign-in."""

_LONGEST_WORD = 32
_LONGEST_UNIT = 40
_ANY_CHARACTER = 1.0
"""The cost of a character that belongs to no pattern."""
_NEXT_PIECE = 0.2
"""The cost of guessing that another piece follows."""

_SUBSTITUTIONS = [
    str.maketrans("@430!$5789+€|1", letters) for letters in ("aaeoisstbgteli", "aaeolsstbgteil", "aaeoisstbgtell")
]
"""The letters that figures are put in place of; some figures stand for either of two."""

_ROWS = [
    *(
        "1234567890-=",
        "qwertyuiop[]",
        "asdfghjkl;'",
        "zxcvbnm,./",
        "qwertzuiopü",
        "yxcvbnm",
        "azertyuiop",
        "qsdfghjklm",
    ),
    *("wxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p"),
    *("!@#$%^&*()", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "147258369", "741852963", "1qazxsw23edcvfr4"),
]


def guesses(password: str, common: Mapping[str, int], own_words: Iterable[str] = ()) -> float:
    """The decimal logarithm of the guesses that a password withstands.

    `common` gives words and passwords, in lower case, with their rank from 1; `own_words` are guessed at once: names of
    the person and of the place.
    """
    ranks = dict.fromkeys((_plain(word) for word in own_words if len(word) >= 3), 1)
    return _cost(_plain(password), common, ranks)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _cost(text: str, common: Mapping[str, int], own: Mapping[str, int]) -> float:
    """The cheapest way to put a text together from pieces."""
    best = [0.0] + [float("inf")] * len(text)
    repeated: dict[str, float] = {}
    for start in range(len(text)):
        pieces = [
            (1, _ANY_CHARACTER - _NEXT_PIECE),
            *_words(text, start, common, own),
            *_runs(text, start),
            *_rows(text, start),
            *_years(text, start),
        ]
        for length, count in _repetitions(text, start):
            unit = text[start : start + length]
            if unit not in repeated:
                repeated[unit] = _cost(unit, common, own) if length > 1 else _ANY_CHARACTER
            pieces.append((length * count, repeated[unit] + log10(count)))
        for length, cost in pieces:
            end = start + length
            best[end] = min(best[end], best[start] + cost + _NEXT_PIECE)
    return best[-1]


def _words(text: str, start: int, common: Mapping[str, int], own: Mapping[str, int]) -> Iterator[tuple[int, float]]:
    """Words found here: as they are, backwards, with figures for letters."""
    for end in range(start + 3, min(len(text), start + _LONGEST_WORD) + 1):
        piece = text[start:end]
        spellings = {piece, piece[::-1], *(piece.translate(each).casefold() for each in _SUBSTITUTIONS)}
        ranks = [ranks[spelling] for spelling in spellings for ranks in (own, common) if spelling in ranks]
        if ranks:
            yield end - start, log10(min(ranks)) + (0.0 if piece in common or piece in own else 0.3)


def _runs(text: str, start: int) -> Iterator[tuple[int, float]]:
    """Letters or digits that follow each other by the same step: abcd, 8642."""
    for length in range(3, len(text) - start + 1):
        piece = text[start : start + length]
        steps = {ord(after) - ord(before) for before, after in pairwise(piece)}
        if len(steps) != 1 or not 1 <= abs(steps.pop()) <= 2:
            return
        yield length, 1.0 + log10(length)


def _rows(text: str, start: int) -> Iterator[tuple[int, float]]:
    """Keys that are next to each other."""
    for length in range(3, min(len(text) - start, _LONGEST_UNIT) + 1):
        if text[start : start + length] not in _keyboard():
            return
        yield length, 1.5 + log10(length)


@cache
def _keyboard() -> frozenset[str]:
    pieces = set()
    for row in _ROWS:
        for line in (row, row[::-1]):
            for start in range(len(line)):
                pieces |= {line[start:end] for end in range(start + 3, len(line) + 1)}
    return frozenset(pieces)


def _years(text: str, start: int) -> Iterator[tuple[int, float]]:
    piece = text[start : start + 4]
    if len(piece) == 4 and piece.isascii() and piece.isdigit() and piece[:2] in ("19", "20"):
        yield 4, 2.0


def _repetitions(text: str, start: int) -> Iterator[tuple[int, int]]:
    """What is repeated at once: the length of a unit, and how often it occurs here."""
    for length in range(1, min((len(text) - start) // 2, _LONGEST_UNIT) + 1):
        unit, count = text[start : start + length], 1
        while text.startswith(unit, start + count * length):
            count += 1
            yield length, count
