"""Typed answers: what a person may write for a word and for a number, and what stays different."""

from decimal import Decimal

import pytest

from quiz.domain.errors import InvalidAnswer
from tests.domain.samples import item, number


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("static", "static"),
        ("static", "  static\t"),
        ("static", "STATIC"),
        ("static", "\uff53\uff54\uff41\uff54\uff49\uff43"),  # full width
        ("dirty read", "dirty   read"),
        ("dirty read", "dirty\u00a0read"),
        ("don't", "don\u2019t"),
        ('"x"', "\u201cx\u201d"),
        ("read-only", "read\u2013only"),
        ("caf\u00e9", "cafe\u0301"),  # composed and decomposed
        ("stra\u00dfe", "STRASSE"),
        ("\ufb01nal", "final"),  # a ligature
    ],
)
def test_spellings_that_mean_the_same_are_accepted(accepted: str, typed: str) -> None:
    sample = item("short text", answers=["another", accepted])
    assert sample.score(typed) == 1
    assert sample.explain(typed)[0].given == "typed"


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [("static", "statics"), ("dirty read", "dirtyread"), ("caf\u00e9", "cafe"), ("x.*", "xyz"), ("a", ""), ("1", "01")],
)
def test_what_differs_is_wrong_and_nothing_is_a_pattern(accepted: str, typed: str) -> None:
    assert item("short text", answers=[accepted]).score(typed) == 0


@pytest.mark.parametrize(("typed", "earned"), [("HashMap", 1), (" HashMap ", 1), ("hashmap", 0), ("HASHMAP", 0)])
def test_case_matters_where_the_author_says_so(typed: str, earned: float) -> None:
    sample = item("short text", answers=["HashMap"], case_sensitive="true")
    assert sample.score(typed) == earned
    assert "case matter" in sample.instruction


def test_a_mistake_that_was_typed_is_explained() -> None:
    sample = item("short text", mistakes=[{"text": "Wrong word", "why": "No."}])
    assert [part.given for part in sample.explain("wrong  WORD")] == ["", "typed"]


def test_a_text_is_stored_as_it_was_typed() -> None:
    assert item("short text").read({"answer": [" Two  Words "]}, ()) == " Two  Words "


@pytest.mark.parametrize(
    ("typed", "earned"),
    [("12.5", 1), ("12.0", 1), ("13.0", 1), ("13", 1), ("11.9999", 0), ("13.0001", 0), ("-12.5", 0)],
)
def test_a_tolerance_includes_both_of_its_ends(typed: str, earned: float) -> None:
    assert number("12.5", "0.5").score(typed) == earned


@pytest.mark.parametrize(("typed", "earned"), [("0.3", 1), ("0.30", 1), ("0.30000000000000004", 0)])
def test_numbers_are_compared_as_decimals(typed: str, earned: float) -> None:
    assert number("0.3").score(typed) == earned


def test_a_tolerance_of_decimals_has_no_rounding_at_its_ends() -> None:
    # In binary, 0.3 - 0.2 is a little less and 0.4 - 0.3 a little more than 0.1.
    assert number("0.3", "0.1").score("0.2") == number("0.3", "0.1").score("0.4") == 1


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", "12"),
        (" 12 ", "12"),
        ("+12", "+12"),
        ("-12", "-12"),
        ("\u221212", "-12"),  # a typographic minus
        ("12,5", "12.5"),
        ("0,5", "0.5"),
        ("0,125", "0.125"),  # no number of thousands begins with 0
        ("-0,125", "-0.125"),
        ("00,125", "00.125"),
        ("1,500", "1500"),
        ("1,500.25", "1500.25"),
        ("12,345,678", "12345678"),
        ("1234,567", "1234.567"),
        ("1 500", "1500"),
        ("1\u00a0500,5", "1500.5"),
        ("12 minutes", "12"),
        ("12minutes", "12"),
        ("12,5 Minutes", "12.5"),
    ],
)
def test_a_number_may_be_written_as_people_write_it(typed: str, read: str) -> None:
    assert number(unit="minutes").read({"answer": [typed]}, ()) == read
    Decimal(read)


@pytest.mark.parametrize(
    "typed",
    [
        "twelve",
        "12 seconds",
        "minutes",
        "1.2.3",
        "1,2,3",
        "1.500,5",
        "1,50,000",
        "--1",
        "1e3",
        "Infinity",
        "NaN",
        "1" * 31,
    ],
)
def test_what_is_not_clearly_a_number_is_refused_instead_of_guessed(typed: str) -> None:
    with pytest.raises(InvalidAnswer, match="digits"):
        number(unit="minutes").read({"answer": [typed]}, ())


def test_a_number_that_was_typed_is_explained_with_its_mistake() -> None:
    sample = item("number", mistakes=[{"text": "24", "why": "Those are hours."}])
    assert [part.given for part in sample.explain("12.4")] == ["typed", ""]
    assert [part.given for part in sample.explain("24.0")] == ["", "typed"]
    assert [part.given for part in sample.explain("7")] == ["", ""]
    assert sample.explain("7")[0].text == "12.5 (\u00b1 0.5) minutes"


def test_the_unit_is_shown_with_the_box_and_the_answer() -> None:
    sample = number(unit="minutes")
    assert sample.public(()).unit == "minutes"
    assert sample.instruction == "Type a number of minutes."
    assert sample.describe("12") == ["12 minutes"]
    assert number().public(()).unit == ""
