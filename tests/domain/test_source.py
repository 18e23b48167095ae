"""Reading YAML: what is accepted stays text with its place; what is refused is refused at its place, with a mend."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quiz.domain import source as source_module
from quiz.domain.source import MAX_BYTES, MAX_DEPTH, Node, Problem, SourceFile
from tests.domain.samples import places, source

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "fix"),
    [
        pytest.param("a: 1\nb: 'never closed\nc: 2\n\n", 2, 4, "syntax", "check quotes", id="quote"),
        pytest.param("a: 1\nb: \u00e9 [\nc: [1, 2\n", 3, 4, "syntax", "check quotes", id="open-bracket"),
        pytest.param("a: [1, 2\nb: 3\n", 1, 4, "syntax", "check quotes, brackets", id="bracket"),
        pytest.param("a: b: c\n", 1, 5, "syntax", "it holds a colon followed by a space", id="colon"),
        pytest.param("a: 1\nb: @x\n", 2, 4, "syntax", "quote the text", id="at-sign"),
        pytest.param("a: `x`\n", 1, 4, "syntax", "quote the text", id="backtick"),
        pytest.param("a:\n  b: 1\n c: 2\n", 3, 2, "syntax", "check the indentation", id="indentation"),
        pytest.param("a:\n\tb: 1\n", 2, 1, "syntax", "indent with spaces instead of tabs", id="tab"),
        pytest.param("%YAML 9.9\n---\na: 1\n", 1, 1, "syntax", "check", id="version"),
        pytest.param("a: 1\nb: 2\na: 3\n", 3, 1, "duplicate-key", "keep one of them", id="duplicate-key"),
        pytest.param("a:\n  - b: 1\n    b: 2\n", 3, 5, "duplicate-key", "keep one of them", id="duplicate-key-deep"),
        pytest.param("a: 1\nb: *x\n", 2, 4, "alias", "write the value out", id="alias"),
        pytest.param("*x : 1\n", 1, 1, "alias", "write the value out", id="alias-as-key"),
        pytest.param("a: &x 1\n", 1, 4, "anchor", "write the value out", id="anchor"),
        pytest.param("a: &x [1]\n", 1, 4, "anchor", "write the value out", id="anchor-of-list"),
        pytest.param("a: !!int 1\n", 1, 4, "tag", "quote the text", id="tag"),
        pytest.param("a: !!python/object:os.system {}\n", 1, 4, "tag", "remove the tag", id="tag-of-python"),
        pytest.param("a: 1\n---\nb: 2\n", 2, 1, "documents", "put it into a file of its own", id="second-document"),
        pytest.param("a: 1\n---\n", 2, 1, "documents", "put it into a file of its own", id="second-empty-document"),
        pytest.param("? [a, b]\n: c\n", 1, 3, "key", "quote the text", id="list-as-key"),
        pytest.param("a: x\nbc: \x07\n", 2, 5, "unprintable", "delete the character", id="control-character"),
        pytest.param("a: x\0\n", 1, 5, "unprintable", "delete the character", id="nul"),
        pytest.param('a: "x\\0y"\n', 1, 4, "unprintable", "delete the escape", id="escaped-nul"),
        pytest.param('a: ["\\e[31m"]\n', 1, 5, "unprintable", "delete the escape", id="escaped-escape"),
        pytest.param("", 1, 1, "empty", "write it or delete it", id="empty"),
        pytest.param("# only a comment\n", 1, 1, "empty", "write it or delete it", id="comment"),
        pytest.param(b"a: 1\nb: \xe9\n", 2, 4, "encoding", "save the file as UTF-8", id="latin-1"),
        pytest.param("a: \u00e9".encode() + b"\xe9\n", 1, 5, "encoding", "save the file as UTF-8", id="half-latin-1"),
        pytest.param(BOM + b"a: \xe9\n", 1, 4, "encoding", "save the file as UTF-8", id="latin-1-after-bom"),
        pytest.param("a: 1\n".encode("utf-16"), 1, 1, "encoding", "save the file as UTF-8", id="utf-16"),
        pytest.param("a: 1\n".encode("utf-16-le"), 1, 2, "unprintable", "delete", id="utf-16-without-bom"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00", 1, 1, "encoding", "save the file as UTF-8", id="binary"),
    ],
)
def test_what_is_refused_is_named_at_its_place_with_a_mend(
    tmp_path: Path, text: str | bytes, line: int, column: int, code: str, fix: str
) -> None:
    problems = source(tmp_path, text).problems
    assert places(problems) == [("x.yaml", line, column, code)]
    assert fix in problems[0].fix


@pytest.mark.parametrize(("byte", "text"), [(b"\xe9", b"a: \xe9"), (b"\xe9", BOM + b"a: \xe9"), (b"\xff", b"\xff\xfe")])
def test_the_offending_byte_is_named(tmp_path: Path, byte: bytes, text: bytes) -> None:
    assert f"0x{byte.hex().upper()}" in source(tmp_path, text).problems[0].message


def test_a_control_character_is_named(tmp_path: Path) -> None:
    assert "U+0007" in source(tmp_path, "a: \x07").problems[0].message


@pytest.mark.parametrize("unit", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_nesting_without_end_is_refused_where_it_becomes_too_deep(tmp_path: Path, unit: str) -> None:
    begun = time.perf_counter()
    read = source(tmp_path, unit * 200_000 if len(unit) < 5 else unit * 100_000)
    # Quadratic work or recursion over 200,000 levels would take minutes, or the process; this is no measurement.
    assert time.perf_counter() - begun < 5
    assert read.root is None
    assert [problem.code for problem in read.problems][-1] == "too-deep"
    assert read.problems[-1].line == 1


def test_nesting_may_go_as_deep_as_the_limit_and_no_deeper(tmp_path: Path) -> None:
    assert source(tmp_path, "[" * MAX_DEPTH + "]" * MAX_DEPTH).problems == []
    deeper = source(tmp_path, "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert places(deeper.problems) == [("x.yaml", 1, MAX_DEPTH + 1, "too-deep")]


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("the file was read"))
    problem = SourceFile(path, "x.yaml").problems[0]
    assert problem.code == "too-large"
    assert "50,000,000" in problem.message
    assert "split it" in problem.fix


def test_a_file_may_be_as_large_as_the_limit(tmp_path: Path) -> None:
    head = "a: 1\n#"
    assert source(tmp_path, head + "x" * (MAX_BYTES - len(head))).problems == []
    assert source(tmp_path, head + "x" * (MAX_BYTES - len(head) + 1)).problems[0].code == "too-large"


@pytest.mark.parametrize("name", ["missing.yaml", "folder.yaml"])
def test_a_file_that_cannot_be_read_is_a_problem_and_no_crash(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    problems = SourceFile(tmp_path / name, name).problems
    assert places(problems) == [(name, 1, 1, "unreadable")]


@pytest.mark.parametrize(
    "content",
    [
        b"a: 1\nb:\n  - c\n",
        BOM + b"a: 1\nb:\n  - c\n",
        b"a: 1\r\nb:\r\n  - c\r\n",
        b"a: 1\rb:\r  - c\r",
        b"---\na: 1\nb:\n  - c\n...\n",
        b"%YAML 1.2\n---\na: 1\nb:\n  - c\n",
        b'{"a": "1", "b": ["c"]}',
    ],
    ids=["plain", "bom", "crlf", "cr", "document-marks", "directive", "json"],
)
def test_the_same_content_reads_the_same_however_it_is_saved(tmp_path: Path, content: bytes) -> None:
    read = source(tmp_path, content)
    assert read.problems == []
    assert read.root is not None
    assert read.root.plain() == {"a": "1", "b": ["c"]}


SCALARS = [
    "no",
    "yes",
    "on",
    "010",
    "0x1F",
    "12:30",
    "1e3",
    "null",
    "~",
    "true",
    ".inf",
    "2026-01-01",
    "1_000",
    "<<",
    "=",
]


@pytest.mark.parametrize("scalar", SCALARS)
def test_scalars_stay_the_text_they_look_like(tmp_path: Path, scalar: str) -> None:
    read = source(tmp_path, f"a: {scalar}\n")
    assert read.root is not None
    assert read.root.plain() == {"a": scalar}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_the_excerpt_is_the_line_of_the_problem_whatever_ends_lines(tmp_path: Path, end: str) -> None:
    problem = source(tmp_path, end.join(["first: 1", "second: 2", "first: 3", ""])).problems[0]
    assert (problem.line, problem.excerpt) == (3, "first: 3")


def test_a_problem_shows_its_line_with_a_caret_below_the_column() -> None:
    shown = str(Problem("x.yaml", 12, 5, "syntax", "no", "mend it", "ab: @c")).split("\n")
    assert shown == ["x.yaml:12:5: no [syntax]", "  12 | ab: @c", "     |     ^", "  fix: mend it"]
    assert shown[1].index("@") == shown[2].index("^")


def test_the_caret_stands_right_below_tabs_too() -> None:
    shown = str(Problem("x.yaml", 1, 3, "syntax", "no", "mend it", "\t\t@c")).split("\n")
    assert (shown[1], shown[2]) == ("  1 | \t\t@c", "    | \t\t^")


def test_a_problem_without_a_line_shows_none() -> None:
    assert str(Problem("x.yaml", 1, 1, "empty", "no", "mend it")) == "x.yaml:1:1: no [empty]\n  fix: mend it"


def test_all_that_can_be_read_on_with_is_reported_at_once(tmp_path: Path) -> None:
    read = source(tmp_path, "a: &x 1\na: *x\nb: !!str 2\n? [c]\n: 3\n")
    assert [problem.code for problem in read.problems] == ["anchor", "alias", "duplicate-key", "tag", "key"]


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ((), (1, 1)),
        (("a",), (1, 1)),
        (("b",), (2, 1)),
        (("b", 1), (4, 5)),
        (("b", 1, "d"), (5, 5)),
        (("b", 1, "missing"), (4, 5)),
        (("b", 9), (2, 1)),
        (("a", "deeper"), (1, 1)),
    ],
)
def test_a_place_is_that_of_the_nearest_thing_that_exists(
    tmp_path: Path, location: tuple[str | int, ...], place: tuple[int, int]
) -> None:
    root = source(tmp_path, "a: 1\nb:\n  - c\n  - e: 1\n    d: 2\n").root
    assert isinstance(root, Node)
    assert root.place(location) == place


VALID = b"""\
title: Sample
items:
  - id: one        # a comment
    text: 'quoted \xc3\xa9'
    listing: |
      int a = 1;

      return a;
    list: [a, "b\\n", {c: d}]
"""


def _read_safely(folder: Path, data: bytes) -> None:
    read = source(folder, data)
    assert read.root is not None or read.problems
    for problem in read.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.fix
        assert str(problem)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=300) | st.text(alphabet=" \n\r\t-?:,[]{}#&*!|>'\"%@`abc0\x85\u2028\ufeff", max_size=60))
@example(data=b"\xef\xbb\xbf")
@example(data=b"\xef\xbb\xbf\xff")
@example(data='"\\ud800"')
def test_no_bytes_whatsoever_make_the_reader_fail(scratch: Path, data: bytes | str) -> None:
    _read_safely(scratch, data if isinstance(data, bytes) else data.encode())


@settings(max_examples=300, deadline=None)
@given(
    edits=st.lists(
        st.tuples(st.integers(0, len(VALID)), st.integers(0, 12), st.binary(max_size=6)), min_size=1, max_size=4
    )
)
def test_no_damage_to_a_valid_file_makes_the_reader_fail(scratch: Path, edits: list[tuple[int, int, bytes]]) -> None:
    data = VALID
    for start, removed, put in edits:
        data = data[:start] + put + data[start + removed :]
    _read_safely(scratch, data)


@pytest.mark.parametrize(
    "text", ["a: 'x", "a:\n\tb: 1\n", "a: &x 1\nb: *x\na: 2\n", "[" * 50, "a: 1\n---\n", "- a\n- b: !t c"]
)
def test_the_slower_parser_of_machines_without_libyaml_sees_the_same_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    fast = source(tmp_path, text)
    monkeypatch.setattr(source_module, "_LOADER", yaml.SafeLoader)
    slow = source(tmp_path, text)
    assert [(p.line, p.code) for p in slow.problems] == [(p.line, p.code) for p in fast.problems]
