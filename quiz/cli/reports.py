"""How problems are printed: for people, for programs, for GitHub's annotations, for tools that read SARIF."""

import dataclasses
import json
from collections.abc import Callable, Sequence

import click

from quiz import __version__
from quiz.domain.source import Problem

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def counted(number: int, what: str) -> str:
    """A number of things in words: `1 bank`, `2 banks`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def text(problems: Sequence[Problem]) -> str:
    """As a compiler would say it."""
    return "\n".join(f"{problem}\n" for problem in problems)


def as_json(problems: Sequence[Problem]) -> str:
    return json.dumps([dataclasses.asdict(problem) for problem in problems], indent=2, ensure_ascii=False)


def github(problems: Sequence[Problem]) -> str:
    """Workflow commands that GitHub turns into annotations of the lines they name."""
    return "\n".join(
        f"::error file={_property(one.file)},line={one.line},col={one.column},title={_property(one.code)}::"
        + _data(f"{one.message}\nfix: {one.fix}")
        for one in problems
    )


def sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0 (OASIS), one run, one result for each problem."""
    rules = sorted({problem.code for problem in problems})
    results = [
        {
            "ruleId": one.code,
            "ruleIndex": rules.index(one.code),
            "level": "error",
            "message": {"text": f"{one.message}; {one.fix}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": one.file},
                        "region": {"startLine": one.line, "startColumn": one.column},
                    }
                }
            ],
        }
        for one in problems
    ]
    driver = {"name": "quiz", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    document = {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "sarif": sarif,
}

format_option = click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", help="How to print the problems."
)


def report(problems: Sequence[Problem], form: str, summary: str) -> None:
    """Print problems, and for people a last line that sums up."""
    if problems or form not in ("text", "github"):
        click.echo(FORMATS[form](problems))
    if form == "text":
        click.echo(summary)
