"""Answers: how one is submitted and how it is stored, and what the kinds need to turn one into the other."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quiz.domain.errors import InvalidAnswer

Fields = Mapping[str, Sequence[str]]
"""An answer as a browser submits it: field names (`answer`, `answer-1`) to their values."""

Arrangement = tuple[int, ...]
"""The order in which one attempt shows an item's choices: displayed position -> position in the file, from 0."""

Answer = Any
"""An answer as it is stored: JSON, in the order of the file, so that no arrangement is needed to score it."""

MAX_ANSWER_LENGTH = 500


@dataclass(frozen=True)
class Choice:
    """Something a candidate can choose: an id that means nothing outside this attempt, and its text."""

    id: str
    text: str


def display(texts: Sequence[str], arrangement: Arrangement) -> tuple[Choice, ...]:
    """Choices in this attempt's order; ids are displayed positions, so they reveal nothing of the file."""
    return tuple(Choice(str(place), texts[original]) for place, original in enumerate(arrangement, start=1))


def original(value: str, arrangement: Arrangement, field: str = "answer") -> int:
    """The position in the file of the choice that a browser named by its displayed id."""
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:4]) <= len(arrangement) or len(value) > 4:
        raise InvalidAnswer("Choose one of the answers that are offered.", field)
    return arrangement[int(value) - 1]


def single(fields: Fields, name: str = "answer") -> str | None:
    """The one value of a field, or None where it is absent or blank."""
    values = [value for value in fields.get(name, ()) if value.strip()]
    if not values:
        return None
    if len(values) > 1:
        raise InvalidAnswer("Choose one answer.", name)
    if len(values[0]) > MAX_ANSWER_LENGTH:
        raise InvalidAnswer(f"Use at most {MAX_ANSWER_LENGTH} characters.", name)
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r" for character in values[0]):
        # A lone surrogate cannot be sent again in any encoding, and a page may not hold a control character.
        raise InvalidAnswer("Use plain text without control characters.", name)
    return values[0]
