"""Proving banks: running what their items claim, judging it, and keeping what the machine said beside each bank."""

import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from quiz.domain.banks import Bank
from quiz.domain.items import Item
from quiz.domain.proofs import records
from quiz.domain.proofs.observations import Observation
from quiz.domain.proofs.records import Record
from quiz.domain.proofs.trials import Fault, judge, trials
from quiz.domain.proofs.verification import standing, steady
from quiz.domain.source import Problem
from quiz.domain.templates.variables import Unusable
from quiz.domain.templates.variants import LEAST, Broken, Draft, Template, alike
from quiz.labs.base import LabMissing
from quiz.services.authoring import giving_up, refuted
from quiz.services.authoring.bench import BROKEN, Bench

_MORE = 1.25
"""How many seeds are tried at a time, for each variant that is still wanted: some of them are dropped."""
_MOST_SEEDS = 600
_HOPELESS = 60
"""How many seeds have to fail before a template is given up of which none was any good."""


@dataclass
class Outcome:
    """What came of proving a bank, by item: `proven` now, `unchanged`, or `unverified`: what to do to have its lab."""

    bank: Bank
    records: dict[str, Record]
    proven: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    unverified: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    """What is wrong with each item that is not proven, by id."""
    seen: dict[str, Record] = field(default_factory=dict)
    """What was seen just now of each item that was refuted."""

    def refuse(self, item: str, fault: Fault) -> None:
        """Say what is wrong with an item. A record that it has stays: it holds what was seen and no verdict."""
        self.problems.append(self.bank.problem(item, *fault))
        self.faults.setdefault(item, []).append(fault)

    def accept(self, item: str, record: Record) -> None:
        self.proven.append(item)
        self.records[item] = record


def examine(bank: Bank, bench: Bench, only: Collection[str] | None = None) -> Outcome:
    """Say without running anything which items are proven by the bank's records, and what is wrong with the others."""
    outcome = Outcome(bank, {})
    for item in _code_items(bank, only):
        state = standing(item, bank.templates.get(item.id), bank.records.get(item.id), bench.harness(item.lab or ""))
        if state.faults:
            outcome.refuse(item.id, state.faults[0])
        else:
            outcome.unchanged.append(item.id)
            outcome.records[item.id] = bank.records[item.id]
    return outcome


def prove(
    bank: Bank, bench: Bench, again: bool | Collection[str] = False, only: Collection[str] | None = None
) -> Outcome:
    """Run what has no current record, or everything or these items where `again`, and judge it. Nothing is written.

    `only` are the ids of the items that this is about; the others keep their records. Raises LabFailed where a lab
    breaks down in a way that says nothing of the items.
    """
    outcome = Outcome(bank, {item.id: bank.records[item.id] for item in _code_items(bank) if item.id in bank.records})
    items, templates = [], []
    for item in _code_items(bank, only):
        template = bank.templates.get(item.id)
        forced = again if isinstance(again, bool) else item.id in again
        state = standing(item, template, None if forced else bank.records.get(item.id), bench.harness(item.lab or ""))
        if not state.faults:
            outcome.unchanged.append(item.id)
        elif not state.stale:
            outcome.refuse(item.id, state.faults[0])
        elif missing := _missing(item, bench):
            outcome.unverified[item.id] = missing
        elif template is None:
            items.append(item)
        else:
            templates.append((item, _Drawing(template, bench.variants(item.lab or ""))))
    _prove_items(outcome, items, bench)
    _prove_templates(outcome, templates, bench)
    outcome.problems.sort(key=lambda problem: (problem.file, problem.line, problem.column))
    return outcome


def write(folder: Path, outcome: Outcome) -> bool:
    """Bring a bank's lock file up to date; whether it changed. What speaks against items is kept on this machine."""
    for item, faults in outcome.faults.items():
        refuted.remember(folder, outcome.bank, item, faults, outcome.seen.get(item))
    path = folder / records.LOCK
    text = records.render(outcome.records)
    if path.is_file() and path.read_text() == text:
        return False
    if not outcome.records and not path.is_file():
        return False
    # Readers follow the file while it is written, and an interrupted write must not cost the records.
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=f".{records.LOCK}.", delete=False) as made:
        made.write(text)
    fresh = Path(made.name)
    fresh.chmod(path.stat().st_mode if path.is_file() else 0o644)
    fresh.replace(path)
    return True


def _code_items(bank: Bank, only: Collection[str] | None = None) -> list[Item]:
    return [item for item in bank.items if item.is_code and (only is None or item.id in only)]


def _missing(item: Item, bench: Bench) -> str:
    """What is missing on this machine to run an item; empty where nothing is."""
    try:
        bench.environment(item.lab or "")
    except LabMissing as error:
        return str(error)
    return ""


def _prove_items(outcome: Outcome, items: list[Item], bench: Bench) -> None:
    seen = bench.run(trial.request for item in items for trial in trials(item))
    for item in items:
        wanted = {trial.request.digest for trial in trials(item)}
        found = {digest: seen[digest] for digest in sorted(wanted)}
        first = {digest: times[0] for digest, times in found.items()}
        shaken = steady(found, item)
        faults = [shaken] if shaken else list(judge(trials(item), first).faults)
        if not faults:
            outcome.accept(item.id, _record(item, bench, first))
            continue
        for each in faults:
            outcome.refuse(item.id, each)
        if not any((one.exceeded or "").startswith(BROKEN) for one in first.values()):
            outcome.seen[item.id] = _record(item, bench, first)
            _bring_up_to_date(outcome, item, bench, None if shaken else outcome.seen[item.id])


def _bring_up_to_date(outcome: Outcome, item: Item, bench: Bench, seen: Record | None) -> None:
    """Put what was just seen of a refuted item in place of a record that says otherwise of the very same code.

    A record of what the code was before stays, so that going back to that costs nothing.
    """
    record = outcome.records.get(item.id)
    if (
        record is None
        or standing(item, outcome.bank.templates.get(item.id), record, bench.harness(item.lab or "")).stale
    ):
        return
    if seen is None:
        del outcome.records[item.id]
    else:
        outcome.records[item.id] = seen


def _record(item: Item, bench: Bench, seen: dict[str, Observation], variants: tuple[int, ...] = ()) -> Record:
    lab = item.lab or ""
    return Record(bench.environment(lab), bench.harness(lab) or 0, seen, variants)


@dataclass
class _Drawing:
    """A template whose variants are being drawn: those kept so far by seed, and why others were not."""

    template: Template
    wanted: int
    seeds: Iterator[int] = field(default_factory=lambda: iter(range(1, _MOST_SEEDS + 1)))
    kept: dict[int, Item] = field(default_factory=dict)
    seen: dict[str, Observation] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    fault: Fault | None = None
    over: bool = False
    tried: int = 0
    broken: list[Broken] = field(default_factory=list)

    def next_round(self) -> list[Draft]:
        """Some more drafts that were not tried yet."""
        drafts: list[Draft] = []
        for seed in self.seeds:
            try:
                drafts.append(self.template.draft(seed))
            except Unusable as error:
                self.dropped[str(error)] += 1
            if not self.kept and not drafts and self.dropped.total() >= _HOPELESS:
                self.over = True
                break
            if len(drafts) >= giving_up.next_number(self._missing, self.tried, len(self.kept)):
                break
        else:
            self.over = True
        self.tried += len(drafts)
        return drafts

    @property
    def _missing(self) -> float:
        return _MORE * (self.wanted - len(self.kept))

    def enough(self) -> bool:
        return self.over or self.fault is not None or len(self.kept) >= self.wanted


def _prove_templates(outcome: Outcome, templates: list[tuple[Item, _Drawing]], bench: Bench) -> None:
    while drawings := [drawing for _, drawing in templates if not drawing.enough()]:
        _draw_round(drawings, bench)
    for item, drawing in templates:
        _settle(outcome, item, drawing, bench)


def _draw_round(drawings: list[_Drawing], bench: Bench) -> None:
    """Try some more seeds of every template that wants variants, all together, so that every core has work."""
    rounds = [(drawing, draft) for drawing in drawings for draft in drawing.next_round()]
    bench.run(request for _, draft in rounds for request in draft.requests().values())
    finished: list[tuple[_Drawing, int, Item]] = []
    for drawing, draft in rounds:
        try:
            finished.append(
                (
                    drawing,
                    draft.seed,
                    draft.item(lambda request: _common_observation(bench.run([request])[request.digest])),
                )
            )
        except Unusable as error:
            drawing.dropped[str(error)] += 1
            drawing.broken += [error] if isinstance(error, Broken) else []
    for drawing in drawings:
        if not drawing.kept:
            drawing.fault = giving_up.hopeless(drawing.broken, drawing.tried, drawing.template.data)
    bench.run(trial.request for _, _, item in finished for trial in trials(item))
    for drawing, seed, item in finished:
        if item.content_hash in {kept.content_hash for kept in drawing.kept.values()}:
            drawing.dropped["the same values were drawn again"] += 1
        elif len(drawing.kept) < drawing.wanted and drawing.fault is None:
            _judge_variant(drawing, seed, item, bench)


def _judge_variant(drawing: _Drawing, seed: int, item: Item, bench: Bench) -> None:
    seen = bench.run(trial.request for trial in trials(item))
    first = {digest: times[0] for digest, times in seen.items()}
    faults = judge(trials(item), first).faults
    if fault := steady(seen, item) or next(iter(faults), None):
        values = ", ".join(f"{name} = {value}" for name, value in drawing.template.draft(seed).values.items())
        drawing.fault = fault._replace(message=f"with {values}: {fault.message}")
        return
    drawing.kept[seed] = item
    embodied = drawing.template.draft(seed).requests().values()
    drawing.seen |= first | {request.digest: bench.run([request])[request.digest][0] for request in embodied}


def _common_observation(seen: tuple[Observation, ...]) -> Observation:
    """What every run showed alike. Raises Unusable."""
    if len({(run.printed, run.returned, run.compiled, run.unsteady) for run in seen}) > 1 or seen[0].unsteady:
        raise Unusable("a program does not show the same each time")
    return seen[0]


def _settle(outcome: Outcome, item: Item, drawing: _Drawing, bench: Bench) -> None:
    """Take a template with its variants into the records, or say what keeps it out."""
    if drawing.fault is not None:
        outcome.refuse(item.id, drawing.fault)
        _bring_up_to_date(outcome, item, bench, None)
        return
    for seed, same in zip(list(drawing.kept), alike(list(drawing.kept.values())), strict=True):
        if not same:
            drawing.dropped["it is longer or shorter than the others"] += 1
            del drawing.kept[seed]
    why = "; ".join(f"{times} because {reason}" for reason, times in drawing.dropped.most_common())
    if len(drawing.kept) < LEAST:
        message = f"the template gives {len(drawing.kept)} variants, and {LEAST} are the least" + (
            f"; dropped {why}" * bool(why)
        )
        outcome.refuse(
            item.id, Fault(("variables",), "narrow", message, "widen its variables or loosen its constraints")
        )
        _bring_up_to_date(outcome, item, bench, None)
        return
    wanted = {trial.request.digest for kept in drawing.kept.values() for trial in trials(kept)}
    wanted |= {request.digest for seed in drawing.kept for request in drawing.template.draft(seed).requests().values()}
    seen = {digest: found for digest, found in drawing.seen.items() if digest in wanted}
    outcome.accept(item.id, _record(item, bench, seen, tuple(drawing.kept)))
    outcome.notes.append(f"{item.id}: {len(drawing.kept)} variants" + (f"; dropped {why}" if why else ""))
