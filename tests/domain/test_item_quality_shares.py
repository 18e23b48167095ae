"""The shares of a bank: how its items are spread over difficulties and kinds."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quiz.domain.banks import Bank, check_bank
from quiz.domain.item_quality import shares
from tests import factories

RULES = {rule.code: rule for rule in shares.RULES}


def bank(folder: Path, items: list[dict[str, Any]], slug: str = "demo", **changes: Any) -> Bank:
    found = check_bank(factories.write_bank(folder, slug, items, **changes)).bank
    assert found
    return found


def items(kinds: dict[str, int], difficulties: list[int]) -> list[dict[str, Any]]:
    names = [kind for kind, number in kinds.items() for _ in range(number)]
    return [
        factories.item(kind, f"item-{n}", difficulty=difficulties[n % len(difficulties)])
        for n, kind in enumerate(names)
    ]


def told(code: str, bank: Bank) -> list[str]:
    return list(RULES[code].judge(bank))


@pytest.mark.parametrize(
    ("single", "other", "found"),
    [(24, 16, []), (25, 15, ["25 of 40 items are single choices; at most 60% should be"]), (39, 0, [])],
)
def test_single_choices_are_at_most_three_fifths(tmp_path: Path, single: int, other: int, found: list[str]) -> None:
    made = bank(tmp_path, items({"single choice": single, "number": other}, [1, 3, 5]))
    assert told("single-choice-share", made) == found


@pytest.mark.parametrize(
    ("difficulties", "found"),
    [
        ([1, 2, 3, 4, 5], []),
        ([3] * 9 + [5], ["4 of 40 items are hard; at least 15% should be"]),
        ([2] + [3] * 7 + [4, 5], ["4 of 40 items are easy; at least 15% should be"]),
        ([3], []),
    ],
)
def test_easy_and_hard_items_are_a_seventh_each(tmp_path: Path, difficulties: list[int], found: list[str]) -> None:
    assert told("difficulty-share", bank(tmp_path, items({"number": 40}, difficulties))) == found
    assert told("difficulty-share", bank(tmp_path, items({"number": 39}, difficulties), "small")) == []


def test_practice_is_for_one_bank(tmp_path: Path) -> None:
    made = bank(tmp_path, items({"number": 2}, [3]), practice="true")
    (message,) = told("practice-bank", made)
    assert "only on the bank `practice`" in message
    assert told("practice-bank", replace(made, slug="practice")) == []
