"""For authors: proving banks on the labs of this machine."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from quiz import paths
from quiz.cli.reports import format_option, report
from quiz.domain.banks import Bank, bank_folders, check_bank
from quiz.domain.source import Problem
from quiz.labs import sandbox
from quiz.labs.known import LABS
from quiz.services.authoring import proving, unchanged
from quiz.services.authoring.bench import Bench, Progress
from quiz.services.authoring.proving import Outcome

_UNSAFE = """\
WARNING: this machine has neither bubblewrap nor unshare. The banks' code runs with YOUR rights, on your files and
your network. Prove only what you would run yourself, or install bubblewrap: apt install bubblewrap"""


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=paths.QUESTION_BANKS)
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
    folders = bank_folders(path)
    if not folders:
        raise click.UsageError(f"There is no bank in {path}: a bank is a folder with a bank.yaml.")
    if not again and (known := unchanged.summary(unchanged.fingerprint(folders, LABS))):
        report([], form, known)
        return
    banks, problems = _sound(folders)
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
        counts = (sum(len(one.records) for one in outcomes), sum(len(one.bank.items) for one in outcomes))
        words = f"{counts[0]} of {counts[1]} items are code and proven; nothing has changed since"
        unchanged.remember(unchanged.fingerprint(folders, LABS), words)
    sys.exit(1 if problems else 0)


def _sound(folders: list[Path]) -> tuple[dict[Path, Bank], list[Problem]]:
    banks: dict[Path, Bank] = {}
    problems: list[Problem] = []
    for folder in folders:
        checked = check_bank(folder)
        problems += checked.problems
        if checked.bank is not None:
            banks[folder] = checked.bank
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
        "proven": sum(len(one.proven) for one in outcomes),
        "unchanged": sum(len(one.unchanged) for one in outcomes),
        "unverified": sum(len(one.unverified) for one in outcomes),
        "referenced": sum(not item.is_code for one in outcomes for item in one.bank.items),
        "problems": problems,
    }
    return ", ".join(f"{number} {name}" for name, number in counts.items())
