"""Cues: what lets people find the key without knowing it (Haladyna, Downing & Rodriguez 2002, guidelines 23 to 28)."""

import re
from collections.abc import Callable, Iterator

from quiz.domain.health.findings import ItemRule, Remark
from quiz.domain.health.wording import (
    ABSOLUTE,
    CODE,
    NEGATIONS,
    VAGUE,
    choices,
    holds,
    is_code,
    keys_and_distractors,
    parts,
    prose,
    quoted,
    shown,
    telling,
    words,
)
from quiz.domain.items import Item

_CONSPICUOUS = 1.5
"""How many times as long as every distractor a key has to be to stand out."""
_LETTERS_APART = 15
"""And how many characters longer, so that short options do not count as unequal."""

_ARTICLE_AT_END = re.compile(r"\b(an?)\s*[:.\u2026_]*$", re.IGNORECASE)


def _longest_option(item: Item) -> Iterator[Remark]:
    keys, distractors = ([len(shown(text)) for text in texts] for texts in keys_and_distractors(item))
    if len(keys) + len(distractors) < 3:
        return
    if _outgrows(min(keys), max(distractors)):
        yield ("options",), f"the key has {min(keys)} characters, the longest distractor {max(distractors)}"
    elif _outgrows(min(distractors), max(keys)):
        yield ("options",), f"the key has {max(keys)} characters, the shortest distractor {min(distractors)}"


def _outgrows(longer: int, shorter: int) -> bool:
    return longer >= _CONSPICUOUS * shorter and longer - shorter >= _LETTERS_APART


def _absolute_words(item: Item) -> Iterator[Remark]:
    """Two distractors with such words are a cue where no key has one; a single "only" is ordinary English."""
    keys, distractors = keys_and_distractors(item)
    seen = [holds(text, ABSOLUTE) for text in distractors]
    marked = sum(map(bool, seen))
    if marked >= 2 and marked > len(distractors) / 2 and not any(holds(text, ABSOLUTE) for text in keys):
        listed = quoted(sorted({word for found in seen for word in found}))
        yield ("options",), f"{marked} of {len(distractors)} distractors are absolute ({listed}), and the key is not"


def _vague_words(item: Item) -> Iterator[Remark]:
    for where, part in parts(item, "options", "statements"):
        if vague := holds(part["text"], VAGUE):
            yield (*where, "text"), f"how often is {quoted(vague)}? Readers differ, and it hints at the key"


def _clang(item: Item) -> Iterator[Remark]:
    keys, distractors = keys_and_distractors(item)
    if len(keys) + len(distractors) < 3:
        return
    asked = telling(item.stem)
    shared = set.intersection(*(telling(key) for key in keys)) & asked
    shared -= {stem for text in distractors for stem in telling(text)}
    if shared and not any(telling(text) & asked for text in distractors):
        spelt = sorted({word for word in words(item.stem) if telling(word) & shared})
        yield ("options",), f"of all options the key alone repeats {quoted(spelt)} from the stem"


def _article(item: Item) -> Iterator[Remark]:
    ending = _ARTICLE_AT_END.search(prose(item.stem))
    if not ending or not choices(item):
        return
    wants_vowel = ending[1].casefold() == "an"
    unfit = [
        n
        for n, option in enumerate(choices(item))
        if (found := words(option.text)) and (found[0][0] in "aeiou") is not wants_vowel
    ]
    if unfit:
        text = shown(choices(item)[unfit[0]].text)
        yield ("options", unfit[0], "text"), f'the stem ends in "{ending[1]}", which "{text}" cannot follow'


def _odd_form(item: Item) -> Iterator[Remark]:
    """Form is judged among options of a sort: a word beside code is how one says that no value fits."""
    in_words = [n for n, option in enumerate(choices(item)) if not is_code(option.text)]
    for form, sort in _FORMS.items():
        formed = [n for n in in_words if sort(choices(item)[n].text) is not None]
        having = [n for n in formed if sort(choices(item)[n].text)]
        if 0 < len(having) < len(formed) and len(formed) >= 3:
            odd = min(having, [n for n in formed if n not in having], key=len)
            yield ("options", odd[0], "text"), f"{len(having)} of {len(formed)} options {form}, the others do not"
    yield from _lone_code(item)


def _lone_code(item: Item) -> Iterator[Remark]:
    """One option in code among words, or the reverse; a negation in words is again how one says that none fits."""
    coded = [is_code(option.text) and CODE in prose(option.text) for option in choices(item)]
    if len(coded) < 3 or item.listing or item.lab or sum(coded) not in (1, len(coded) - 1):
        return
    odd = coded.index(sum(coded) == 1)
    if coded[odd] or not holds(choices(item)[odd].text, NEGATIONS):
        yield ("options", odd, "text"), f"this option alone is {'code' if coded[odd] else 'words'}"


def _ends_like_a_sentence(text: str) -> bool | None:
    return prose(text).endswith((".", "!"))


def _begins_in_lower_case(text: str) -> bool | None:
    """None where the text begins with something that has no case, or with code."""
    first = prose(text)[:1]
    return first.islower() if first.isalpha() else None


_FORMS: dict[str, Callable[[str], bool | None]] = {
    "end with a full stop": _ends_like_a_sentence,
    "begin in lower case": _begins_in_lower_case,
}

RULES = (
    ItemRule(
        "longest-option",
        "The key is not conspicuously longer or shorter than every distractor.",
        "shorten the key or say as much in a distractor; what all need belongs in the stem",
        _longest_option,
    ),
    ItemRule(
        "absolute-words",
        "Words such as always, never, only and must do not stand in the distractors alone.",
        "reword the distractors so that they are wrong for what they say, not for how strongly they say it",
        _absolute_words,
    ),
    ItemRule(
        "vague-words",
        "Options and statements do not say often, usually or rarely.",
        "give the figure or the condition, or leave the word out",
        _vague_words,
    ),
    ItemRule(
        "clang",
        "No telling word of the stem comes back in the key alone.",
        "use another word in the key, or the same word in a distractor",
        _clang,
    ),
    ItemRule(
        "article",
        "A stem that ends in a or an fits every option.",
        "put the article into the options",
        _article,
    ),
    ItemRule(
        "odd-form",
        "Options of one item are alike in form: full stops, capitals, code or words.",
        "give all options the same form",
        _odd_form,
    ),
)
