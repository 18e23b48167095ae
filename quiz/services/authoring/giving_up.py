"""Giving up: when a template is not worth more seeds, because one of its programs fails whatever the values are."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from quiz.domain.proofs.trials import Fault
from quiz.domain.source import Location
from quiz.domain.templates.variants import Broken

SCOUTS = 5
"""So many seeds are tried first: a slip in a program shows in each of them."""
_SECOND = 25
"""After so many more without any success, chance is no excuse for other failures either."""
_SLIPS = re.compile(
    r"does not compile|\b(?:NameError|SyntaxError|IndentationError|UnboundLocalError|ReferenceError|ImportError|"
    r"ModuleNotFoundError|AttributeError)\b"
)
"""How a program ends that fails whatever the values are."""


def next_number(wanted: float, tried: int, kept: int) -> float:
    """How many drafts are worth trying next of so many that are wanted, while nothing or little is known."""
    if kept or tried >= SCOUTS + _SECOND:
        return wanted
    return min(wanted, _SECOND if tried else SCOUTS)


def hopeless(broken: Sequence[Broken], tried: int, data: Mapping[str, Any]) -> Fault | None:
    """What is wrong where every draft so far has failed in the same program: which, how, and with what values."""
    if not broken or len(broken) < tried or any(a.program != b.program for a, b in pairwise(broken)):
        return None
    last = broken[-1]
    if len(broken) < SCOUTS or (len(broken) < SCOUTS + _SECOND and not _SLIPS.search(last.ending)):
        return None
    where, whose, fix = _program(last.program, data)
    values = ", ".join(f"{name} = {value}" for name, value in last.values.items())
    how = last.ending.replace(" at line unknown", "") if not last.ending.endswith("normally") else str(last)
    return Fault(where, "broken", f"with {values}, as with all others tried, {whose} shows nothing: {how}", fix)


def _program(place: str, data: Mapping[str, Any]) -> tuple[Location, str, str]:
    """A program by its place as for `Draft.requests`: where it is written, in words, and how to fix it."""
    if not place:
        return ("listing",), "the item's own program", "correct the listing, or `run`"
    name, number = place.split(".")
    part = data[name][int(number)]
    way = "program" if "program" in part else "expression"
    whose = f"the `{way}` of {name.removesuffix('s')} {int(number) + 1}"
    knows = "; an expression knows only the variables, not the names in the listing" * (way == "expression")
    return (name, int(number), way), whose, f"correct it{knows}"
