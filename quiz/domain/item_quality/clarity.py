"""Clarity: what makes a question harder to read, not harder to answer (Haladyna, Downing & Rodriguez 2002)."""

import re
from collections.abc import Iterator
from itertools import combinations, permutations
from typing import NamedTuple

from quiz.domain.item_quality.findings import ItemRule, Remark
from quiz.domain.item_quality.wording import CODE_SPAN, is_code, options, pieces, prose, texts_read, visible_text, words
from quiz.domain.items import Item

_BOLD = re.compile(r"\*\*.+?\*\*", re.DOTALL)
_SHOUTED = re.compile(r"\b(NOT|EXCEPT)\b")
_NEGATIVE_QUESTION = re.compile(
    # Between the question word and the negation stands nothing that opens another clause.
    r"\b(?:which|what|who|where)\b(?:(?!\b(?:if|when|because|that|who|which|although|so|while|where|as|without|since|to"
    r"|with|and|but|whose|after|before|than|for|from)\b)[^,;:.?])*?\b(not|except|cannot|never|\w+n't)\b[^.]*\?",
    re.IGNORECASE,
)
_ALL_OF = re.compile(
    r"(?:all|both|each|any) (?:of )?(?:the )?(?:above|these|them|options|answers|others)\b"
    r"|all (?:are|is) (?:right|correct|true)\b",
    re.IGNORECASE,
)
_NONE_OF = re.compile(r"(?:none|neither) (?:of )?(?:the )?(above|these|them|options|answers|others)\b", re.IGNORECASE)
_LETTERED = re.compile(r"(?:both )?\(?[A-F]\)?(?:, \(?[A-F]\)?)* (?:and|or) \(?[A-F]\)?\.?(?: only)?\.?")

_ONE_FIGURE = re.compile(r"([+-]?\d[\d _,]*(?:\.\d+)?)(?: ?[^\W\d_]{1,12}| ?%)?")
_BY_PLACE = re.compile(r"\b(?:above|below|(?:first|last|previous|next) (?:\w+ )?(?:options?|answers?))$", re.IGNORECASE)

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_ASKED_FOR = re.compile(r"\b(?:which|choose|select|mark|pick) (one|two|three|four|five)\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\b(?:choose|select|pick|mark) (?:two|three|four|\d|all that apply)\b", re.IGNORECASE)
_OFFICIAL = re.compile(r"\b(?:official|actual exam|real exam|exam dump)\b", re.IGNORECASE)
_SINGULAR = re.compile(r"\bwhich of (?:these|the following)(?: \w+)? (?:is|does|has|was)\b", re.IGNORECASE)
_PLURAL = re.compile(
    r"\bwhich of (?:these|the following)(?: \w+)? (?:are|do|have|were)\b|all that apply", re.IGNORECASE
)

_FIGURE = r"(\d[\d ,.]*?)"
_UNIT = r"(?: ?([a-z%\u00b5]+(?: [a-z]+)?))?"
_BETWEEN = re.compile(rf"(?:about |from |between )?{_FIGURE}{_UNIT} ?(?:to|and|-|\u2013) ?{_FIGURE}{_UNIT}\.?")
_UP_TO = re.compile(rf"(less than|fewer than|under|below|up to|at most|no more than) {_FIGURE}{_UNIT}\.?")
_FROM_ON = re.compile(
    rf"(?:(more than|over|above|at least|no less than) {_FIGURE}{_UNIT}|{_FIGURE}{_UNIT} (or more|and more))\.?"
)
_LEAST_WORDS = 3
"""How many words an option has before another can be said to contain it."""


def _negative_stem(item: Item) -> Iterator[Remark]:
    if shouted := _SHOUTED.search(_BOLD.sub("", CODE_SPAN.sub("", item.stem))):
        yield ("stem",), f"{shouted[1]} is in capitals but not in bold"
        return
    plain = prose(_BOLD.sub(" ", item.stem))
    if asked := _NEGATIVE_QUESTION.search(plain):
        yield ("stem",), f'the question turns on "{asked[1]}", which a hurried reader misses'


def _lead_in(item: Item) -> Iterator[Remark]:
    """Only a stem with one set of options below it asks for them by number."""
    if len(item.option_sets) != 1:
        return
    plain = prose(item.stem)
    keys = len(item.option_sets[0].keys)
    asked = _ASKED_FOR.search(plain)
    if asked and _NUMBERS[asked[1].casefold()] != keys:
        yield ("stem",), f'the stem asks for "{asked[1]}", and the number of keys is {keys}'
    elif keys == 1 and (plural := _PLURAL.search(plain)):
        yield ("stem",), f'"{plural[0]}" asks for several options, and one is keyed'
    elif keys > 1 and (singular := _SINGULAR.search(plain)):
        yield ("stem",), f'"{singular[0]}" asks for one option, and {keys} are keyed'


def _how_many(item: Item) -> Iterator[Remark]:
    if found := _HOW_MANY.search(prose(item.stem)):
        yield ("stem",), f'the stem says "{found.group()}"; the page says how many to choose'


def _official(item: Item) -> Iterator[Remark]:
    for text in (item.stem, *texts_read(item)):
        if found := _OFFICIAL.search(prose(text)):
            yield ("stem",), f'"{found.group()}" sounds as if the item came from an exam'
            return


def _all_of_the_above(item: Item) -> Iterator[Remark]:
    for where, option in options(item):
        text = visible_text(option)
        if _ALL_OF.match(text) or _LETTERED.fullmatch(text):
            yield where, f'"{text}" is answered by knowing two of the other options'


def _natural_order(item: Item) -> Iterator[Remark]:
    """Candidates look for a figure where it belongs, and an option that names others by their place needs it."""
    if getattr(item, "fixed", True):
        return
    for offer in item.option_sets:
        texts = [visible_text(option.text).rstrip(".") for option in offer.options]
        found = [_ONE_FIGURE.fullmatch(text) for text in texts]
        figures = [float(re.sub("[ _,]", "", one[1])) for one in found if one]
        # In the specimen of a template, 1, 2, 3 stand for what the lab will say.
        made_up = figures == list(range(1, len(texts) + 1))
        if len(figures) == len(texts) > 2 and not made_up and sorted(figures) in (figures, figures[::-1]):
            yield offer.where, "the figures are in order here, but pages shuffle them"
        for n, text in enumerate(texts):
            if _BY_PLACE.search(text) and not (_ALL_OF.match(text) or _NONE_OF.match(text)):
                yield (*offer.where, n, "text"), f'"{text}" names other options by their place, but pages shuffle them'


def _none_of_the_above(item: Item) -> Iterator[Remark]:
    """ "None of these" can be right where a program decides; "above" is wrong wherever options are shuffled."""
    for where, option in options(item):
        text = visible_text(option)
        none = _NONE_OF.match(text)
        if none and (none[1].casefold() == "above" or not (item.lab or item.listing)):
            yield where, f'"{text}" shows what people exclude, not what they know'


def _alike_options(item: Item) -> Iterator[Remark]:
    for offer in item.option_sets:
        seen: dict[str, str] = {}
        for n, option in enumerate(offer.options):
            same = _essence(option.text)
            if same in seen:
                yield (*offer.where, n, "text"), f'"{visible_text(option.text)}" says the same as "{seen[same]}"'
            seen.setdefault(same, visible_text(option.text))


def _essence(text: str) -> str:
    """The text without what does not matter in prose: case, punctuation, spaces. Code is kept to the letter."""
    return " ".join(piece if piece.startswith("`") else " ".join(_plain(piece)) for piece in pieces(text))


def _plain(part: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s.,;:!?'\"*()\u2019]", part.casefold())


def _contained_option(item: Item) -> Iterator[Remark]:
    """A whole option within another: if the longer one is right, so is the shorter."""
    for offer in item.option_sets:
        texts = [option.text for option in offer.options]
        for short, long in permutations(range(len(texts)), 2):
            inner, outer = _essence(texts[short]), _essence(texts[long])
            if len(words(texts[short])) >= _LEAST_WORDS and inner != outer and f" {inner} " in f" {outer} ":
                yield (*offer.where, long, "text"), f'this option contains all of "{visible_text(texts[short])}"'


class _Range(NamedTuple):
    """Figures from `low` to `high`; `open` is what neither end belongs to."""

    low: float
    high: float
    unit: str
    open: bool


def _overlapping_ranges(item: Item) -> Iterator[Remark]:
    for offer in item.option_sets:
        if len(offer.keys) > 1:
            continue
        ranges = [(n, read) for n, option in enumerate(offer.options) if (read := _range(option.text))]
        for (n, one), (m, other) in combinations(ranges, 2):
            if one.unit == other.unit and _overlap(one, other):
                texts = f'"{visible_text(offer.options[n].text)}" and "{visible_text(offer.options[m].text)}"'
                yield (*offer.where, m, "text"), f"{texts} overlap, so one figure fits two options"


def _overlap(one: _Range, other: _Range) -> bool:
    if one.low == other.low == float("-inf") or one.high == other.high == float("inf"):
        return False  # "at least 64" and "at least 128" are two limits, not two ranges
    low, high = max(one.low, other.low), min(one.high, other.high)
    return low < high or (low == high and not (one.open or other.open))


def _range(text: str) -> _Range | None:
    plain = visible_text(text).casefold()
    if is_code(text) and "`" in text:
        return None
    if read := _BETWEEN.fullmatch(plain):
        low, high = _figure(read[1]), _figure(read[3])
        return _Range(low, high, read[4] or read[2] or "", False) if low < high else None
    if read := _UP_TO.fullmatch(plain):
        closed = read[1] in ("up to", "at most", "no more than")
        return _Range(float("-inf"), _figure(read[2]), read[3] or "", not closed)
    if read := _FROM_ON.fullmatch(plain):
        opened = read[1] in ("more than", "over", "above")
        return _Range(_figure(read[2] or read[4]), float("inf"), read[3] or read[5] or "", opened)
    return None


def _figure(text: str) -> float:
    plain = re.sub(r"[ ,]", "", text).rstrip(".")
    return float(plain) if plain.count(".") < 2 else float("nan")


RULES = (
    ItemRule(
        "negative-stem",
        "A stem that asks for what is not so says **NOT** or **EXCEPT** in bold.",
        "ask for what is so, or write **NOT** in bold",
        _negative_stem,
    ),
    ItemRule(
        "lead-in",
        "A stem asks for as many options as are keyed.",
        "make the stem and the number of keys agree; the page says how many to choose",
        _lead_in,
    ),
    ItemRule(
        "how-many",
        "No stem says how many options to choose: the page does.",
        "leave it out",
        _how_many,
    ),
    ItemRule(
        "official",
        "No text claims to be official or to come from an exam.",
        "say it in other words",
        _official,
    ),
    ItemRule(
        "all-of-the-above",
        'No option is "all of the above" or names other options by letters.',
        "write a distractor of its own, or make it a multiple response",
        _all_of_the_above,
    ),
    ItemRule(
        "none-of-the-above",
        'No option is "none of the above"; "none of these" is for items with a lab or a listing.',
        "write a distractor of its own",
        _none_of_the_above,
    ),
    ItemRule(
        "natural-order",
        "Options in a natural order, and options that name others by their place, keep the order of the file.",
        "write `fixed: true` beside `options`, or mix the figures and name the others by what they say",
        _natural_order,
    ),
    ItemRule(
        "alike-options",
        "No two options differ in case, spaces and punctuation alone.",
        "replace one of the two",
        _alike_options,
    ),
    ItemRule(
        "contained-option",
        "No option contains the whole of another.",
        "reword one of them so that the two exclude each other",
        _contained_option,
    ),
    ItemRule(
        "overlapping-ranges",
        "Ranges of figures in the options do not overlap.",
        "let each range begin above the end of the one before",
        _overlapping_ranges,
    ),
)
