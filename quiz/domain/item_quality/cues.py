"""Cues: what lets people find the key without knowing it (Haladyna, Downing & Rodriguez 2002, guidelines 23 to 28)."""

import re
from collections.abc import Callable, Iterator

from quiz.domain.item_quality.findings import ItemRule, Remark
from quiz.domain.item_quality.wording import (
    ABSOLUTE,
    CODE,
    NEGATIONS,
    VAGUE,
    holds,
    is_code,
    options,
    prose,
    quote,
    telling,
    visible_text,
    words,
)
from quiz.domain.items import Item
from quiz.domain.items.item import OptionSet
from quiz.domain.items.true_false_set.item import TrueFalseSet

_CONSPICUOUS = 1.5
"""How many times as long as every distractor a key has to be to stand out."""
_LETTERS_APART = 15
"""And how many characters longer, so that short options do not count as unequal."""

_ARTICLE_AT_END = re.compile(r"\b(an?)\s*[:.\u2026_]*$", re.IGNORECASE)


def _longest_option(item: Item) -> Iterator[Remark]:
    for offer in item.option_sets:
        keys, distractors = ([len(visible_text(text)) for text in texts] for texts in (offer.keys, offer.distractors))
        if len(offer.options) < 3:
            continue
        if _outgrows(min(keys), max(distractors)):
            yield offer.where, f"the key has {min(keys)} characters, the longest distractor {max(distractors)}"
        elif _outgrows(min(distractors), max(keys)):
            yield offer.where, f"the key has {max(keys)} characters, the shortest distractor {min(distractors)}"


def _outgrows(longer: int, shorter: int) -> bool:
    return longer >= _CONSPICUOUS * shorter and longer - shorter >= _LETTERS_APART


def _absolute_words(item: Item) -> Iterator[Remark]:
    """Two distractors with such words are a cue where no key has one; a single "only" is ordinary English."""
    for offer in item.option_sets:
        words_of = [holds(text, ABSOLUTE) for text in offer.distractors]
        marked = sum(map(bool, words_of))
        if marked >= 2 and marked > len(words_of) / 2 and not any(holds(text, ABSOLUTE) for text in offer.keys):
            listing = quote(sorted({word for words in words_of for word in words}))
            yield offer.where, f"{marked} of {len(words_of)} distractors are absolute ({listing}), and the key is not"


def _vague_words(item: Item) -> Iterator[Remark]:
    statements = enumerate(item.statements) if isinstance(item, TrueFalseSet) else ()
    texts = [*options(item), *((("statements", n, "text"), statement.text) for n, statement in statements)]
    for where, text in texts:
        if vague := holds(text, VAGUE):
            yield where, f"how often is {quote(vague)}? Readers differ, and it hints at the key"


def _clang(item: Item) -> Iterator[Remark]:
    for offer in item.option_sets:
        if len(offer.options) < 3:
            continue
        stem = telling(item.stem)
        shared = set.intersection(*(telling(key) for key in offer.keys)) & stem
        shared -= {word for text in offer.distractors for word in telling(text)}
        if shared and not any(telling(text) & stem for text in offer.distractors):
            spelt = sorted({word for word in words(item.stem) if telling(word) & shared})
            yield offer.where, f"of all options the key alone repeats {quote(spelt)} from the stem"


def _article(item: Item) -> Iterator[Remark]:
    ending = _ARTICLE_AT_END.search(prose(item.stem))
    if not ending:
        return
    wants_vowel = ending[1].casefold() == "an"
    for offer in item.option_sets:
        unfit = [
            n
            for n, option in enumerate(offer.options)
            if (spoken := words(option.text)) and (spoken[0][0] in "aeiou") is not wants_vowel
        ]
        if unfit:
            text = visible_text(offer.options[unfit[0]].text)
            yield (*offer.where, unfit[0], "text"), f'the stem ends in "{ending[1]}", which "{text}" cannot follow'


def _odd_form(item: Item) -> Iterator[Remark]:
    """Form is judged among options of a sort: a word beside code is how one says that no value fits."""
    for offer in item.option_sets:
        in_words = [(n, option.text) for n, option in enumerate(offer.options) if not is_code(option.text)]
        for form, sort in _FORMS.items():
            formed = [(n, has) for n, text in in_words if (has := sort(text)) is not None]
            having = [n for n, has in formed if has]
            if 0 < len(having) < len(formed) and len(formed) >= 3:
                odd = min(having, [n for n, has in formed if not has], key=len)
                message = f"{len(having)} of {len(formed)} options {form}, the others do not"
                yield (*offer.where, odd[0], "text"), message
        yield from _lone_code(item, offer)


def _lone_code(item: Item, offer: OptionSet) -> Iterator[Remark]:
    """One option in code among words, or the reverse; a negation in words is again how one says that none fits."""
    coded = [is_code(option.text) and CODE in prose(option.text) for option in offer.options]
    if len(coded) < 3 or item.listing or item.lab or sum(coded) not in (1, len(coded) - 1):
        return
    odd = coded.index(sum(coded) == 1)
    if coded[odd] or not holds(offer.options[odd].text, NEGATIONS):
        yield (*offer.where, odd, "text"), f"this option alone is {'code' if coded[odd] else 'words'}"


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
        "Words such as always, never, only and must do not appear in the distractors alone.",
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
