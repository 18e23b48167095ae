# ruff: noqa: RUF001, RUF002 - these letters are what it is about
"""Folding: text as people look for it and sort it, whatever the case, accents and spelling it was typed with."""

import re
import unicodedata

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
    | {"ĸ": "k", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o", "ŀ": "l", "ƒ": "f"}
)
"""Latin letters that Unicode does not take apart into a letter and a mark."""

_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""How letters are written where a keyboard lacks them."""

_APOSTROPHES = re.compile("['’‘ʼʻ`´]")
_ACCENTS_FROM = 10
"""The lowest of Unicode's classes of combining marks that only add to a letter; marks of the classes below it spell."""


def fold(text: str) -> str:
    """Text without case, accents and doubled white space: `Łukasz  Müller-Groß` is `lukasz muller-gross`.

    Texts sort by it as readers expect, whatever their language: Ä beside A, and not after Z.
    """
    return " ".join(_bare(_lower(_APOSTROPHES.sub("'", text))).split())


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())


def _bare(text: str) -> str:
    """Letters without accents. Signs that spell, such as the vowels of Indian scripts, stay."""
    letters = (
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if unicodedata.combining(letter) < _ACCENTS_FROM and unicodedata.category(letter) != "Cf"
    )
    return unicodedata.normalize("NFC", "".join(letters).translate(_LETTERS))


def words_to_find(*texts: str) -> str:
    """Every word that texts are found by, each after a space: folded, in other spellings, and joined at an apostrophe.

    `Zoë O’Müller` is found by `zoe`, `o`, `muller`, `mueller`, `omuller` and `omueller`.
    """
    joined = [_APOSTROPHES.sub("", text) for text in texts]
    words = {spelling for text in (*texts, *joined) for word in _words(text) for spelling in _spellings(word)}
    return "".join(f" {word}" for word in sorted(words))


def words_wanted(search: str) -> list[list[str]]:
    """The words of a search, each in its spellings: a text needs for each a word that begins with one of them."""
    return [spellings for word in _words(search) if (spellings := _spellings(word))]


def _words(text: str) -> list[str]:
    """The words of a text in lower case: what stands between anything but letters, digits and their marks."""
    return "".join(
        letter if unicodedata.category(letter)[0] in "LNM" or unicodedata.category(letter) == "Cf" else " "
        for letter in _lower(text)
    ).split()


def _spellings(word: str) -> list[str]:
    return sorted({_bare(word), _bare(word.translate(_SPELT_OUT))} - {""})


def is_found_within(word: str) -> bool:
    """Whether a word is also looked for inside others: in scripts that join words or do not write them apart."""
    return unicodedata.category(word[0]) == "Lo"
