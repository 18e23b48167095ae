"""The `quiz` command: one module per kind of user. It exits with 0 for done, 1 for problems found, 2 for misuse."""

import sys

import click

from quiz import __version__
from quiz.cli.lazy import LazyGroup
from quiz.config import Unusable
from quiz.domain.errors import QuizError
from quiz.labs.base import LabFailed, LabMissing


@click.group(
    cls=LazyGroup,
    lazy={
        "banks": "quiz.cli.banks:banks",
        "doctor": "quiz.cli.doctor:doctor",
        "demo": "quiz.cli.demo:demo",
        "forms": "quiz.cli.forms:forms",
        "items": "quiz.cli.items:items",
        "labs": "quiz.cli.labs:labs",
        "migrate": "quiz.cli.server:migrate",
        "postings": "quiz.cli.postings:postings",
        "preview": "quiz.cli.preview:preview",
        "serve": "quiz.cli.server:serve",
        "sweep": "quiz.cli.worker:sweep",
        "users": "quiz.cli.users:users",
        "worker": "quiz.cli.worker:worker",
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="quiz")
def cli() -> None:
    """A self-hosted skills-assessment service."""


def main() -> None:
    """Run the command; a broken rule is one sentence, not a traceback."""
    try:
        cli()
    except (QuizError, Unusable, LabMissing, LabFailed) as error:
        click.echo(f"quiz: {error}", err=True)
        sys.exit(2)
    except Exception as error:
        from quiz.store.faults import sentence  # noqa: PLC0415 - most commands need no database, and start faster

        if (told := sentence(error)) is None:
            raise
        click.echo(f"quiz: {told}", err=True)
        sys.exit(2)
