"""Short text: what a person may write for a word, and what stays different."""

import pytest

from quiz.domain.markdown import plain
from tests.domain.samples import question


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
    sample = question("short text", answers=["another", accepted])
    assert sample.score(typed) == 1
    assert sample.explain(typed)[0].verdict == "right"


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [("static", "statics"), ("dirty read", "dirtyread"), ("caf\u00e9", "cafe"), ("x.*", "xyz"), ("a", ""), ("1", "01")],
)
def test_what_differs_is_wrong_and_nothing_is_a_pattern(accepted: str, typed: str) -> None:
    assert question("short text", answers=[accepted]).score(typed) == 0


@pytest.mark.parametrize(
    ("accepted", "typed", "earned"),
    [
        ("--no-cache", "\u2014no-cache", 1),  # what a phone makes of two hyphens
        ("-i", "\u2014i", 1),
        ("--x", "-x", 0),
        ("-x", "--x", 0),
        ("a--b", "a\u2013b", 1),
        ("a \u2013 b", "a - b", 1),
        ("x = \u201ca\u201d", 'x = "a"', 1),  # typography in what the author accepts
        ("x = 'a'", 'x = "a"', 0),
        ("10\u00b2", "102", 0),
        ("`a`", "'a'", 0),
        ("a_b", "a-b", 0),
        ("x\u200b", "x", 1),
    ],
)
def test_typography_is_forgiven_on_both_sides_and_code_keeps_what_distinguishes_it(
    accepted: str, typed: str, earned: float
) -> None:
    sample = question("short text", answers=[accepted], case_sensitive="true", mistakes=[])
    assert sample.score(typed) == earned


@pytest.mark.parametrize(("typed", "earned"), [("HashMap", 1), (" HashMap ", 1), ("hashmap", 0), ("HASHMAP", 0)])
def test_case_matters_where_the_author_says_so(typed: str, earned: float) -> None:
    sample = question("short text", answers=["HashMap"], case_sensitive="true")
    assert sample.score(typed) == earned
    assert "case matter" in sample.instruction


def test_what_was_typed_stands_beside_the_mistake_that_it_is() -> None:
    sample = question("short text", mistakes=[{"text": "Wrong word", "why": "No."}])
    key, mistake = sample.explain("wrong  WORD")
    assert (key.answer, key.verdict) == ("", None)
    assert (mistake.answer, mistake.verdict) == ("`wrong  WORD`", "wrong")


def test_what_was_typed_stands_beside_the_key_where_it_is_no_known_mistake() -> None:
    key, mistake = question("short text").explain("long")
    assert (key.is_key, key.answer, key.verdict) == (True, "`long`", "wrong")
    assert (mistake.answer, mistake.verdict) == ("", None)


@pytest.mark.parametrize("typed", ["*a*", "`a`", "_b_ **c**", "[x](y)", "<b>", "a `` b", " `", "\\*"])
def test_nothing_that_is_typed_is_taken_for_markdown(typed: str) -> None:
    sample = question("short text", answers=[typed, "other"])
    assert plain(sample.explain(typed)[0].answer) == typed
    assert plain(sample.explain(None)[0].text) == f"{typed.strip()} or other"
    assert sample.as_text(typed) == [typed]
    assert sample.as_json(typed) == {"typed": typed}


def test_a_text_is_stored_as_it_was_typed() -> None:
    assert question("short text").read({"answer": [" Two  Words "]}, ()) == " Two  Words "
