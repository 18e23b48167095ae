"""Slips of authors that are sound YAML: each is said at its place with a mend, and nothing is lost without a word."""

from pathlib import Path

import pytest

from quiz import paths
from quiz.domain.source import SourceFile
from tests.domain.samples import places, source

SINGLE = "single quotes, where a backslash is a backslash"
QUOTES = "put the whole text in quotes"
BLOCK = "write it as a block"


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "fix"),
    [
        # What a hash cuts off.
        ("stem: In C # which word?\n", 1, 12, "comment", QUOTES),
        ("stem: # of rows\n", 1, 7, "comment", QUOTES),
        ("options:\n  - text: C #\n", 2, 13, "comment", QUOTES),
        ("answers:\n  - # x\n  - y\n", 2, 5, "comment", QUOTES),
        ("why: one\n  two # three\n", 2, 7, "comment", QUOTES),
        ("claim: {prints: a #b\n  }\n", 1, 19, "comment", QUOTES),
        ("framework:\n  name: F # sharp\n", 2, 11, "comment", QUOTES),
        ("run:\n  steady: because # x\n", 2, 19, "comment", QUOTES),
        # What a comma splits.
        ("answers: [f(a, b)]\n", 1, 11, "split", QUOTES),
        ("answers: [x, max(a, b, c)]\n", 1, 14, "split", QUOTES),
        ("answers: ['x', f(a, b)]\n", 1, 16, "split", QUOTES),
        ("answers: [Map<String, Integer>]\n", 1, 11, "split", QUOTES),
        ('answers: [say "a, b"]\n', 1, 11, "split", QUOTES),
        ("answers: [1,234]\n", 1, 11, "split", "a space after the comma"),
        ("sources: [RFC 6265, section 5.3]\n", 1, 21, "split", QUOTES),
        ("claim: {prints: f(a, b)}\n", 1, 22, "split", QUOTES),
        ("options:\n  - {text: one, two, why: x}\n", 2, 17, "split", QUOTES),
        # What a backslash in double quotes becomes.
        ('stem: "C:\\new"\n', 1, 10, "escape", SINGLE),
        ('stem: "C:\\temp"\n', 1, 10, "escape", SINGLE),
        ('claim: {prints: "C:\\new"}\n', 1, 20, "escape", SINGLE),
        ('claim: {prints: "D:\\\\data\\new"}\n', 1, 26, "escape", SINGLE),
        ('answers: ["C:\\root"]\n', 1, 14, "escape", SINGLE),
        ('why: "a\\tb"\n', 1, 8, "escape", SINGLE),
        ('why: "folder\\name"\n', 1, 13, "escape", "where a line break is meant"),
        ('why: "C:\\Network"\n', 1, 9, "escape", SINGLE),
        ('why: "a\\_b"\n', 1, 8, "escape", SINGLE),
        ('why: "\\Logs"\n', 1, 7, "escape", SINGLE),
        ('why: "\\Program"\n', 1, 7, "escape", SINGLE),
        ('listing: "<\\/script>"\n', 1, 12, "escape", SINGLE),
        ('listing: "a\\ b"\n', 1, 12, "escape", SINGLE),
        ('listing: "print(\\"a\\nb\\")"\n', 1, 20, "escape", SINGLE),
        ('why: "ends\\r"\n', 1, 11, "escape", SINGLE),
        # Lines that are joined.
        ("listing: >\n  int a;\n  int b;\n", 3, 3, "folded", BLOCK),
        ("listing: int a;\n  int b;\n", 2, 3, "folded", BLOCK),
        ("listing: 'int a;\n\n  int b;\n  int c;'\n", 4, 3, "folded", BLOCK),
        ("claim:\n  prints: >-\n    1\n    2\n", 4, 5, "folded", BLOCK),
        ("stem: >-\n  What?\n\n  ```java\n  int a;\n  ```\n", 4, 3, "folded", BLOCK),
        ("stem: >-\n  Either\n  - this\n  - that\n", 3, 3, "folded", BLOCK),
        ("stem: Either\n  1. this\n", 2, 3, "folded", BLOCK),
        ("stem: >-\n  A table\n  | a | b |\n", 3, 3, "folded", BLOCK),
        ("answers:\n  - one\n    - two\n", 3, 5, "folded", BLOCK),
        ("stem: >\nwhy: x\n", 1, 7, "empty-block", QUOTES),
        ("options:\n  - text: |\n    why: x\n", 2, 11, "empty-block", QUOTES),
        # What nobody can see.
        ("stem: a\u00a0b\n", 1, 8, "invisible", "write a plain space"),
        ("- \u00a0- a\n", 1, 3, "invisible", "write a plain space"),
        ("stem: 'a\u200bb'\n", 1, 9, "invisible", "\\u200B in double quotes"),
        ("listing: |\n  int a;\n  int\u2009b;\n", 3, 6, "invisible", "write a plain space"),
        ("listing: |\n  // \u202e\n", 2, 6, "invisible", "delete it"),
        ("stem: a\ufeffb\n", 1, 8, "invisible", "delete it"),
        ("stem: co\u00adop\n", 1, 9, "invisible", "delete it"),
        ("stem: x\u200dy\n", 1, 8, "invisible", "delete it"),
        ("stem: a\u3164\n", 1, 8, "invisible", "delete it"),
        ("i\u200bd: a\n", 1, 1, "invisible", "delete it"),
        ("a: 1\n\u00a0b: 2\n", 2, 1, "invisible", "write a plain space"),
        ("stem: a\tb\n", 1, 8, "tab", "write a space"),
        ("stem: 'a \t b'\n", 1, 9, "tab", "write a space"),
        ("unit: ' kB'\n", 1, 7, "spaces", "between backticks"),
        ('answers: [a, "b "]\n', 1, 14, "spaces", "between backticks"),
        # Names that are one.
        ("caf\u00e9: 1\ncafe\u0301: 2\n", 2, 1, "duplicate-key", "keep one"),
        ("\ufb01le: 1\nfile: 2\n", 2, 1, "duplicate-key", "keep one"),
        # What YAML takes for its own signs.
        ("stem: ! x\n", 1, 7, "tag", "quote the text"),
        ("stem: !important\n", 1, 7, "tag", "quote the text"),
        ("stem: *p\n", 1, 7, "alias", "quote the text"),
        ("stem: &x\n", 1, 7, "anchor", "quote the text"),
        ("stem: {{key}}\n", 1, 8, "key", "quote the text"),
    ],
)  # fmt: skip
def test_a_slip_is_said_at_its_place_with_its_mend(
    tmp_path: Path, text: str, line: int, column: int, code: str, fix: str
) -> None:
    problems = source(tmp_path, text).problems
    assert places(problems) == [("x.yaml", line, column, code)]
    assert fix in problems[0].fix


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "fix"),
    [
        ('stem: "\\d+"\n', 1, 8, "a backslash begins an escape", SINGLE),
        ("stem: @Bean\n", 1, 7, "no text can begin with `@`", "quote the text"),
        ("stem: %d\n", 1, 7, "no text can begin with `%`", "quote the text"),
        ("stem: `x`\n", 1, 7, "no text can begin with a backtick", "quote the text"),
        ("stem: > 5\n", 1, 9, "a text that begins with `|` or `>` is a block", "quote the text"),
        ("stem: - x\n", 1, 7, "no text can begin with `-` and a space", "quote the text"),
        ("stem: ? x\n", 1, 7, "no text can begin with `?` and a space", "quote the text"),
        ("stem: ]\n", 1, 7, "no text can begin with `]`", "quote the text"),
        ("stem: Which of these:\n", 1, 21, "a second colon", "quote the text"),
        ("stem: a\n  why: b\n", 2, 6, "this field is indented more", "indent it like the field above"),
        ('stem: "a" b\n', 1, 11, "more text after the closing quote", "quotes of the other kind"),
        ("stem: 'a'b'\n", 1, 10, "more text after the closing quote", "quotes of the other kind"),
        ("stem: \"a\nwhy: 'b'\nunit: \"c\"\n", 1, 7, "ends only on line 3", "close it"),
        ("stem: 'a\nwhy: b\n", 1, 7, "is never closed", "close it"),
        ("answers: [a\nwhy: b\n", 1, 10, "is not closed", "close it with `]`"),
        ("claim: {prints: #fff}\nwhy: b\n", 1, 17, "is not closed", "begins a comment"),
        ("answers: [a,, b]\n", 1, 13, "no text can begin with `,`", "commas"),
        ("stem: a\n  # b\n  c\n", 2, 3, "a comment in the middle of a text", "a line of its own"),
        ("stem: a # b\n  c\n", 1, 9, "a comment in the middle of a text", "a line of its own"),
        ("- a\nb: 1\n", 2, 1, "this is not an entry", "indent it less"),
        ("a: 1\nkind number\nb: 2\n", 2, 1, "this line has no colon", "`name: value`"),
        ("a:\n\tb: 1\n", 2, 1, "a tab", "indent with spaces"),
    ],
)  # fmt: skip
def test_what_is_not_yaml_is_said_in_plain_words_where_it_has_to_be_corrected(
    tmp_path: Path, text: str, line: int, column: int, message: str, fix: str
) -> None:
    problems = source(tmp_path, text).problems
    assert places(problems) == [("x.yaml", line, column, "syntax")]
    assert message in problems[0].message
    assert fix in problems[0].fix


@pytest.mark.parametrize(
    "text",
    [
        "seconds: 60 # a minute\nid: one  # a comment\nlab: java 8 # the oldest\nkey: true # yes\n",
        "# a comment\nstem: x\n# another\nwhy: y\n",
        "stem: a#b\nwhy: 'a # b' # a comment\nlisting: | # a comment\n  # no comment\n",
        "answers: [one, two]\nintegers: [1,9]\nclaim: {rows: [[1,2], [3,4]]}\nnames: [part, page]\n",
        "answers: [f(a), 'f(a, b)', 'a < b', a < b, c > d, List<String>]\n",
        "sources: [RFC 6265, RFC 9110 section 3]\nerror_at: [7, 9]\n",
        'text: "` a `"\nclaim: {prints: " a "}\nlisting: " a "\n',
        'claim: {prints: "1\\n2", body: "a\\r\\nb", matches: "a\\tb", header: {A: "x\\\\y"}}\n',
        'prints: "a:\\nb"\nlisting: "int a;\\n\\tint b;\\nString c = \\"x\\";\\n"\n',
        'stem: "First.\\n\\nSecond."\nwhy: "Either\\n- this\\n- that"\ntext: "```\\na\\nb\\n```"\n',
        "stem: >-\n  One line\n  and one more.\n\n  A paragraph.\n",
        "stem: One line\n  and one more\n",
        "run:\n  expression: >-\n    1\n    + 2\n  steady: >-\n    One line\n    and more.\n",
        "stem: |\n  - a\n  - b\nlisting: |\n  a\n  \tb\n",
        'stem: "a\\u00a0b"\nwhy: "\\xa0"\n',
        "stem: \U0001f468\u200d\U0001f469 and \u2764\ufe0f\nwhy: \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\n",
        "stem: \u5929\u3000\u6c17\nwhy: \u05d0\u200f, \u05d1\n",
        "a: \u00e9\nb: e\u0301\n",
        "stem: no\nwhy: 010\nunit: 12:30\nanswers: [2026-01-01, null, ~, 1_000, .inf]\n",
    ],
)
def test_what_is_meant_is_no_slip(tmp_path: Path, text: str) -> None:
    assert [str(problem) for problem in source(tmp_path, text).problems] == []


def test_the_shipped_banks_have_no_slip() -> None:
    files = sorted(paths.QUESTION_BANKS.glob("*/*.yaml"))
    assert len(files) > 50
    assert [str(problem) for path in files for problem in SourceFile(path, path.name).problems] == []
