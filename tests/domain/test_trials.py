"""From an item to what is run, and back from what was seen to the places where author and machine differ."""

from pathlib import Path
from typing import Any

import pytest

from quiz.domain.items import Item
from quiz.domain.proofs.observations import PROBE, Diagnostic, Observation, Thrown
from quiz.domain.proofs.trials import Ruling, judge, shaky, trials, unprovable
from tests import factories
from tests.domain.samples import check

LISTING = "int a = 1;\n  // here\nprint(a);\n"


def made(kind: str, listing: str | None = LISTING, **fields: Any) -> Item:
    common = {"id": "one", "objective": "d.1", "difficulty": 2, "seconds": 60, "stem": "Which?", "sources": ["S 1"]}
    return factories.written(common | {"kind": kind, "listing": listing, "lab": "java 8"} | fields)


def option(text: str = "a", key: bool = False, **fields: Any) -> dict[str, Any]:
    return {"text": text, "key": key, "why": "Because."} | fields


def outcome(item: Item, *seen: Observation) -> Ruling:
    """What comes of an item whose distinct requests, in order, are answered by these observations."""
    digests = list(dict.fromkeys(trial.request.digest for trial in trials(item)))
    return judge(trials(item), dict(zip(digests, seen, strict=True)))


def codes(found: Ruling) -> list[tuple[tuple[str | int, ...], str]]:
    return [(fault.where, fault.code) for fault in found.faults]


PRINTS = Observation(compiled=True, printed="1\n")
ONE, TWO = {"claim": {"prints": "1"}}, {"claim": {"prints": "2"}}
PAIR = [option("1", True, **ONE), option("2", **TWO)]


def test_a_right_key_with_wrong_others_is_proven() -> None:
    item = made("single choice", options=PAIR)
    assert outcome(item, PRINTS).faults == ()
    assert outcome(item, PRINTS).holds == (True, False)


def test_options_on_the_same_program_share_one_run() -> None:
    item = made("single choice", options=PAIR)
    assert len({trial.request.digest for trial in trials(item)}) == 1
    assert trials(item)[0].request.program == LISTING


def test_a_wrong_key_and_a_right_distractor_are_both_told() -> None:
    item = made("single choice", options=[option("2", True, claim={"prints": "2"}), option("1", claim={"prints": "1"})])
    found = outcome(item, PRINTS)
    assert codes(found) == [(("options", 0), "key"), (("options", 1), "key")]
    assert "claims prints: '2', but it prints '1'" in found.faults[0].message
    assert "not keyed, but what it claims is so" in found.faults[1].message


@pytest.mark.parametrize(("printed", "right"), [("1", True), ("1 ", False), (" 1", False), ("1\n\n", False)])
def test_output_is_compared_to_the_last_space(printed: str, right: bool) -> None:
    item = made("single choice", options=PAIR)
    assert (not outcome(item, Observation(compiled=True, printed=printed)).faults) is right


def test_an_option_is_inserted_with_the_indentation_of_the_line_it_replaces() -> None:
    options = [option("`int b = a;`", True, claim={"compiles": "true"}), option("`x`", claim={"compiles": "true"})]
    item = made("single choice", run={"insert_at": 2}, options=options)
    assert [trial.request.program for trial in trials(item)] == [
        "int a = 1;\n  int b = a;\nprint(a);\n",
        "int a = 1;\n  x\nprint(a);\n",
    ]


def test_code_in_a_fence_or_of_its_own_is_inserted_whole() -> None:
    options = [
        option("```java\nint b;\nb = 2;\n```", True, claim={"compiles": "true"}),
        option("Nothing", claim={"compiles": "true"}, code="return;"),
    ]
    item = made("single choice", run={"insert_at": 2}, options=options)
    assert [trial.request.program.split("\n")[1:3] for trial in trials(item)] == [
        ["  int b;", "  b = 2;"],
        ["  return;", "print(a);"],
    ]


def test_a_hidden_program_surrounds_the_listing_and_lines_are_told_by_the_listing() -> None:
    run = {"program": "class A {\n    {{listing}}\n}"}
    item = made("code line", "one();\ntwo();\n", run=run, elsewhere="No.", lines=[
        {"line": 2, "key": True, "why": "It."}, {"line": 1, "why": "Not it."},
    ])  # fmt: skip
    assert trials(item)[0].request.program == "class A {\n    one();\n    two();\n}\n"
    assert not outcome(item, Observation(compiled=False, diagnostics=(Diagnostic(line=3, message="no"),))).faults
    off_by_one = outcome(item, Observation(compiled=False, diagnostics=(Diagnostic(line=2, message="no"),)))
    assert codes(off_by_one) == [(("lines", 0), "key"), (("lines", 1), "key")]
    two = Observation(compiled=False, diagnostics=(Diagnostic(line=3, message="no"), Diagnostic(line=2, message="no")))
    assert codes(outcome(item, two)) == [(("lines", 0), "key")]


def test_an_error_in_code_that_candidates_do_not_see_proves_nothing() -> None:
    run = {"program": "clas A {\n{{listing}}\n}"}
    options = [option("No", True, claim={"compiles": "false"}), option("Yes", claim={"compiles": "true"})]
    found = outcome(
        made("single choice", run=run, options=options),
        Observation(compiled=False, diagnostics=(Diagnostic(line=1, message="class expected"),)),
    )
    assert [fault.code for fault in found.faults] == ["unjudged", "unjudged"]
    assert "around what candidates see" in found.faults[0].message


def test_an_option_that_is_wrong_only_because_its_code_is_refused_has_to_say_so() -> None:
    options = [option("`b()`", True, claim={"prints": "1"}), option("`c()`", claim={"prints": "1"})]
    refused = Observation(compiled=False, diagnostics=(Diagnostic(line=2, message="cannot find symbol"),))
    item = made("single choice", run={"insert_at": 2}, options=options)
    assert codes(outcome(item, PRINTS, refused)) == [(("options", 1), "reason")]
    options[1]["instead"] = {"error_at": 2, "because": "symbol"}
    assert not outcome(made("single choice", run={"insert_at": 2}, options=options), PRINTS, refused).faults
    options[1]["instead"] = {"error_at": 3}
    told = outcome(made("single choice", run={"insert_at": 2}, options=options), PRINTS, refused)
    assert codes(told) == [(("options", 1, "instead"), "instead")]


@pytest.mark.parametrize(
    ("claim", "instead", "refused"),
    [
        ({"is": "a == b"}, {"is": "a == 2"}, True),
        ({"is": "a == b"}, {"returns": "false"}, True),
        ({"prints": "3"}, {"is": "a == 2"}, True),
        ({"is": "a == b"}, {"prints": "1"}, False),
        ({"returns": "3"}, {"returns": "2"}, False),
    ],
)
def test_what_holds_instead_asks_for_no_other_value_than_the_claim(
    claim: dict[str, str], instead: dict[str, str], refused: bool
) -> None:
    options = [option("a", True, claim={"prints": "1"}), option("b", claim=claim, instead=instead)]
    item = made("single choice", run={"insert_at": 2, "expression": "a"}, options=options)
    assert [fault.where for fault in unprovable(item)] == [("options", 1, "instead")] * refused


def test_none_of_these_holds_when_no_other_claim_does() -> None:
    def item(key: int) -> Item:
        options = [option("2", claim={"prints": "2"}), option("3", claim={"prints": "3"})]
        options.append(option("None of these", claim={"otherwise": "true"}))
        options[key]["key"] = True
        return made("single choice", options=options)

    assert not outcome(item(2), PRINTS).faults
    assert codes(outcome(item(2), Observation(compiled=True, printed="3"))) == [
        (("options", 1), "key"),
        (("options", 2), "key"),
    ]
    assert not outcome(item(0), Observation(compiled=True, printed="2")).faults


def test_an_option_true_for_another_reason_is_not_true() -> None:
    options = [
        option("No: types", True, claim={"compiles": "false", "because": "incompatible types"}),
        option("No: symbol", claim={"compiles": "false", "because": "cannot find symbol"}),
    ]
    found = outcome(
        made("single choice", options=options),
        Observation(compiled=False, diagnostics=(Diagnostic(line=1, message="cannot find symbol"),)),
    )
    assert codes(found) == [(("options", 0), "key"), (("options", 1), "key")]


def test_statements_hold_or_fail_as_they_are_marked() -> None:
    statements = [
        {"text": "a", "is": True, "why": "Yes.", "claim": {"is": "a == 1"}},
        {"text": "b", "is": False, "why": "No.", "claim": {"is": "a == 2"}},
    ]
    item = made("true/false set", run={"insert_at": 2}, statements=statements)
    assert [trial.request.probe for trial in trials(item)] == ["a == 1", "a == 2"]
    assert trials(item)[0].request.program.split("\n")[1].strip() == PROBE
    yes, no = Observation(returned="true"), Observation(returned="false")
    assert not outcome(item, yes, no).faults
    assert codes(outcome(item, yes, yes)) == [(("statements", 1), "key")]
    assert codes(outcome(item, no, no)) == [(("statements", 0), "key")]


def test_a_statement_whose_expression_cannot_be_evaluated_is_not_false_for_it() -> None:
    statements = [
        {"text": "a", "is": True, "why": "Yes.", "claim": {"is": "a == 1"}},
        {"text": "b", "is": False, "why": "No.", "claim": {"is": "x == 2"}},
    ]
    item = made("true/false set", run={"insert_at": 2}, statements=statements)
    refused = Observation(compiled=False, diagnostics=(Diagnostic(line=2, message="cannot find symbol"),))
    assert codes(outcome(item, Observation(returned="true"), refused)) == [(("statements", 1), "unjudged")]


@pytest.mark.parametrize(
    ("asks", "answer", "seen", "right"),
    [
        ("prints", "12.50", Observation(compiled=True, printed="12.5\n"), True),
        ("prints", "12", Observation(compiled=True, printed="12.5\n"), False),
        ("prints", "12", Observation(compiled=True, printed="twelve\n"), False),
        ("prints", "12", Observation(compiled=True, printed="12", thrown=Thrown(kind="X")), False),
        ("returns", "7", Observation(returned="7"), True),
        ("status", "404", Observation(responses=()), False),
    ],
)
def test_a_typed_number_is_what_the_program_shows(asks: str, answer: str, seen: Observation, right: bool) -> None:
    item = made(
        "number", answer=answer, asks=asks, why="It is.", run={"expression": "f()"} if asks == "returns" else {}
    )
    assert (not outcome(item, seen).faults) is right


def test_a_typed_exception_is_the_one_that_is_thrown() -> None:
    item = made("short text", answers=["IllegalStateException"], asks="throws", why="It is.")
    thrown = Observation(compiled=True, thrown=Thrown(kind="java.lang.IllegalStateException"))
    assert not outcome(item, thrown).faults
    assert outcome(item, Observation(compiled=True, thrown=Thrown(kind="java.lang.Error"))).faults
    assert outcome(item, PRINTS).faults


def test_the_steps_of_an_ordering_are_printed_in_their_order() -> None:
    item = made("ordering", sequence=[{"text": t, "why": "So.", "prints": t} for t in ("init", "get", "end")])
    assert not outcome(item, Observation(compiled=True, printed="init\nget\nend\n")).faults
    assert outcome(item, Observation(compiled=True, printed="init\nend\nget\n")).faults


def test_every_choice_of_a_matching_is_held_against_every_prompt() -> None:
    pairs = [
        {"prompt": p, "match": m, "why": "So.", "code": p, "claim": {"prints": m}} for p, m in (("a", "1"), ("b", "2"))
    ]
    decoys = [{"text": "3", "why": "No.", "claim": {"prints": "3"}}]
    item = made("matching", run={"insert_at": 2}, pairs=pairs, decoys=decoys)
    one, two, three = (Observation(compiled=True, printed=str(n)) for n in (1, 2, 3))
    assert len(trials(item)) == 6
    assert not outcome(item, one, two).faults
    assert {fault.where for fault in outcome(item, one, one).faults} == {("pairs", 1)}
    assert {fault.where for fault in outcome(item, three, two).faults} == {("pairs", 0)}


def test_a_program_beyond_its_limits_proves_nothing() -> None:
    item = made("single choice", options=PAIR)
    found = outcome(item, Observation(compiled=True, printed="1", exceeded="output"))
    assert {fault.code for fault in found.faults} == {"unjudged"}
    assert "output" in found.faults[0].message


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"options": [option(key=True, claim={"prints": "1"}), option("b")]}, "no claim"),
        ({"lab": None, "options": [option(key=True, claim={"prints": "1"}), option("b")]}, "no lab"),
        ({"options": [option(key=True, claim={}), option("b", claim={"prints": "1"})]}, "empty"),
        ({"options": [option(key=True, code="x", **ONE), option("b", **TWO)]}, "no place"),
        ({"listing": None, "options": PAIR}, "run"),
        ({"run": {"insert_at": "9"}, "options": PAIR}, "no such line"),
        ({"run": {"program": "x"}, "options": PAIR}, "once"),
    ],
)  # fmt: skip
def test_what_cannot_be_proven_is_told_before_anything_runs(fields: dict[str, Any], told: str) -> None:
    assert any(told in fault.message for fault in unprovable(made("single choice", **fields)))


@pytest.mark.parametrize(
    "code",
    ["System.currentTimeMillis()", "new Random()", "Math.random()", "LocalDate.now()", "new Thread(r)", "Set.of(1, 2)",
     "random.choice(xs)", "datetime.now()", "xs.parallelStream()"],
)  # fmt: skip
def test_clocks_chance_and_threads_need_a_reason(code: str) -> None:
    fault = shaky(made("single choice", f"f({code});\n", options=PAIR))
    assert fault is not None
    assert fault.code == "unsteady"
    assert shaky(made("single choice", f"f({code});\n", options=PAIR, run={"steady": "It is joined."})) is None


def test_ordinary_code_needs_none() -> None:
    assert shaky(made("single choice", "new Random(7); Set.of(1); known(x);\n", options=PAIR)) is None


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("        claim: {prints: '1', printz: '2'}", "unknown-field", 12),
        ("        claim: {is: 'true'}", "value", 12),
        ("        claim: {}", "claim", 12),
    ],
)
def test_a_faulty_claim_is_told_at_its_place(text: str, code: str, line: int, tmp_path: Path) -> None:
    found = check(
        tmp_path,
        {
            "a.yaml": "objective: demo.1.1\nitems:\n  - id: one\n    kind: single choice\n    difficulty: 1\n"
            "    seconds: 60\n    stem: What?\n    lab: java 8\n    listing: x\n    options:\n      - text: a\n"
            + text
            + "\n        key: true\n        why: So.\n      - text: b\n        claim: {prints: '2'}\n        why: No.\n"
            "    sources: [S 1]\n"
        },
    ).problems
    assert [(problem.code, problem.line) for problem in found] == [(code, line)]
