"""Claims: what holds of an observation, what does not, and what cannot be said."""

from typing import Any

import pytest
from pydantic import ValidationError

from quiz.domain.proofs.claims import Claim, Undecidable
from quiz.domain.proofs.observations import Diagnostic, Observation, Response, Thrown

RAN = Observation(compiled=True, printed="one\ntwo\n")
REFUSED = Observation(
    compiled=False,
    diagnostics=(
        Diagnostic(line=3, message="incompatible types: int cannot be converted"),
        Diagnostic(line=5, message="x"),
    ),
)
THREW = Observation(
    compiled=True,
    printed="before\n",
    thrown=Thrown(kind="java.lang.ArithmeticException", message="/ by zero", line=4),
    exit=1,
)
ENDLESS = Observation(compiled=True, printed="on and on\n", ended=False)
QUIT = Observation(compiled=True, printed="bye\n", exit=3)
VALUE = Observation(compiled=True, printed="", returned="true")
TABLE = Observation(rows=(("1", "Ada"), ("2", "NULL")))
ANSWER = Observation(
    responses=(
        Response(status=200),
        Response(
            status=302,
            headers=(("Location", "/login"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
            body="gone\n",
            sent=(("Cookie", "id=7"),),
        ),
    )
)
STYLE = Observation(computed={"#box color": "rgb(255, 0, 0)", "#box margin-left": "4px"})


def claim(**said: Any) -> Claim:
    return Claim.model_validate(said)


HOLD = [
    (RAN, {"prints": "one\ntwo"}),
    (RAN, {"prints": "one\ntwo\n"}),
    (RAN, {"matches": "^one$|two"}),
    (RAN, {"compiles": "true"}),
    (RAN, {"ends": "true"}),
    (RAN, {"exits": "0"}),
    (REFUSED, {"compiles": "false"}),
    (REFUSED, {"error_at": ["5", "3"]}),
    (REFUSED, {"compiles": "false", "because": "Incompatible Types"}),
    (THREW, {"throws": "ArithmeticException"}),
    (THREW, {"throws": "java.lang.ArithmeticException", "because": "by zero"}),
    (THREW, {"throws_at": "4"}),
    (THREW, {"throws": "ArithmeticException", "prints": "before"}),
    (ENDLESS, {"ends": "false"}),
    (ENDLESS, {"ends": "false", "prints": "on and on"}),
    (QUIT, {"exits": "3"}),
    (QUIT, {"exits": "3", "prints": "bye"}),
    (VALUE, {"returns": "true"}),
    (VALUE, {"is": "a == b"}),
    (TABLE, {"rows": [["1", "Ada"], ["2", "NULL"]]}),
    (ANSWER, {"status": "302"}),
    (ANSWER, {"header": {"location": "/login"}}),
    (ANSWER, {"header": {"Set-Cookie": "b=2"}}),
    (ANSWER, {"header": {"Refresh": ""}}),
    (ANSWER, {"no_header": "Cache-Control"}),
    (ANSWER, {"body": "gone"}),
    (ANSWER, {"matches": "^go"}),
    (ANSWER, {"sends": {"Cookie": "id=7"}}),
    (STYLE, {"computed": {"color": "rgb(255, 0, 0)"}, "element": "#box"}),
]


@pytest.mark.parametrize(("seen", "said"), HOLD, ids=str)
def test_what_the_machine_showed_holds(seen: Observation, said: dict[str, Any]) -> None:
    assert claim(**said).judge(seen).holds


FAIL = [
    (RAN, {"prints": "one\ntwo "}, "one\\ntwo"),
    (RAN, {"prints": "one\ntwo\n\n"}, "one"),
    (RAN, {"prints": "one"}, "two"),
    (RAN, {"matches": "^two"}, "does not match"),
    (RAN, {"compiles": "false"}, "it compiles"),
    (RAN, {"error_at": "3"}, "it compiles"),
    (RAN, {"throws": "ArithmeticException"}, "ends normally"),
    (RAN, {"because": "zero", "throws": "X"}, "ends normally"),
    (RAN, {"ends": "false"}, "ends normally"),
    (REFUSED, {"prints": "one\ntwo"}, "does not compile (line 3, 5: incompatible types"),
    (REFUSED, {"error_at": "3"}, "line 3, 5"),
    (REFUSED, {"error_at": ["3", "5", "7"]}, "line 3, 5"),
    (REFUSED, {"compiles": "false", "because": "missing return"}, "incompatible"),
    (REFUSED, {"ends": "false"}, "does not compile"),
    (REFUSED, {"throws": "ArithmeticException"}, "does not compile"),
    (THREW, {"prints": "before"}, "throws java.lang.ArithmeticException: / by zero at line 4"),
    (THREW, {"throws": "Arithmetic"}, "ArithmeticException"),
    (THREW, {"throws": "NullPointerException"}, "ArithmeticException"),
    (THREW, {"throws_at": "5"}, "line 4"),
    (THREW, {"throws": "ArithmeticException", "prints": "after"}, "before"),
    (THREW, {"exits": "1"}, "throws"),
    (ENDLESS, {"prints": "on and on"}, "still ran"),
    (QUIT, {"prints": "bye"}, "status 3"),
    (QUIT, {"exits": "0"}, "status 3"),
    (VALUE, {"returns": "True"}, "'true'"),
    (Observation(returned="false"), {"is": "a == b"}, "false"),
    (TABLE, {"rows": [["2", "NULL"], ["1", "Ada"]]}, "Ada"),
    (TABLE, {"rows": [["1", "Ada"]]}, "NULL"),
    (ANSWER, {"status": "200"}, "302"),
    (ANSWER, {"header": {"Location": "/"}}, "/login"),
    (ANSWER, {"header": {"Refresh": "5"}}, "absent"),
    (ANSWER, {"header": {"Location": ""}}, "/login"),
    (ANSWER, {"no_header": "Set-Cookie"}, "a=1 | b=2"),
    (ANSWER, {"body": "here"}, "gone"),
    (ANSWER, {"sends": {"Cookie": "id=8"}}, "id=7"),
    (STYLE, {"computed": {"color": "red"}, "element": "#box"}, "rgb(255, 0, 0)"),
]


@pytest.mark.parametrize(("seen", "said", "told"), FAIL, ids=str)
def test_what_it_did_not_show_fails_and_what_it_showed_is_told(seen: Observation, said: Any, told: str) -> None:
    verdict = claim(**said).judge(seen)
    assert not verdict.holds
    assert told in verdict.saw


UNJUDGED = [
    (RAN, {"is": "a == b"}, "no value"),
    (REFUSED, {"is": "a == b"}, "does not compile"),
    (THREW, {"returns": "3"}, "throws"),
    (Observation(returned="7"), {"is": "a + b"}, "neither true nor false"),
    (RAN, {"rows": [["1"]]}, "no result"),
    (RAN, {"status": "200"}, "calls"),
    (RAN, {"computed": {"color": "red"}, "element": "#box"}, "style"),
    (STYLE, {"computed": {"color": "red"}, "element": "#other"}, "#other"),
    (Observation(), {"compiles": "true"}, "compiles nothing"),
    (Observation(), {"prints": "x"}, "no output"),
]


@pytest.mark.parametrize(("seen", "said", "told"), UNJUDGED, ids=str)
def test_a_claim_about_something_that_was_not_seen_is_neither_true_nor_false(
    seen: Observation, said: Any, told: str
) -> None:
    with pytest.raises(Undecidable, match=told):
        claim(**said).judge(seen)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"matches": ".*"}, "empty text"),
        ({"matches": "a?"}, "empty text"),
        ({"matches": "("}, "not a regular expression"),
        ({"is": "true"}, "says nothing of the program"),
        ({"is": "1 == 1"}, "says nothing of the program"),
        ({"compiles": "yes"}, "true or false"),
        ({"error_at": []}, "at least 1"),
        ({"error_at": "0"}, "greater than or equal to 1"),
        ({"prnts": "x"}, "Extra inputs"),
    ],
    ids=str,
)
def test_a_claim_that_would_hold_for_anything_is_refused(said: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        claim(**said)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"because": "zero"},
        {"computed": {"color": "red"}},
        {"element": "#box"},
        {"otherwise": "false"},
        {"otherwise": "true", "prints": "x"},
        {"is": "a == b", "returns": "1"},
    ],
    ids=str,
)
def test_a_claim_that_does_not_say_enough_has_a_fault(said: dict[str, Any]) -> None:
    assert claim(**said).faults()


def test_every_fact_a_claim_can_name_is_judged() -> None:
    judge = {name for _, said in HOLD for name in said}
    assert judge | {"otherwise"} == {field.alias or name for name, field in Claim.model_fields.items()}
