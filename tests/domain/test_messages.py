"""What authors are told of a slip: where it is, what it is in their words, and what they probably meant."""

from pathlib import Path

import pytest

from quiz.domain.banks import check_bank, schemas
from quiz.domain.vocabularies import LABS, lab_fault, lab_names, languages
from quiz.labs import registry
from tests.domain.samples import check
from tests.domain.test_bank_checks import BANK, HEAD, NUMBER, changed

CODE = """\
  - id: two
    kind: single choice
    difficulty: 3
    seconds: 60
    stem: Which?
    lab: java 8
    listing: |
      class A {
      }
    options:
      - text: This
        key: true
        claim: {compiles: true}
        why: Because.
      - text: That
        claim: {prints: x}
        why: Because not.
    sources: [Source 1]
"""


def told(folder: Path, text: str, bank: str = BANK) -> list[str]:
    """The problems of a bank of one item, each on one line: place, message and mend."""
    (folder / "demo").mkdir(exist_ok=True)
    (folder / "demo" / "bank.yaml").write_text(bank)
    (folder / "demo" / "a.yaml").write_text(text)
    problems = check_bank(folder / "demo", "demo", registry.releases()).problems
    return [f"{one.file.removeprefix('demo/')}:{one.line}:{one.column}: {one.message}; {one.fix}" for one in problems]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "id: one",
            "id: a_b",
            "a.yaml:3:5: `a_b` is not a proper `id`; use lower case letters and digits, with single hyphens between",
        ),
        ("id: one", "id: One Two", "such as `one-two`"),
        ("id: one", "id: \u00fcber-uns", "such as `uber-uns`"),
        ("id: one", "id: a.b", "such as `a-b`"),
        ("id: one", "id: a--b", "such as `a-b`"),
        ("id: one", "id: '***'", "`***` is not a proper `id`"),
        (
            "sources: [Source 1]",
            "sources:\n      - JLS: 15",
            "a.yaml:11:9: an entry of `sources` has to be text, but the colon after `JLS` makes it a field; quote",
        ),
        ("sources: [Source 1]", "sources: ['x', '']", "an entry of `sources` needs at least 1 character"),
        ("sources: [Source 1]", "sources: []", "`sources` needs at least 1 entry; see `sources`"),
        ("stem: How many?", f"stem: {'x' * 4001}", "`stem` may have at most 4000 characters, but has 4001"),
        (
            "    why",
            f"    mistakes: [{', '.join(['{text: 1, why: x}'] * 11)}]\n    why",
            "`mistakes` may have at most 10 entries, but has 11",
        ),
        (
            "answer: 12",
            "answer: 12\n    asks: return",
            "a.yaml:9:5: `asks` cannot be `return`; did you mean `returns`?",
        ),
        ("answer: 12", "answer: 12\n    asks: xyzzy", "write one of: prints, returns, throws, status"),
        ("answer: 12", "answer: 12\n    mistakes: [1]", "a.yaml:9:16: an entry of `mistakes` has to be a mapping"),
        (
            "answer: 12",
            "answer: 12\n    mistakes: [{txt: 1, why: x}]",
            "there is no field `txt` here; did you mean `text`?",
        ),
        (
            "answer: 12",
            "answer: 12\n    variables: {a: {integrs: [1, 2]}}",
            "there is no field `integrs` here; did you mean `integers`?",
        ),
        ("kind: number", "kind: Number", "there is no kind `Number`; did you mean `number`?"),
        ("kind: number", "kind: multi response", "did you mean `multiple response`?"),
        (
            "why: Because.",
            "w\u0435y: x\n    why: Because.",
            "here; it holds U+0435, cyrillic small letter ie; did you mean `why`?",
        ),
        (
            "    kind",
            "    objective: demo.1\n    kind",
            "bank.yaml has no objective `demo.1`: it is a group; did you mean `demo.1.1`?",
        ),
        (
            "kind: number",
            "kind: number\n    language: Java",
            "a.yaml:5:5: `language` cannot be `Java`; did you mean `java`?",
        ),
        ("kind: number", "kind: number\n    language: pyhton", "did you mean `python`?"),
        ("kind: number", "kind: number\n    language: null", "`language` cannot be `null`"),
    ],
)
def test_a_slip_in_an_item_is_said_with_what_was_meant(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in "\n".join(told(tmp_path, changed(HEAD + NUMBER, old, new)))


ALL_LABS = "browser, http, java, javascript, less, python, sass, servlet, shell, spark, spring, sql"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "lab: java 8",
            "lab: pyhton",
            f"a.yaml:8:5: there is no lab `pyhton`; did you mean `python`? The labs are: {ALL_LABS}",
        ),
        ("lab: java 8", "lab: cobol", f"there is no lab `cobol`; The labs are: {ALL_LABS}"),
        ("lab: java 8", "lab: Java 8", "there is no lab `Java`; did you mean `java`?"),
        ("lab: java 8", "lab: java8", "there is no lab `java8`; did you mean `java`?"),
        ("lab: java 8", "lab: java 9", "the lab `java` has no `9`; write `java` or `java 8` or `java 11`"),
        ("lab: java 8", "lab: python 3", "the lab `python` has no `3`; write `python`"),
        ("lab: java 8", "lab: null", "there is no lab `null`"),
        ("lab: java 8", "lab: true", "there is no lab `true`"),
        (
            "{compiles: true}",
            "{complies: true}",
            "a.yaml:15:17: there is no field `complies` here; did you mean `compiles`?",
        ),
        ("{compiles: true}", "{print: x}", "did you mean `prints`?"),
        ("{compiles: true}", "{no_header: Set-Cokie}", "did you mean `Set-Cookie`?"),
        ("{compiles: true}", "{header: {X-Frame-Option: ''}}", "did you mean `X-Frame-Options`?"),
        ("{compiles: true}", "{sends: {Cookies: ''}}", "did you mean `Cookie`?"),
        ("{compiles: true}", "true", "`claim` has to be a mapping"),
        ("{compiles: true}", "{error_at: 0}", "an entry of `error_at` has to be at least 1, not `0`"),
        (
            "    options",
            "    run: {progam: x}\n    options",
            "there is no field `progam` here; did you mean `program`?",
        ),
        (
            "    options",
            "    run: {calls: [{method: get}]}\n    options",
            "a.yaml:12:20: `get` is almost an HTTP method; did you mean `GET`?",
        ),
        (
            "    options",
            "    run: {calls: [{methd: GET}]}\n    options",
            "there is no field `methd` here; did you mean `method`?",
        ),
        ("    options", "    run: {insert_at: 9}\n    options", "the listing has no such line"),
    ],
)
def test_a_slip_about_the_program_is_said_with_what_was_meant(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in "\n".join(told(tmp_path, changed(HEAD + CODE, old, new)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("summary", "sumary", "bank.yaml:2:1: there is no field `sumary` here; did you mean `summary`?"),
        ("title: Demo\n", "title: Demo\nlanguage: Javva\n", "`language` cannot be `Javva`; did you mean `java`?"),
        ("id: demo.1\n", "id: Demo_1\n", "with single dots or hyphens between words, such as `demo-1`"),
        ("    objectives", "    objectves", "there is no field `objectves` here; did you mean `objectives`?"),
        ("        title", "        titel", "there is no field `titel` here; did you mean `title`?"),
    ],
)
def test_a_slip_in_bank_yaml_is_said_with_what_was_meant(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in "\n".join(told(tmp_path, HEAD + NUMBER, changed(BANK, old, new)))


def test_pairs_that_are_run_as_one_program_need_code(tmp_path: Path) -> None:
    pair = "      - {prompt: NAME, match: NAME, claim: {prints: NAME}, why: Because.}\n"
    head = "  - id: two\n    kind: matching\n    difficulty: 3\n    seconds: 60\n    stem: Which?\n    lab: java 8\n"
    text = HEAD + head + "    listing: x\n    pairs:\n" + pair.replace("NAME", "a") + pair.replace("NAME", "b")
    said = told(tmp_path, text + "    sources: [Source 1]\n")
    assert [line.partition(";")[0] for line in said] == [
        f"a.yaml:{line}:9: this pair has no `code`, so its claim is about the same program as those of other pairs"
        for line in (11, 12)
    ]


def test_no_message_is_left_to_the_library(tmp_path: Path) -> None:
    """Whatever stands in any field, what is said of it names no type of the language that this is written in."""
    values = ["", "[]", "{}", "[a]", "{a: b}", "-1", "x", "true", "9999999999", "null"]
    for base in (NUMBER, CODE):
        names = [line.strip(" -").partition(":")[0] for line in base.splitlines() if ":" in line]
        for name in dict.fromkeys(names):
            for value in values:
                lines = base.splitlines()
                at = next(n for n, line in enumerate(lines) if line.strip(" -").startswith(f"{name}:"))
                lines[at] = f"{lines[at].partition(':')[0]}: {value}"
                for line in told(tmp_path, HEAD + "\n".join(lines) + "\n"):
                    assert not [word for word in ("input should", "dict", "instance", "str_") if word in line], line


def test_enemies_that_only_one_item_has_are_held_against_those_of_others(tmp_path: Path) -> None:
    def items(*words: str) -> str:
        return HEAD + "".join(
            changed(changed(NUMBER, "id: one", f"id: item-{n}"), "    stem", f"    enemies: {word}\n    stem")
            for n, word in enumerate(words)
        )

    (said,) = told(tmp_path, items("integer-overflow", "integer-overflow", "integer-overfow"))
    assert "a.yaml:25:5: no other item has the enemies `integer-overfow`; did you mean `integer-overflow`?" in said
    assert told(tmp_path, items("overflow-1", "overflow-1", "overflow-2", "overflow-2")) == []
    assert told(tmp_path, items("integer-overflow", "something-else")) == []


def test_the_labs_that_the_check_knows_are_those_that_there_are() -> None:
    assert {name: tuple(releases) for name, releases in LABS.items()} == registry.releases()
    assert all(lab_fault(name, LABS) is None for name in lab_names(LABS))


def test_where_nobody_says_which_labs_there_are_only_a_slip_is_refused(tmp_path: Path) -> None:
    for lab, sound in (("made", True), ("made 3", True), ("pyhton", False), ("java 9", False)):
        text = changed(HEAD + CODE, "lab: java 8", f"lab: {lab}")
        assert (check(tmp_path, {"bank.yaml": BANK, "a.yaml": text}).problems == ()) == sound, lab


def test_every_language_that_a_lab_runs_is_known() -> None:
    assert {language for lab in registry.LABS.values() for language in lab.languages} <= languages()


@pytest.mark.parametrize("name", ["bank.schema.json", "items.schema.json"])
def test_the_schemas_offer_no_null_and_hold_every_bound(name: str) -> None:
    def parts(schema: object) -> list[dict[str, object]]:
        if isinstance(schema, list):
            return [part for inner in schema for part in parts(inner)]
        if not isinstance(schema, dict):
            return []
        return [schema, *(part for inner in schema.values() for part in parts(inner))]

    for part in parts(schemas()[name]):
        assert part.get("type") != "null"
        assert not {"ge", "le", "gt", "lt"} & part.keys()
        assert part.get("default", "") not in (None, {}, [])


def test_the_schema_has_the_bounds_and_words_of_the_check() -> None:
    definitions = schemas()["items.schema.json"]["$defs"]
    fields = definitions["SingleChoice"]["properties"]
    assert (fields["difficulty"]["minimum"], fields["difficulty"]["maximum"]) == (1, 5)
    assert (fields["seconds"]["minimum"], fields["seconds"]["maximum"]) == (10, 900)
    assert fields["lab"]["enum"] == lab_names(LABS)
    assert fields["language"]["type"] == "string"
    assert definitions["Number"]["properties"]["tolerance"]["minimum"] == 0
    assert definitions["Claim"]["properties"]["exits"] | {"description": ""} == {
        "description": "",
        "maximum": 255,
        "minimum": 0,
        "title": "Exits",
        "type": "integer",
    }
    assert definitions["PointedLine"]["properties"]["line"]["minimum"] == 1
    bank = schemas()["bank.schema.json"]["$defs"]["GroupEntry"]["properties"]["weight"]
    assert (bank["minimum"], bank["maximum"]) == (1, 1000)
