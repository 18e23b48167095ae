"""For newcomers: everything set up, the ways in printed, and served."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from quiz.cli.reports import counted
from quiz.cli.revisions import newest_revision, revision
from quiz.cli.server import bring_up_to_date, refuse_taken_port, run
from quiz.config import read_settings
from quiz.services import demonstration
from quiz.services.publishing.loading import Loaded, load_banks
from quiz.store.database import open_store


@click.command()
def demo() -> None:
    """Set everything up with a demo assessment, print the ways in, and serve."""
    settings = read_settings()
    refuse_taken_port(settings)
    store = open_store(settings.database_url)
    if revision(store) != newest_revision():
        bring_up_to_date()
    now = datetime.now(UTC)
    banks = load_banks(store, settings.banks_dir, now, settings.allow_unproven)
    for loaded in banks:
        _warn(loaded)
    kept = settings.data_dir / "demo.json"
    shown = demonstration.prepare(store, _read(kept), now)
    _write(kept, shown)
    store.dispose()
    click.echo(_ways_in(settings.public_url, shown))
    sys.stdout.flush()
    if all(loaded.outcome == "unchanged" for loaded in banks):
        run(settings)
    else:  # The server begins as a new program, without the memory that loading took.
        os.execv(sys.executable, [sys.executable, "-m", "quiz", "serve"])  # noqa: S606 - our own program


def _warn(loaded: Loaded) -> None:
    if loaded.outcome == "refused":
        click.echo(
            f"Bank {loaded.bank} was refused: {counted(loaded.problems, 'problem')}. Run: quiz banks check", err=True
        )
    if loaded.held_back:
        items = ", ".join(loaded.waiting)
        click.echo(f"Bank {loaded.bank}: held back, not proven: {items}. Run: quiz banks prove", err=True)


def _ways_in(url: str, shown: dict[str, str]) -> str:
    alone = [name.removeprefix("candidate ") for name in shown if name.startswith("candidate ")]
    return "\n".join(
        [
            f"Candidate: {url}/i/{shown['candidate']}",
            *(f"  on {bank} alone: {url}/i/{shown[f'candidate {bank}']}" for bank in alone),
            f"Recruiter: {url}/assessments (sign in as {shown['recruiter']}, password {shown['recruiter_password']})",
            f"Author: {url}/banks (sign in as {shown['author']}, password {shown['author_password']})",
        ]
    )


def _read(path: Path) -> dict[str, str]:
    """What the demo told its user at an earlier start."""
    try:
        kept: dict[str, str] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return kept


def _write(path: Path, shown: dict[str, str]) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        json.dump(shown, file)
