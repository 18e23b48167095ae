"""Outlines: what a bank measures, as its scorecards, plans and pages need to know it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Objective:
    """One measurable thing, with an id that never changes."""

    id: str
    title: str


@dataclass(frozen=True)
class Group:
    """Objectives that belong together and are reported together; `weight` is its share of a whole-bank quiz."""

    id: str
    title: str
    objectives: Sequence[Objective]
    weight: int = 1


@dataclass(frozen=True)
class Outline:
    """What a bank is called, what it measures and what it is for. Ids are unique over groups and objectives."""

    title: str
    groups: Sequence[Group]
    summary: str = ""
    alignment: str | None = None
    """What the bank is aligned to, and who does not endorse it."""
    language: str = "text"
    """The language of listings that name none."""
    practice: bool = False
    """Whether candidates practise on the bank; then nothing of it is ever scored."""

    @cached_property
    def objectives(self) -> dict[str, Objective]:
        """Every objective by its id, in the order of the bank."""
        return {objective.id: objective for group in self.groups for objective in group.objectives}

    @cached_property
    def group_of(self) -> dict[str, Group]:
        """The group of each objective, by the objective's id."""
        return {objective.id: group for group in self.groups for objective in group.objectives}

    @cached_property
    def titles(self) -> dict[str, str]:
        """The title of every group and objective by its id, each group before its objectives."""
        titles: dict[str, str] = {}
        for group in self.groups:
            titles[group.id] = group.title
            titles |= {objective.id: objective.title for objective in group.objectives}
        return titles

    def snapshot(self) -> dict[str, Any]:
        """The outline as JSON to store; `read_outline` in `quiz/domain/snapshots/outlines.py` reads it for ever."""
        return {"shape": 2, **asdict(self)}
