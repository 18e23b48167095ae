"""For authors and recruiters: drawing forms from a plan without a server or a database."""

import json
import random
import sys
from pathlib import Path
from typing import Any

import click

from quiz.cli.folders import bank_folder, banks_option
from quiz.cli.reports import counted
from quiz.domain.assembly import Assembly
from quiz.domain.banks import check_bank
from quiz.domain.editions import Edition, edition
from quiz.domain.errors import InfeasiblePlan
from quiz.domain.items import KINDS
from quiz.domain.plan_files import plan_text, read_plan
from quiz.labs.registry import releases


@click.group()
def forms() -> None:
    """Forms drawn from plans."""


@forms.command()
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", type=click.IntRange(0), required=True, help="The first form's seed.")
@click.option("--count", type=click.IntRange(1, 100_000), default=1, help="How many forms, of consecutive seeds.")
@banks_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print them.")
def draw(plan: Path, seed: int, count: int, root: Path, form: str) -> None:
    """Draw forms from the file PLAN and print them without keys.

    Exits with 1 if the banks cannot fill the plan, and says what is short.
    """
    wanted, problems = read_plan(plan)
    if wanted is None:
        for problem in problems:
            click.echo(f"{problem}\n", err=True)
        sys.exit(2)
    try:
        editions = {slug: _edition(slug, root) for slug in wanted.banks}
        wanted.check({slug: drawable.bank.outline for slug, drawable in editions.items()})
        assembly = Assembly(wanted, {slug: drawable.pool for slug, drawable in editions.items()})
    except InfeasiblePlan as error:
        click.echo(f"quiz: {error}", err=True)
        sys.exit(1)
    forms = [_form(assembly, editions, seed + n) for n in range(count)]
    if form == "json":
        click.echo(json.dumps(forms, indent=2, ensure_ascii=False))
        return
    for document in forms:
        click.echo(f"seed {document['seed']}: {len(document['slots'])} items, {document['seconds']} s")
        for slot in document["slots"]:
            click.echo(f"  {slot['number']:3} {slot['bank']}/{slot['item']} ({slot['objective']}, {slot['kind']})")


@forms.command()
@click.argument("bank")
@click.option("--minutes", type=click.IntRange(1, 600), default=20, help="The time limit; 20 if left out.")
@banks_option
def plan(bank: str, minutes: int, root: Path) -> None:
    """Print the default plan of BANK, as a file to start from."""
    try:
        default = _edition(bank, root).default_plan(minutes)
    except InfeasiblePlan as error:
        click.echo(f"quiz: {error}", err=True)
        sys.exit(1)
    click.echo(plan_text(default), nl=False)


def _edition(slug: str, root: Path) -> Edition:
    """What can be drawn from a bank. Raises ClickException where there is none, or where it has problems."""
    check = check_bank(bank_folder(root, slug), labs=releases())
    if check.bank is None:
        number = counted(len(check.problems), "problem")
        raise click.ClickException(f"bank {slug} has {number}: run quiz banks check")
    return edition(check.bank)


def _form(assembly: Assembly, editions: dict[str, Edition], seed: int) -> dict[str, Any]:
    """One form as candidates would see it: nothing of an item but what its public view has."""
    rng = random.Random(seed)
    places = assembly.draw(seed)
    requirements = [draw.requirement for draw in assembly.plan.draws]
    slots = []
    for number, place in enumerate(places, start=1):
        item = place.item
        arrangement = KINDS[item.kind].arrange(item.parts, rng)
        public = editions[item.bank].drawables[item.key].item.question.public(arrangement)
        slots.append(
            {
                "number": number,
                "draw": place.draw,
                "requirement": requirements[place.draw - 1],
                "bank": item.bank,
                "item": item.id,
                "objective": item.objective,
                "kind": item.kind,
                "difficulty": item.difficulty,
                "seconds": item.seconds,
                "stem": public.stem,
                "listing": public.listing,
                "instruction": public.instruction,
                "prompts": [prompt.text for prompt in public.prompts],
                "choices": [choice.text for choice in public.choices],
            }
        )
    return {"seed": seed, "seconds": sum(place.item.seconds for place in places), "slots": slots}
