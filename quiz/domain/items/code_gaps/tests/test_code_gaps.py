"""Code gaps: credit by gap, every way of filling them proven, and nothing of the key on the page."""

from typing import Any

import pytest

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items import Item
from quiz.domain.items.code_gaps.question import Blank
from quiz.domain.proofs.observations import Diagnostic, Observation
from quiz.domain.proofs.trials import judge, shaky, trials, unprovable
from quiz.domain.templates.variables import Variable
from quiz.domain.templates.variants import Template
from tests import factories
from tests.domain.samples import arrangements, item, question

LISTING = "int a = {{gap 1}};\nint b = {{gap 2}};\nprint(a + b);\n"


def choice(text: str, key: bool = False, **fields: Any) -> dict[str, Any]:
    return {"text": text, "key": key, "why": "Because."} | fields


def typed(*answers: str, mistakes: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"answers": list(answers), "why": "Because.", "mistakes": list(mistakes)}


def mistake(text: str, **fields: Any) -> dict[str, Any]:
    return {"text": text, "why": "Because."} | fields


BOTH = [{"choices": [choice("1", key=True), choice("2"), choice("3")]}, typed("4", "2 + 2", mistakes=(mistake("5"),))]


def sample(**changes: Any) -> Any:
    return question("code gaps", **({"listing": LISTING, "gaps": BOTH} | changes))


def made(**changes: Any) -> Item:
    return item(
        "code gaps", **({"listing": LISTING, "gaps": BOTH, "lab": "java 8", "claim": {"prints": "5"}} | changes)
    )


# Answers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "earned"),
    [
        ([0, "4"], 1),
        ([0, "2 + 2"], 1),
        ([0, " 4\t"], 1),  # spaces around what was typed
        ([0, "2+2"], 1 / 2),  # and no others
        ([0, None], 1 / 2),
        ([1, "4"], 1 / 2),
        ([2, "5"], 0),
        ([None, "four"], 0),
    ],
)
def test_gaps_earn_the_share_filled_rightly(answer: list[Any], earned: float) -> None:
    assert sample().score(answer) == earned


def test_case_matters_in_what_is_typed() -> None:
    gaps = [BOTH[0], typed("List.of()")]
    assert sample(gaps=gaps).score([0, "List.of()"]) == 1
    assert sample(gaps=gaps).score([0, "list.of()"]) == 0.5


def test_a_choice_is_stored_by_its_place_in_the_file_whatever_the_order_shown() -> None:
    for arrangement in arrangements(sample()):
        shown = sample().public(arrangement).gaps[0].choices
        for one in shown:
            read = sample().read({"answer-1": [one.id]}, arrangement)
            assert read == [["1", "2", "3"].index(one.text), None]


def test_the_choices_of_one_gap_do_not_fill_another() -> None:
    gaps = [{"choices": [choice("1", key=True), choice("2")]}, {"choices": [choice("3", key=True), choice("4")]}]
    both = sample(gaps=gaps)
    assert both.parts == 4
    first, second = both.public((2, 0, 3, 1)).gaps
    assert [(one.id, one.text) for one in first.choices] == [("2", "1"), ("4", "2")]
    assert [(one.id, one.text) for one in second.choices] == [("1", "3"), ("3", "4")]
    with pytest.raises(InvalidAnswer) as refused:
        both.read({"answer-2": ["2"]}, (2, 0, 3, 1))
    assert refused.value.field == "answer-2"


@pytest.mark.parametrize(
    ("gaps", "told"),
    [
        ([BOTH[0]], "Choose the code for the gap."),
        ([BOTH[0], BOTH[0]], "Choose the code for each gap."),
        ([BOTH[1]], "Type the code for the gap. Upper and lower case matter."),
        (BOTH, "Choose or type the code for each gap. Upper and lower case matter."),
    ],
)
def test_the_instruction_says_how_the_gaps_are_filled(gaps: list[Any], told: str) -> None:
    assert sample(gaps=gaps).instruction == told


def test_candidates_see_numbered_blanks_and_nothing_of_what_is_typed() -> None:
    shown = sample(gaps=[BOTH[0], typed("secret()", mistakes=(mistake("other()"),))]).public((0, 1, 2))
    assert shown.listing == "int a = __1__;\nint b = __2__;\nprint(a + b);\n"
    assert [(gap.number, len(gap.choices)) for gap in shown.gaps] == [(1, 3), (2, 0)]
    assert "secret" not in repr(shown)
    assert "other" not in repr(shown)


def test_what_candidates_see_does_not_depend_on_which_choice_is_keyed() -> None:
    other = [{"choices": [choice("1"), choice("2"), choice("3", key=True)]}, BOTH[1]]
    for arrangement in arrangements(sample()):
        assert sample().public(arrangement) == sample(gaps=other).public(arrangement)


def test_every_choice_and_every_mistake_is_a_part_of_its_gap() -> None:
    told = [(part.text, part.is_key, part.answer, part.verdict) for part in sample().explain([1, "5"])]
    assert told == [
        ("Gap 1: `1`", True, "", None),
        ("Gap 1: `2`", False, "Chosen", "wrong"),
        ("Gap 1: `3`", False, "", None),
        ("Gap 2: `4` or `2 + 2`", True, "", None),
        ("Gap 2: `5`", False, "`5`", "wrong"),
    ]
    assert [part.verdict for part in sample().explain([0, None])] == ["right", None, None, "not answered", None]
    assert sample().explain([0, "`x`"])[3].answer == "`` `x` ``"


def test_an_answer_is_told_gap_by_gap() -> None:
    assert sample().as_text([1, " 4 "]) == ["Gap 1: 2", "Gap 2: 4"]
    assert sample().as_json([1, " 4 "]) == [
        {"position": 1, "text": "Gap 1", "answer": {"position": 2, "text": "2"}},
        {"position": 2, "text": "Gap 2", "answer": {"typed": " 4 "}},
    ]
    assert sample().as_json([None, "4"])[0]["answer"] is None


# How they are written ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "where", "message"),
    [
        ({"listing": None}, ("listing",), "the listing has the gaps none; there are 2"),
        ({"listing": "a = {{gap 1}};"}, ("listing",), "the listing has the gaps 1; there are 2"),
        ({"listing": "{{gap 2}} {{gap 1}}"}, ("listing",), "gaps 2, 1"),
        ({"listing": "{{gap 1}} {{gap 1}} {{gap 2}}"}, ("listing",), "gaps 1, 1, 2"),
        ({"listing": "{{gap 1}} {{gap 2}} __1__"}, ("listing",), "`__1__` stands for a gap on pages"),
        ({"gaps": [BOTH[0], {}]}, ("gaps", 1), "a gap has either"),
        ({"gaps": [BOTH[0] | BOTH[1], BOTH[1]]}, ("gaps", 0), "a gap has either"),
        ({"gaps": [{"choices": [choice("1"), choice("2")]}, BOTH[1]]}, ("gaps", 0, "choices"), "0 of 2 choices"),
        ({"gaps": [{"choices": [choice("1", key=True)]}, BOTH[1]]}, ("gaps", 0, "choices"), "1 of 1 choices"),
        ({"gaps": [BOTH[0] | {"why": "So."}, BOTH[1]]}, ("gaps", 0), "for a gap that is typed"),
        ({"gaps": [BOTH[0], {"answers": ["4"]}]}, ("gaps", 1), "needs a `why`"),
        (
            {"gaps": [{"choices": [choice("1", key=True), choice("2"), choice("2")]}, BOTH[1]]},
            ("gaps", 0, "choices", 2, "text"),
            "this choice stands twice",
        ),
        (
            {"gaps": [BOTH[0], typed("4", mistakes=(mistake("4"),))]},
            ("gaps", 1, "mistakes", 0, "text"),
            "also an accepted answer",
        ),
        ({"gaps": [BOTH[0], typed("a\nb")]}, ("gaps", 1), "on one line"),
        ({"claim": {"otherwise": True}}, ("claim",), "`otherwise` says nothing"),
    ],
)
def test_what_makes_gaps_unanswerable_is_said(changes: dict[str, Any], where: tuple[Any, ...], message: str) -> None:
    ((found_at, told, fix),) = made(**changes).faults()
    assert found_at == where
    assert message in told
    assert fix


def test_there_are_only_as_many_ways_as_can_be_run() -> None:
    many = {"choices": [choice(str(n), key=n == 0) for n in range(6)]}
    listing = "{{gap 1}} {{gap 2}} {{gap 3}}"
    ((where, told, _),) = made(gaps=[many] * 3, listing=listing).faults()
    assert (where, told[:20]) == (("gaps",), "there are 216 ways o")
    assert not made(gaps=[many, many, typed("1")], listing=listing).faults()


# Proofs --------------------------------------------------------------------------------------------------------------


def programs(made: Item) -> dict[str, tuple[tuple[Any, ...], bool]]:
    """What is run: the filled listing, where it belongs in the item, and whether the claim has to hold."""
    return {one.program.text.split("\nprint")[0]: (one.assertion.where, one.assertion.holds) for one in trials(made)}


def test_every_choice_is_put_in_its_place_and_run() -> None:
    assert programs(made()) == {
        "int a = 1;\nint b = 4;": (("claim",), True),
        "int a = 2;\nint b = 4;": (("gaps", 0, "choices", 1), False),
        "int a = 3;\nint b = 4;": (("gaps", 0, "choices", 2), False),
        "int a = 1;\nint b = 2 + 2;": (("gaps", 1, "answers", 1), True),
        "int a = 1;\nint b = 5;": (("gaps", 1, "mistakes", 0), False),
    }


def test_so_is_every_other_way_of_filling_the_lists() -> None:
    gaps = [{"choices": [choice("1", key=True), choice("2")]}, {"choices": [choice("4", key=True), choice("3")]}]
    run = programs(made(gaps=gaps))
    assert run["int a = 2;\nint b = 3;"] == (("gaps",), False)
    assert len(run) == 4


def outcome(made: Item, says: dict[str, Observation]) -> list[tuple[tuple[Any, ...], str]]:
    """What is wrong where programs with these lines show this, and all others print 0."""
    tried = trials(made)
    seen = {
        one.request.digest: next(
            (shown for line, shown in says.items() if line in one.request.program), Observation(printed="0\n")
        )
        for one in tried
    }
    return [(fault.where, fault.message) for fault in judge(tried, seen).faults]


RIGHT = {"int a = 1;\nint b = 4;": Observation(printed="5\n"), "b = 2 + 2;": Observation(printed="5\n")}


def test_keys_that_fulfil_the_claim_alone_are_proven() -> None:
    assert outcome(made(), RIGHT) == []


def test_keys_that_do_not_fulfil_the_claim_are_found() -> None:
    (where, told), *_ = outcome(made(), {"b = 2 + 2;": Observation(printed="5\n")})
    assert where == ("claim",)
    assert "it prints '0'" in told


@pytest.mark.parametrize(
    ("line", "where"),
    [("a = 3;", ("gaps", 0, "choices", 2)), ("b = 5;", ("gaps", 1, "mistakes", 0))],
)
def test_wrong_code_that_fulfils_the_claim_is_found_at_its_place(line: str, where: tuple[Any, ...]) -> None:
    ((found, told),) = outcome(made(), RIGHT | {line: Observation(printed="5\n")})
    assert found == where
    assert "this is not keyed, but what it claims is so" in told


def test_an_accepted_spelling_that_does_not_fulfil_the_claim_is_found() -> None:
    ((where, _),) = outcome(made(), {"int a = 1;\nint b = 4;": Observation(printed="5\n")})
    assert where == ("gaps", 1, "answers", 1)


def test_wrong_code_in_two_gaps_that_fulfils_the_claim_together_is_found() -> None:
    gaps = [{"choices": [choice("1", key=True), choice("2")]}, {"choices": [choice("4", key=True), choice("3")]}]
    both = {"int a = 2;\nint b = 3;": Observation(printed="5\n")}
    ((where, told),) = outcome(made(gaps=gaps), RIGHT | both)
    assert where == ("gaps",)
    assert "with `2`, `3` it prints '5'" in told


REFUSED = Observation(compiled=False, diagnostics=(Diagnostic(line=1, message="no"),))


def test_code_that_is_wrong_only_because_it_is_refused_says_so() -> None:
    ((where, told),) = outcome(made(), RIGHT | {"a = 3;": REFUSED})
    assert where == ("gaps", 0, "choices", 2)
    assert "only because its code is refused" in told
    choices = [choice("1", key=True), choice("2"), choice("3", instead={"compiles": False})]
    assert outcome(made(gaps=[{"choices": choices}, BOTH[1]]), RIGHT | {"a = 3;": REFUSED}) == []


def test_what_is_said_to_be_seen_instead_is_held_against_the_machine() -> None:
    choices = [choice("1", key=True), choice("2", instead={"prints": "6"}), choice("3")]
    said = made(gaps=[{"choices": choices}, BOTH[1]])
    ((where, _),) = outcome(said, RIGHT)
    assert where == ("gaps", 0, "choices", 1, "instead")
    assert outcome(said, RIGHT | {"a = 2;": Observation(printed="6\n")}) == []


def test_a_claim_can_be_about_the_value_of_an_expression() -> None:
    run = {"expression": "a + b"}
    gaps = [{"choices": [choice("1", key=True), choice("2")]}, {"choices": [choice("4", key=True), choice("3")]}]
    tried = trials(made(gaps=gaps, run=run, claim={"returns": "5"}))
    assert {one.request.probe for one in tried} == {"a + b"}
    assert {one.assertion.test.probe for one in tried if one.assertion.where == ("gaps",)} == {"a + b"}


def test_without_a_claim_nothing_is_proven_and_a_faulty_claim_is_named_once() -> None:
    assert [fault.message for fault in unprovable(made(claim=None))] == ["this has no claim"]
    assert [fault.where for fault in unprovable(made(claim={}))] == [("claim", "claim")]
    assert [fault.where for fault in unprovable(made(lab=None))] == [("claim",)]


def test_a_clock_in_a_choice_is_seen() -> None:
    choices = [choice("1", key=True), choice("System.nanoTime()")]
    fault = shaky(made(gaps=[{"choices": choices}, BOTH[1]]))
    assert fault is not None
    assert "a clock" in fault.message


def test_the_variants_of_a_template_run_with_the_keys_in_place() -> None:
    gaps = [{"choices": [choice("{{n}}", key="true"), choice("{{n}}0", key="false")]}, BOTH[1]]
    data = factories.item("code gaps", "many", listing=LISTING, gaps=gaps, lab="java 8") | {"objective": "demo.1.1"}
    template = Template(data | {"claim": {"prints": "{{key}}"}}, {"n": Variable(integers=[2, 40])})
    assert not template.faults()
    draft = template.draft(3)
    assert draft.requests()[""].program == f"int a = {draft.values['n']};\nint b = 4;\nprint(a + b);\n"
    variant = draft.item(lambda request: Observation(printed="44\n"))
    assert variant.assertions()[0].test.facts == {"prints": "44"}
    assert variant.question.key == [0, "4"]


# Rules of item quality -----------------------------------------------------------------------------------------------


def test_the_lists_are_there_for_the_rules_about_options() -> None:
    (offer,) = made().option_sets
    assert offer.where == ("gaps", 0, "choices")
    assert (offer.keys, offer.distractors) == (["`1`"], ["`2`", "`3`"])


@pytest.mark.parametrize(
    ("accepted", "typed", "right"),
    [
        ('"a"', "\u201ca\u201d", True),
        ("i--", "i\u2014", True),
        ("a - b", "a \u2013 b", True),
        ("x\u00a0+ 1", "x + 1", True),
        ("f()", "f()\u200b", True),
        ("a  b", "a b", False),
        ("i--", "i-", False),
        ("'a'", '"a"', False),
        ("A", "a", False),
    ],
)
def test_typography_in_typed_code_is_forgiven_and_nothing_else(accepted: str, typed: str, right: bool) -> None:
    assert Blank(answers=(accepted,), why="Because.").is_right(typed) is right
