"""Default plans: groups by their weights, as many as there is time for, and no more than lets forms differ."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from quiz.domain.assembly import Assembly
from quiz.domain.default_plan import default_plan
from quiz.domain.errors import InfeasiblePlan
from quiz.domain.outlines import Group, Objective, Outline
from quiz.domain.pools import PoolItem
from tests.domain.samples import pool


def outline(weights: Mapping[str, int]) -> Outline:
    """A bank with these groups of the sample pool."""
    return Outline("A bank", [Group(id, id, [Objective(f"{id}.1", "One")], weight) for id, weight in weights.items()])


def quotas(weights: Mapping[str, int], members: list[PoolItem], minutes: int) -> dict[str, int]:
    plan = default_plan(outline(weights), members, minutes)
    Assembly(plan, {"a": members})  # It can always be filled.
    (draw,) = plan.draws
    assert plan.minutes == minutes
    assert draw.count == sum(draw.quotas.values())
    return draw.quotas


LARGE = [replace(item, seconds=60) for item in pool("a", 6, 20)]
"""Three groups of forty items of a minute each."""


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(13, {"a.1": 5, "a.2": 3, "a.3": 2}), (1, {"a.1": 1}), (2, {"a.1": 1}), (3, {"a.1": 1, "a.2": 1})],
)
def test_groups_share_what_there_is_time_for_by_their_weights(minutes: int, expected: dict[str, int]) -> None:
    assert quotas({"a.1": 5, "a.2": 3, "a.3": 2}, LARGE, minutes) == expected


@pytest.mark.parametrize(("minutes", "most"), [(13, 2), (28, 2), (37, 3), (45, 5), (600, 5)])
def test_a_small_group_gives_little_while_others_have_room(minutes: int, most: int) -> None:
    """A fifth of its ten items, then a quarter, a third and a half, as the time asks for more of every group."""
    members = [item for item in LARGE if item.group != "a.1"] + [item for item in LARGE if item.group == "a.1"][:10]
    assert quotas({"a.1": 8, "a.2": 1, "a.3": 1}, members, minutes)["a.1"] == most


def test_enemies_count_once() -> None:
    members = [replace(item, enemies="twins") if item.group == "a.1" else item for item in LARGE]
    assert quotas({"a.1": 8, "a.2": 1, "a.3": 1}, members, 13)["a.1"] == 1


def test_a_long_time_asks_for_no_more_than_there_is() -> None:
    assert quotas({"a.1": 5, "a.2": 3, "a.3": 2}, LARGE, 600) == {"a.1": 20, "a.2": 20, "a.3": 20}


def test_a_group_without_items_is_left_out() -> None:
    assert quotas({"a.9": 50, "a.1": 1, "a.2": 1, "a.3": 1}, LARGE, 13) == {"a.1": 4, "a.2": 3, "a.3": 3}


def test_a_bank_without_items_has_none() -> None:
    with pytest.raises(InfeasiblePlan, match="items of A bank"):
        default_plan(outline({"a.1": 1}), [], 20)
