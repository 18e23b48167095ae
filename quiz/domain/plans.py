"""Plans: what a quiz draws, from which banks, in which proportions, and how long it takes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from quiz.domain.source import Problem, SourceFile
from quiz.domain.writing import ObjectiveId, ShortLine, Slug, Whole, Written, validated

MAX_QUESTIONS = 200

BANDS: dict[str, tuple[int, ...]] = {"easy": (1, 2), "medium": (3,), "hard": (4, 5)}
"""The difficulties that a spread speaks of: name -> the authors' estimates it covers."""


class Draw(Written):
    """So many items of one bank, of some of its objectives or of all."""

    bank: Slug
    count: Whole = Field(ge=1, le=MAX_QUESTIONS, description="how many items to draw")
    objectives: list[ObjectiveId] = Field(default=[], description="groups or objectives; the whole bank where left out")
    weights: dict[ObjectiveId, Whole] = Field(
        default={}, description="groups or objectives with relative weights, by which the count is divided"
    )

    @model_validator(mode="after")
    def _one_way_to_choose(self) -> "Draw":
        if self.objectives and self.weights:
            raise ValueError("name `objectives` or `weights`, not both")
        if any(weight < 1 for weight in self.weights.values()):
            raise ValueError("write weights of 1 or more")
        return self

    @property
    def quotas(self) -> dict[str, int]:
        """How many items each group or objective with a weight gets; those that get none are left out."""
        return {name: quota for name, quota in apportioned(self.count, self.weights).items() if quota}


class Spread(Written):
    """Relative weights of easy (1-2), medium (3) and hard (4-5) items over the whole form."""

    easy: Whole = Field(default=0, ge=0, le=1000)
    medium: Whole = Field(default=0, ge=0, le=1000)
    hard: Whole = Field(default=0, ge=0, le=1000)

    @model_validator(mode="after")
    def _something(self) -> "Spread":
        if not self.easy + self.medium + self.hard:
            raise ValueError("give at least one difficulty a weight")
        return self


class Plan(Written):
    """What a quiz is made of. The same banks, plan and seed give the same form on any machine."""

    title: ShortLine
    minutes: Whole = Field(ge=1, le=600, description="the time limit")
    draws: list[Draw] = Field(min_length=1, max_length=100)
    difficulty: Spread | None = Field(
        default=None, description="the spread of difficulty; as the banks have it if left out"
    )
    scoring: Literal["partial credit", "all or nothing"] = Field(default="partial credit")
    pass_mark: Whole | None = Field(
        default=None, ge=1, le=100, description="per cent; advice for the reader of scorecards"
    )

    @model_validator(mode="after")
    def _not_too_long(self) -> "Plan":
        if self.total > MAX_QUESTIONS:
            raise ValueError(f"draw at most {MAX_QUESTIONS} items in all")
        return self

    @property
    def total(self) -> int:
        """How many items a form has."""
        return sum(draw.count for draw in self.draws)

    @property
    def banks(self) -> list[str]:
        """The banks that are drawn from, in order, each once."""
        return list(dict.fromkeys(draw.bank for draw in self.draws))


def read_plan(path: Path) -> tuple[Plan | None, Sequence[Problem]]:
    """Read a plan file; the plan, or every problem found in it."""
    source = SourceFile(path, str(path))
    plan = validated(source, Plan, source.root)
    return (None if source.problems else plan), sorted(source.problems, key=lambda p: (p.line, p.column))


def apportioned(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide `total` by weights with the largest remainders (Hamilton's method); ties go to the first named."""
    whole = sum(weights.values())
    shares = {name: divmod(total * weight, whole) for name, weight in weights.items()}
    parts = {name: share for name, (share, _) in shares.items()}
    neediest = sorted(shares, key=lambda name: -shares[name][1])
    for name in neediest[: total - sum(parts.values())]:
        parts[name] += 1
    return parts
