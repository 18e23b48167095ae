"""Markdown, as far as authors may use it: its parser, its plain text, and code that nothing in it can break.

It is CommonMark (0.31) without what swallows characters of code that somebody left outside backticks: underscores mean
nothing, a star marks emphasis only around words, and a backslash is kept unless it stands before a mark. What is still
lost is told by `losses`. Code is set from left to right whatever is written around it, and is never translated.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from quiz.domain.pictures import REFERENCE

_MARKS = frozenset("\\`*_[]<>&")
"""What a backslash takes the meaning from; before anything else it is a backslash."""
_WORDY = re.compile(r"[A-Za-z0-9_)\]]")
_BEFORE_WORDS = re.compile(r"[\"'`@$#~]")
_AFTER_WORDS = re.compile(r"[\"'`.!?,:;%\u2026]")
_BLOCK = re.compile(r"^(`{3,}|~{3,})[ \t]*[\w+#.-]*[ \t]*\n(.*?)\n?^\1[ \t]*$", re.DOTALL | re.MULTILINE)


def _emphasis(state: StateInline, silent: bool) -> bool:
    """The stars around words; a star between letters, figures or brackets is multiplication, a pointer, a wild card."""
    if silent or state.src[state.pos] != "*":
        return False
    scanned = state.scanDelims(state.pos, True)
    before, after = state.src[: state.pos][-1:], state.src[state.pos + scanned.length :][:1]
    opens = scanned.can_open and not _WORDY.match(before) and _begins(after)
    closes = scanned.can_close and not re.match(r"[A-Za-z0-9_(\[]", after) and _ends(before)
    for _ in range(scanned.length):
        state.push("text", "", 0).content = "*"
        token = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord("*"), scanned.length, token, -1, opens, closes))
    state.pos += scanned.length
    return True


def _begins(character: str) -> bool:
    return (
        character.isalnum()
        or unicodedata.category(character or " ") in ("Ps", "Pi")
        or bool(_BEFORE_WORDS.match(character))
    )


def _ends(character: str) -> bool:
    category = unicodedata.category(character or " ")
    return character.isalnum() or category in ("Pe", "Pf", "Mn") or bool(_AFTER_WORDS.match(character))


def _escape(state: StateInline, silent: bool) -> bool:
    """A backslash before a mark, which is then none."""
    if state.src[state.pos] != "\\" or state.src[state.pos + 1 : state.pos + 2] not in _MARKS:
        return False
    if state.pos + 1 >= state.posMax:
        return False
    if not silent:
        token = state.push("text_special", "", 0)
        token.content, token.markup = state.src[state.pos + 1], state.src[state.pos : state.pos + 2]
        token.info = "escape"
    state.pos += 2
    return True


def _code_span(_self: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    return f'<bdi dir="ltr" translate="no"><code>{escape(tokens[place].content, quote=False)}</code></bdi>'


def _code_block(_self: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    return f'<pre dir="ltr" translate="no"><code>{escape(tokens[place].content, quote=False)}</code></pre>\n'


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - its name there
        """Whether it leads to another site or a mailbox; else it may be an index and a call, and is left as it is."""
        return url.startswith(("https://", "mailto:")) or REFERENCE.fullmatch(url) is not None


def _picture(_self: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    """A picture of ours; of any other nothing but the alternative text."""
    source, words = str(tokens[place].attrGet("src")), escape(tokens[place].content)
    return f'<img class="picture" src="{source}" alt="{words}">' if REFERENCE.fullmatch(source) else words


def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False})
    parser.disable(["heading", "lheading", "html_block", "html_inline"]).enable("table")
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.inline.ruler.at("escape", _escape)
    parser.add_render_rule("code_inline", _code_span)
    parser.add_render_rule("fence", _code_block)
    parser.add_render_rule("code_block", _code_block)
    parser.add_render_rule("image", _picture)
    return parser


PARSER = _parser()
_TELLING = _parser().disable("text_join")
"""A parser that keeps apart what was written differently from how it is shown."""


class Piece(NamedTuple):
    """A run of a text that is read within a line: prose, or the code of a block between fences."""

    text: str
    is_block: bool


def pieces(text: str) -> Iterator[Piece]:
    """What a text within a line consists of: prose, and blocks of code, each of which keeps its lines."""
    end = 0
    for block in _BLOCK.finditer(text):
        if before := text[end : block.start()].strip():
            yield Piece(before, False)
        yield Piece(block[2], True)
        end = block.end()
    if rest := (text[end:].strip() if end else text):
        yield Piece(rest, False)


def render_inline(text: str) -> str:
    """A text within a line as HTML that may stand in a label; not yet cleaned."""
    return "".join(
        f'<code class="code-block" dir="ltr" translate="no">{escape(piece.text, quote=False)}</code>'
        if piece.is_block
        else PARSER.renderInline(piece.text)
        for piece in pieces(text)
    )


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """What a reader sees of a line of Markdown, without the marks of code, emphasis and links."""
    return "\n".join(piece.text if piece.is_block else _plain_line(piece.text) for piece in pieces(text))


def _plain_line(text: str) -> str:
    (line,) = PARSER.parseInline(text)
    return "".join(" " if token.type in ("softbreak", "hardbreak") else token.content for token in line.children or ())


def appearance(text: str) -> str:
    """What two texts share that nobody can tell apart on a page: marks, spaces in prose and invisible characters are
    left out, code keeps its spaces."""
    parts = []
    for piece in pieces(text):
        if piece.is_block:
            parts.append(_visible(piece.text))
            continue
        (line,) = PARSER.parseInline(piece.text)
        for token in line.children or ():
            is_code = token.type == "code_inline"
            shown = _visible(" " if token.type in ("softbreak", "hardbreak") else token.content)
            parts.append(shown if is_code else re.sub(r"\s+", " ", shown))
    return "".join(parts).strip()


def _visible(text: str) -> str:
    """The text as it looks: composed, with plain spaces, without format characters."""
    spaced = "".join(" " if unicodedata.category(c) == "Zs" else c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", spaced)


class Loss(NamedTuple):
    """Something that is not shown as it was written: a `mark`, a `link` or `lines`, and what is shown for it."""

    sort: str
    written: str
    shown: str


def losses(text: str) -> list[Loss]:
    """What a text within a line loses when it is shown, apart from marks of code and emphasis.

    These are escapes, entities, links, and lines that run together.
    """
    return [loss for piece in pieces(text) if not piece.is_block for loss in _losses(piece.text)]


def _losses(text: str) -> Iterator[Loss]:
    (line,) = _TELLING.parseInline(text)
    for token in line.children or ():
        if token.type == "text_special" and token.markup != token.content:
            yield Loss("mark", token.markup, token.content)
        elif token.type == "link_open":
            written = f"<{token.attrGet('href')}>" if token.markup == "autolink" else f"](...{token.attrGet('href')})"
            yield Loss("link", written, "")
        elif token.type in ("softbreak", "hardbreak"):
            yield Loss("lines", "\n", " ")


def code_span(text: str) -> str:
    """Markdown that shows a line exactly as it is, whatever marks it holds (CommonMark 0.31, 6.1)."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    padded = text[:1] in ("`", " ") or text[-1:] == "`"
    return f"{fence} {text} {fence}" if padded else f"{fence}{text}{fence}"


def literal(text: str) -> str:
    """Markdown that shows a line of plain text as it is; the text itself where nothing in it is a mark."""
    return text if plain(text) == text else re.sub(r"([\\`*_\[\]<>&])", r"\\\1", text)
