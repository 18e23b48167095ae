"""Markdown, as far as authors may use it: its parser, its plain text, and code that nothing in it can break."""

import re

from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark", {"html": False}).disable(
    ["image", "heading", "lheading", "html_block", "html_inline"]
)


def plain(text: str) -> str:
    """What a reader sees of a line of Markdown, without the marks of code, emphasis and links."""
    (line,) = PARSER.parseInline(text)
    return "".join(" " if token.type in ("softbreak", "hardbreak") else token.content for token in line.children or ())


def code_span(text: str) -> str:
    """Markdown that shows a line exactly as it is, whatever marks it holds (CommonMark 0.31, 6.1)."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    padded = text[:1] in ("`", " ") or text[-1:] == "`"
    return f"{fence} {text} {fence}" if padded else f"{fence}{text}{fence}"


def literal(text: str) -> str:
    """Markdown that shows a line of plain text as it is; the text itself where nothing in it is a mark."""
    return text if plain(text) == text else re.sub(r"([\\`*_\[\]<>&])", r"\\\1", text)
