"""The default plan of a bank: what to ask where nobody says more than how long it may take."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import mean

from quiz.domain.errors import InfeasiblePlan, Shortage
from quiz.domain.outlines import Outline
from quiz.domain.plans import MAX_QUESTIONS, Draw, Plan, apportion
from quiz.domain.pools import PoolItem

_ROOM = 1.3
"""How much more time is given than prepared people need, so that speed does not decide."""
_SHARES = (5, 4, 3, 2)
"""One in so many of a group's items is asked at most: the fewer the better, so that no item is in many forms."""


def default_plan(outline: Outline, pool: Sequence[PoolItem], minutes: int) -> Plan:
    """A plan over one bank that fills a time limit: its groups by their weights, and as hard as the bank is.

    It asks for few of a group's items, and for half of them at most, so that forms differ. Raises InfeasiblePlan where
    there is nothing to draw.
    """
    if not pool:
        raise InfeasiblePlan([Shortage(f"items of {outline.title}", 1, 0)])
    places = Counter(group for group, _ in {(item.group, item.exclusive) for item in pool})
    weights = {group.id: group.weight for group in outline.groups if group.id in places}
    wanted = max(1, min(MAX_QUESTIONS, int(minutes * 60 / (_ROOM * mean(item.seconds for item in pool)))))
    limits = [{group: max(1, count // share) for group, count in places.items()} for share in _SHARES]
    most = next((limit for limit in limits if sum(limit.values()) >= wanted), limits[-1])
    quotas = _share(wanted, weights, most)
    draw = Draw(bank=pool[0].bank, count=sum(quotas.values()), weights=quotas)
    return Plan(title=outline.title, minutes=minutes, draws=[draw])


def _share(count: int, weights: Mapping[str, int], most: Mapping[str, int]) -> dict[str, int]:
    """Divide a count by weights, to no more than each can give; those that get nothing are left out."""
    full: dict[str, int] = {}
    while rest := {name: weight for name, weight in weights.items() if name not in full}:
        quotas = apportion(count - sum(full.values()), rest)
        over = {name: most[name] for name, quota in quotas.items() if quota > most[name]}
        if not over:
            full |= quotas
            break
        full |= over
    return {name: full[name] for name in weights if full[name]}
