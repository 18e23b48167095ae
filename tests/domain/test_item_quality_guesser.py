"""The cue-only guesser: it finds habits of authors, and where there are none it is lost."""

import random
from collections import Counter

import pytest

from quiz.domain.banks import Bank
from quiz.domain.item_quality import guesser
from quiz.domain.item_quality.assessment import assess
from quiz.domain.item_quality.choosing import Choice, fit, probabilities
from quiz.domain.item_quality.guesser import Game
from tests.item_quality.generated import Author, bank, by_chance, the_longest

ALL_KINDS = ("single choice", "multiple response", "single choice", "true/false set")


def library(items: int, seed: int, author: Author = by_chance) -> list[Bank]:
    """Three banks without cues, and a fourth whose keys the author chooses."""
    plain = [bank(f"plain-{n}", items, seed, kinds=ALL_KINDS) for n in range(3)]
    return [*plain, bank("fourth", items, seed, author, ALL_KINDS)]


def test_keys_that_are_the_longest_options_are_found_and_told_item_by_item() -> None:
    banks = library(60, 1, the_longest)
    report = assess(banks)
    game = report.games[3]
    assert game.verdict == "guessable"
    assert game.excess > 0.3
    assert len(game.wins) > 30
    assert all(win.gain > 0 for win in game.wins)
    assert {"longest option", "length"} >= {cue for cue, _ in Counter(win.cue for win in game.wins).most_common(1)}
    finding = next(one for one in report.findings if one.code == "guessable" and one.bank == "fourth")
    assert finding.item is None
    assert f"{100 * game.excess:.1f} points more" in finding.message
    assert f"standard error {100 * game.error:.1f}" in finding.message


def test_a_habit_of_all_banks_is_found_in_each() -> None:
    games = guesser.play([bank(f"bank-{n}", 40, 3, the_longest) for n in range(3)])
    assert [game.verdict for game in games] == ["guessable"] * 3


def test_one_bank_alone_is_judged_by_its_halves() -> None:
    assert guesser.play([bank("alone", 60, 1, the_longest)])[0].verdict == "guessable"
    assert guesser.play([bank("alone", 200, 1)])[0].verdict == "sound"


def absolute_when_false(texts: list[str], rng: random.Random) -> int:
    """Key an option at random, and make the others absolute: the oldest habit there is."""
    key = by_chance(texts, rng)
    texts[:] = [text if n == key else f"Always {text.lower()}" for n, text in enumerate(texts)]
    return key


def test_absolute_words_in_distractors_are_found_by_name() -> None:
    game = guesser.play([bank("one", 60, 1), bank("two", 60, 1, absolute_when_false)])[1]
    assert game.verdict == "guessable"
    assert Counter(win.cue for win in game.wins).most_common(1)[0][0] in ("absolute words", "length", "longest option")


@pytest.mark.parametrize("seed", range(4))
def test_banks_without_cues_stay_at_chance(seed: int) -> None:
    games = guesser.play(library(150, seed))
    assert [game.verdict for game in games] == ["sound"] * 4


def test_the_guesser_is_right_on_average_where_there_is_nothing_to_see() -> None:
    """Over many banks without cues its excess is small: it fools nobody, itself included."""
    games = [game for seed in range(5) for game in guesser.play(library(60, seed))]
    mean = sum(game.excess for game in games) / len(games)
    assert abs(mean) < 0.02


def test_it_plays_the_same_each_time() -> None:
    assert guesser.play(library(40, 2)) == guesser.play(library(40, 2))


@pytest.mark.parametrize(("items", "verdict"), [(29, "too few to judge"), (30, "guessable")])
def test_a_small_bank_is_not_judged(items: int, verdict: str) -> None:
    small = bank("small", items, 1, the_longest)
    game = guesser.play([*(bank(f"bank-{n}", 60, 1, the_longest) for n in range(2)), small])[2]
    assert (game.items, game.verdict) == (items, verdict)
    assert ("too few to judge" in str(game)) is (verdict == "too few to judge")


def chance(kind: str) -> float:
    game = guesser.play([bank("bank", 40, 1, kinds=(kind,))])[0]
    return game.chance


def test_chance_is_what_a_blind_guess_earns_by_the_items_own_scoring() -> None:
    assert chance("single choice") == pytest.approx(1 / 4)
    # Two of four keyed: both keys in 1 of 6 choices; one key and one other cancel out.
    assert chance("multiple response") == pytest.approx(1 / 6)
    assert chance("true/false set") == pytest.approx(1 / 2)


def test_score_less_chance_is_the_excess_and_the_text_says_so() -> None:
    game = guesser.play([bank("bank", 60, 1, the_longest)])[0]
    assert game.excess == pytest.approx(game.score - game.chance)
    assert f"{100 * game.excess:+.1f} points" in str(game)
    assert str(game.wins[0]).startswith("bank/bank.yaml:1: item-")


def test_a_bank_without_items_to_guess_is_not_judged() -> None:
    empty = bank("empty", 0, 1)
    assert guesser.play([empty]) == [Game("empty", 0, 0.0, 0.0, 0.0, 0.0, "too few to judge", ())]


def test_the_model_learns_what_decides_and_ignores_what_does_not() -> None:
    rng = random.Random(1)
    choices = []
    for _ in range(500):
        told, idle = rng.random() - 0.5, rng.random() - 0.5
        choices.append(Choice([[told, idle, 0.0], [-told, -idle, 0.0]], [told > 0, told <= 0]))
    telling, idle, constant = fit(choices, 3)
    assert telling > 3
    assert abs(idle) < telling / 10
    assert constant == 0


def test_probabilities_add_up_and_follow_the_utilities() -> None:
    likely = probabilities([1.0], [[1000.0], [0.0], [1000.0]])
    assert likely == pytest.approx([0.5, 0, 0.5])
