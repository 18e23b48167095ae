"""SQL scripts as statements: what a client sends one by one."""

import re
from collections.abc import Iterator

_PROBE = "{{probe}}"
_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*)
    | (?P<comment>/\*)
    | (?P<text>[eE]'(?:\\.|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*")
    | (?P<dollar>\$(?:[A-Za-z_]\w*)?\$)
    | (?P<word>\w+)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def with_probe(script: str, probe: str | None) -> tuple[str, int]:
    """The script with the probe as a statement in its place, and the line of that, 0 where it has none."""
    lines = script.split("\n")
    for number, line in enumerate(lines, start=1):
        if line.strip() == _PROBE and probe is not None:
            lines[number - 1] = f"SELECT ({probe});"
            return "\n".join(lines), number
    return script, 0


def statements(script: str) -> Iterator[tuple[int, str]]:
    """The statements of a script for PostgreSQL, each with the line of its first word.

    Semicolons within quotes, comments, parentheses and `BEGIN ATOMIC ... END` end nothing.
    """
    at, begun, depth, atomic, before = 0, None, 0, 0, ""
    while at < len(script):
        found = _TOKEN.match(script, at)
        assert found is not None
        kind, start, at = found.lastgroup, at, found.end()
        if kind == "comment":
            at = _comment_end(script, start)
        elif kind == "dollar":
            end = script.find(found[0], at)
            at = len(script) if end < 0 else end + len(found[0])
        if kind in ("space", "comment"):
            continue
        word = found[0].upper()
        atomic += (word == "ATOMIC" and before == "BEGIN") or bool(atomic and word == "CASE")
        atomic -= bool(atomic and word == "END")
        depth += (word == "(") - (word == ")")
        before = word
        if word == ";" and depth <= 0 and not atomic:
            if begun is not None:
                yield script.count("\n", 0, begun) + 1, script[begun:at]
            begun, depth = None, 0
        elif begun is None:
            begun = start
    if begun is not None:
        yield script.count("\n", 0, begun) + 1, script[begun:]


def _comment_end(script: str, start: int) -> int:
    """Comments of the kind `/* */` hold others."""
    depth = 0
    for found in re.finditer(r"/\*|\*/", script[start:]):
        depth += 1 if found[0] == "/*" else -1
        if depth == 0:
            return start + found.end()
    return len(script)
