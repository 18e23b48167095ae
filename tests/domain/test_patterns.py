"""Patterns: what Python's engine finds, in time that grows with the text alone."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain.proofs.claims import Claim, Undecidable
from quiz.domain.proofs.observations import Observation
from quiz.domain.proofs.patterns import MOST_CHARACTERS, UnknownSyntax, is_in, pattern

HOSTILE = [
    (r"^(a+)+$", "a"),
    (r"^(a*)*$", "a"),
    (r"(a|a)*$", "a"),
    (r"(a|aa)+$", "a"),
    (r"(.*)*x$", "a"),
    (r"(a?){25}a{25}$", "a"),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a"),
    (r"(x+x+)+y", "x"),
    (r"(\d+)*\.$", "1"),
    (r"^(\w+\s?)*$", "a "),
    (r"(.+.+)+$^", "a"),
    (r"\s+$x", " "),
    (r"(a*)*(a*)*b", "a"),
    (r"^.*.*.*.*=.*$", "a"),
    (r"(?:(?:a?)*)*c", "a"),
    (r"\A(?!(a+)+b)(a|aa)+!", "a"),
]
"""Expressions with more ways than anybody can try, and what they are tried on."""


def seconds(expression: str, text: str) -> float:
    """Processor time, the least of three runs."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        pattern(expression).is_in(text)
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize(("expression", "part"), HOSTILE)
def test_hostile_expressions_take_time_in_proportion_to_the_text(expression: str, part: str) -> None:
    text = part * (400 // len(part)) + "!"
    # Eight times the text, so eight times the time, and not sixty-four; a little time is left to chance.
    assert seconds(expression, text * 8) < 24 * seconds(expression, text) + 0.02


WRITTEN = r"""
a b . [ab] [^a] (a|b) (?:ab) ^ $ (a*) (|a) 1 { } []a] [^]b] (?P<n>b) -
\d \b \B \s \A \Z [\]\w] \. \x61 \t
"""
ATOMS = st.sampled_from(WRITTEN.split())
REPEATS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{,2}", "{0,}", "*?", "{0}", "+?", "{1,2}?"])
EXPRESSIONS = st.builds(
    lambda flags, parts, other: flags + "".join(a + b for a, b in parts) + other,
    st.sampled_from(["", "", "(?i)", "(?m)", "(?s)", "(?ms)"]),
    st.lists(st.tuples(ATOMS, REPEATS), min_size=1, max_size=5),
    st.sampled_from(["", "", "|b", "|", "|(a|1)+$"]),
)


@settings(deadline=None, max_examples=500)
@given(expression=EXPRESSIONS, text=st.text("ab1 \nA_.", max_size=8))
def test_what_is_found_is_what_python_finds(expression: str, text: str) -> None:
    try:
        expected = re.search(expression, text) is not None
    except re.error:
        with pytest.raises(UnknownSyntax):
            pattern(expression)
        return
    assert pattern(expression).is_in(text) is expected
    assert is_in(expression, text) is expected


@pytest.mark.parametrize(
    ("text", "found"), [("ok\nran=1", True), ("failed\nran=1", False), ("ran=2", False), ("ran=1 failed", False)]
)
def test_what_must_not_be_anywhere_is_said_at_the_beginning(text: str, found: bool) -> None:
    assert is_in(r"\A(?![\s\S]*failed)(?=[\s\S]*=)[\s\S]*ran=1", text) is found


@pytest.mark.parametrize(
    "expression",
    [
        r"(a)\1",
        "a(?=b)",
        "a(?!b)",
        "(?<=a)b",
        "(?<!a)b",
        "(a)(?(1)b)",
        r"\A(?=a)b|c",
        "a++",
        "(?>a)",
        "(?P=n)",
        "(a{30}){30}",
        "a{1000}",
        "(" * 60 + "a" + ")" * 60,
        "(",
        "[",
        "*a",
        "a{99999999999999999999}",
        "(?x)a",
        r"\Q",
    ],
)
def test_what_is_not_regular_or_too_large_is_refused(expression: str) -> None:
    with pytest.raises(UnknownSyntax):
        pattern(expression)


@pytest.mark.parametrize("expression", ["a*", "^(a+)*$", "((((a?){9}){9}){9}){9}", "", "|b", "(?=a)b"])
def test_a_claim_that_says_nothing_or_cannot_be_matched_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="matches"):
        Claim.model_validate({"matches": expression})


def test_a_claim_on_more_output_than_can_be_searched_is_undecided() -> None:
    claim = Claim.model_validate({"matches": "[0-9]+"})
    assert claim.judge(Observation(printed="x" * MOST_CHARACTERS)).holds is False
    with pytest.raises(Undecidable, match="characters"):
        claim.judge(Observation(printed="x" * (MOST_CHARACTERS + 1)))
