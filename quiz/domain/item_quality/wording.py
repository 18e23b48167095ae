"""How a text reads on the surface: its words, its code, its length, and the words that make test-wise people listen."""

import re
from collections.abc import Iterable, Iterator

from quiz.domain.items import Item
from quiz.domain.markdown import plain
from quiz.domain.source import Location


def _word_set(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


CODE = "\ufffc"
"""Stands for a piece of code within prose (Unicode's "object replacement character")."""

ABSOLUTE = _word_set(
    "absolutely all always anybody anything completely entirely every everybody everyone everything exclusively "
    "fully guaranteed guarantees impossible must never nobody none only totally whatever"
)
"""Words that leave no exception: test-wise people strike out what holds them (Haladyna, Downing & Rodriguez 2002)."""

VAGUE = _word_set(
    "commonly frequently generally mostly normally occasionally often probably rarely seldom sometimes typically "
    "usually"
)
"""Words of frequency that two readers understand differently (NBME item-writing guide 2020)."""

NEGATIONS = _word_set("cannot except neither never no nobody none nor not nothing without")

_COMMON = _word_set(
    "about above after again against also another answer because become becomes been before being below best "
    "between both cannot change changes come comes could does done down during each either else ever every first "
    "following from further give given gives goes going good have having here hold holds into itself just keep "
    "keeps kept later least less leave line lines made make makes many means meet meets more most much must need "
    "needs never next nothing once only option other others over part place possible put reads right same says "
    "second send sends sent shall should show shown shows since some still such take taken takes than that their "
    "them then there these they thing things this those through time together under until upon used user uses "
    "using value values very want wants well were what when where whether which while whose will with within "
    "without word words work works would wrong your"
)
"""Words so general that sharing them with the stem tells nobody anything."""

CODE_SPAN = re.compile(r"```.*?```|``.+?``|`[^`]+`", re.DOTALL)
_PIECES = re.compile(f"({CODE_SPAN.pattern})", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def options(item: Item) -> Iterator[tuple[Location, str]]:
    """Every option of an item by itself: the place of its text, and the text."""
    for offer in item.option_sets:
        for n, option in enumerate(offer.options):
            yield (*offer.where, n, "text"), option.text


def texts_read(item: Item) -> list[str]:
    """What candidates read of an item beside its stem and listing, in the order of the file."""
    return item.question.public(tuple(range(item.question.parts))).texts


def prose(text: str) -> str:
    """The text as it is read, with every piece of code replaced by one character, and without emphasis."""
    return CODE_SPAN.sub(CODE, text).replace("*", "").strip()


def visible_text(text: str) -> str:
    """The text as a page shows it: without the marks of code and emphasis."""
    return plain(text).strip()


def pieces(text: str) -> list[str]:
    """The text cut into prose and pieces of code, which begin with a backtick."""
    return _PIECES.split(text) if "`" in text else [text]


def words(text: str) -> list[str]:
    """The words of the prose, in lower case; code has none."""
    return _WORD.findall(prose(text).casefold())


def is_code(text: str) -> bool:
    """Whether a text is nothing but code, figures and signs."""
    return not words(text)


def telling(text: str) -> set[str]:
    """The stems of the words that carry the meaning of a text: five letters or more, and not in common use."""
    return {_stem(word) for word in words(text) if len(word) >= 5 and word not in _COMMON}


def holds(text: str, listed: Iterable[str]) -> list[str]:
    """Which of the listed words a text holds, in alphabetical order."""
    return sorted(set(words(text)).intersection(listed))


def _stem(word: str) -> str:
    """A word without its ending, so that "cookies" is "cookie" and "renewed" is "renews"."""
    for ending in ("'s", "ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def quote(texts: Iterable[str]) -> str:
    """Words in quotes, as they stand in a sentence."""
    return ", ".join(f'"{text}"' for text in texts)
