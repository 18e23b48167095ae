"""Questions as they were kept, in every shape that ever landed.

The reader is lenient: a field that it does not know is left out, one that is missing gets its default, and nothing is
held against what an author may write today. An older shape is first brought into the next one, step by step.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from quiz.domain.items import KINDS, Question
from quiz.domain.items.question import SHAPE
from quiz.domain.listings import mended

Document = Mapping[str, Any]


class UnreadableSnapshot(Exception):
    """A snapshot that no version of this program wrote, or only a newer one; the message says what is wrong with it."""


def read_question(document: Document) -> Question:
    """The question that a snapshot holds. Raises UnreadableSnapshot."""
    shape = document.get("shape", 1)
    if shape not in range(1, SHAPE + 1):
        raise UnreadableSnapshot(f"it is of shape {shape}, and this version reads shapes up to {SHAPE}")
    for step in range(shape, SHAPE):
        document = _NEXT[step](document)
    kind = KINDS.get(document.get("kind", ""))
    if kind is None:
        raise UnreadableSnapshot(f"it is of the kind {document.get('kind')!r}, which is not known here")
    try:
        question: Question = _record(kind.question, document)
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise UnreadableSnapshot(f"it is damaged: {error!r}") from error
    return question


def _second(first: Document) -> Document:
    """Shape 1 was the item as its author had written it, without what stood at its default."""
    left_out = {
        "language": "text",
        "case_sensitive": False,
        "tolerance": "0",
        "unit": None,
        "mistakes": [],
        "decoys": [],
    }
    second = left_out | dict(first)
    if "statements" in first:
        second["statements"] = [{**one, "truth": one["is"]} for one in first["statements"]]
    for name in {"options", "lines"} & first.keys():
        second[name] = [{"key": False, **one} for one in first[name]]
    return second


_NEXT: dict[int, Callable[[Document], Document]] = {1: _second}
"""What brings a document of a shape into the next one. What is here is history, and never changes."""


def _record(shaped: type, document: Document) -> Any:
    """A dataclass out of the fields that a document has for it."""
    hints = _hints(shaped)
    values = {
        field.name: _value(hints[field.name], document[field.name])
        for field in fields(shaped)
        if field.name in document or field.default is MISSING
    }
    return shaped(**values)


@cache
def _hints(shaped: type) -> dict[str, Any]:
    return get_type_hints(shaped)


def _value(hint: Any, data: Any) -> Any:
    """A value of a field's type: a dataclass, a tuple of values, a decimal, or plain JSON."""
    if get_origin(hint) is UnionType:
        return None if data is None else _value(get_args(hint)[0], data)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], one) for one in data)
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint, data)
    if isinstance(data, str) and hint is not Decimal:
        return mended(data)  # What was stored before it was refused must not break a page.
    return Decimal(data) if hint is Decimal else data
