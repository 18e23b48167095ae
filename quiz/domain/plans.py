"""Plans: what a quiz draws, from which banks, in which proportions, and how long it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from quiz.domain.errors import InfeasiblePlan, Shortage
from quiz.domain.outlines import Outline

MAX_QUESTIONS = 200

BANDS: dict[str, tuple[int, ...]] = {"easy": (1, 2), "medium": (3,), "hard": (4, 5)}
"""The difficulties that a spread speaks of: name -> the authors' estimates it covers."""

Scoring = Literal["partial credit", "all or nothing"]


@dataclass(frozen=True)
class Draw:
    """So many items of one bank: of the whole bank, of some groups and objectives, or divided over these by weights."""

    bank: str
    count: int
    objectives: Sequence[str] = field(default_factory=list)
    """Groups or objectives; the whole bank where there are none."""
    weights: Mapping[str, int] = field(default_factory=dict)
    """Groups or objectives with the relative weights by which the count is divided; no `objectives` beside them."""
    requirement: str | None = None
    """The requirement that these items are asked for, as the scorecard calls it."""

    @property
    def quotas(self) -> dict[str, int]:
        """How many items each group or objective with a weight gets; those that get none are left out."""
        return {name: quota for name, quota in apportion(self.count, self.weights).items() if quota}

    def parts(self, outline: Outline) -> list[tuple[str, int]]:
        """What is asked, in words that hold for every form: (title, questions), by the outline of the draw's bank."""
        if self.weights:
            return [(f"{outline.title}: {outline.titles[id]}", quota) for id, quota in self.quotas.items()]
        named = ", ".join(outline.titles[id] for id in self.objectives)
        return [(f"{outline.title}: {named}" if named else outline.title, self.count)]


@dataclass(frozen=True)
class Spread:
    """Relative weights of easy (1-2), medium (3) and hard (4-5) items over the whole form."""

    easy: int = 0
    medium: int = 0
    hard: int = 0

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each of `BANDS`."""
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """What a quiz is made of. The same banks, plan and seed give the same form on any machine."""

    title: str
    minutes: int
    """The time limit."""
    draws: Sequence[Draw]
    difficulty: Spread | None = None
    """The spread of difficulty; as the banks have it where there is none."""
    scoring: Scoring = "partial credit"
    pass_mark: int | None = None
    """Per cent; advice for the reader of scorecards."""

    @property
    def total(self) -> int:
        """How many items a form has."""
        return sum(draw.count for draw in self.draws)

    @property
    def banks(self) -> list[str]:
        """The banks that are drawn from, in order, each once."""
        return list(dict.fromkeys(draw.bank for draw in self.draws))

    def check(self, outlines: Mapping[str, Outline]) -> None:
        """Raise InfeasiblePlan where the plan draws from a bank, group or objective that these banks do not have."""
        missing = [f"there is no bank {bank}" for bank in self.banks if bank not in outlines]
        missing += [
            f"bank {draw.bank} has no objective {id}"
            for draw in self.draws
            if draw.bank in outlines
            for id in (*draw.objectives, *draw.weights)
            if id not in outlines[draw.bank].titles
        ]
        if missing:
            raise InfeasiblePlan([Shortage(what, 1, 0) for what in missing])

    def snapshot(self) -> dict[str, Any]:
        """The plan as JSON to store; `read_plan_snapshot` in `quiz/domain/snapshots/plans.py` reads it for ever."""
        return {"shape": 2, **asdict(self)}


def apportion(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide `total` by weights with the largest remainders (Hamilton's method); ties go to the first named."""
    whole = sum(weights.values())
    shares = {name: divmod(total * weight, whole) for name, weight in weights.items()}
    parts = {name: share for name, (share, _) in shares.items()}
    neediest = sorted(shares, key=lambda name: -shares[name][1])
    for name in neediest[: total - sum(parts.values())]:
        parts[name] += 1
    return parts
