"""For authors and operators: checking, listing and loading question banks."""

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from quiz.cli.folders import check_banks, check_requirements, path_argument, read_vocabulary
from quiz.cli.lazy import LazyGroup
from quiz.cli.reports import counted, format_option, report
from quiz.cli.revisions import open_current
from quiz.config import read_settings
from quiz.domain.banks import BankCheck, schemas
from quiz.domain.plans import BANDS
from quiz.domain.postings import sample
from quiz.domain.postings.sample import named_by, read_sample
from quiz.domain.requirements import reading as requirements
from quiz.services.publishing.loading import load_banks

_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")


@click.group(
    cls=LazyGroup,
    lazy={
        "health": "quiz.cli.item_quality:item_quality",
        "new": "quiz.cli.new_bank:new",
        "prove": "quiz.cli.proofs:prove",
    },
)
def banks() -> None:
    """Question banks."""


@banks.command()
@path_argument
@format_option
def check(path: Path, form: str) -> None:
    """Check the banks below PATH and report every problem with its place and its fix.

    Exits with 0 if there is none, 1 if there are any, 2 if there is nothing to check.
    """
    checks = check_banks(path)
    vocabulary = check_requirements(path, checks)
    problems = [*(problem for check in checks for problem in check.problems), *vocabulary.problems]
    if vocabulary.vocabulary:
        problems += read_sample(path / requirements.FOLDER / sample.FOLDER, vocabulary.vocabulary.requirements)[1]
    sound = sum(len(check.bank.items) for check in checks if check.bank)
    counts = [counted(len(checks), "bank"), counted(sound, "sound item")]
    if vocabulary.vocabulary and vocabulary.vocabulary.requirements:
        counts.append(counted(len(vocabulary.vocabulary.requirements), "requirement"))
    counts.append(counted(len(problems), "problem"))
    report(problems, form, ", ".join(counts))
    sys.exit(1 if problems else 0)


@banks.command("list")
@path_argument
@_FORMAT
def list_(path: Path, form: str) -> None:
    """List the banks below PATH with their objectives and how many items each has."""
    banks = [_describe(check) for check in check_banks(path)]
    if form == "json":
        click.echo(json.dumps(banks, indent=2, ensure_ascii=False))
        return
    for bank in banks:
        sound = f"{bank['title']}, {counted(bank['items'], 'item')}"
        click.echo(f"{bank['bank']}: {sound if not bank['problems'] else counted(bank['problems'], 'problem')}")
        for objective in bank["objectives"]:
            click.echo(f"  {objective['id']:24} {objective['items']:4}  {objective['title']}")


def _describe(check: BankCheck) -> dict[str, Any]:
    bank = check.bank
    if bank is None:
        return {"bank": check.slug, "title": "", "items": 0, "problems": len(check.problems), "objectives": []}
    per = {what: dict(sorted(bank.items_per(what).items())) for what in ("objective", "kind", "difficulty")}
    return {
        "bank": bank.slug,
        "title": bank.title,
        "practice": bank.outline.practice,
        "content_hash": bank.content_hash,
        "items": len(bank.items),
        "problems": 0,
        "kinds": per["kind"],
        "difficulties": {
            band: sum(per["difficulty"].get(str(level), 0) for level in levels) for band, levels in BANDS.items()
        },
        "objectives": [
            {
                "id": id,
                "title": objective.title,
                "group": bank.outline.group_of[id].id,
                "items": per["objective"].get(id, 0),
            }
            for id, objective in bank.outline.objectives.items()
        ],
    }


@banks.command()
@path_argument
@_FORMAT
def coverage(path: Path, form: str) -> None:
    """List what postings ask for and no bank below PATH measures, by how many postings of the sample name it.

    It is the authors' road map: what comes first is missed most.
    """
    vocabulary = read_vocabulary(path)
    postings, _ = read_sample(path / requirements.FOLDER / sample.FOLDER, vocabulary.requirements)
    counts = named_by(postings)
    missing = [one for one in vocabulary.requirements.values() if one.known == "no questions yet" and not one.category]
    missing.sort(key=lambda one: (-counts[one.id], one.name.casefold()))
    if form == "json":
        listed = [{"id": one.id, "name": one.name, "area": one.area, "postings": counts[one.id]} for one in missing]
        click.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    for one in missing:
        click.echo(f"{counts[one.id]:4}  {one.id:32} {one.name}")
    known = Counter(one.known for one in vocabulary.requirements.values())
    click.echo(
        f"{counted(len(missing), 'requirement')} without questions, by {counted(len(postings), 'posting')}; "
        f"{known['measured']} measured, {known['declared']} declared, {known['not assessed']} not assessed"
    )


@banks.command()
@path_argument
def schema(path: Path) -> None:
    """Write the JSON Schemas that editors use into PATH."""
    for name, document in schemas().items():
        (path / name).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        click.echo(str(path / name))


@banks.command()
def load() -> None:
    """Load the banks of this installation; what is unchanged costs nothing.

    Exits with 1 if a bank was refused because of its problems.
    """
    settings = read_settings()
    store = open_current(settings.database_url)
    loaded = load_banks(store, settings.banks_dir, datetime.now(UTC), settings.allow_unproven)
    for bank in loaded:
        facts = [f"{bank.bank}: {bank.outcome}", counted(bank.items, "item")]
        facts += [counted(bank.problems, "problem")] * bool(bank.problems)
        facts += [f"{bank.held_back} held back, not proven: run quiz banks prove"] * bool(bank.held_back)
        facts += ["run quiz banks check"] * (bank.outcome == "refused")
        click.echo(", ".join(facts))
        for item, why in bank.waiting.items():
            click.echo(f"  {bank.bank}/{item}: {why}")
    sys.exit(any(bank.outcome == "refused" for bank in loaded))
