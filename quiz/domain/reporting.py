"""Reporting: what a scorecard says about one attempt, from the items asked and the answers given."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from quiz.domain.completeness import Completeness, Tally, tally
from quiz.domain.items import Answer, Correctness, Part, Question
from quiz.domain.measurement import Estimate, estimate
from quiz.domain.outlines import Group, Objective, Outline


@dataclass(frozen=True)
class SlotScore:
    """One slot of an attempt: what was asked, what was answered, and the credit it earned."""

    number: int
    bank: Outline
    """What the item's bank measures."""
    item: Question
    answer: Answer | None
    credit: float
    requirement: str | None = None
    """The requirement that the item was drawn for, where its draw named one."""
    proof: str | None = None
    """What the item's key was proven on; None where it rests on sources alone."""

    @property
    def verdict(self) -> Correctness:
        """The credit in a word."""
        return Correctness.of(None if self.answer is None else self.credit)

    @property
    def completeness(self) -> Completeness:
        """How far the question was answered."""
        return Completeness.of(self.item, self.answer)

    @property
    def objective(self) -> Objective:
        return self.bank.objectives[self.item.objective]

    @property
    def group(self) -> Group:
        return self.bank.group_of[self.item.objective]

    @property
    def parts(self) -> list[Part]:
        """Every part of the question with its key, the answer, whether it is right, and the explanation."""
        return self.item.explain(self.answer)


@dataclass(frozen=True)
class GroupScore:
    """The part of a score that belongs to one requirement or to one group of a bank.

    `bank` is the title of the group's bank; None for a requirement, which may be asked of several banks.
    """

    title: str
    bank: str | None
    estimate: Estimate


@dataclass(frozen=True)
class Scorecard:
    """Overall and per group, each with its uncertainty; `pass_mark` is advice, in per cent."""

    overall: Estimate
    groups: tuple[GroupScore, ...]
    slots: tuple[SlotScore, ...]
    pass_mark: int | None

    @property
    def tally(self) -> Tally:
        """How many questions were answered, as it is counted everywhere."""
        return tally(slot.completeness for slot in self.slots)

    @property
    def advice(self) -> str:
        """What the pass mark says, given the uncertainty: `above`, `below`, `too close to call`, or nothing."""
        if self.pass_mark is None:
            return ""
        if self.overall.low * 100 >= self.pass_mark:
            return "above"
        return "below" if self.overall.high * 100 < self.pass_mark else "too close to call"


def scorecard(slots: Sequence[SlotScore], pass_mark: int | None) -> Scorecard:
    """Sum an attempt up: by requirement where there is one, else by group of a bank, in the order they were asked."""
    grouped: dict[Hashable, list[SlotScore]] = {}
    for slot in slots:
        grouped.setdefault(slot.requirement or (slot.bank.title, slot.group.id), []).append(slot)
    return Scorecard(
        overall=_estimate(slots),
        groups=tuple(_group_score(members) for members in grouped.values()),
        slots=tuple(slots),
        pass_mark=pass_mark,
    )


def _group_score(slots: Sequence[SlotScore]) -> GroupScore:
    first = slots[0]
    if first.requirement:
        return GroupScore(first.requirement, None, _estimate(slots))
    return GroupScore(first.group.title, first.bank.title, _estimate(slots))


def _estimate(slots: Sequence[SlotScore]) -> Estimate:
    return estimate([slot.credit for slot in slots])
