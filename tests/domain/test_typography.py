"""Typography: what keyboards and editors make of a text is forgiven by what a character is; what differs stays so."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.items.typography import fold, has_long_dash

EVERY = [chr(n) for n in range(sys.maxunicode + 1) if not 0xD800 <= n <= 0xDFFF]


def of_category(*categories: str) -> list[str]:
    return [c for c in EVERY if unicodedata.category(c) in categories]


def test_every_dash_is_a_hyphen() -> None:
    assert {fold(f"a{c}b") for c in of_category("Pd")} == {"a-b"}


def test_every_minus_sign_is_one_and_plus_or_minus_is_none() -> None:
    assert {fold(f"{c}5") for c in "\u2212\ufe63\uff0d\u2796\u02d7"} == {"-5"}
    assert fold("\u00b15") == "\u00b15"


def test_nothing_that_cannot_be_seen_makes_a_difference() -> None:
    assert {fold(f"a{c}b") for c in [*of_category("Cf"), "\ufe0f", "\U000e0101", "\u034f", "\u3164"]} == {"ab"}


def test_every_space_is_one_and_only_between_words() -> None:
    for c in of_category("Zs", "Zl", "Zp"):
        assert fold(f"{c}a{c} {c}b{c}") == "a b"


def test_every_digit_of_every_script_is_its_figure() -> None:
    for c in of_category("Nd"):
        assert fold(c) == str(unicodedata.decimal(c))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("\u2018a\u2019 \u201aa\u201b \u2039a\u203a \u02bca\u2032 a\u00b4", "'a' 'a' 'a' 'a' a'"),
        ("\u201ca\u201d \u201ea\u201f \u00aba\u00bb a\u2033 \uff02a\uff02", '"a" "a" "a" a" "a"'),
        ("\uff46\uff4f\uff4f\uff08\uff11\uff09\uff0c\uff1b\u3002\u060c", "foo(1),;.,"),
        ("wait\u2026", "wait..."),
        ("\ufb01nal \ufb02ow", "final flow"),
        ("cafe\u0301 cafe\u200b\u0301", "caf\u00e9 caf\u00e9"),
        ("\u00bd 1\u00bd", "1/2 1 1/2"),
        ("\u1100\u1161", "\uac00"),
        ("\u00b5s", "\u03bcs"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_what_means_the_same_is_folded(typed: str, read: str) -> None:
    assert fold(typed) == read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10\u00b2", "102"), ("H\u2082O", "H2O"), ("\u2460", "1"), ("`a`", "'a'"), ("'a'", '"a"'), ("a_b", "a-b"),
        ("a\u0301", "a"), ("A", "a"), ("\u0430", "a"), ("a b", "ab"), ("--x", "-x"), ("a*b", "a\u00d7b"), ("~", "-"),
        ("==", "="), ("\\n", "n"), ("<", "\u2039"),
    ],
)  # fmt: skip
def test_what_distinguishes_answers_is_kept(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(text=st.text(max_size=60))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(text=st.text(st.characters(max_codepoint=126, min_codepoint=33)))
def test_plain_characters_are_left_alone(text: str) -> None:
    assert fold(text) == text


def test_a_dash_that_an_editor_makes_of_hyphens_is_known() -> None:
    known = {text: has_long_dash(text) for text in ("\u2014x", "\u2013x", "--x", "\u2010x", "\u2212x")}
    assert list(known.values()) == [True, True, False, False, False]
