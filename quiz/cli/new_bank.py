"""For authors: beginning a bank."""

import json
from pathlib import Path

import click

from quiz.cli.folders import banks_option
from quiz.domain.banks import schemas
from quiz.domain.items import KINDS
from quiz.domain.writing import SLUG

_LONGEST_NAME = 50
"""So that the ids of its objectives, which begin with it, are not too long."""

_BANK = """\
# yaml-language-server: $schema=../bank.schema.json
title: {title}
summary: What this bank measures, and for whom.
language: java
groups:
  - id: {name}.1
    title: The first group of objectives
    objectives:
      - id: {name}.1.1
        title: The first objective
"""


@click.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(list(KINDS)), default="single choice", help="What the first item is.")
@banks_option
def new(name: str, kind: str, root: Path) -> None:
    """Begin the bank NAME: a folder with a bank.yaml, and an item file with the guide's example of a kind.

    Exits with 2 if that cannot be its name, or if there is such a bank already.
    """
    if not SLUG.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise click.UsageError(
            f"{name} cannot name a bank: write lower case words with hyphens, at most {_LONGEST_NAME} characters."
        )
    folder = root / name
    try:
        folder.mkdir()
    except FileExistsError as error:
        raise click.UsageError(f"{folder} already exists: choose another name, or delete it.") from error
    _write(folder / "bank.yaml", _BANK.format(name=name, title=name.replace("-", " ").capitalize()))
    example = (KINDS[kind].folder / "example.yaml").read_text(encoding="utf-8")
    first_line, _, items = example.removeprefix(_SCHEMA).partition("\n")
    assert first_line.startswith("objective:")
    path = folder / "first-items.yaml"
    _write(path, f"{_SCHEMA}objective: {name}.1.1\n{items}")
    for schema, document in schemas().items():
        if not (root / schema).exists():
            _write(root / schema, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    click.echo(f"{folder / 'bank.yaml'}: say what the bank measures, and name its objectives")
    click.echo(f"{path}: an example to replace; quiz items new --bank {name} adds another")
    click.echo(f"then run quiz banks check {folder}")


_SCHEMA = "# yaml-language-server: $schema=../items.schema.json\n"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
