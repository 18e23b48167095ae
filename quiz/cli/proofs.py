"""For authors: proving banks on the labs of this machine."""

import difflib
import sys
from pathlib import Path

import click

from quiz import paths
from quiz.cli import exposure
from quiz.cli.folders import folders_below
from quiz.cli.meter import meter
from quiz.cli.reports import format_option, report
from quiz.domain.banks import Bank, check_bank
from quiz.domain.source import Problem
from quiz.labs.registry import LABS, releases
from quiz.services.authoring import changes, proving, unchanged
from quiz.services.authoring.bench import Bench
from quiz.services.authoring.proving import Outcome


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=paths.QUESTION_BANKS)
@click.option("--item", "items", multiple=True, metavar="ID", help="Only this item; may be given several times.")
@click.option("--check", is_flag=True, help="Run nothing; say whether every code item has a current proof.")
@click.option("--all", "every", is_flag=True, help="Run everything again, whatever the records say.")
@click.option("--since", metavar="REV", help="Run again what was touched since this git revision, records included.")
@format_option
def prove(path: Path, items: tuple[str, ...], check: bool, every: bool, since: str | None, form: str) -> None:
    """Run what the items of the banks below PATH, or of one item file, claim, and record what the machine said.

    Exits with 0 if nothing is wrong, 1 if a claim and the machine disagree or, with --check, if a code item has no
    current proof or, with --since, if something that was touched cannot run here; 2 if there is no such bank or item.
    """
    if check + every + (since is not None) > 1:
        raise click.UsageError("--check, --all and --since cannot be combined: choose one.")
    whole = path.is_dir() and not items
    folders = folders_below(path if path.is_dir() else path.parent)
    plain = whole and not every and since is None
    if plain and (known := unchanged.summary(unchanged.fingerprint(folders, LABS))):
        report([], form, known)
        return
    banks, problems = _read(folders)
    only = None if whole else _named(banks, path, items, problems)
    again = {folder: _again(folder, bank, every, since) for folder, bank in banks.items()}
    outcomes = _outcomes(banks, check, again, only)
    problems += [problem for outcome in outcomes for problem in outcome.problems]
    if not check:
        for folder, outcome in zip(banks, outcomes, strict=True):
            proving.write(folder, outcome)
    missing = sum(len(outcome.unverified) for outcome in outcomes)
    _tell_apart(outcomes, form)
    report(problems, form, _summary(outcomes, len(problems)))
    if whole and not problems and not missing:
        proven = sum(len(outcome.records) for outcome in outcomes)
        number = sum(len(outcome.bank.items) for outcome in outcomes)
        words = f"{proven} of {number} items have code and a proof; nothing has changed since"
        unchanged.remember(unchanged.fingerprint(folders, LABS), words)
    sys.exit(1 if problems or (since is not None and missing) else 0)


def _read(folders: list[Path]) -> tuple[dict[Path, Bank], list[Problem]]:
    banks: dict[Path, Bank] = {}
    problems: list[Problem] = []
    for folder in folders:
        check = check_bank(folder, labs=releases())
        problems += check.problems
        if check.bank is not None:
            banks[folder] = check.bank
    return banks, problems


def _named(
    banks: dict[Path, Bank], path: Path, wanted: tuple[str, ...], problems: list[Problem]
) -> dict[str, frozenset[str]]:
    """The items that a command is about, by bank: those of a file, or named as `ID` or `BANK/ID`. Raises UsageError."""
    found: dict[str, set[str]] = {bank.slug: set() for bank in banks.values()}
    for bank in banks.values():
        for item in bank.items:
            place = bank.places[item.id].rpartition(":")[0]
            in_file = path.is_dir() or Path(place).name == path.name
            if in_file and (not wanted or item.id in wanted or f"{bank.slug}/{item.id}" in wanted):
                found[bank.slug].add(item.id)
    known = {name for slug, ids in found.items() for id in ids for name in (id, f"{slug}/{id}")}
    if not problems and (unknown := [name for name in wanted if name not in known]):
        near = difflib.get_close_matches(unknown[0], [item.id for bank in banks.values() for item in bank.items], 1)
        raise click.UsageError(
            f"There is no item `{unknown[0]}` in {path}." + (f" Did you mean `{near[0]}`?" if near else "")
        )
    if not problems and not any(found.values()):
        raise click.UsageError(f"There is no item in {path}: name an item file of a bank, or its folder.")
    return {slug: frozenset(ids) for slug, ids in found.items()}


def _again(folder: Path, bank: Bank, every: bool, since: str | None) -> bool | frozenset[str]:
    """What is run although it has a record. Raises UsageError."""
    if since is None:
        return every
    try:
        return changes.touched(folder, bank, since)
    except changes.NoHistory as error:
        raise click.UsageError(f"{error}.") from error


def _outcomes(
    banks: dict[Path, Bank],
    check: bool,
    again: dict[Path, bool | frozenset[str]],
    only: dict[str, frozenset[str]] | None,
) -> list[Outcome]:
    about = {folder: None if only is None else only[bank.slug] for folder, bank in banks.items()}
    if check:
        return [proving.examine(bank, Bench(LABS), about[folder]) for folder, bank in banks.items()]
    exposure.warn("Proving runs")
    with meter() as progress, Bench(LABS, progress) as bench:
        return [proving.prove(bank, bench, again[folder], about[folder]) for folder, bank in banks.items()]


def _tell_apart(outcomes: list[Outcome], form: str) -> None:
    """What is no problem but worth knowing, for people only."""
    if form != "text":
        return
    for outcome in outcomes:
        for note in outcome.notes:
            click.echo(f"{outcome.bank.slug}/{note}")
        for item, missing in outcome.unverified.items():
            click.echo(f"{outcome.bank.slug}/{item}: unverified: {missing}")


def _summary(outcomes: list[Outcome], problems: int) -> str:
    counts = {
        "proven": sum(len(outcome.proven) for outcome in outcomes),
        "unchanged": sum(len(outcome.unchanged) for outcome in outcomes),
        "unverified": sum(len(outcome.unverified) for outcome in outcomes),
        "referenced": sum(not item.is_code for outcome in outcomes for item in outcome.bank.items),
        "problem" if problems == 1 else "problems": problems,
    }
    return ", ".join(f"{number} {name}" for name, number in counts.items())
