"""What authors wrote as HTML: nothing in it runs, nothing breaks it, code keeps its characters, and time is bounded."""

import re
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from quiz.domain.listings import lines, mended
from quiz.domain.markdown import appearance, plain
from quiz.web import rendering
from quiz.web.highlighting import _WORKER
from quiz.web.rendering import block, coded, inline, listing, listing_lines

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "![x](https://evil.example/a.png)",
    '![x](x"onerror="alert(1))',
    '<https://example.org/" onclick=alert(1)>',
    '[x](https://example.org "\\" onmouseover=alert(1)")',
    "```\n</code></pre><script>alert(1)</script>\n```",
    '```"><img src=x onerror=alert(1)>\nx\n```',
    "`</code><script>alert(1)</script>`",
    "<style>*{background:url(//evil.example)}</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form action=//evil.example><input name=a></form>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "- <details open ontoggle=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\<script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<b style=position:fixed>x</b>",
    "[a]: javascript:alert(1)\n\n[a]",
    "<bdi onclick=alert(1)>x</bdi>",
    "<code class=x style=color:red onclick=alert(1)>x</code>",
    f'![" onerror="alert(1)](picture:{"a" * 64}.png#1x1)',
    f"![<script>alert(1)</script>](picture:{'a' * 64}.jpg#9x9)",
    f"![x](picture:{'a' * 64}.svg#9x9)",
    f'<img src="picture:{"a" * 64}.png#1x1" onerror=alert(1)>',
    "![x](picture:javascript:alert(1))",
]
TAGS = {"p", "ul", "ol", "li", "pre", "code", "strong", "em", "blockquote", "br", "a", "bdi", "span", "div", "img"} | {
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


IMAGE = {"src", "alt", "width", "height", "loading"}
PICTURE = f"/static/{'a' * 16}/pictures/{'a' * 64}.png"


class Tags(HTMLParser):
    """The tags of a piece of HTML with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_harmless(html: str) -> None:
    """Only our tags, balanced; only links to other pages, and what sets code apart."""
    tags = Tags(html)
    assert not tags.open
    for tag, attributes in tags.found:
        assert tag in TAGS
        assert set(attributes) <= {"href", "rel", "class", "dir", "translate", *IMAGE}
        assert not set(attributes) & IMAGE or tag == "img"
        assert re.fullmatch(r"/static/a{16}/pictures/a{64}\.(png|jpg)", attributes.get("src") or PICTURE)
        assert re.match(r"https://|mailto:", attributes.get("href") or "https://")


def rendered(text: str) -> list[Markup]:
    return [block(text), inline(text), coded(text), listing(text or "x", "java"), listing(text or "x", "html")]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_an_author_writes_is_live(payload: str) -> None:
    for text in (payload, f"Before {payload} after", f"**{payload}**", f"`{payload}", f"> {payload}", f"1. {payload}"):
        for html in rendered(text):
            assert_harmless(html)


MARKS = st.text(st.sampled_from(list("*_`[]()<>!&;#|~-+.:\\\"'/=\n\t 1aé\u05d0\r\0\x0c\u2028\ud800")), max_size=80)


@settings(deadline=None, max_examples=300)
@given(text=MARKS | st.text(max_size=80))
def test_no_text_breaks_rendering(text: str) -> None:
    for html in rendered(text):
        assert_harmless(html)
        html.encode()
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", html)
    appearance(text)


@pytest.mark.parametrize(
    "mark", ["*", "**a", "[", "[a](", "`", "``a`", "<", "&", "> ", "- ", "|a|\n|-|\n", "\\", "![a](<"]
)
def test_rendering_takes_time_in_proportion_to_the_text(mark: str) -> None:
    """Steps of the parser, counted instead of timed: twice the text, not four times the steps."""
    short, long = (_steps(mark * (length // len(mark))) for length in (1000, 2000))
    assert long < 3 * short + 2000


def _steps(text: str) -> int:
    count = 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(step)
    try:
        rendering.PARSER.render(text)
        rendering.render_inline(text)
    finally:
        sys.setprofile(None)
    return count


# Code keeps its characters --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        r"\d+\.\d+", "__init__", "2*3*4", "a*b*c", "f(*args, **kwargs)", "SELECT *, count(*) FROM t", "_name_",
        r"C:\new",
        "*.java and *.class", "int *p, *q;", "x ** y ** z", "a_b_c", r"\(a\)", "!important", "#id", "1. first", "- x",
        "List<String>", "a < b && c > d", "/* comment */", "/** doc */", "~x~", "{{x}}", "$1 $2", "a | b",
        "snake_case_",
        "m[*]*2*", "(*)", "^(a+)+$", "@Override", "a\\",
        "handlers[i](event)", "map<a:b>", "[a](b)", "![alt](src)", "[x](//evil.example)",
    ],
)  # fmt: skip
def test_code_outside_backticks_keeps_its_characters(text: str) -> None:
    assert plain(text) == text
    assert inline(text).striptags() == text or "<" in text or "&" in text


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("**NOT** this", "<strong>NOT</strong> this"),
        ("Which is *not* so?", "Which is <em>not</em> so?"),
        ("(**a**), *b*.", "(<strong>a</strong>), <em>b</em>."),
        ("***both***", "<em><strong>both</strong></em>"),
        ("**`x`**", '<strong><bdi dir="ltr" translate="no"><code>x</code></bdi></strong>'),
        ('*"said"*', '<em>"said"</em>'),
        ("\u05d0\u05d1 **\u05d2\u05d3**", "\u05d0\u05d1 <strong>\u05d2\u05d3</strong>"),
        ("\u91cd**\u8981**\u7684", "\u91cd<strong>\u8981</strong>\u7684"),
    ],
)
def test_stars_around_words_still_mark_them(written: str, html: str) -> None:
    assert inline(written) == html


def test_lines_of_code_in_an_option_are_lines() -> None:
    shown = inline("Prints:\n```java\nint a = 1;\n  a *= *p;\n```")
    assert shown == 'Prints:<code class="code-block" dir="ltr" translate="no">int a = 1;\n  a *= *p;</code>'
    assert plain("```\n__a__\n  b\n```") == "__a__\n  b"


def test_a_message_marks_code_alone() -> None:
    shown = coded("`__a__` is __not__ *so* <b> &amp; `")
    assert shown == '<code dir="ltr" translate="no">__a__</code> is __not__ *so* &lt;b&gt; &amp;amp; `'


def test_a_stem_may_hold_a_table() -> None:
    assert "<th>a</th>" in block("Text\n\n| a | b |\n|---|---|\n| `1` | 2 |")


# Listings -------------------------------------------------------------------------------------------------------------

HOSTILE = [
    "a\rb",
    "a\r\nb",
    "a\0b",
    "a\x0cb",
    "a\x0bb",
    "a\x85b",
    "a\u2028b\u2029c",
    "\ud800a\udfff",
    "\ufeffa",
    "\r",
    "\n",
    "\n\na",
]


@pytest.mark.parametrize("language", ["java", "python", "html", "text", "no such language", "jsp", "sql"])
@pytest.mark.parametrize("source", HOSTILE)
def test_a_listing_has_as_many_lines_on_the_page_as_it_has(source: str, language: str) -> None:
    shown = listing_lines(source, language)
    assert len(shown) == len(lines(mended(source)))
    listing(source, language).encode()
    assert listing(source, language).count('class="line ') == len(shown)


def test_what_takes_too_long_to_colour_is_shown_in_one_colour_and_the_next_in_many() -> None:
    slow = "\n \n" * 6000 + "x"  # C++: quadratic in the length
    assert list(listing_lines(slow, "cpp")) == lines(slow)
    assert "<span" in "".join(listing_lines("int answer = 42; // after", "cpp"))


def test_what_is_longer_than_any_listing_is_not_coloured_at_all() -> None:
    assert "<span" not in "".join(listing_lines("int a;\n" * 4000, "java"))


def test_a_worker_that_was_killed_is_begun_again() -> None:
    assert _WORKER.runs("int a;", "java")
    assert _WORKER._process is not None
    _WORKER._process.kill()
    _WORKER._process.wait()
    assert _WORKER.runs("int a;", "java") == []
    assert _WORKER.runs("int a;", "java")
