"""The `quiz` command: one module per kind of user. It exits with 0 for done, 1 for problems found, 2 for misuse."""

import sys

import click

from quiz import __version__
from quiz.cli import banks, forms, health, items, labs, preview, proofs, server, users
from quiz.config import Unusable
from quiz.domain.errors import QuizError
from quiz.labs.base import LabFailed, LabMissing


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="quiz")
def cli() -> None:
    """A self-hosted skills-assessment service."""


cli.add_command(banks.banks)
banks.banks.add_command(health.health)
banks.banks.add_command(proofs.prove)
cli.add_command(forms.forms)
cli.add_command(items.items)
cli.add_command(labs.labs)
cli.add_command(users.users)
for command in (preview.preview, server.demo, server.serve, server.migrate, server.sweep):
    cli.add_command(command)


def main() -> None:
    """Run the command; a broken rule is one sentence, not a traceback."""
    try:
        cli()
    except (QuizError, Unusable, LabMissing, LabFailed) as error:
        click.echo(f"quiz: {error}", err=True)
        sys.exit(2)
