"""For authors: what could be better in banks, and how far somebody gets who reads no content."""

import dataclasses
import json
import sys
from pathlib import Path

import click

from quiz import paths
from quiz.domain.banks import bank_folders, check_bank
from quiz.domain.item_quality.assessment import QualityReport, assess


@click.command("health")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=paths.QUESTION_BANKS)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
def item_quality(path: Path, form: str) -> None:
    """Judge the banks below PATH by the rules of good items, and let a guesser who reads no content play them.

    Exits with 0 if nothing is found, 1 if something is, 2 if there is no bank or one has problems.
    """
    folders = bank_folders(path)
    if not folders:
        raise click.UsageError(f"There is no bank in {path}: a bank is a folder with a bank.yaml.")
    checked = [check_bank(folder) for folder in folders]
    if broken := [one.slug for one in checked if one.bank is None]:
        raise click.UsageError(f"{', '.join(broken)}: mend the problems first; quiz banks check names them.")
    report = assess([one.bank for one in checked if one.bank is not None])
    click.echo(
        json.dumps(dataclasses.asdict(report), indent=2, ensure_ascii=False) if form == "json" else _text(report)
    )
    sys.exit(1 if report.findings else 0)


def _text(report: QualityReport) -> str:
    """Findings like a compiler's, then what was excused, then how the guesser did."""
    parts = [f"{finding}\n" for finding in (*report.findings, *report.excused)]
    for game in report.games:
        parts += [str(game), *(f"  {win}" for win in game.wins)]
    parts.append(f"{len(report.findings)} findings, {len(report.excused)} excused")
    return "\n".join(parts)
