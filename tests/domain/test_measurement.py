"""Measurement: the interval of a score, against published figures, and how far a score may be relied on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.measurement import estimate

CREDITS = st.lists(st.floats(0, 1), max_size=60)


def share(right: int, items: int) -> list[float]:
    return [1.0] * right + [0.0] * (items - right)


@pytest.mark.parametrize(
    ("right", "items", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3 (score, no continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # Worked by hand from the formula.
        (8, 10, 0.4902, 0.9433),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0000),
    ],
)
def test_the_interval_is_wilsons(right: int, items: int, low: float, high: float) -> None:
    found = estimate(share(right, items))
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert (found.items, found.earned, found.share) == (items, right, right / items)


def test_without_items_nothing_is_known() -> None:
    found = estimate([])
    assert (found.items, found.earned, found.low, found.high) == (0, 0, 0, 1)


@given(credits=CREDITS)
def test_an_interval_lies_within_0_and_1_around_its_share(credits: list[float]) -> None:
    found = estimate(credits)
    assert 0 <= found.low <= found.share + 1e-12
    assert found.share - 1e-12 <= found.high <= 1


@given(items=st.integers(1, 60), right=st.integers(0, 59))
def test_one_more_right_answer_raises_both_ends(items: int, right: int) -> None:
    right = min(right, items - 1)
    less, more = estimate(share(right, items)), estimate(share(right + 1, items))
    assert (less.low, less.share, less.high) < (more.low, more.share, more.high)


@given(items=st.integers(2, 40), right=st.integers(0, 40), times=st.integers(2, 4))
def test_more_items_of_the_same_share_make_the_interval_narrower(items: int, right: int, times: int) -> None:
    right = min(right, items)
    few, many = estimate(share(right, items)), estimate(share(right * times, items * times))
    assert many.high - many.low < few.high - few.low


@given(credits=CREDITS.filter(bool))
def test_all_wrong_and_all_right_mirror_each_other(credits: list[float]) -> None:
    found, mirrored = estimate(credits), estimate([1 - credit for credit in credits])
    assert found.low == pytest.approx(1 - mirrored.high, abs=1e-9)


@pytest.mark.parametrize(
    ("items", "strength"),
    [(0, "hint"), (9, "hint"), (10, "indication"), (19, "indication"), (20, "score"), (60, "score")],
)
def test_few_items_are_a_hint_and_twenty_a_score(items: int, strength: str) -> None:
    assert estimate([1.0] * items).strength == strength


def test_credits_are_summed_alike_on_every_python() -> None:
    """Ten tenths are one, though adding them one after the other gives a little less."""
    assert estimate([0.1] * 10).earned == 1
