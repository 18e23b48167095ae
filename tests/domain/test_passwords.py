"""Estimates of how many guesses a password withstands."""

import pytest

from quiz.domain.passwords import LEAST_GUESSES, guesses

COMMON = {word: rank for rank, word in enumerate(["password", "monkey", "dragon", "summer", "correct", "horse"], 1)}


@pytest.mark.parametrize(
    "password",
    [
        *("123456789123", "987654321987", "abcdefghijklm", "13579135791357", "1234567890abcdef"),
        *("aaaaaaaaaaaa", "abcabcabcabc", "Kj8Kj8Kj8Kj8Kj8", "20242024202420", "monkeymonkeymonkey"),
        *("Password1234", "P@ssw0rd2024!", "drowssap2024", "MONKEYDRAGON12", "m0nk3y.dr4g0n", "Summer2024!!!"),
        *("qwertyuiop[]", "1qaz2wsx3edc", "1q2w3e4r5t6y", "asdfghjkl;'zxc", "йцукенгшщзхъ", "147258369147"),
    ],
)
def test_patterns_are_guessed_at_once(password: str) -> None:
    assert guesses(password, COMMON) < LEAST_GUESSES


@pytest.mark.parametrize(
    "password",
    ["xK9#mQ2$vL7p", "5f3a-91bc-77d0-e1a2", "zażółć gęślą jaźń", "correct horse battery staple", "ⅷ" * 3 + "wrtpzkvbn"],
)
def test_what_has_no_pattern_is_not(password: str) -> None:
    assert guesses(password, COMMON) > LEAST_GUESSES


def test_own_words_are_guessed_first() -> None:
    assert guesses("Lovelace-ada-1815", COMMON) > LEAST_GUESSES
    assert guesses("Lovelace-ada-1815", COMMON, ["Ada", "LOVELACE"]) < LEAST_GUESSES


def test_more_is_never_weaker_by_much_and_long_ones_take_no_time() -> None:
    assert guesses("x" * 256, COMMON) < LEAST_GUESSES
    assert guesses("xK9#mQ2$vL7p" * 20, COMMON) > LEAST_GUESSES
    assert guesses("", COMMON) == 0
