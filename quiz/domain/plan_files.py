"""Plan files: plans as people write and submit them, checked before anything is drawn."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import yaml
from pydantic import Field, model_validator

from quiz.domain.files import read_any
from quiz.domain.plans import MAX_QUESTIONS, Draw, Plan, Scoring, Spread
from quiz.domain.source import Problem, SourceFile
from quiz.domain.writing import ObjectiveId, ShortLine, Slug, Whole, Written, validate


class DrawEntry(Written):
    """So many items of one bank, of some of its objectives or of all."""

    bank: Slug
    count: Whole = Field(ge=1, le=MAX_QUESTIONS, description="how many items to draw")
    objectives: list[ObjectiveId] = Field(default=[], description="groups or objectives; the whole bank where left out")
    weights: dict[ObjectiveId, Whole] = Field(
        default={}, description="groups or objectives with relative weights, by which the count is divided"
    )
    requirement: ShortLine | None = Field(
        default=None, description="the requirement that the items are asked for, as the scorecard calls it"
    )

    @model_validator(mode="after")
    def _one_way_to_choose(self) -> "DrawEntry":
        if self.objectives and self.weights:
            raise ValueError("name `objectives` or `weights`, not both")
        if any(weight < 1 for weight in self.weights.values()):
            raise ValueError("write weights of 1 or more")
        return self


class SpreadEntry(Written):
    """Relative weights of easy (1-2), medium (3) and hard (4-5) items over the whole form."""

    easy: Whole = Field(default=0, ge=0, le=1000)
    medium: Whole = Field(default=0, ge=0, le=1000)
    hard: Whole = Field(default=0, ge=0, le=1000)

    @model_validator(mode="after")
    def _something(self) -> "SpreadEntry":
        if not self.easy + self.medium + self.hard:
            raise ValueError("give at least one difficulty a weight")
        return self


class PlanFile(Written):
    """A plan as somebody wrote it."""

    title: ShortLine
    minutes: Whole = Field(ge=1, le=600, description="the time limit")
    draws: list[DrawEntry] = Field(min_length=1, max_length=100)
    difficulty: SpreadEntry | None = Field(
        default=None, description="the spread of difficulty; as the banks have it if left out"
    )
    scoring: Scoring = "partial credit"
    pass_mark: Whole | None = Field(
        default=None, ge=1, le=100, description="per cent; advice for the reader of scorecards"
    )

    @model_validator(mode="after")
    def _not_too_long(self) -> "PlanFile":
        if sum(draw.count for draw in self.draws) > MAX_QUESTIONS:
            raise ValueError(f"draw at most {MAX_QUESTIONS} items in all")
        return self

    @property
    def plan(self) -> Plan:
        """The plan that was written."""
        return Plan(
            title=self.title,
            minutes=self.minutes,
            draws=[Draw(**dict(draw)) for draw in self.draws],
            difficulty=Spread(**dict(self.difficulty)) if self.difficulty else None,
            scoring=self.scoring,
            pass_mark=self.pass_mark,
        )


def read_plan(path: Path) -> tuple[Plan | None, Sequence[Problem]]:
    """Read a plan file; the plan, or every problem found in it."""
    source = SourceFile(path, str(path), read_any)
    file = validate(source, PlanFile, source.root)
    plan = file.plan if file and not source.problems else None
    return plan, sorted(source.problems, key=lambda p: (p.line, p.column))


def plan_text(plan: Plan) -> str:
    """The text of a plan file that reads back as this plan."""
    document = PlanFile.model_validate(asdict(plan)).model_dump(exclude_defaults=True)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
