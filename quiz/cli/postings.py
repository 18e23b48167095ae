"""For recruiters and authors: reading postings without a server or a database."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from quiz.cli.folders import banks_option, read_vocabulary
from quiz.cli.reports import counted
from quiz.documents import Unreadable, document_text
from quiz.domain.postings import Reading, foreign_language, read_posting, refuse_unreadable


@click.group()
def postings() -> None:
    """Job descriptions, and the requirements that they name."""


@postings.command()
@click.argument("file", type=click.File("rb"))
@banks_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
def read(file: Any, root: Path, form: str) -> None:
    """Read the posting in FILE, or from standard input for -, and print what each clause asks for.

    FILE is text, Markdown, HTML, DOCX, ODT or PDF. Exits with 1 if it asks for nothing that the vocabulary knows.
    """
    vocabulary = read_vocabulary(root)
    try:
        text = document_text(file.read(), getattr(file, "name", ""))
    except Unreadable as error:
        raise click.ClickException(str(error)) from None
    refuse_unreadable(text)
    if language := foreign_language(text):
        click.echo(f"quiz: this looks like {language}; the vocabulary is English.", err=True)
    reading = read_posting(text, vocabulary)
    if form == "json":
        click.echo(json.dumps(_document(reading, text), indent=2, ensure_ascii=False))
    else:
        _print(reading, {id: one.name for id, one in vocabulary.requirements.items()})
    sys.exit(0 if reading.links else 1)


def _document(reading: Reading, text: str) -> list[dict[str, Any]]:
    return [asdict(clause) | {"line": text.count("\n", 0, clause.span.start) + 1} for clause in reading.clauses]


def _print(reading: Reading, names: dict[str, str]) -> None:
    section = None
    for clause in reading.clauses:
        if clause.section != section:
            click.echo(f"\n{clause.section.capitalize()}" if section else clause.section.capitalize())
            section = clause.section
        click.echo(f"  {' '.join(clause.text.split())}")
        for link in clause.links:
            years = f", {counted(link.years, 'year')}" if link.years else ""
            either = f", one of choice {link.alternative}" if link.alternative else ""
            click.echo(f"    + {names[link.requirement]} ({link.need}{years}{either}): “{link.words}”")
        for passed in clause.passed:
            click.echo(f"    - not {names[passed.requirement]}, though it says “{passed.words}”: {passed.why}")
