"""Markdown: its plain text, and code that no mark in it can break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.markdown import code_span, plain
from quiz.web.rendering import inline

LINES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("`List<String>`", "List<String>"),
        ("**bold** and *emphasis*", "bold and emphasis"),
        ("[the page](https://example.org)", "the page"),
        ("a < b && c > d", "a < b && c > d"),
        ("`` a ` b ``", "a ` b"),
        ("<b>not HTML</b>", "<b>not HTML</b>"),
        ("one\ntwo", "one two"),
        ("2 &lt; 3 &amp; \\*", "2 < 3 & *"),
    ],
)
def test_plain_text_is_what_a_reader_sees(written: str, read: str) -> None:
    assert plain(written) == read
    assert inline(written).striptags() == read or "<b>" in written


@given(code=LINES.filter(str.strip))
def test_code_is_shown_exactly_as_it_is(code: str) -> None:
    assert plain(code_span(code)) == code
    assert plain(f"{code_span(code)} or {code_span(code)}") == f"{code} or {code}"
