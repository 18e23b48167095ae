"""For authors: looking at the variants of a template, and beginning a new item."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from quiz.cli.folders import banks_option
from quiz.domain.banks import Bank, BankCheck, bank_folders, bank_name, check_bank
from quiz.domain.errors import NotFound
from quiz.domain.files import read_regular
from quiz.domain.items import KINDS, Item
from quiz.domain.markdown import plain
from quiz.domain.outlines import Objective
from quiz.domain.source import MAX_BYTES
from quiz.domain.templates.variables import Value
from quiz.domain.vocabularies import choice, lab_fault, nearest
from quiz.domain.writing import SLUG
from quiz.labs.registry import LABS, releases


@click.group()
def items() -> None:
    """Single items."""


@items.command()
@click.argument("item")
@click.option("--count", type=click.IntRange(1), default=50, help="How many to show at most.")
@banks_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print them.")
def variants(item: str, count: int, root: Path, form: str) -> None:
    """Show the proven variants of ITEM, a template: its id, or BANK/ID where several banks have it."""
    bank, id = _find(root, item)
    shown, proof = _variants(bank, id)
    all_, shown = len(shown), shown[:count]
    if form == "json":
        described = [
            {"seed": seed, "values": values} | variant.model_dump(mode="json") for seed, values, variant in shown
        ]
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    for number, (seed, values, variant) in enumerate(shown, start=1):
        click.echo(_text(number, seed, values, variant))
    click.echo(f"{len(shown)} of {all_} variants of {bank.slug}/{id}{proof}")


def _variants(bank: Bank, id: str) -> tuple[list[tuple[int, Mapping[str, Value], Item]], str]:
    """The variants of a template, each with its seed or the number of its row and its values; and what proved them."""
    if table := bank.tables.get(id):
        rows = zip(table.rows, table.variants, strict=True)
        return [(number, row, variant) for number, (row, variant) in enumerate(rows, start=1)], ", from its rows"
    if id not in bank.templates:
        raise click.ClickException(f"{bank.slug}/{id} is not a template: it has no `variables` and no `rows`")
    standing = bank.standings[id]
    if not standing.proven:
        fault = standing.faults[0]
        raise click.ClickException(f"{fault.message}: {fault.fix}")
    template, seeds = bank.templates[id], bank.records[id].variants
    proven = zip(seeds, standing.proven, strict=True)
    return [(seed, template.draft(seed).values, one) for seed, one in proven], f", proven on {standing.environment}"


def _find(root: Path, name: str) -> tuple[Bank, str]:
    wanted, _, id = name.rpartition("/")
    checks = [check_bank(folder) for folder in bank_folders(root)]
    banks = [
        check.bank
        for check in checks
        if check.bank and wanted in ("", check.slug) and any(item.id == id for item in check.bank.items)
    ]
    if not banks:
        raise NotFound(f"There is no item {name} in a sound bank below {root}: {_why_not(checks, wanted, id)}")
    if len(banks) > 1:
        raise click.UsageError(f"Several banks have {id}: write {' or '.join(f'{bank.slug}/{id}' for bank in banks)}.")
    return banks[0], id


def _why_not(checks: list[BankCheck], wanted: str, id: str) -> str:
    """Why an item is not found, and what was probably meant."""
    slugs = [check.slug for check in checks]
    if wanted and wanted not in slugs:
        return f"there is no bank {wanted}, {choice(wanted, slugs)}"
    if broken := [check.slug for check in checks if check.bank is None and id in check.places]:
        return f"the bank {broken[0]} has it, but has problems: run quiz banks check"
    near = nearest(id, [id for check in checks if wanted in ("", check.slug) for id in check.places])
    return f"did you mean {near}?" if near else "quiz preview shows all items"


def _text(number: int, seed: int, values: Mapping[str, Value], item: Item) -> str:
    said = ", ".join(f"{name} = {value}" for name, value in values.items())
    lines = [f"{number}. (seed {seed}: {said})", f"   {item.stem}"]
    lines += [f"     | {line}" for line in (item.listing or "").rstrip("\n").split("\n") if item.listing]
    lines += [f"   {'*' if part.is_key else '-'} {plain(part.text)}" for part in item.question.explain(None)]
    return "\n".join([*lines, ""])


_FOR_A_LAB = "  # lab"
"""What ends a line of a skeleton that is only there where a lab runs the code."""


@items.command()
@click.option("--bank", help="The bank's name.")
@click.option("--objective", help="The objective that the item measures.")
@click.option("--kind", type=click.Choice(list(KINDS)), help="How it is answered.")
@click.option("--lab", help="What runs its code, such as `java 8`; empty for none.")
@click.option("--id", "id", help="Lower case words with hyphens that say what is tested.")
@click.option("--difficulty", type=click.IntRange(1, 5), help="1 easiest to 5 hardest.")
@click.option("--seconds", type=click.IntRange(10, 900), help="The time a prepared person needs.")
@banks_option
def new(
    bank: str | None,
    objective: str | None,
    kind: str | None,
    lab: str | None,
    id: str | None,
    difficulty: int | None,
    seconds: int | None,
    root: Path,
) -> None:
    """Begin a new item: ask for what is not given, and write a skeleton in which only texts are left to fill."""
    folders = {bank_name(folder): folder for folder in bank_folders(root)}
    bank = bank or click.prompt("Bank", type=click.Choice(list(folders)))
    if bank not in folders:
        raise click.UsageError(f"There is no bank {bank} in {root}: {choice(bank, folders)}")
    check = check_bank(folders[bank], labs=releases())
    if check.file is None:
        raise click.ClickException(f"bank.yaml of {bank} has problems: run quiz banks check")
    objectives = check.file.outline.objectives
    objective = objective or _objective(check.bank, objectives)
    if objective not in objectives:
        raise click.UsageError(f"The bank has no objective {objective}: {choice(objective, objectives)}")
    kind = kind or click.prompt("Kind", type=click.Choice(list(KINDS)), default="single choice")
    lab = (
        click.prompt(f"Lab ({', '.join(sorted(LABS))}; empty for none)", default="", show_default=False)
        if lab is None
        else lab
    )
    if lab and (fault := lab_fault(lab, releases())):
        raise click.UsageError(f"There is no lab {lab}: {fault[1]}")
    id = id or click.prompt("Id (what is tested, as words-with-hyphens)")
    if not SLUG.fullmatch(id):
        raise click.UsageError(f"{id} is no id: write lower case words with hyphens.")
    if id in check.places:
        raise click.UsageError(f"{bank} has an item {id} already, at {check.places[id]}.")
    difficulty = difficulty or click.prompt("Difficulty (1 to 5)", type=click.IntRange(1, 5), default=3)
    seconds = seconds or click.prompt("Seconds", type=click.IntRange(10, 900), default=90 if lab else 60)
    path = folders[bank] / f"{objective.replace('.', '-')}.yaml"
    line = _append(path, objective, _skeleton(id, kind, objective, difficulty, seconds, lab))
    click.echo(f"{path}:{line}: write its texts where `...` stands, then run quiz banks check")


def _objective(bank: Bank | None, objectives: Mapping[str, Objective]) -> str:
    """Ask for an objective, those without items first."""
    per = bank.items_per("objective") if bank else Counter[str]()
    for id in sorted(objectives, key=lambda id: (per[id], id)):
        click.echo(f"  {id:24} {per[id]:4}  {objectives[id].title}")
    chosen: str = click.prompt("Objective", type=click.Choice(list(objectives)), show_choices=False)
    return chosen


def _skeleton(id: str, kind: str, objective: str, difficulty: int, seconds: int, lab: str) -> list[str]:
    head = [f"id: {id}", f"objective: {objective}", f"kind: {kind}", f"difficulty: {difficulty}", f"seconds: {seconds}"]
    head += ["stem: ..."]
    head += [f"lab: {lab}"] * bool(lab)
    own = (KINDS[kind].folder / "skeleton.yaml").read_text(encoding="utf-8").splitlines()
    own = [line.removesuffix(_FOR_A_LAB) for line in own if lab or not line.endswith(_FOR_A_LAB)]
    lines = [*head, *own, "sources: [...]"]
    return [("  - " if n == 0 else "    ") + line for n, line in enumerate(lines)]


def _append(path: Path, objective: str, lines: list[str]) -> int:
    """Write an item at the end of a file, or into a new one; the line it begins on."""
    try:
        # A file that the check would not read is not written either: it may be a link to another.
        text = read_regular(path, MAX_BYTES).decode().rstrip("\n") + "\n\n"
    except FileNotFoundError:
        text = f"# yaml-language-server: $schema=../items.schema.json\nobjective: {objective}\nitems:\n"
    except (OSError, UnicodeError) as error:
        raise click.ClickException(f"{path} cannot be added to: run quiz banks check") from error
    path.write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
    return text.count("\n") + 1
