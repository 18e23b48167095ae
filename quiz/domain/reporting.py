"""Reporting: what a scorecard says about one attempt, from the items asked and the answers given."""

from collections.abc import Sequence
from dataclasses import dataclass

from quiz.domain.items import Answer, Correctness, Part, Question
from quiz.domain.measurement import Estimate, estimate


@dataclass(frozen=True)
class Marked:
    """One slot of an attempt: what was asked, what was answered, and the credit it earned."""

    number: int
    bank: str
    group: str
    group_title: str
    objective_title: str
    item: Question
    answer: Answer | None
    credit: float
    proof: str | None = None
    """What the item's key was proven on; None where it rests on sources alone."""

    @property
    def verdict(self) -> Correctness:
        """The credit in a word."""
        return Correctness.of(None if self.answer is None else self.credit)

    @property
    def parts(self) -> list[Part]:
        """Every part of the question with its key, the answer, whether it is right, and the explanation."""
        return self.item.explain(self.answer)


@dataclass(frozen=True)
class GroupScore:
    """The part of a score that belongs to one group of objectives."""

    bank: str
    title: str
    estimate: Estimate


@dataclass(frozen=True)
class Scorecard:
    """Overall and per group, each with its uncertainty; `pass_mark` is advice, in per cent."""

    overall: Estimate
    groups: tuple[GroupScore, ...]
    slots: tuple[Marked, ...]
    pass_mark: int | None

    @property
    def answered(self) -> int:
        return sum(slot.answer is not None for slot in self.slots)

    @property
    def advice(self) -> str:
        """What the pass mark says, given the uncertainty: `above`, `below`, `too close to call`, or nothing."""
        if self.pass_mark is None:
            return ""
        if self.overall.low * 100 >= self.pass_mark:
            return "above"
        return "below" if self.overall.high * 100 < self.pass_mark else "too close to call"


def scorecard(slots: Sequence[Marked], pass_mark: int | None) -> Scorecard:
    """Sum an attempt up: groups stand in the order in which they were asked."""
    groups: dict[tuple[str, str], list[Marked]] = {}
    for slot in slots:
        groups.setdefault((slot.bank, slot.group), []).append(slot)
    return Scorecard(
        overall=estimate([slot.credit for slot in slots]),
        groups=tuple(
            GroupScore(bank, members[0].group_title, estimate([slot.credit for slot in members]))
            for (bank, _), members in groups.items()
        ),
        slots=tuple(slots),
        pass_mark=pass_mark,
    )
