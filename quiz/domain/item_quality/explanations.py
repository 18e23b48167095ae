"""Explanations and sources: whether an item can teach the one who got it wrong, and be checked by the next author."""

import re
from collections.abc import Iterator

from quiz.domain.item_quality.findings import ItemRule, Remark
from quiz.domain.item_quality.wording import quote, visible_text
from quiz.domain.items import Item
from quiz.domain.source import Location

_LEAST_CHARACTERS = 25
"""What a reason needs at least; "An int reaches 2^31 - 1." is about as short as one can be."""
_LEAST_WORDS = 4
_SHOWN_IN_MESSAGES = 40

_SPECIFIC = re.compile(r"\d|\w[.:/]\w|: |, |\u00a7|\b(?:section|chapter|part|appendix|article|page)\b", re.IGNORECASE)
"""What makes a source specific: a number, an address, a dotted name, a part after a colon or comma."""


def _explanations(item: Item) -> list[tuple[Location, str, str]]:
    """Everything explained in the item: where the explanation stands, what it explains, and the explanation."""
    explanations = []
    for where, entry in item.entries():
        if why := getattr(entry, "why", ""):
            explanations.append(((*where, "why"), getattr(entry, "text", getattr(entry, "prompt", "")), why))
    return explanations


def _short_why(item: Item) -> Iterator[Remark]:
    for where, _, why in _explanations(item):
        if len(visible_text(why)) < _LEAST_CHARACTERS:
            yield where, f'"{visible_text(why)}" has {len(visible_text(why))} characters and cannot explain much'


def _why_sentence(item: Item) -> Iterator[Remark]:
    for where, _, why in _explanations(item):
        # One that is too short is a finding already.
        is_long = len(visible_text(why)) >= _LEAST_CHARACTERS
        if is_long and (len(why.split()) < _LEAST_WORDS or not why.rstrip('`*)"').endswith((".", "!"))):
            yield where, f"{quote([_start(why)])} is not a sentence of {_LEAST_WORDS} words or more with a full stop"


def _copied_why(item: Item) -> Iterator[Remark]:
    seen: set[str] = set()
    for where, _, why in _explanations(item):
        words = _bare(why)
        if words in seen:
            yield where, f"{quote([_start(why)])} explains another part of the item too"
        seen.add(words)


def _why_repeats(item: Item) -> Iterator[Remark]:
    for where, text, why in _explanations(item):
        if text and _bare(why) in {_bare(text), f"this is {_bare(text)}", f"it is {_bare(text)}"}:
            yield where, f"{quote([_start(why)])} says again what it should explain"


def _bare(text: str) -> str:
    """A text without case and without the punctuation at its ends."""
    return " ".join(visible_text(text).casefold().split()).strip(" .!;:")


def _start(text: str) -> str:
    plain = " ".join(visible_text(text).split())
    return plain if len(plain) <= _SHOWN_IN_MESSAGES else plain[: _SHOWN_IN_MESSAGES - 1] + "\u2026"


def _bare_source(item: Item) -> Iterator[Remark]:
    for n, source in enumerate(item.sources):
        if not _SPECIFIC.search(source):
            yield ("sources", n), f'"{source}" does not say where to look'


RULES = (
    ItemRule(
        "short-why",
        "Every explanation has at least 25 characters.",
        "say why it is right, or which mistake leads here and why that is wrong",
        _short_why,
    ),
    ItemRule(
        "why-sentence",
        "Every explanation is a sentence: four words or more, with a full stop.",
        "write a whole sentence",
        _why_sentence,
    ),
    ItemRule(
        "copied-why",
        "No explanation appears twice in an item.",
        "say what is special about this part",
        _copied_why,
    ),
    ItemRule(
        "why-repeats",
        "An explanation says more than what it explains.",
        "say why it is so",
        _why_repeats,
    ),
    ItemRule(
        "bare-source",
        "A source names a section, a number or an address, not a title alone.",
        "add the section, the edition or the address",
        _bare_source,
    ),
)
