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
