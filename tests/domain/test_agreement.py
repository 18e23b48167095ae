"""Texts and claims: a text that is only a value is what is proven of it, or the file says why not."""

import json
from pathlib import Path
from typing import Any

import pytest

from quiz.domain.proofs.agreement import value_in
from quiz.domain.proofs.observations import Observation
from tests import factories
from tests.domain.samples import check, item, places

LISTING = {"lab": "java 8", "listing": "class A { }"}


def told(folder: Path, written: dict[str, Any]) -> list[tuple[str, str]]:
    """What the check says of an item: (code, message)."""
    file = json.dumps({"objective": "demo.1.1", "items": [written]}, indent=1)
    return [(problem.code, problem.message) for problem in check(folder, {"a.yaml": file}).problems]


def choice(text: str, claim: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A single choice whose key has this text and claims this."""
    options = [
        {"text": text, "key": "true", "claim": claim, "why": "Because.", **more},
        {"text": "Something else.", "claim": {"otherwise": "true"}, "why": "Because not."},
    ]
    return factories.item("single choice", "one", options=options, **LISTING)


DIFFERENT = [
    ("7", {"prints": "5"}),
    ("`7`", {"prints": "5"}),
    ("``7``", {"prints": "5"}),
    ("7.", {"prints": "5"}),
    ('"seven"', {"prints": "five"}),
    ("'a'", {"prints": "b"}),
    ("true", {"returns": "false"}),
    ("`null`", {"returns": "0"}),
    ("-7", {"prints": "7"}),
    ("7.0", {"prints": "7"}),
    ("`1`, `2`", {"prints": "2\n1"}),
    ("`1` and then `2`", {"prints": "1\n3"}),
    ("```\n1\n2\n```", {"prints": "1\n3"}),
    ("```text\n1\n2\n```", {"prints": "1"}),
    ("12", {"prints": "1\n2"}),
    ("4 000", {"prints": "400"}),
    ("It prints `7`.", {"prints": "5"}),
    ("This program prints 7.", {"prints": "5"}),
    ("It throws a `NullPointerException`.", {"throws": "ClassCastException"}),
    ("`java.io.IOException`", {"throws": "IllegalStateException"}),
    ("It ends with status 3", {"exits": "4"}),
    ("302", {"status": "200"}),
    ("`302 Found`", {"status": "200"}),
    ("Line 3", {"error_at": "5"}),
    ("In line 3.", {"throws_at": "5"}),
    ("`gone`", {"body": "here"}),
    ("`1`, `Ada`", {"rows": [["1", "Bob"]]}),
    ("`/login`", {"header": {"Location": "/logout"}}),
    ("7", {"is": "total == 5"}),
    ('"b"', {"is": 'name.equals("a")'}),
    ("401", {"matches": "status 403"}),
]
SAME = [
    ("7", {"prints": "7"}),
    ("`7`", {"prints": "7"}),
    ("`[1, 2]`", {"prints": "[1, 2]"}),
    ("`a`, `b`", {"prints": "a\nb"}),
    ("401, then 200", {"prints": "401 200"}),
    ('"a b"', {"prints": "a b"}),
    ("4 000", {"prints": "4000"}),
    ("\u22127", {"prints": "-7"}),
    ("It prints `7`.", {"prints": "7"}),
    ("`NullPointerException`", {"throws": "java.lang.NullPointerException"}),
    ("It throws an `IOException`.", {"throws": "IOException", "prints": "begun"}),
    ("Lines 3 and 4", {"error_at": ["3", "4"]}),
    ("`3`", {"prints": "3", "exits": "1"}),
    ("`302 Found`", {"status": "302"}),
    ("`Location: /login`", {"header": {"Location": "/login"}}),
    ("`Map<String, Integer>`", {"prints": "Map"}),
    ("Nothing; it does not compile.", {"compiles": "false"}),
    ("Nothing", {"prints": ""}),
    ("A line for each order, then 7 more", {"prints": "x"}),
    ("7", {"is": "Check.sum() == 7"}),
    ("7", {"is": "Check.holds(3)"}),
    ("401", {"matches": "status 401$"}),
    ("The value is 7 in all cases.", {"prints": "5"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "claim"), DIFFERENT, ids=str)
def test_a_text_that_is_another_value_than_its_claim_is_refused(
    tmp_path: Path, text: str, claim: dict[str, Any]
) -> None:
    ((code, message),) = told(tmp_path, choice(text, claim))
    assert code == "differs"
    assert message.startswith("candidates read `")
    assert told(tmp_path, choice(text, claim, differs="It is meant.")) == []


@pytest.mark.parametrize(("text", "claim"), SAME, ids=str)
def test_a_text_that_says_the_same_or_is_prose_is_taken(tmp_path: Path, text: str, claim: dict[str, Any]) -> None:
    assert told(tmp_path, choice(text, claim)) == []


def test_the_place_is_that_of_the_claim(tmp_path: Path) -> None:
    text = "objective: demo.1.1\nitems:\n  - id: one\n    kind: single choice\n    difficulty: 3\n    seconds: 60\n"
    text += "    stem: What?\n    lab: java 8\n    listing: x\n    options:\n      - text: '`7`'\n        key: true\n"
    text += "        claim: {prints: '5'}\n        why: So.\n      - text: x\n        claim: {prints: x}\n"
    text += "        why: No.\n    sources: [S 1]\n"
    assert places(check(tmp_path, {"a.yaml": text}).problems) == [("demo/a.yaml", 13, 9, "differs")]


PARTS: list[tuple[str, dict[str, Any]]] = [
    (
        "multiple response",
        {
            "options": [
                {"text": text, "key": key, "claim": {"prints": claim}, "why": "Because."}
                for text, key, claim in (("7", "true", "5"), ("`a`", "true", "a"), ("b", "false", "b"))
            ]
        },
    ),
    (
        "true/false set",
        {
            "statements": [
                {"text": "It prints `7`.", "is": "true", "claim": {"prints": "5"}, "why": "Because."},
                {"text": "It prints `8`.", "is": "false", "claim": {"prints": "8"}, "why": "Because."},
            ]
        },
    ),
    (
        "matching",
        {
            "run": {"program": "{{insert}}"},
            "decoys": [],
            "pairs": [
                {"prompt": f"of {claim}", "match": match, "code": "a", "claim": {"prints": claim}, "why": "Because."}
                for match, claim in (("`7`", "5"), ("`b`", "b"))
            ],
        },
    ),
    (
        "matching",
        {
            "run": {"program": "{{insert}}"},
            "pairs": [
                {"prompt": f"of {match}", "match": match, "code": "a", "claim": {"prints": match}, "why": "Because."}
                for match in ("a", "b")
            ],
            "decoys": [{"text": "`7`", "claim": {"prints": "5"}, "why": "Because."}],
        },
    ),
    (
        "ordering",
        {
            "sequence": [
                {"text": text, "prints": prints, "why": "Because."}
                for text, prints in (("`1`", "1"), ("`2`", "3"), ("`4`", "4"))
            ]
        },
    ),
    ("short text", {"answers": ["5", "7"]}),
]


@pytest.mark.parametrize(("kind", "changes"), PARTS, ids=str)
def test_every_kind_is_asked(tmp_path: Path, kind: str, changes: dict[str, Any]) -> None:
    listing = {"lab": "java 8"} if "run" in changes else LISTING
    written = factories.item(kind, "one", **{"mistakes": [], **listing, **changes})
    if kind != "short text":
        written.pop("mistakes")
    assert [code for code, _ in told(tmp_path, written)] == ["differs"]


def test_spellings_of_one_answer_are_taken_and_another_has_its_reason(tmp_path: Path) -> None:
    def item(*answers: str, **more: Any) -> dict[str, Any]:
        return factories.item("short text", "one", answers=list(answers), mistakes=[], **LISTING, **more)

    assert told(tmp_path, item("double", "the type double", "Double", "5.0 double")) == []
    assert told(tmp_path, item("5", "5.0")) == []
    assert [code for code, _ in told(tmp_path, item("18:00", "6 pm"))] == ["differs"]
    assert told(tmp_path, item("18:00", "6 pm", differs="Both are the time.")) == []


@pytest.mark.parametrize("text", ["Red", "A list", "one of `a` or more", "`a` is first", "", "the empty text", "x = 7"])
def test_prose_shows_no_value(text: str) -> None:
    assert value_in(text) is None


@pytest.mark.parametrize(
    ("changes", "where", "message"),
    [
        ({"stem": "What is {{x}}?"}, "stem", "{{x}} stands for nothing"),
        ({"why": "It is {{key}}."}, "why", "{{key}} stands for nothing"),
        ({"listing": "print({{a}})"}, "listing", "{{a}} stands for nothing"),
        ({"stem": "What is {{listing}}?"}, "stem", "{{listing}} stands for nothing"),
        ({"constraints": ["a > b"]}, "constraints", "no `variables`"),
    ],
)
def test_what_is_left_of_a_template_without_variables_is_refused(
    tmp_path: Path, changes: dict[str, Any], where: str, message: str
) -> None:
    ((code, said),) = told(tmp_path, factories.item("number", "one", **changes))
    assert code == "template"
    assert message in said


def test_double_braces_are_code_in_languages_that_have_them(tmp_path: Path) -> None:
    listing = {"language": "html+jinja", "listing": "<p>{{ name }}</p>"}
    assert told(tmp_path, factories.item("number", "one", stem="What does `{{ name }}` do?", **listing)) == []


@pytest.mark.parametrize(
    ("answer", "tolerance", "shown", "differs", "proven"),
    [
        ("7", "2", "5", "", False),
        ("7", "2", "7.4", "", True),
        ("7", "2", "7.6", "", False),
        ("3.14", "0.1", "3.14159", "", True),
        ("3.14", "0.1", "3.2", "", False),
        ("7", "2", "5", "The program counts from zero.", True),
        ("7", "0", "7.0", "", True),
        ("7", "0", "7.1", "", False),
    ],
)
def test_a_number_is_proven_by_what_rounds_to_it_and_not_by_its_tolerance(
    answer: str, tolerance: str, shown: str, differs: str, proven: bool
) -> None:
    changes = {"answer": answer, "tolerance": tolerance, "mistakes": []} | ({"differs": differs} if differs else {})
    written = item("number", **changes, **LISTING)
    (assertion,) = written.assertions()
    assert assertion.test.judge(Observation(compiled=True, printed=shown)).holds is proven
