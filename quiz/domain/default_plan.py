"""The default plan of a bank: what to ask where nobody says more than how long it may take."""

from collections.abc import Sequence
from statistics import mean

from quiz.domain.banks import Group
from quiz.domain.errors import InfeasiblePlan, Shortage
from quiz.domain.plans import MAX_QUESTIONS, Draw, Plan
from quiz.domain.pools import PoolItem

_ROOM = 1.3
"""How much more time is given than prepared people need, so that speed does not decide."""


def default_plan(title: str, groups: Sequence[Group], pool: Sequence[PoolItem], minutes: int) -> Plan:
    """A plan over one bank that fills a time limit: its groups by their weights, and as hard as the bank is.

    Raises InfeasiblePlan where there is nothing to draw.
    """
    if not pool:
        raise InfeasiblePlan([Shortage(f"items of {title}", 1, 0)])
    filled = {item.group for item in pool}
    weights = {group.id: group.weight for group in groups if group.id in filled}
    count = int(minutes * 60 / (_ROOM * mean(item.seconds for item in pool)))
    draw = Draw(bank=pool[0].bank, count=max(1, min(MAX_QUESTIONS, count)), weights=weights)
    return Plan(title=title, minutes=minutes, draws=[draw])
