"""Tables: templates whose variants are written down, a row of values for each, so that no lab has to say anything."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quiz.domain.items import Item
from quiz.domain.source import Location
from quiz.domain.templates.variables import PLACEHOLDER, RESERVED
from quiz.domain.templates.variants import fill, texts

Row = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A template and the values of its variants: `variants[n]` is the item with the values of `rows[n]`."""

    rows: tuple[Row, ...]
    variants: tuple[Item, ...]


def filled(data: Mapping[str, Any], row: Row) -> dict[str, Any]:
    """What the variant of a row is read from."""
    made: dict[str, Any] = fill(data, row)
    return made


def faults(data: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[tuple[Location, str, str]]:
    """What is wrong with the rows, or with the places that they fill: (location, message, fix)."""
    columns = list(rows[0])
    for name in columns:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in RESERVED:
            yield ("rows", 0, name), f"`{name}` cannot name a column", "use another lower case word"
    for n, row in enumerate(rows):
        if differing := sorted(set(columns) ^ set(row)):
            yield ("rows", n), f"not every row has the column `{differing[0]}`", "give all rows the same columns"
        elif row in rows[:n]:
            yield ("rows", n), "this row appears twice", "make the rows differ"
    used = {name for _, text in texts(data) for name in PLACEHOLDER.findall(text)}
    for name in columns:
        if name not in used:
            yield ("rows", 0, name), f"`{name}` is never used", "use it as {{" + name + "}} or remove it"
    for where, text in texts(data):
        for name in PLACEHOLDER.findall(text):
            if name not in columns:
                yield where, "no column is called {{" + name + "}}", "add it to every row"
