"""Shares: how a bank's items are spread over difficulties and kinds, so that any plan can draw from it."""

from collections import Counter
from collections.abc import Iterator

from quiz.domain.banks import Bank
from quiz.domain.item_quality.findings import BankRule
from quiz.domain.plans import BANDS

LEAST_ITEMS = 40
"""No share is asked of fewer items: a bank has to begin somewhere."""
_LEAST_OF_A_BAND = 0.15
_MOST_SINGLE_CHOICES = 0.6
_PRACTICE = "practice"
"""The name of the bank that candidates practise on."""


def _difficulties(bank: Bank) -> Iterator[str]:
    levels = Counter(item.difficulty for item in bank.items)
    for band in ("easy", "hard"):
        of_band = sum(levels[level] for level in BANDS[band])
        # That there is none at all is a finding of its own.
        if _asks_shares(bank) and 0 < of_band < _LEAST_OF_A_BAND * len(bank.items):
            yield f"{of_band} of {len(bank.items)} items are {band}; at least {_LEAST_OF_A_BAND:.0%} should be"


def _single_choices(bank: Bank) -> Iterator[str]:
    number = bank.items_per("kind")["single choice"]
    if _asks_shares(bank) and number > _MOST_SINGLE_CHOICES * len(bank.items):
        yield f"{number} of {len(bank.items)} items are single choices; at most {_MOST_SINGLE_CHOICES:.0%} should be"


def _asks_shares(bank: Bank) -> bool:
    return len(bank.items) >= LEAST_ITEMS and not bank.outline.practice


def _practice(bank: Bank) -> Iterator[str]:
    if bank.outline.practice and bank.slug != _PRACTICE:
        yield f"the bank says `practice: true`, but candidates practise only on the bank `{_PRACTICE}`"


RULES = (
    BankRule(
        "difficulty-share",
        "In a bank of 40 items or more, at least 15 per cent are easy and as many are hard.",
        "write some, or judge the difficulty of the others again",
        _difficulties,
    ),
    BankRule(
        "single-choice-share",
        "In a bank of 40 items or more, at most 60 per cent are single choices.",
        "ask some in another way: for a number, an order, a line, or what belongs in a gap",
        _single_choices,
    ),
    BankRule(
        "practice-bank",
        "Only the bank called practice is for practice.",
        "remove `practice`, or no assessment can use the bank",
        _practice,
    ),
)
