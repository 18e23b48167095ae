"""For authors: which labs this machine has, and bringing what the others need."""

import sys

import click

from quiz.cli import exposure
from quiz.labs import sandbox
from quiz.labs.base import LabFailed, LabMissing
from quiz.labs.registry import LABS


@click.group(invoke_without_command=True)
@click.pass_context
def labs(context: click.Context) -> None:
    """List the labs: what each of them has here, or what to install."""
    if context.invoked_subcommand is not None:
        return
    for name, lab in sorted(LABS.items()):
        for release in lab.releases:
            try:
                click.echo(f"{_label(name, release):20} {lab.environment(release)}")
            except LabMissing as error:
                click.echo(f"{_label(name, release):20} missing: {error}")
    if not sandbox.exposed():
        click.echo("\nCode runs in a bubblewrap sandbox: no network, no files, limits on everything else.")
    exposure.warn("Proving runs")


def _label(name: str, release: str) -> str:
    return f"{name} {release}".strip()


@labs.command()
@click.argument("names", nargs=-1, type=click.Choice(sorted(LABS)))
def fetch(names: tuple[str, ...]) -> None:
    """Fetch the pinned dependencies of the labs NAMES, or of all, into the cache. Serving never needs them.

    Exits with 1 if something could not be fetched.
    """
    failed = False
    for lab in [LABS[name] for name in names] or LABS.values():
        try:
            for step in lab.fetch():
                click.echo(f"{lab.name}: {step}")
        except (LabMissing, LabFailed) as error:
            click.echo(f"{lab.name}: {error}", err=True)
            failed = True
    sys.exit(1 if failed else 0)
