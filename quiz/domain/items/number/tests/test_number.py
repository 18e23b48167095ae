"""Number: what a person may write for a figure, and what is right."""

import json
from decimal import Decimal

import pytest

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.number.question import PublicNumber
from quiz.domain.markdown import plain
from tests import factories
from tests.domain.samples import item, number, question


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
    ("typed", "value"),
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
def test_a_number_may_be_written_as_people_write_it_and_is_kept_so(typed: str, value: str) -> None:
    sample = number(answer=format(Decimal(value), "f"), unit="minutes")
    assert sample.read({"answer": [typed]}, ()) == typed
    assert sample.score(typed) == 1
    assert sample.as_json(typed) == {"typed": typed, "value": value}
    # Answers used to be stored as this value; they earn the same.
    assert sample.score(value) == 1
    assert sample.normalise(value) == value


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


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("\u201312", "-12"),
        ("\u2014 12", "-12"),
        ("\u201012", "-12"),
        ("\uff0d\uff11\uff12", "-12"),
        ("\u0661\u0662", "12"),
        ("\u0661\u066b\u0665", "1.5"),
        ("\u0661\u066c\u0665\u0660\u0660", "1500"),
        ("1\u060c5", "1.5"),
        ("1\u2009500", "1500"),
        ("1\u202f500", "1500"),
        ("1'500", "1500"),
        ("1\u2019500.5", "1500.5"),
        ("1_500", "1500"),
        ("\u200b12\ufeff", "12"),
        ("1\u00ad2", "12"),
        (".5", ".5"),
        ("5.", "5."),
        ("12 \u00b5s", "12"),
        ("12\u03bcs", "12"),
    ],
)
def test_what_keyboards_of_the_world_and_phones_type_is_read(typed: str, value: str) -> None:
    sample = number(answer=format(Decimal(value), "f"), unit="\u00b5s")
    assert sample.read({"answer": [typed]}, ()) == typed
    assert sample.normalise(typed) == value
    assert sample.score(typed) == 1


@pytest.mark.parametrize("typed", ["1'50", "1__500", "10\u00b2", "\u00bd", "1-2", "5'000'0"])
def test_what_only_looks_like_a_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidAnswer, match="digits"):
        number().read({"answer": [typed]}, ())


@pytest.mark.parametrize(
    ("key", "typed", "earned"),
    [
        ("1.234", "1,234", 1),
        ("1234", "1,234", 1),
        ("-12.345", "\u221212,345", 1),
        ("123456", "123,456", 1),
        ("1.234", "1.234", 1),
        ("1234", "1.234", 0),  # a point is always a decimal point, and the page says so while it is typed
        ("1.234", "1234", 0),
        ("12", "1,234", 0),
        ("1234.567", "1,234,567", 0),
        ("1234567", "1,234,567", 1),
    ],
)
def test_a_comma_that_can_be_read_in_two_ways_costs_nothing(key: str, typed: str, earned: float) -> None:
    sample = number(key)
    assert sample.score(typed) == earned
    assert sample.as_text(typed) == [typed]
    assert sample.explain(typed)[0].answer == f"`{typed}`"
    if earned:
        assert Decimal(sample.as_json(typed)["value"]) == Decimal(key)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ""),
        ("12", ""),
        ("twelve", ""),
        ("12,5", "Read as 12.5."),
        ("12 minutes", "Read as 12."),
        ("1 500", "Read as 1500."),
        ("1,234", "Read as 1234 or as 1.234: whichever is right counts."),
        ("1,234,567", "Read as 1234567."),
        ("1.234", "Read as 1.234, with a decimal point. Thousands are written without a point."),
        ("0.234", ""),
        ("\u22125", "Read as -5."),
    ],
)
def test_candidates_are_told_how_what_they_typed_is_read(typed: str, words: str) -> None:
    shown = number(unit="minutes").public(())
    assert isinstance(shown, PublicNumber)
    assert shown.reading(typed) == words


def test_a_unit_of_marks_is_shown_as_it_is() -> None:
    sample = question("number", unit="m__x__*y*", mistakes=[{"text": "24", "why": "No."}])
    assert [plain(part.text) for part in sample.explain(None)] == ["60 (\u00b1 0.5) m__x__*y*", "24 m__x__*y*"]


def test_a_number_stands_beside_the_mistake_that_it_is_or_beside_the_key() -> None:
    sample = question("number", mistakes=[{"text": "24", "why": "Those are hours."}])

    def told(typed: str) -> list[tuple[str, str | None]]:
        return [(part.answer, part.verdict) for part in sample.explain(typed)]

    assert told("60.4 kilobytes") == [("`60.4 kilobytes`", "right"), ("", None)]
    assert told("24,0") == [("", None), ("`24,0`", "wrong")]
    assert told("7") == [("`7`", "wrong"), ("", None)]
    assert sample.explain(None)[0].text == "60 (\u00b1 0.5) kilobytes"
    assert sample.explain(None)[0].verdict == "not answered"


@pytest.mark.parametrize(("typed", "told"), [("1,234", "1,234 minutes"), (" 12 MINUTES", "12 minutes")])
def test_an_answer_is_told_as_it_was_typed_with_its_unit_once(typed: str, told: str) -> None:
    assert number(unit="minutes").as_text(typed) == [told]


def test_the_unit_is_shown_with_the_box() -> None:
    assert number(unit="minutes").public(()).unit == "minutes"
    assert number(unit="minutes").instruction == "Type a number of minutes."
    assert number().public(()).unit == ""


def test_candidates_see_neither_the_number_nor_its_tolerance() -> None:
    seen = repr(number("73941.25", "0.0625").public(()))
    assert "73941" not in seen
    assert "0625" not in seen


def test_a_very_small_tolerance_is_written_without_an_exponent() -> None:
    sample = item("number", answer="0.00000012", tolerance="0.00000001", unit="minutes")
    assert factories.written(json.loads(sample.canonical())) == sample
    assert sample.question.explain(None)[0].text == "0.00000012 (\u00b1 0.00000001) minutes"
