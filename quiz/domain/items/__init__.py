"""The kinds of item. A new kind is one class here, one template in `templates/items/`, and one test."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from quiz.domain.items.base import (
    Answer,
    Arrangement,
    Explained,
    Fields,
    Item,
    PublicItem,
)
from quiz.domain.items.code_line import CodeLine
from quiz.domain.items.matching import Matching
from quiz.domain.items.multiple_response import MultipleResponse
from quiz.domain.items.number import Number
from quiz.domain.items.ordering import Ordering
from quiz.domain.items.short_text import ShortText
from quiz.domain.items.single_choice import SingleChoice
from quiz.domain.items.true_false_set import TrueFalseSet

KINDS: dict[str, type[Item]] = {
    kind.kind_name: kind
    for kind in (
        SingleChoice,
        MultipleResponse,
        TrueFalseSet,
        ShortText,
        Number,
        Ordering,
        Matching,
        CodeLine,
    )
}

AnyItem = Annotated[
    SingleChoice | MultipleResponse | TrueFalseSet | ShortText | Number | Ordering | Matching | CodeLine,
    Field(discriminator="kind"),
]
_ITEM: TypeAdapter[Item] = TypeAdapter(AnyItem)


def item_from(document: dict[str, Any]) -> Item:
    """The item that `Item.canonical` wrote."""
    return _ITEM.validate_python(document)


__all__ = ["KINDS", "Answer", "AnyItem", "Arrangement", "Explained", "Fields", "Item", "PublicItem", "item_from"]
