"""Inspection: what an author wants to know of an item beside how it looks: its proof, its quality, its variants."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from quiz.domain.banks import Bank
from quiz.domain.errors import NotFound
from quiz.domain.item_quality.assessment import QualityReport, assess
from quiz.domain.item_quality.findings import Finding
from quiz.domain.items import Item
from quiz.domain.proofs.trials import judge, trials, wording
from quiz.domain.proofs.verification import Standing
from quiz.domain.source import Location, Problem
from quiz.domain.templates.variables import Value
from quiz.services.authoring import catalogue


@dataclass(frozen=True)
class Observed:
    """One thing that an item says of its program, and what the machine said to it."""

    part: str
    claim: str
    saw: str
    holds: bool


@dataclass(frozen=True)
class Inspected:
    """An item as an author inspects it. `state` is `proven`, `unproven` or `referenced`: there is nothing to prove.

    `item` is what candidates are given: the item itself, or the variant of this `number` out of `variants`, whose
    variables have these `values`.
    """

    item: Item
    state: str
    environment: str
    problems: tuple[Problem, ...]
    observed: tuple[Observed, ...]
    findings: tuple[Finding, ...]
    is_template: bool = False
    variants: int = 0
    number: int = 0
    values: Mapping[str, Value] | None = None


def inspect(root: Path, bank: Bank, id: str, number: int = 1) -> Inspected:
    """Everything about one item; of a template, its variant of this number, from 1. Raises NotFound."""
    item = next((one for one in bank.items if one.id == id), None)
    if item is None:
        raise NotFound(f"There is no item {id!r} in the bank {bank.slug}.")
    template = bank.templates.get(id)
    found = bank.standings.get(id, Standing())
    shown, values = item, None
    if template is not None and found.proven:
        number = min(max(number, 1), len(found.proven))
        shown = found.proven[number - 1]
        values = template.draft(bank.records[id].variants[number - 1]).values
    return Inspected(
        item=shown,
        state=_state(bank.standings.get(id)),
        environment=found.environment,
        problems=tuple(bank.problem(id, *fault) for fault in found.faults) if item.is_code else (),
        observed=_observed(bank, shown) if found.proven and item.is_code else (),
        findings=tuple(one for one in quality(root).findings if (one.bank, one.item) == (bank.slug, id)),
        is_template=template is not None,
        variants=len(found.proven) if template else 0,
        number=number,
        values=values,
    )


def states(bank: Bank) -> dict[str, str]:
    """The state of every item of a bank, by id."""
    return {item.id: _state(bank.standings.get(item.id)) for item in bank.items}


def _state(found: Standing | None) -> str:
    if found is None:
        return "referenced"
    return "unproven" if found.faults else "proven"


def _observed(bank: Bank, item: Item) -> tuple[Observed, ...]:
    tried = trials(item)
    outcome = judge(tried, bank.records[item.id].seen)
    return tuple(
        Observed(_named(one.assertion.where), wording(one.assertion.test), verdict.saw, verdict.holds)
        for one, verdict in zip(tried, outcome.verdicts, strict=True)
        if verdict is not None
    )


def _named(where: Location) -> str:
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
    return assess([checked.bank for checked in catalogue.check_banks(root) if checked.bank is not None])
