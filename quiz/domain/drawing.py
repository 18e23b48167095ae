"""Drawing at random in a way that a seed repeats on every version and machine.

Only `random.Random.random` is used: Python promises its sequence for a seed.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def shuffle(count: int, rng: random.Random) -> tuple[int, ...]:
    """A uniformly drawn order of `count` things (Fisher-Yates)."""
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = int(rng.random() * (last + 1))
        order[last], order[other] = order[other], order[last]
    return tuple(order)


def pick(values: Sequence[T], rng: random.Random) -> T:
    """One of some values, each as likely."""
    return values[int(rng.random() * len(values))]
