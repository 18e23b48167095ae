"""Markdown: its plain text, and code that no mark in it can break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.markdown import appearance, code_span, literal, losses, plain
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


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("plain, **bold**, *so*, `__code__` and `\\[x\\]`", []),
        (r"\d+\.\d+ __init__ 2*3*4", []),
        ("```\na\\[b\\]\n&lt;\n```", []),
        ("a\\[1\\]", [("mark", "\\[", "["), ("mark", "\\]", "]")]),
        ("a &lt; b", [("mark", "&lt;", "<")]),
        ("first\nsecond", [("lines", "\n", " ")]),
        ("see [it](https://example.org)", [("link", "](...https://example.org)", "")]),
        ("<https://example.org>", [("link", "<https://example.org>", "")]),
    ],
)
def test_what_a_text_loses_is_told(text: str, lost: list[tuple[str, str, str]]) -> None:
    assert [tuple(loss) for loss in losses(text)] == lost


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("`int`", "int", True),
        ("**a** b", "a  b", True),
        ("`a b`", "`a\u00a0b`", True),
        ("caf\u00e9", "cafe\u0301", True),
        ("a", "a\u200b", True),
        ("a\nb", "a b", True),
        ("```\nx\n```", "`x`", True),
        ("`a  b`", "`a b`", False),
        ("a", "A", False),
        ("a.", "a", False),
        ("```\na\nb\n```", "`a b`", False),
    ],
)
def test_texts_are_compared_by_what_is_shown(one: str, other: str, same: bool) -> None:
    assert (appearance(one) == appearance(other)) is same


@given(text=LINES)
def test_plain_text_can_be_written_so_that_it_is_shown_as_it_is(text: str) -> None:
    assert plain(literal(text)) == text
