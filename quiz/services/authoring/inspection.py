"""Inspection: what an author wants to know of an item beside how it looks: its proof, its quality, its variants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from quiz.domain.banks import Bank, bank_folders
from quiz.domain.errors import NotFound
from quiz.domain.item_quality.assessment import QualityReport, assess
from quiz.domain.item_quality.findings import Finding
from quiz.domain.items import Item
from quiz.domain.proofs.observations import Observation
from quiz.domain.proofs.trials import judge, trials, wording
from quiz.domain.proofs.verification import Standing
from quiz.domain.source import Location, Problem
from quiz.domain.templates.variables import Value
from quiz.domain.templates.variants import Template
from quiz.services.authoring import catalogue
from quiz.services.authoring.refuted import Refutation, recall


@dataclass(frozen=True)
class ClaimOutcome:
    """One thing that an item says of its program, and what the machine said to it."""

    part: str
    claim: str
    saw: str
    holds: bool


@dataclass(frozen=True)
class Hidden:
    """A part of what is run that candidates never see: what it is in words, and its text."""

    part: str
    text: str


@dataclass(frozen=True)
class Inspection:
    """An item as an author inspects it. `state` is `proven`, `unproven` or `referenced`: there is nothing to prove.

    `item` is what candidates are given: the item itself, or the variant of this `number` out of `variants`, whose
    variables have these `values`.
    """

    item: Item
    state: str
    environment: str
    problems: tuple[Problem, ...]
    outcomes: tuple[ClaimOutcome, ...]
    findings: tuple[Finding, ...]
    hidden: tuple[Hidden, ...] = ()
    is_template: bool = False
    variants: int = 0
    number: int = 0
    values: Mapping[str, Value] | None = None


def inspect(root: Path, bank: Bank, id: str, number: int = 1) -> Inspection:
    """Everything about one item; of a template, its variant of this number, from 1. Raises NotFound."""
    item = next((item for item in bank.items if item.id == id), None)
    if item is None:
        raise NotFound(f"There is no item {id!r} in the bank {bank.slug}.")
    template = bank.templates.get(id)
    standing = bank.standings.get(id, Standing())
    variant, values = item, None
    if template is not None and standing.proven:
        number = min(max(number, 1), len(standing.proven))
        variant = standing.proven[number - 1]
        values = template.draft(bank.records[id].variants[number - 1]).values
    table = bank.tables.get(id)
    if table is not None:
        number = min(max(number, 1), len(table.rows))
        variant, values = table.variants[number - 1], table.rows[number - 1]
    refuted = _refutation(root, bank, id) if standing.stale else None
    record = bank.records.get(id)
    faults = refuted.faults if refuted else standing.faults
    return Inspection(
        item=variant,
        state=_state(bank.standings.get(id)),
        environment=refuted.environment if refuted else standing.environment or (record.environment if record else ""),
        problems=tuple(bank.problem(id, *fault) for fault in faults) if item.is_code else (),
        outcomes=_outcomes(variant, refuted.seen if refuted else record.seen if record else {}),
        findings=tuple(one for one in quality(root).findings if (one.bank, one.item) == (bank.slug, id)),
        hidden=tuple(_hidden(variant, template)),
        is_template=template is not None or table is not None,
        variants=len(table.rows) if table else len(standing.proven) if template else 0,
        number=number,
        values=values,
    )


def _refutation(root: Path, bank: Bank, id: str) -> Refutation | None:
    """What spoke against an item, just as it is now, when it was run on this machine."""
    folder = next((folder for folder in bank_folders(root) if folder.resolve().name == bank.slug), root)
    return recall(folder, bank, id)


def states(bank: Bank, none_held_back: bool = False) -> dict[str, str]:
    """The state of every item of a bank, by id; with less work where it is known that no item is held back."""
    if none_held_back:
        return {item.id: "proven" if item.is_code else "referenced" for item in bank.items}
    return {item.id: _state(bank.standings.get(item.id)) for item in bank.items}


def _state(standing: Standing | None) -> str:
    if standing is None:
        return "referenced"
    return "unproven" if standing.faults else "proven"


def _outcomes(item: Item, seen: Mapping[str, Observation]) -> tuple[ClaimOutcome, ...]:
    """What the machine said to each claim; nothing where what would be run now was never run."""
    if not item.is_code or item.lab is None:
        return ()
    runs = trials(item)
    if any(trial.request.digest not in seen for trial in runs):
        return ()
    ruling = judge(runs, seen)
    return tuple(
        ClaimOutcome(_in_words(trial.assertion.where), wording(trial.assertion.test), verdict.saw, verdict.holds)
        for trial, verdict in zip(runs, ruling.verdicts, strict=True)
        if verdict is not None
    )


def _hidden(item: Item, template: Template | None) -> Iterator[Hidden]:
    """Everything that takes part in a run and is on no page for candidates."""
    run = item.run
    if run.program:
        yield Hidden("the program", run.program)
    for name, text in run.files.items():
        yield Hidden(f"the file {name}", text)
    if run.input:
        yield Hidden("standard input", run.input)
    if run.arguments:
        yield Hidden("arguments", "\n".join(run.arguments))
    for call in run.calls:
        head = "".join(f"{name}: {value}\n" for name, value in call.headers.items())
        yield Hidden("a request", f"{call.method} {call.path}\n{head}{call.body or ''}".rstrip())
    if run.expression:
        yield Hidden("the expression", run.expression)
    for where, entry in item.entries():
        if code := getattr(entry, "code", None):
            yield Hidden(f"the code of {_in_words(where)}", code)
    for where, way, text in template.embodiments() if template else ():
        yield Hidden(f"the {way} of {_in_words(where)}", text)


def _in_words(where: Location) -> str:
    """A part of an item in words: `option 2`, or `gap 1, choice 2`."""
    if len(where) == 1:
        return str(where[0])
    pairs = zip(where[::2], where[1::2], strict=True)
    return ", ".join(f"{str(name).removesuffix('s')} {int(place) + 1}" for name, place in pairs)


def quality(root: Path) -> QualityReport:
    """The quality of the items of all sound banks below a folder, as the files stand now."""
    return _quality(root, catalogue.state(root))


@lru_cache(maxsize=4)
def _quality(root: Path, _state: object) -> QualityReport:
    return assess([check.bank for check in catalogue.check_banks(root) if check.bank is not None])
