"""Trials: an item's claims as things to run and to judge, and what comes of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quiz.domain.items import Item
from quiz.domain.items.item import Assertion
from quiz.domain.proofs.claims import Claim, Undecidable, Verdict, ending
from quiz.domain.proofs.observations import Observation, Request
from quiz.domain.proofs.programs import AROUND, Program, compose
from quiz.domain.source import Location


class Fault(NamedTuple):
    """Something wrong at a place of an item."""

    where: Location
    code: str
    message: str
    fix: str


def unprovable(item: Item) -> list[Fault]:
    """What keeps an item from being proven at all, as its author wrote it."""
    if item.lab is None:
        claimed = [(*where, "claim") for where, entry in item.entries() if getattr(entry, "claim", None) is not None]
        fix = "add `lab: java 8` or another"
        return [Fault(where, "claim", "there is a claim but no lab", fix) for where in claimed]
    faults: list[Fault] = []
    if not (item.listing or item.run.program or item.run.files or item.run.expression):
        faults.append(Fault(("lab",), "claim", "there is nothing to run", "add a `listing`, or `run: {program: ...}`"))
    faults += [Fault(("run", *where), "claim", what, fix) for where, what, fix in item.run.faults(item.listing)]
    fix = "say what the lab should show, as `claim:`"
    faults += [Fault(where, "claim", "this has no claim", fix) for where in item.missing_claims()]
    assertions = item.assertions()
    for n, assertion in enumerate(assertions):
        # A claim that several parts share is faulty once.
        if isinstance(assertion.test, Claim) and not any(assertion.test is earlier.test for earlier in assertions[:n]):
            faults += [Fault((*assertion.where, "claim"), "claim", what, fix) for what, fix in assertion.test.faults()]
        if assertion.instead is not None:
            place = (*assertion.where, "instead")
            faults += [Fault(place, "claim", what, fix) for what, fix in _faults_of_instead(assertion)]
        if assertion.code is not None and not item.run.inserts:
            fix = "add `run: {insert_at: ...}`"
            faults.append(Fault(assertion.where, "claim", "there is no place for this code", fix))
    return list(dict.fromkeys(faults))


def _faults_of_instead(assertion: Assertion) -> list[tuple[str, str]]:
    """What is wrong with what a part says of its place in the truth: (message, fix)."""
    assert assertion.instead is not None
    faults = assertion.instead.faults()
    # One run evaluates one expression, and that is the claim's.
    if "is" in assertion.instead.facts or ("returns" in assertion.instead.facts and assertion.test.probe):
        faults.append(("`instead` cannot ask for a value beside the claim's", "give the part `code` and say `prints`"))
    return faults


@dataclass(frozen=True)
class Trial:
    """One assertion of an item, and the run that decides it."""

    assertion: Assertion
    request: Request
    program: Program
    own_code: bool

    def judge(self, observation: Observation, verdicts: Mapping[int, Verdict]) -> Verdict:
        """Whether the assertion's test holds. Raises Undecidable where that cannot be said."""
        test = self.assertion.test
        if isinstance(test, Claim) and test.otherwise:
            return Verdict(not any(verdict.holds for verdict in verdicts.values()), "the other claims were judged")
        if observation.exceeded:
            raise Undecidable(f"the program went beyond what a program may do: {observation.exceeded}")
        in_listing = self.program.relocate(observation)
        around = all(error.line == AROUND for error in in_listing.diagnostics)
        if in_listing.compiled is False and around and self.request.program:
            raise Undecidable(f"the code around what candidates see is refused: {ending(observation)}")
        return test.judge(in_listing)


def trials(item: Item) -> list[Trial]:
    """Everything that has to be seen before the item's key is proven."""
    assertions = item.assertions()
    ask = tuple(sorted({pair for assertion in assertions for pair in assertion.test.ask}))
    return [_trial(item, assertion, ask) for assertion in assertions]


def _trial(item: Item, assertion: Assertion, ask: tuple[tuple[str, str], ...]) -> Trial:
    """The run that decides one assertion; all runs of an item report the same style properties."""
    assert item.lab is not None
    run, test = item.run, assertion.test
    probe = test.probe
    if probe is None and isinstance(test, Claim) and test.returns is not None:
        probe = run.expression
    probed = probe is not None and probe != run.expression
    program = compose(assertion.listing or item.listing, run, assertion.code, probed)
    text = program.text if item.listing or run.program or assertion.code else ""
    own_code = assertion.code is not None or assertion.listing is not None
    return Trial(assertion, run.request(item.lab, text, probe, ask), program, own_code)


@dataclass(frozen=True)
class Ruling:
    """What came of an item's trials: where author and machine differ, and each verdict, None if there can be none."""

    faults: tuple[Fault, ...]
    verdicts: tuple[Verdict | None, ...]

    @property
    def holds(self) -> tuple[bool | None, ...]:
        """Whether each test held."""
        return tuple(None if verdict is None else verdict.holds for verdict in self.verdicts)


def judge(trials: Sequence[Trial], observations: Mapping[str, Observation]) -> Ruling:
    """Hold every trial against the observation of its request; `observations` are by the request's digest."""
    faults: list[Fault] = []
    verdicts: dict[int, Verdict] = {}
    last = [n for n, trial in enumerate(trials) if isinstance(test := trial.assertion.test, Claim) and test.otherwise]
    for n in [*(n for n in range(len(trials)) if n not in last), *last]:
        trial = trials[n]
        observation = observations[trial.request.digest]
        try:
            verdict = trial.judge(observation, verdicts)
            faults += _differences(trial, verdict, observation)
            verdicts[n] = verdict
        except Undecidable as error:
            fix = "correct the program, or claim something else"
            faults.append(Fault(trial.assertion.where, "unjudged", str(error), fix))
    return Ruling(tuple(faults), tuple(verdicts.get(n) for n in range(len(trials))))


def _differences(trial: Trial, verdict: Verdict, observation: Observation) -> list[Fault]:
    assertion = trial.assertion
    claimed = wording(assertion.test)
    if assertion.holds and not verdict.holds:
        message = f"this is keyed and claims {claimed}, but {verdict.saw}"
        return [Fault(assertion.where, "key", message, "correct the key, the claim or the program")]
    if not assertion.holds and verdict.holds:
        message = f"this is not keyed, but what it claims is so ({claimed}): {verdict.saw}"
        return [Fault(assertion.where, "key", message, "key it, or make it wrong")]
    if assertion.instead is not None:
        instead = assertion.instead.judge(trial.program.relocate(observation))
        if not instead.holds:
            message = f"this is said to show {wording(assertion.instead)} instead, but {instead.saw}"
            return [Fault((*assertion.where, "instead"), "instead", message, "correct `instead` or the code")]
        return []
    if not assertion.holds and trial.own_code and observation.compiled is False and _runs(assertion.test):
        message = f"this is wrong, but only because its code is refused: {ending(trial.program.relocate(observation))}"
        return [Fault(assertion.where, "reason", message, "correct the code, or say so: `instead: {compiles: false}`")]
    return []


def _runs(test: object) -> bool:
    """Whether a claim speaks of a program that runs, so that one which does not compile is beside the point."""
    return isinstance(test, Claim) and not test.facts.keys() & {"compiles", "error_at", "because", "otherwise"}


def wording(test: object) -> str:
    """A claim as its author wrote it."""
    if not isinstance(test, Claim):
        return "the answer"
    return ", ".join(f"{name}: {_plain(value)}" for name, value in test.facts.items())


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_plain(one)}' for name, one in value.items())}}}"
    return repr(value) if isinstance(value, str) else str(value)


_SHAKY = {
    "a clock": r"\b(currentTimeMillis|nanoTime|LocalDate(?:Time)?\.now|Instant\.now|ZonedDateTime\.now|Date\(\s*\)|"
    r"Date\.now|performance\.now|time\.time|datetime\.now|date\.today|CURRENT_(?:DATE|TIME|TIMESTAMP)|now\(\))",
    "chance": r"\b(Math\.random|new Random\(\s*\)|ThreadLocalRandom|SecureRandom|randomUUID|"
    r"random\.(?:random|randint|choice|shuffle|sample)|uuid4|secrets\.|\$RANDOM|RANDOM\(\))",
    "identity": r"\b(identityHashCode|id\()",
    "threads": r"\b(new Thread\b|Executors?\.|ExecutorService|CompletableFuture|ForkJoinPool|parallel(?:Stream)?\(\)|"
    r"threading\.|multiprocessing|Worker\()",
    "an order that is not promised": r"\b(Set\.of|Map\.of)\(.+,",
}


def shaky(item: Item) -> Fault | None:
    """What in an item's code may come out differently another time, though three runs agreed."""
    if item.run.steady:
        return None
    texts = [
        item.listing,
        item.run.program,
        *item.run.files.values(),
        *(code for assertion in item.assertions() for code in (assertion.code, assertion.listing)),
    ]
    code = "\n".join(text for text in texts if text)
    for what, pattern in _SHAKY.items():
        if found := re.search(pattern, code):
            message = f"the program uses {what} (`{found.group()}`), so the same answer is not certain another time"
            fix = "do without it, or say why it is safe: `run: {steady: ...}`"
            return Fault(("listing",), "unsteady", message, fix)
    return None
