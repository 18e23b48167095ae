"""Surface: what of an option can be seen without understanding it, as figures for the cue-only guesser."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from quiz.domain.item_quality.wording import ABSOLUTE, NEGATIONS, VAGUE, prose, telling, visible_text, words

_CLAUSES = frozenset(
    {"although", "and", "because", "but", "if", "or", "so", "that", "unless", "when", "which", "while"}
)
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class _Text:
    """An option as it looks, read once."""

    text: str
    length: int
    words: tuple[str, ...]
    prose: str
    telling: frozenset[str]
    tokens: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "_Text":
        plain = visible_text(text)
        return cls(
            plain,
            len(plain),
            tuple(words(text)),
            prose(text),
            frozenset(telling(text)),
            frozenset(_TOKEN.findall(plain.casefold())),
        )

    def has(self, listed: frozenset[str]) -> float:
        return float(any(word in listed for word in self.words))


@dataclass(frozen=True)
class _Group:
    """The options of one item beside each other, and the stem above them."""

    stem: frozenset[str]
    options: tuple[_Text, ...]

    @cached_property
    def longest(self) -> list[int]:
        """Which options are as long as the longest; likewise `shortest`."""
        top = max(one.length for one in self.options)
        return [n for n, one in enumerate(self.options) if one.length == top]

    @cached_property
    def shortest(self) -> list[int]:
        low = min(one.length for one in self.options)
        return [n for n, one in enumerate(self.options) if one.length == low]

    def closeness(self, n: int) -> float:
        """How much an option has in common with the others (mean Jaccard of their tokens): test-wise people know
        that distractors are made from the key."""
        mine = self.options[n].tokens
        shares = [
            len(mine & other.tokens) / (len(mine | other.tokens) or 1) for m, other in enumerate(self.options) if m != n
        ]
        return sum(shares) / len(shares)


_Feature = Callable[[_Group, int], float]
FEATURES: Mapping[str, _Feature] = {
    "length": lambda group, n: log(1 + group.options[n].length),
    "longest option": lambda group, n: float(group.longest == [n]),
    "shortest option": lambda group, n: float(group.shortest == [n]),
    "number of clauses": lambda group, n: float(
        sum(mark in ",;:" for mark in group.options[n].prose) + sum(word in _CLAUSES for word in group.options[n].words)
    ),
    "parentheses": lambda group, n: float("(" in group.options[n].prose),
    "absolute words": lambda group, n: group.options[n].has(ABSOLUTE),
    "vague words": lambda group, n: group.options[n].has(VAGUE | {"can", "could", "may", "might", "some"}),
    "negation": lambda group, n: group.options[n].has(NEGATIONS),
    "words of the stem": lambda group, n: float(bool(group.options[n].telling & group.stem)),
    "digits": lambda group, n: float(any(mark.isdigit() for mark in group.options[n].text)),
    "prose beside code": lambda group, n: float(bool(group.options[n].words)),
    "full stop": lambda group, n: float(group.options[n].prose.endswith(".")),
    "likeness to the others": lambda group, n: group.closeness(n),
}
"""What the guesser looks at: the name of a cue, and its figure for one option of a group.

Where an option stands is left out: pages shuffle options, and a rule of its own judges the files.
"""


def figures(stem: str, texts: Sequence[str]) -> list[list[float]]:
    """For each option its figures, in the order of `FEATURES`, each relative to the mean of all options."""
    group = _Group(frozenset(telling(stem)), tuple(map(_Text.of, texts)))
    rows = [[feature(group, n) for feature in FEATURES.values()] for n in range(len(texts))]
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    return [[value - mean for value, mean in zip(row, means, strict=True)] for row in rows]
