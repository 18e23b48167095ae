"""Trials: an item's claims as things to run and to judge, and what comes of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quiz.domain.items import Item
from quiz.domain.items.item import Stated
from quiz.domain.proofs.claims import Claim, Unjudged, Verdict, ending
from quiz.domain.proofs.observations import Observation, Request
from quiz.domain.proofs.programs import AROUND, Assembled, assembled
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
    found: list[Fault] = []
    if not (item.listing or item.run.program or item.run.files or item.run.expression):
        found.append(Fault(("lab",), "claim", "there is nothing to run", "add a `listing`, or `run: {program: ...}`"))
    found += [Fault(("run", *where), "claim", what, fix) for where, what, fix in item.run.faults(item.listing)]
    fix = "say what the lab should show, as `claim:`"
    found += [Fault(where, "claim", "this has no claim", fix) for where in item.unclaimed()]
    stated = item.stated()
    for n, one in enumerate(stated):
        # A claim that several parts share is faulty once.
        if isinstance(one.test, Claim) and not any(one.test is earlier.test for earlier in stated[:n]):
            found += [Fault((*one.where, "claim"), "claim", what, fix) for what, fix in one.test.faults()]
        if one.instead is not None:
            found += [Fault((*one.where, "instead"), "claim", what, fix) for what, fix in _faults_of_instead(one)]
        if one.code is not None and not item.run.inserts:
            found.append(Fault(one.where, "claim", "there is no place for this code", "add `run: {insert_at: ...}`"))
    return list(dict.fromkeys(found))


def _faults_of_instead(stated: Stated) -> list[tuple[str, str]]:
    """What is wrong with what a part says of its place in the truth: (message, fix)."""
    assert stated.instead is not None
    found = stated.instead.faults()
    # One run evaluates one expression, and that is the claim's.
    if "is" in stated.instead.said or ("returns" in stated.instead.said and stated.test.probe):
        found.append(("`instead` cannot ask for a value beside the claim's", "give the part `code` and say `prints`"))
    return found


@dataclass(frozen=True)
class Trial:
    """One statement of an item, and the run that decides it."""

    stated: Stated
    request: Request
    program: Assembled
    own_code: bool

    def judge(self, seen: Observation, verdicts: Mapping[int, Verdict]) -> Verdict:
        """Whether the statement's test holds. Raises Unjudged where that cannot be said."""
        test = self.stated.test
        if isinstance(test, Claim) and test.otherwise:
            return Verdict(not any(one.holds for one in verdicts.values()), "the other claims were judged")
        if seen.exceeded:
            raise Unjudged(f"the program went beyond what a program may do: {seen.exceeded}")
        told = self.program.told(seen)
        if told.compiled is False and all(one.line == AROUND for one in told.diagnostics) and self.request.program:
            raise Unjudged(f"the code around what candidates see is refused: {ending(seen)}")
        return test.judge(told)


def trials(item: Item) -> list[Trial]:
    """Everything that has to be seen before the item's key is proven."""
    assert item.lab is not None
    lab, _, release = item.lab.partition(" ")
    stated = item.stated()
    ask = tuple(sorted({pair for one in stated for pair in one.test.ask}))
    found = []
    for one in stated:
        probe = one.test.probe
        if probe is None and isinstance(one.test, Claim) and one.test.returns is not None:
            probe = item.run.expression
        program = assembled(
            one.listing or item.listing, item.run, one.code, probe is not None and probe != item.run.expression
        )
        found.append(
            Trial(
                one,
                Request(
                    lab=lab,
                    release=release.strip(),
                    program=program.program if item.listing or item.run.program or one.code else "",
                    files=item.run.files,
                    arguments=tuple(item.run.arguments),
                    input=item.run.input or "",
                    probe=probe,
                    calls=tuple(call.call for call in item.run.calls),
                    ask=ask,
                ),
                program,
                one.code is not None or one.listing is not None,
            )
        )
    return found


@dataclass(frozen=True)
class Judged:
    """What came of an item's trials: where author and machine differ, and each verdict, None if there can be none."""

    faults: tuple[Fault, ...]
    verdicts: tuple[Verdict | None, ...]

    @property
    def holds(self) -> tuple[bool | None, ...]:
        """Whether each test held."""
        return tuple(None if verdict is None else verdict.holds for verdict in self.verdicts)


def judged(found: Sequence[Trial], seen: Mapping[str, Observation]) -> Judged:
    """Hold every trial against the observation of its request; `seen` is by the request's digest."""
    faults: list[Fault] = []
    verdicts: dict[int, Verdict] = {}
    last = [n for n, one in enumerate(found) if isinstance(one.stated.test, Claim) and one.stated.test.otherwise]
    for n in [*(n for n in range(len(found)) if n not in last), *last]:
        trial = found[n]
        observation = seen[trial.request.digest]
        try:
            verdict = trial.judge(observation, verdicts)
            faults += _differences(trial, verdict, observation)
            verdicts[n] = verdict
        except Unjudged as error:
            fix = "mend the program, or claim something else"
            faults.append(Fault(trial.stated.where, "unjudged", str(error), fix))
    return Judged(tuple(faults), tuple(verdicts.get(n) for n in range(len(found))))


def _differences(trial: Trial, verdict: Verdict, seen: Observation) -> list[Fault]:
    stated = trial.stated
    claimed = said(stated.test)
    if stated.holds and not verdict.holds:
        message = f"this is keyed and claims {claimed}, but {verdict.saw}"
        return [Fault(stated.where, "key", message, "mend the key, the claim or the program")]
    if not stated.holds and verdict.holds:
        message = f"this is not keyed, but what it claims is so ({claimed}): {verdict.saw}"
        return [Fault(stated.where, "key", message, "key it, or make it wrong")]
    if stated.instead is not None:
        told = trial.program.told(seen)
        instead = stated.instead.judge(told)
        if not instead.holds:
            message = f"this is said to show {said(stated.instead)} instead, but {instead.saw}"
            return [Fault((*stated.where, "instead"), "instead", message, "mend `instead` or the code")]
        return []
    if not stated.holds and trial.own_code and seen.compiled is False and _runs(stated.test):
        message = f"this is wrong, but only because its code is refused: {ending(trial.program.told(seen))}"
        return [Fault(stated.where, "reason", message, "mend the code, or say so: `instead: {compiles: false}`")]
    return []


def _runs(test: object) -> bool:
    """Whether a claim speaks of a program that runs, so that one which does not compile is beside the point."""
    return isinstance(test, Claim) and not test.said.keys() & {"compiles", "error_at", "because", "otherwise"}


def said(test: object) -> str:
    """A claim as its author wrote it."""
    if not isinstance(test, Claim):
        return "the answer"
    return ", ".join(f"{name}: {_plain(value)}" for name, value in test.said.items())


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
        *(code for one in item.stated() for code in (one.code, one.listing)),
    ]
    code = "\n".join(text for text in texts if text)
    for what, pattern in _SHAKY.items():
        if found := re.search(pattern, code):
            message = f"the program uses {what} (`{found.group()}`), so the same answer is not certain another time"
            fix = "do without it, or say why it is safe: `run: {steady: ...}`"
            return Fault(("listing",), "unsteady", message, fix)
    return None
