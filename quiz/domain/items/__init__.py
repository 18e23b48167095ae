"""The kinds of item. A new kind is one folder here; nothing else has to know of it."""

import pkgutil
from functools import reduce
from importlib import import_module
from operator import or_
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from quiz.domain.items.answers import Answer, Arrangement, Choice, Fields
from quiz.domain.items.item import Item
from quiz.domain.items.kind import Kind
from quiz.domain.items.parts import Correctness, Part
from quiz.domain.items.question import PublicItem, Question


def _discover() -> dict[str, Kind]:
    """Every kind that has a folder here, by name."""
    folders = [module.name for module in pkgutil.iter_modules(__path__) if module.ispkg]
    found: list[Kind] = [import_module(f"{__name__}.{folder}").KIND for folder in folders]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.order)}


KINDS: dict[str, Kind] = _discover()

if TYPE_CHECKING:
    AnyItem = Item
else:
    AnyItem = Annotated[reduce(or_, (kind.item for kind in KINDS.values())), Field(discriminator="kind")]
    """An item of whichever kind it says it is."""

__all__ = [
    "KINDS",
    "Answer",
    "AnyItem",
    "Arrangement",
    "Choice",
    "Correctness",
    "Fields",
    "Item",
    "Kind",
    "Part",
    "PublicItem",
    "Question",
]
