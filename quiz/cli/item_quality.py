"""For authors: what could be better in banks, and how far somebody gets who reads no content."""

import dataclasses
import json
import sys
from pathlib import Path

import click

from quiz.cli.folders import check_banks, path_argument
from quiz.cli.reports import counted
from quiz.domain.item_quality.assessment import QualityReport, assess


@click.command("health")
@path_argument
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
def item_quality(path: Path, form: str) -> None:
    """Judge the banks below PATH by the rules of good items, and let a guesser who reads no content play them.

    Exits with 0 if nothing is found, 1 if something is, 2 if there is no bank or one has problems.
    """
    checks = check_banks(path)
    if broken := [check.slug for check in checks if check.bank is None]:
        raise click.UsageError(f"{', '.join(broken)}: fix the problems first; quiz banks check names them.")
    report = assess([check.bank for check in checks if check.bank is not None])
    click.echo(
        json.dumps(dataclasses.asdict(report), indent=2, ensure_ascii=False) if form == "json" else _text(report)
    )
    sys.exit(1 if report.findings else 0)


def _text(report: QualityReport) -> str:
    """Findings like a compiler's, then what was excused, then how the guesser did."""
    parts = [f"{finding}\n" for finding in (*report.findings, *report.excused)]
    for game in report.games:
        parts += [str(game), *(f"  {win}" for win in game.wins)]
    parts.append(f"{counted(len(report.findings), 'finding')}, {len(report.excused)} excused")
    return "\n".join(parts)
