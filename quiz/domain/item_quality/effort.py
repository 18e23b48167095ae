"""Effort: what an item asks of its reader, against the time that it claims to need."""

from collections.abc import Iterator

from quiz.domain.item_quality.findings import ItemRule, Remark
from quiz.domain.item_quality.wording import texts_read, visible_text
from quiz.domain.items import Item

_WORDS_PER_MINUTE = 200
"""Careful silent reading: a little below the 238 words per minute that Brysbaert 2019 finds for English non-fiction
(Journal of Memory and Language 109, 104047)."""
_SECONDS_PER_CODE_LINE = 2
"""Ours: what a line of code costs to read once, from the 30 s more that exams allow for about 15 lines."""
_THINKING = 60
_TIMES_READING = 6
"""Ours: an item takes at most a minute and six times its reading, or the seconds are a slip of the pen."""

_WIDEST = 80
_LONGEST = 30


def reading_seconds(item: Item) -> float:
    """How long it takes to read the stem, all that can be chosen, and each line of the listing once."""
    read = [item.stem, *texts_read(item)]
    count = sum(len(visible_text(text).split()) for text in read)
    return 60 * count / _WORDS_PER_MINUTE + _SECONDS_PER_CODE_LINE * len(_lines(item, blank=False))


def _lines(item: Item, blank: bool = True) -> list[str]:
    return [line for line in (item.listing or "").rstrip("\n").split("\n") if line.strip() or (blank and item.listing)]


def _too_little_time(item: Item) -> Iterator[Remark]:
    reading = reading_seconds(item)
    if item.seconds < reading:
        yield ("seconds",), f"{item.seconds} seconds are stated, and reading alone takes about {reading:.0f}"


def _too_much_time(item: Item) -> Iterator[Remark]:
    reading = reading_seconds(item)
    if item.seconds > _THINKING + _TIMES_READING * reading:
        yield ("seconds",), f"{item.seconds} seconds are stated, and reading takes about {reading:.0f}"


def _wide_listing(item: Item) -> Iterator[Remark]:
    for number, line in enumerate(_lines(item), start=1):
        if len(line) > _WIDEST:
            yield ("listing",), f"line {number} of the listing has {len(line)} columns; {_WIDEST} fit a small screen"


def _long_listing(item: Item) -> Iterator[Remark]:
    if len(_lines(item)) > _LONGEST:
        yield ("listing",), f"the listing has {len(_lines(item))} lines; people keep about {_LONGEST} in view"


def _tab_in_listing(item: Item) -> Iterator[Remark]:
    for number, line in enumerate(_lines(item), start=1):
        if "\t" in line:
            yield ("listing",), f"line {number} of the listing contains a tab, whose width depends on the browser"
            return


RULES = (
    ItemRule(
        "too-little-time",
        "The stated seconds are at least what reading alone takes.",
        "state more seconds, or say less",
        _too_little_time,
    ),
    ItemRule(
        "too-much-time",
        "The stated seconds are at most a minute and six times what reading takes.",
        "state what a prepared person needs, reading included",
        _too_much_time,
    ),
    ItemRule(
        "wide-listing",
        "No line of a listing has more than 80 columns.",
        "break the line",
        _wide_listing,
    ),
    ItemRule(
        "long-listing",
        "A listing has at most 30 lines.",
        "cut what the question does not need; `run` can hold the rest of the program",
        _long_listing,
    ),
    ItemRule(
        "tab-in-listing",
        "A listing is indented with spaces.",
        "write spaces; where a tab is what the question is about, show it as an escape",
        _tab_in_listing,
    ),
)
