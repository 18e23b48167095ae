"""Measurement: what a score is worth. Nothing here knows what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

_Z95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""

INDICATION_FROM = 10
SCORE_FROM = 20
"""Items from which a part score is an indication, and from which it is a score; below, it is only a hint.

Sinharay 2010 (Journal of Educational Measurement 47, 150-174) finds part scores of about ten items hardly ever worth
reporting, and asks for about twenty.
"""


@dataclass(frozen=True)
class Estimate:
    """A share of the possible credit with its 95 % interval, all from 0 to 1, over `items` items."""

    items: int
    earned: float
    share: float
    low: float
    high: float

    @property
    def strength(self) -> str:
        """How far the figure can be relied on, by the number of items behind it."""
        if self.items >= SCORE_FROM:
            return "score"
        return "indication" if self.items >= INDICATION_FROM else "hint"


def estimate(credits: Sequence[float]) -> Estimate:
    """The share earned over items, each credited from 0 to 1, with its 95 % Wilson score interval.

    Wilson 1927 (Journal of the American Statistical Association 22, 209-212); recommended for small numbers by Brown,
    Cai & DasGupta 2001 (Statistical Science 16, 101-133). With partial credit the interval is cautious: a credit
    between 0 and 1 varies at most as much as one that is 0 or 1. No items: nothing is known, so 0 to 1.
    """
    items = len(credits)
    if not items:
        return Estimate(0, 0.0, 0.0, 0.0, 1.0)
    earned = fsum(credits)  # `sum` rounds otherwise from Python 3.12 on; this is the same on every version.
    share = earned / items
    spread = _Z95**2 / items
    centre = (share + spread / 2) / (1 + spread)
    half = sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    return Estimate(items, earned, share, max(0.0, centre - half), min(1.0, centre + half))
