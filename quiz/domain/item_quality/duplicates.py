"""Near-duplicates: items that ask nearly the same, within a bank and across banks."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from quiz.domain.banks import Bank
from quiz.domain.item_quality.findings import Finding, Rule, finding_of, place
from quiz.domain.item_quality.wording import texts_read
from quiz.domain.items import Item

ALIKE = 0.5
"""From which resemblance on two items count as near-duplicates."""
_SHINGLE = 3
_TOKEN = re.compile(r"\w+|[^\w\s]")

NEAR_DUPLICATE = Rule(
    "near-duplicate",
    "No two items ask nearly the same, unless they are enemies.",
    "rewrite one of the two, or give both the same `enemies` word so that no form holds both",
)


@dataclass(frozen=True)
class _ShingleSet:
    """An item as the set of its shingles, the rarest first."""

    bank: Bank
    item: Item
    shingles: tuple[str, ...]

    def exempts(self, other: "_ShingleSet") -> bool:
        """Whether a form can never hold both."""
        return self.bank is other.bank and self.item.enemies is not None and self.item.enemies == other.item.enemies


def near_duplicates(banks: Sequence[Bank]) -> Iterator[Finding]:
    """A finding for each item that resembles an earlier one.

    The resemblance of two items is what share of their shingles (runs of three words or signs of stem, listing and
    options) they have in common (Broder 1997, "On the resemblance and containment of documents"). Prefix filtering
    keeps this far below all pairs: two sets can only be as alike as `ALIKE` if they share one of the first
    n - ceil(ALIKE x n) + 1 of their n shingles, ordered from the rarest (Bayardo, Ma & Srikant 2007, "Scaling up all
    pairs similarity search"). What was reported is not compared again, so that copies of copies cost no more.
    """
    index: dict[str, list[_ShingleSet]] = defaultdict(list)
    for shingle_set in _shingle_sets(banks):
        shingles = shingle_set.shingles
        prefix = shingles[: len(shingles) - ceil(ALIKE * len(shingles)) + 1]
        candidates = {id(other): other for shingle in prefix for other in index[shingle]}
        others = [other for other in candidates.values() if not shingle_set.exempts(other)]
        alike = [(share, other) for other in others if (share := _resemblance(shingle_set, other)) >= ALIKE]
        if alike:
            share, other = max(alike, key=lambda pair: pair[0])
            file, line = place(other.bank, other.item.id)
            message = f"{share:.0%} of the wording is that of `{other.item.id}` ({file}:{line})"
            yield finding_of(NEAR_DUPLICATE, shingle_set.bank, message, shingle_set.item.id, ("id",))
        else:
            for shingle in prefix:
                index[shingle].append(shingle_set)


def _shingle_sets(banks: Sequence[Bank]) -> list[_ShingleSet]:
    sets = [(bank, item, _shingles(item)) for bank in banks for item in bank.items]
    frequency = Counter(shingle for _, _, shingles in sets for shingle in shingles)
    return [
        _ShingleSet(bank, item, tuple(sorted(shingles, key=lambda shingle: (frequency[shingle], shingle))))
        for bank, item, shingles in sets
    ]


def _shingles(item: Item) -> set[str]:
    read = [item.stem, item.listing or "", *texts_read(item)]
    tokens = _TOKEN.findall("\n".join(read).casefold())
    return {" ".join(tokens[n : n + _SHINGLE]) for n in range(max(1, len(tokens) - _SHINGLE + 1))}


def _resemblance(one: _ShingleSet, other: _ShingleSet) -> float:
    """The shared shingles as a share of all (Jaccard)."""
    small, large = sorted((len(one.shingles), len(other.shingles)))
    if small < ALIKE * large:
        return 0.0
    shared = len(set(one.shingles).intersection(other.shingles))
    return shared / (small + large - shared)
