"""Proving banks, on a lab that is made up: what runs, what is kept, what is refused, and what is never run again."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quiz.domain.banks import Bank, check_bank
from quiz.domain.editions import edition
from quiz.domain.proofs.observations import Observation, Request
from quiz.domain.proofs.records import LOCK, Record, read, render
from quiz.labs.base import CONDITIONS, Condition, Lab, LabFailed, LabMissing, Worker
from quiz.services.authoring import proving
from quiz.services.authoring.bench import Bench
from quiz.services.authoring.proving import Outcome
from tests import factories
from tests.domain.samples import check

Machine = Callable[[Request, Condition], Observation]


def adds(request: Request, condition: Condition) -> Observation:
    """Evaluates `print(1 + 2)` and `1 + 2`; refuses anything else."""
    text = (request.probe or request.program).strip().removeprefix("print(").removesuffix(")")
    parts = text.split("+")
    if not all(part.strip().isdigit() for part in parts):
        return Observation(compiled=False)
    total = str(sum(map(int, parts)))
    return (
        Observation(compiled=True, printed="", returned=total)
        if request.probe
        else Observation(compiled=True, printed=total)
    )


class Made(Lab):
    """A lab that runs whatever its machine makes of a request, and counts."""

    name = "made"
    languages = frozenset({"sum"})
    releases = ("1", "2")
    harness = 1

    def __init__(self, machine: Machine = adds) -> None:
        self.machine = machine
        self.ran: list[str] = []
        self.open_now = 0
        self.lock = threading.Lock()

    def environment(self, release: str) -> str:
        return f"Adder {release}"

    @contextmanager
    def open(self, release: str) -> Iterator[Worker]:
        self.open_now += 1
        yield MadeWorker(self)
        self.open_now -= 1


class MadeWorker(Worker):
    def __init__(self, lab: Made) -> None:
        self.lab = lab

    def observe(self, request: Request, condition: Condition) -> Observation:
        with self.lab.lock:
            self.lab.ran.append(request.program)
        return self.lab.machine(request, condition)


class Absent(Made):
    def environment(self, release: str) -> str:
        raise LabMissing("install an adder")


ITEM = """\
  - id: {id}
    kind: single choice
    difficulty: 2
    seconds: 60
    stem: What is printed?
    lab: {lab}
    listing: print({sum})
    options:
      - text: "{right}"
        key: true
        claim: {{prints: "{right}"}}
        why: It adds.
      - text: "{wrong}"
        claim: {{prints: "{wrong}"}}
        why: It does not join.
    sources: [S 1]
"""
TEMPLATE = """\
  - id: many
    kind: single choice
    difficulty: 2
    seconds: 60
    stem: What is printed?
    lab: made
    variables:
      a: {integers: [10, 99]}
      b: {integers: [10, 99]}
    listing: print({{a}} + {{b}})
    options:
      - text: "{{key}}"
        key: true
        why: It adds.
      - text: "{{result}}"
        misconception: The first counts twice.
        expression: "{{a}} + {{a}}"
        why: It does not.
    sources: [S 1]
"""


def item(id: str = "one", sum: str = "1 + 2", right: str = "3", wrong: str = "12", lab: str = "made") -> str:
    return ITEM.format(id=id, sum=sum, right=right, wrong=wrong, lab=lab)


def bank(folder: Path, *items: str) -> Bank:
    checked = check(folder, {"a.yaml": "objective: demo.1.1\nitems:\n" + "".join(items)})
    assert not checked.problems, "\n".join(map(str, checked.problems))
    assert checked.bank
    return checked.bank


def prove(made: Bank, lab: Made, again: bool = False) -> Outcome:
    with Bench({"made": lab}) as bench:
        return proving.prove(made, bench, again)


def told(outcome: Outcome) -> list[tuple[str, int, str]]:
    return [(problem.code, problem.line, problem.message) for problem in outcome.problems]


def again(folder: Path, outcome: Outcome) -> Bank:
    """The bank as it is read once what was proven is written."""
    proving.write(folder / "demo", outcome)
    read_again = check_bank(folder / "demo", "demo").bank
    assert read_again
    return read_again


def test_a_proven_item_is_recorded_with_what_ran_it(tmp_path: Path) -> None:
    outcome = prove(bank(tmp_path, item()), Made())
    assert (outcome.proven, outcome.problems) == (["one"], [])
    record = outcome.records["one"]
    assert (record.environment, record.harness) == ("Adder 1", 1)
    assert [one.printed for one in record.seen.values()] == ["3"]


def test_every_program_runs_once_under_each_condition(tmp_path: Path) -> None:
    lab = Made()
    prove(bank(tmp_path, item("one"), item("two"), item("three", "2 + 2", "4", "22")), lab)
    assert sorted(lab.ran) == sorted(["print(1 + 2)\n", "print(2 + 2)\n"] * len(CONDITIONS))


def test_what_is_unchanged_is_not_run_again(tmp_path: Path) -> None:
    known = again(tmp_path, prove(bank(tmp_path, item(), TEMPLATE), Made()))
    lab = Made()
    outcome = prove(known, lab)
    assert (lab.ran, outcome.unchanged, outcome.proven) == ([], ["many", "one"], [])
    assert not proving.write(tmp_path / "demo", outcome)


def test_a_changed_claim_is_judged_anew_without_running(tmp_path: Path) -> None:
    again(tmp_path, prove(bank(tmp_path, item()), Made()))
    lab = Made()
    outcome = prove(bank(tmp_path, item(right="4")), lab)
    assert lab.ran == []
    assert told(outcome) == [("key", 11, "this is keyed and claims prints: '4', but it prints '3'")]


def test_a_changed_program_and_only_that_runs_again(tmp_path: Path) -> None:
    again(tmp_path, prove(bank(tmp_path, item("one"), item("two", "4 + 4", "8", "44")), Made()))
    lab = Made()
    outcome = prove(bank(tmp_path, item("one"), item("two", "5 + 4", "9", "54")), lab)
    assert set(lab.ran) == {"print(5 + 4)\n"}
    assert (outcome.proven, outcome.unchanged) == (["two"], ["one"])


def test_everything_runs_again_when_asked_to(tmp_path: Path) -> None:
    known = again(tmp_path, prove(bank(tmp_path, item()), Made()))
    assert prove(known, lab := Made(), again=True).proven == ["one"]
    assert lab.ran


def test_a_lab_that_sees_more_than_before_runs_everything_again(tmp_path: Path) -> None:
    known = again(tmp_path, prove(bank(tmp_path, item()), Made()))
    newer = Made()
    newer.harness = 2  # type: ignore[misc]
    assert prove(known, newer).proven == ["one"]


def test_a_wrong_key_is_told_at_its_line_and_keeps_no_record(tmp_path: Path) -> None:
    outcome = prove(bank(tmp_path, item(right="12", wrong="3")), Made())
    assert [(code, line) for code, line, _ in told(outcome)] == [("key", 11), ("key", 15)]
    assert outcome.records == {}


def test_an_outcome_that_depends_on_the_circumstances_is_refused(tmp_path: Path) -> None:
    def shaky(request: Request, condition: Condition) -> Observation:
        return Observation(compiled=True, printed="3" if condition.processors > 1 else "4")

    outcome = prove(bank(tmp_path, item()), Made(shaky))
    assert [code for code, _, _ in told(outcome)] == ["unsteady"]
    assert outcome.records == {}


def test_an_outcome_that_differs_between_runs_is_refused_even_where_claims_do_not_notice(tmp_path: Path) -> None:
    outcome = prove(bank(tmp_path, item()), Made(lambda request, _: Observation(printed="3", unsteady=True)))
    assert [code for code, _, _ in told(outcome)] == ["unsteady"]


def test_a_program_that_breaks_its_lab_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    def breaks(request: Request, condition: Condition) -> Observation:
        if "9" in request.program:
            raise LabFailed("it is gone")
        return adds(request, condition)

    outcome = prove(bank(tmp_path, item("bad", "9 + 1", "10", "91"), item("good")), Made(breaks))
    assert outcome.proven == ["good"]
    assert "it is gone" in told(outcome)[0][2]


def test_a_fault_of_the_lab_itself_is_raised_and_not_lost_in_a_thread(tmp_path: Path) -> None:
    def faulty(request: Request, condition: Condition) -> Observation:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        prove(bank(tmp_path, item()), Made(faulty))


def test_without_its_lab_an_item_is_unverified_and_keeps_its_record(tmp_path: Path) -> None:
    known = again(tmp_path, prove(bank(tmp_path, item()), Made()))
    assert known.records
    bank(tmp_path, item(sum="1 + 3", right="4"))
    outcome = prove(again(tmp_path, Outcome(known, known.records)), Absent())
    assert outcome.unverified == {"one": "install an adder"}
    assert outcome.problems == []
    assert outcome.records == known.records


@pytest.mark.parametrize(("lab", "told"), [("maed 1", "no lab `maed`"), ("made 3", "has no `3`")])
def test_a_lab_that_does_not_exist_is_said_with_those_that_do(lab: str, told: str, tmp_path: Path) -> None:
    outcome = prove(bank(tmp_path, item(lab=lab)), Made())
    assert told in outcome.unverified["one"]


def test_workers_end_with_the_bench(tmp_path: Path) -> None:
    lab = Made()
    prove(bank(tmp_path, item()), lab)
    assert lab.open_now == 0


def test_progress_is_told_up_to_the_last_run(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    with Bench({"made": Made()}, lambda done, total: heard.append((done, total))) as bench:
        proving.prove(bank(tmp_path, item("one"), item("two", "2 + 2", "4", "22")), bench)
    assert heard == [(1, 2), (2, 2)]


def test_a_template_is_proven_as_many_variants(tmp_path: Path) -> None:
    known = again(tmp_path, prove(bank(tmp_path, TEMPLATE), Made()))
    drawables = edition(known).drawables
    assert len(drawables) == 100
    assert {one.proof for one in drawables} == {"Adder 1"}
    for one in drawables:
        left, right = (one.item.listing or "").removeprefix("print(").rstrip(")\n").split(" + ")
        assert one.item.question.explain(None)[0].text == str(int(left) + int(right))
        assert one.item.question.explain(None)[1].text == str(2 * int(left))


def test_a_template_whose_variants_mostly_collapse_is_refused_with_the_reasons(tmp_path: Path) -> None:
    text = TEMPLATE.replace("b: {integers: [10, 99]}", "b: {derived: a}")
    (code, _, message) = told(prove(bank(tmp_path, text), Made()))[0]
    assert code == "narrow"
    assert "gives 0 variants, and 10 are the least; dropped 600 because a mistake leads to the key" in message


def test_what_was_dropped_of_a_template_is_counted(tmp_path: Path) -> None:
    text = TEMPLATE.replace("b: {integers: [10, 99]}", "b: {integers: [10, 15]}").replace(
        "a: {integers: [10, 99]}", "a: {integers: [10, 15]}"
    )
    (note,) = prove(bank(tmp_path, text), Made()).notes
    assert note.startswith("many: 30 variants; dropped ")
    assert "because a mistake leads to the key" in note
    assert "because the same values were drawn again" in note


def test_a_template_with_a_wrong_claim_says_for_which_values(tmp_path: Path) -> None:
    text = TEMPLATE.replace('      - text: "{{key}}"\n', '      - text: "{{key}}"\n        claim: {prints: "7"}\n')
    (code, line, message) = told(prove(bank(tmp_path, text), Made()))[0]
    assert (code, line) == ("key", 14)
    assert message.startswith("with a = ")


def test_the_lock_file_is_the_same_however_often_it_is_written(tmp_path: Path) -> None:
    first = prove(bank(tmp_path, item(), TEMPLATE), Made())
    known = again(tmp_path, first)
    text = (tmp_path / "demo" / LOCK).read_text()
    assert render(read(tmp_path / "demo")) == text
    assert render(prove(known, Made(), again=True).records) == text
    assert json.loads(text)["items"]["one"]["environment"] == "Adder 1"


def test_a_lock_file_has_a_line_for_each_observation(tmp_path: Path) -> None:
    seen = {digest: Observation(printed="1\n2") for digest in ("b" * 16, "a" * 16)}
    (line, other) = [line for line in render({"one": Record("Adder", 1, seen)}).splitlines() if "printed" in line]
    assert line == '  "aaaaaaaaaaaaaaaa": {"printed": "1\\n2"},'
    assert other == '  "bbbbbbbbbbbbbbbb": {"printed": "1\\n2"}'


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 2, "items": {}}', '{"format": 1}', '{"format": 1, "items": {"one": {}}}',
             '{"format": 1, "items": {"one": {"environment": "x", "harness": 1, "seen": {"a": {"printd": 1}}}}}'],
)  # fmt: skip
def test_a_damaged_lock_file_is_a_problem_and_no_crash(text: str, tmp_path: Path) -> None:
    bank(tmp_path, item())
    (tmp_path / "demo" / LOCK).write_text(text)
    checked = check_bank(tmp_path / "demo", "demo")
    assert [(problem.file, problem.code) for problem in checked.problems] == [(f"demo/{LOCK}", "lock")]


def test_records_of_items_that_are_gone_are_dropped(tmp_path: Path) -> None:
    again(tmp_path, prove(bank(tmp_path, item("one"), item("two")), Made()))
    assert set(prove(bank(tmp_path, item("two")), Made()).records) == {"two"}


def test_an_examination_runs_nothing_and_tells_what_is_not_proven(tmp_path: Path) -> None:
    lab = Made()
    again(tmp_path, prove(bank(tmp_path, item("one")), lab))
    lab.ran.clear()
    made = bank(tmp_path, item("one"), item("two", "5 + 5", "10", "55"))
    outcome = proving.examine(made, Bench({"made": lab}))
    assert (outcome.unchanged, [code for code, _, _ in told(outcome)], lab.ran) == (["one"], ["unproven"], [])


# What is served ------------------------------------------------------------------------------------------------------


def test_only_what_is_proven_can_be_drawn(tmp_path: Path) -> None:
    again(tmp_path, prove(bank(tmp_path, item("one")), Made()))
    made = edition(bank(tmp_path, item("one"), item("two", "5 + 5", "10", "55"), TEMPLATE))
    assert [one.item.id for one in made.drawables] == ["one"]
    assert set(made.held_back) == {"two", "many"}
    assert made.items == 1


def test_an_operator_may_let_unproven_items_in_but_never_a_template_without_a_key(tmp_path: Path) -> None:
    made = edition(bank(tmp_path, item("one"), TEMPLATE), allow_unproven=True)
    assert [(one.item.id, one.proof) for one in made.drawables] == [("one", None)]
    assert set(made.held_back) == {"many"}


def test_an_item_without_code_needs_no_proof(tmp_path: Path) -> None:
    folder = tmp_path / "banks"
    factories.write_banks(folder)
    made = check_bank(folder / "demo", "demo").bank
    assert made
    assert not edition(made).held_back


def test_code_without_a_lab_is_held_back_unless_its_author_says_why(tmp_path: Path) -> None:
    text = "  - " + json.dumps(factories.item("code line", "bare", unproven=None, language="java"))
    text = text.replace('"unproven": null, ', "")
    assert set(edition(bank(tmp_path, text + "\n")).held_back) == {"bare"}


def test_a_new_proof_is_a_new_edition(tmp_path: Path) -> None:
    known = again(tmp_path, prove(bank(tmp_path, item()), Made()))
    newer = Made()
    newer.environment = lambda release: "Adder 2"  # type: ignore[method-assign]
    other = again(tmp_path, prove(known, newer, again=True))
    assert known.content_hash == other.content_hash
    assert edition(known).content_hash != edition(other).content_hash
