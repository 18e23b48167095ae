"""For authors and recruiters: drawing forms from a plan without a server or a database."""

import json
import random
import sys
from pathlib import Path
from typing import Any

import click

from quiz import paths
from quiz.domain.assembly import Assembly, PoolItem, pooled
from quiz.domain.banks import bank_folders, check_bank
from quiz.domain.editions import edition
from quiz.domain.errors import InfeasiblePlan, Shortage
from quiz.domain.items import KINDS, Item
from quiz.domain.plans import Plan, read_plan


@click.group()
def forms() -> None:
    """Forms drawn from plans."""


@forms.command()
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", type=click.IntRange(0), required=True, help="The first form's seed.")
@click.option("--count", type=click.IntRange(1, 100_000), default=1, help="How many forms, of consecutive seeds.")
@click.option(
    "--banks",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=paths.QUESTION_BANKS,
    help="Where the banks are.",
)
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
        items = _drawn_from(read, root)
        assembly = Assembly(read, _pools(read, items))
    except InfeasiblePlan as error:
        click.echo(f"quiz: {error}", err=True)
        sys.exit(1)
    drawn = [_form(assembly, items, seed + n) for n in range(count)]
    if form == "json":
        click.echo(json.dumps(drawn, indent=2, ensure_ascii=False))
        return
    for one in drawn:
        click.echo(f"seed {one['seed']}: {len(one['slots'])} items, {one['seconds']} s")
        for slot in one["slots"]:
            click.echo(f"  {slot['number']:3} {slot['bank']}/{slot['item']} ({slot['objective']}, {slot['kind']})")


def _drawn_from(plan: Plan, root: Path) -> dict[str, list[tuple[Item, str]]]:
    """Bank -> what can be drawn of it, each with its group, for the banks a plan draws from."""
    folders = {folder.resolve().name: folder for folder in bank_folders(root)}
    if missing := [Shortage(f"there is no bank {bank}", 1, 0) for bank in plan.banks if bank not in folders]:
        raise InfeasiblePlan(missing)
    found = {}
    for bank in plan.banks:
        checked = check_bank(folders[bank])
        if checked.bank is None:
            raise click.ClickException(f"bank {bank} has {len(checked.problems)} problems: run quiz banks check")
        group_of = checked.bank.group_of
        found[bank] = [(one.item, group_of[one.item.objective]) for one in edition(checked.bank).drawables]
    return found


def _pools(plan: Plan, items: dict[str, list[tuple[Item, str]]]) -> dict[str, tuple[PoolItem, ...]]:
    return {
        bank: pooled(
            PoolItem(
                key=n,
                bank=bank,
                id=item.id,
                objective=item.objective,
                group=group,
                kind=item.kind_name,
                parts=item.parts,
                difficulty=item.difficulty,
                seconds=item.seconds,
                enemies=item.enemies,
            )
            for n, (item, group) in enumerate(items[bank])
        )
        for bank in plan.banks
    }


def _form(assembly: Assembly, items: dict[str, list[tuple[Item, str]]], seed: int) -> dict[str, Any]:
    """One form as candidates would see it: nothing of an item but what its public view has."""
    rng = random.Random(seed)
    chosen = assembly.draw(seed)
    slots = []
    for number, drawn in enumerate(chosen, start=1):
        item, _ = items[drawn.bank][drawn.key]
        arrangement = KINDS[drawn.kind].arrange(drawn.parts, rng)
        seen = item.public(arrangement)
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
