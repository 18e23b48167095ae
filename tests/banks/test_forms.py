"""Forms of the shipped banks by their default plans: every quota met, equally long and hard."""

from collections import Counter
from functools import cache

import pytest

from quiz.domain.assembly import Assembly
from quiz.domain.editions import Edition, edition
from quiz.domain.pools import PoolItem
from tests.banks.test_banks import MEASURING, bank
from tests.domain.samples import form_items

FORMS = 1000


@cache
def loaded(slug: str) -> Edition:
    return edition(bank(slug))


@cache
def drawn(slug: str, minutes: int) -> tuple[Assembly, list[list[PoolItem]]]:
    assembly = Assembly(loaded(slug).default_plan(minutes), {slug: loaded(slug).pool})
    return assembly, [form_items(assembly, seed) for seed in range(FORMS)]


def apart(forms: list[list[PoolItem]], field: str) -> float:
    """How much more the greatest form has than the least one."""
    sums = [sum(getattr(item, field) for item in form) for form in forms]
    return max(sums) / min(sums) - 1


@pytest.mark.parametrize("minutes", [20, 60])
@pytest.mark.parametrize("slug", MEASURING)
def test_default_plans_give_forms_that_meet_every_quota_and_fit_their_time(slug: str, minutes: int) -> None:
    assembly, forms = drawn(slug, minutes)
    (draw,) = assembly.plan.draws
    for form in forms:
        assert Counter(item.group for item in form) == draw.quotas
        assert len({item.exclusive for item in form}) == draw.count
        assert sum(item.seconds for item in form) <= minutes * 60


@pytest.mark.parametrize("minutes", [20, 60])
@pytest.mark.parametrize("slug", MEASURING)
def test_forms_are_equally_long_and_hard(slug: str, minutes: int) -> None:
    _, forms = drawn(slug, minutes)
    assert apart(forms, "seconds") < 0.05
    assert apart(forms, "difficulty") < 0.05


@pytest.mark.parametrize("slug", MEASURING)
def test_no_item_is_in_more_than_a_quarter_of_short_forms(slug: str) -> None:
    assembly, forms = drawn(slug, 20)
    (draw,) = assembly.plan.draws
    often = Counter(item.id for form in forms for item in form)
    for group, quota in draw.quotas.items():
        members = [item for item in loaded(slug).pool if item.group == group]
        # Small groups do not allow it; there the items share the forms evenly, but for chance and levelling.
        fair = quota / len({item.exclusive for item in members})
        assert {item.id: often[item.id] for item in members if often[item.id] > max(0.25, 1.3 * fair) * FORMS} == {}
