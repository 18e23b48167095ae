"""Verification: whether an item's key is proven, from its record alone. Nothing is run."""

from collections.abc import Mapping
from dataclasses import dataclass

from quiz.domain.items import Item
from quiz.domain.proofs.observations import Observation
from quiz.domain.proofs.records import Record
from quiz.domain.proofs.trials import Fault, judge, shaky, trials
from quiz.domain.templates.variables import Unusable
from quiz.domain.templates.variants import Template


@dataclass(frozen=True)
class Standing:
    """Where a code item stands: proven, as the items that can be drawn (a template's variants), or what is wrong.

    `stale` says that its record does not answer the question, so that a lab has to.
    """

    environment: str = ""
    proven: tuple[Item, ...] = ()
    faults: tuple[Fault, ...] = ()
    stale: bool = False


def standing(item: Item, template: Template | None, record: Record | None, harness: int | None = None) -> Standing:
    """Where a code item stands with this record; `harness` is the number that its lab has now, where that is known."""
    if item.lab is None:
        message = f"this shows {item.language} code, but no lab runs it"
        fix = "add `lab:` and claims, or say why no machine can prove it, as `unproven:`"
        return Standing(faults=(Fault(("listing",), "no-lab", message, fix),))
    if fault := shaky(item):
        return Standing(faults=(fault,))
    if record is None:
        return _stale("it was never run")
    if harness is not None and record.harness != harness:
        return _stale("its lab sees more than when it was run")
    try:
        items = _variants(template, record) if template else (item,)
        faults = [fault for variant in items for fault in judge(trials(variant), record.seen).faults]
    except KeyError:
        return _stale("its code has changed since it was run")
    return Standing(faults=tuple(faults)) if faults else Standing(record.environment, items)


def _stale(why: str) -> Standing:
    fault = Fault(("lab",), "unproven", f"the key is not proven: {why}", "run quiz banks prove")
    return Standing(faults=(fault,), stale=True)


def _variants(template: Template, record: Record) -> tuple[Item, ...]:
    """The variants of a template as their record shows them. Raises KeyError where it does not show them."""
    if not record.variants:
        raise KeyError(template.id)
    try:
        return tuple(template.draft(seed).item(lambda request: record.seen[request.digest]) for seed in record.variants)
    except Unusable as error:
        raise KeyError(template.id) from error


def steady(observations: Mapping[str, tuple[Observation, ...]], item: Item) -> Fault | None:
    """What is wrong where an item's claims do not come out the same under every condition."""
    runs = trials(item)
    times = min(len(observations[trial.request.digest]) for trial in runs)
    rulings = [judge(runs, {digest: series[n] for digest, series in observations.items()}) for n in range(times)]
    holds = zip(*(ruling.holds for ruling in rulings), strict=True)
    shaken = [n for n, outcomes in enumerate(holds) if len(set(outcomes)) > 1]
    unsteady = any(observation.unsteady for trial in runs for observation in observations[trial.request.digest])
    if not shaken and not unsteady:
        return None
    where = runs[shaken[0]].assertion.where if shaken else ("listing",)
    message = "the outcome differs from run to run, with locale, time zone, number of processors, memory or mere luck"
    return Fault(where, "unsteady", message, "take out what depends on it; a test needs one answer")
