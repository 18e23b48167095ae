"""The process that colours code: a request a line on its input, the lines of the listing as JSON on its output.

It is a program of its own, because nobody can say of every lexer of Pygments how long it takes on hostile text, and a
regular expression cannot be interrupted from within. The kernel ends the process once a request has used up its time.
"""

import json
import signal
import sys

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType
from pygments.util import ClassNotFound

SECONDS = 0.5
"""Processor time for one listing; usual ones take a fiftieth of it."""

Runs = list[list[tuple[str, str]]]
"""For each line, its runs of text of one colour: the class in the style sheet, empty for none, and the text."""


def runs(source: str, language: str) -> Runs:
    """The lines of a listing in their colours."""
    lines: Runs = [[]]
    for token, text in _lexer(language).get_tokens(source):
        style = _style(token)
        for n, part in enumerate(text.split("\n")):
            if n:
                lines.append([])
            if part:
                lines[-1].append((style, part))
    return lines[:-1]


def _lexer(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return get_lexer_by_name("text", stripnl=False)


def _style(token: _TokenType) -> str:
    while token not in STANDARD_TYPES and token.parent is not None:
        token = token.parent
    return STANDARD_TYPES.get(token, "")


def main() -> None:
    """Answer requests until there are no more."""
    for request in sys.stdin:
        source, language = json.loads(request)
        # No handler: one could only run after the regular expression has come back.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            reply = runs(source, language)
        except Exception:
            reply = []  # A lexer that breaks down colours nothing.
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
