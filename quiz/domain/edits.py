"""Edits: what a saved answer is based on, so that no text replaces another that its writer never saw.

A question is answered on pages: in several tabs, on several devices, offline and back. Each page is a *writer* of its
own and counts its edits. A save names its writer, the number of its edit, and its *base*: the stored version that its
page had seen. It is stored if it follows what is stored by then; any other stored version is a conflict, whoever came
later or typed more, and the candidate chooses.
"""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Edit:
    """Where an answer comes from.

    `writer` names a page, `number` counts its edits from 1, and `base` is the `seq` of the stored version that it had
    seen, 0 where nothing was stored.
    """

    base: int
    writer: str
    number: int


class Verdict(Enum):
    """What is to become of a save."""

    FOLLOWS = "follows"
    """It is based on what is stored, or its own writer stored that: store it."""
    REPEATS = "repeats"
    """What it says is stored already."""
    OVERTAKEN = "overtaken"
    """Its own writer has stored a later edit: nothing is to be done."""
    CONFLICTS = "conflicts"
    """Something is stored that its writer has not seen."""


def verdict(edit: Edit, seq: int, writer: str | None, number: int | None, *, same: bool) -> Verdict:
    """What is to become of an edit where version `seq` is stored, the edit `number` of `writer`.

    `same` is whether the two say the same. The writer is None for a version that was stored before edits were counted.
    """
    if writer == edit.writer and number is not None:
        if edit.number > number:
            return Verdict.FOLLOWS
        if edit.number < number:
            return Verdict.OVERTAKEN
        return Verdict.REPEATS if same else Verdict.CONFLICTS
    if edit.base == seq:
        return Verdict.FOLLOWS
    return Verdict.REPEATS if same else Verdict.CONFLICTS
