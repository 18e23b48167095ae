"""For authors and recruiters: drawing forms from a plan without a server or a database."""

import json
import random
import sys
from pathlib import Path
from typing import Any

import click
import yaml

from quiz import paths
from quiz.domain.assembly import Assembly
from quiz.domain.banks import bank_folders, check_bank
from quiz.domain.editions import Edition, edition
from quiz.domain.errors import InfeasiblePlan, Shortage
from quiz.domain.items import KINDS
from quiz.domain.plans import read_plan

_in_banks = click.option(
    "--banks",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=paths.QUESTION_BANKS,
    help="Where the banks are.",
)


@click.group()
def forms() -> None:
    """Forms drawn from plans."""


@forms.command()
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", type=click.IntRange(0), required=True, help="The first form's seed.")
@click.option("--count", type=click.IntRange(1, 100_000), default=1, help="How many forms, of consecutive seeds.")
@_in_banks
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print them.")
def draw(plan: Path, seed: int, count: int, root: Path, form: str) -> None:
    """Draw forms from the file PLAN and print them without keys.

    Exits with 1 if the banks cannot fill the plan, and says what is short.
    """
    read, problems = read_plan(plan)
    if read is None:
        for problem in problems:
            click.echo(f"{problem}\n", err=True)
        sys.exit(2)
    try:
        editions = {bank: _edition(bank, root) for bank in read.banks}
        assembly = Assembly(read, {bank: one.pool for bank, one in editions.items()})
    except InfeasiblePlan as error:
        click.echo(f"quiz: {error}", err=True)
        sys.exit(1)
    drawn = [_form(assembly, editions, seed + n) for n in range(count)]
    if form == "json":
        click.echo(json.dumps(drawn, indent=2, ensure_ascii=False))
        return
    for one in drawn:
        click.echo(f"seed {one['seed']}: {len(one['slots'])} items, {one['seconds']} s")
        for slot in one["slots"]:
            click.echo(f"  {slot['number']:3} {slot['bank']}/{slot['item']} ({slot['objective']}, {slot['kind']})")


@forms.command()
@click.argument("bank")
@click.option("--minutes", type=click.IntRange(1, 600), default=20, help="The time limit; 20 if left out.")
@_in_banks
def plan(bank: str, minutes: int, root: Path) -> None:
    """Print the default plan of BANK, as a file to start from."""
    try:
        made = _edition(bank, root).default_plan(minutes)
    except InfeasiblePlan as error:
        click.echo(f"quiz: {error}", err=True)
        sys.exit(1)
    click.echo(yaml.safe_dump(made.model_dump(exclude_defaults=True), sort_keys=False, allow_unicode=True), nl=False)


def _edition(slug: str, root: Path) -> Edition:
    """What can be drawn of a bank. Raises InfeasiblePlan where there is none, ClickException where it has problems."""
    folder = next((folder for folder in bank_folders(root) if folder.resolve().name == slug), None)
    if folder is None:
        raise InfeasiblePlan([Shortage(f"there is no bank {slug}", 1, 0)])
    checked = check_bank(folder)
    if checked.bank is None:
        raise click.ClickException(f"bank {slug} has {len(checked.problems)} problems: run quiz banks check")
    return edition(checked.bank)


def _form(assembly: Assembly, editions: dict[str, Edition], seed: int) -> dict[str, Any]:
    """One form as candidates would see it: nothing of an item but what its public view has."""
    rng = random.Random(seed)
    chosen = assembly.draw(seed)
    slots = []
    for number, drawn in enumerate(chosen, start=1):
        question = editions[drawn.bank].drawables[drawn.key].item.question
        arrangement = KINDS[drawn.kind].arrange(drawn.parts, rng)
        seen = question.public(arrangement)
        slots.append(
            {
                "number": number,
                "bank": drawn.bank,
                "item": drawn.id,
                "objective": drawn.objective,
                "kind": drawn.kind,
                "difficulty": drawn.difficulty,
                "seconds": drawn.seconds,
                "stem": seen.stem,
                "listing": seen.listing,
                "instruction": seen.instruction,
                "prompts": [prompt.text for prompt in seen.prompts],
                "choices": [choice.text for choice in seen.choices],
            }
        )
    return {"seed": seed, "seconds": sum(item.seconds for item in chosen), "slots": slots}
