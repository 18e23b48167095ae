"""For authors: proving banks on the labs of this machine."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from quiz.cli.folders import folders_below, path_argument
from quiz.cli.reports import format_option, report
from quiz.domain.banks import Bank, check_bank
from quiz.domain.source import Problem
from quiz.labs import sandbox
from quiz.labs.registry import LABS, releases
from quiz.services.authoring import proving, unchanged
from quiz.services.authoring.bench import Bench, Progress
from quiz.services.authoring.proving import Outcome

_UNSAFE = """\
WARNING: this machine has neither bubblewrap nor unshare. The banks' code runs with YOUR rights, on your files and
your network. Prove only what you would run yourself, or install bubblewrap: apt install bubblewrap"""


@click.command()
@path_argument
@click.option("--check", is_flag=True, help="Run nothing; say whether every code item has a current proof.")
@click.option("--all", "again", is_flag=True, help="Run everything again, whatever the records say.")
@format_option
def prove(path: Path, check: bool, again: bool, form: str) -> None:
    """Run what the items of the banks below PATH claim, and record what the machine said.

    Exits with 0 if nothing is wrong, 1 if a claim and the machine disagree or, with --check, if a code item has no
    current proof, 2 if there is no bank.
    """
    if check and again:
        raise click.UsageError("--check runs nothing and --all runs everything: choose one.")
    folders = folders_below(path)
    if not again and (known := unchanged.summary(unchanged.fingerprint(folders, LABS))):
        report([], form, known)
        return
    banks, problems = _read(folders)
    outcomes = _outcomes(banks, check, again)
    problems += [problem for outcome in outcomes for problem in outcome.problems]
    if not check:
        for folder, outcome in zip(banks, outcomes, strict=True):
            proving.write(folder, outcome)
    unverified = sum(len(outcome.unverified) for outcome in outcomes)
    _tell_apart(outcomes, form)
    summary = _summary(outcomes, len(problems))
    report(problems, form, summary)
    if not problems and not unverified:
        proven = sum(len(outcome.records) for outcome in outcomes)
        items = sum(len(outcome.bank.items) for outcome in outcomes)
        words = f"{proven} of {items} items are code and proven; nothing has changed since"
        unchanged.remember(unchanged.fingerprint(folders, LABS), words)
    sys.exit(1 if problems else 0)


def _read(folders: list[Path]) -> tuple[dict[Path, Bank], list[Problem]]:
    banks: dict[Path, Bank] = {}
    problems: list[Problem] = []
    for folder in folders:
        check = check_bank(folder, labs=releases())
        problems += check.problems
        if check.bank is not None:
            banks[folder] = check.bank
    return banks, problems


def _outcomes(banks: dict[Path, Bank], check: bool, again: bool) -> list[Outcome]:
    if check:
        return [proving.examine(bank, Bench(LABS)) for bank in banks.values()]
    if sandbox.kind() == "limits":
        click.secho(_UNSAFE, err=True, fg="red", bold=True)
    with _progress() as progress, Bench(LABS, progress) as bench:
        return [proving.prove(bank, bench, again) for bank in banks.values()]


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on a terminal; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label="Running", file=sys.stderr, show_pos=True) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield progress


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
