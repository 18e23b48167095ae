"""Banks made of random words: nothing in them tells the key, but for what a test puts there on purpose."""

import random
from collections.abc import Callable
from typing import Any

from quiz.domain.banks import Bank, BankFile
from quiz.domain.drawing import pick, shuffle
from tests import factories

WORDS = """
always anchor basket beacon bridge can candle carpet castle copper cotton dinner dragon engine fabric falcon
finger forest garden ginger hammer harbor helmet if island jacket jungle kettle ladder lantern lemon magnet
marble may meadow mirror needle never not often only orange oyster paper parrot pebble pencil pepper pillow
planet pocket pumpkin rabbit ribbon river rocket saddle salmon shadow silver spider spring stable sunset temple
ticket timber tunnel turtle valley velvet violin walnut window winter wonder yellow
"""

Rng = random.Random
Author = Callable[[list[str], Rng], int]
"""Which of the options an author keys."""


def by_chance(texts: list[str], rng: Rng) -> int:
    return shuffle(len(texts), rng)[0]


def the_longest(texts: list[str], rng: Rng) -> int:
    return max(range(len(texts)), key=lambda n: len(texts[n]))


def sentence(rng: Rng, least: int, most: int) -> str:
    count = least + int(rng.random() * (most - least + 1))
    words = WORDS.split()
    return " ".join(pick(words, rng) for _ in range(count)).capitalize() + "."


def bank(
    slug: str, items: int, seed: int, author: Author = by_chance, kinds: tuple[str, ...] = ("single choice",)
) -> Bank:
    """A bank of `items` items whose keys the author chooses; kinds take turns."""
    rng = random.Random(f"{slug} {seed}")
    made = [_item(f"item-{n}", kinds[n % len(kinds)], rng, author) for n in range(items)]
    file = BankFile.model_validate(factories.bank_file(slug))
    return Bank(slug, file, tuple(factories.written(one | {"objective": f"{slug}.1.1"}) for one in made))


def _item(id: str, kind: str, rng: Rng, author: Author) -> dict[str, Any]:
    texts = [sentence(rng, 3, 9) for _ in range(4)]
    common = {"id": id, "kind": kind, "difficulty": 1 + int(rng.random() * 5), "seconds": 60}
    common |= {"stem": sentence(rng, 10, 20), "sources": ["Source 1"]}
    key = author(texts, rng)
    second = (key + 1 + int(rng.random() * 3)) % 4
    whys = [sentence(rng, 6, 9) for _ in texts]
    if kind == "true/false set":
        false = {n for n in range(4) if n not in (key, second)}
        parts = [
            {"text": text, "is": n not in false, "why": why}
            for n, (text, why) in enumerate(zip(texts, whys, strict=True))
        ]
        return common | {"statements": parts}
    keyed = {key, second} if kind == "multiple response" else {key}
    parts = [
        {"text": text, "key": n in keyed, "why": why} for n, (text, why) in enumerate(zip(texts, whys, strict=True))
    ]
    return common | {"options": parts}
