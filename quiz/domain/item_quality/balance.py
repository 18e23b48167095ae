"""Balance: what shows in a bank as a whole and in no single item, such as where its keys stand.

A bank trips a rule of chance only where a careful author would once in a thousand banks: chance alone reaches the
bound so rarely.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import sqrt

from quiz.domain.banks import Bank
from quiz.domain.item_quality.findings import BankRule
from quiz.domain.item_quality.wording import visible_text
from quiz.domain.items.true_false_set.item import TrueFalseSet
from quiz.domain.plans import BANDS

_RARE = 3.090
"""The standard normal deviate that chance exceeds once in a thousand times."""
_LEAST_ITEMS = 10
"""Fewer tell nothing of a habit, nor does the chi-square approximation hold (Koehler & Larntz 1980, Journal of the
American Statistical Association 75, 336-344)."""
_SHORT_BY = 3
"""How many items a group has to lack before its weight is worth a word."""


def _key_positions(bank: Bank) -> Iterator[str]:
    """Cochran's Q over the sets of equally many options: Q = sum((O - E)^2) / v with n - 1 degrees of freedom.

    O is how many keys stand at a position and E its mean over the n positions; a set with k keys adds
    k(n - k) / (n(n - 1)) to v. With one key each it is Pearson's chi-square. Independent Q add up. (Cochran 1950,
    Biometrika 37, 256-266.)
    """
    sized: dict[int, list[list[int]]] = defaultdict(list)
    for item in bank.items:
        for offer in item.option_sets:
            sized[len(offer.options)].append([n for n, option in enumerate(offer.options) if option.key])
    total, freedom = 0.0, 0
    told = []
    for size, keyed in sorted(sized.items()):
        if len(keyed) >= _LEAST_ITEMS and size >= 2:
            seen = Counter(position for keys in keyed for position in keys)
            counts = [seen[n] for n in range(size)]
            even = sum(counts) / size
            spread = sum(len(keys) * (size - len(keys)) for keys in keyed) / (size * (size - 1))
            total += sum((count - even) ** 2 for count in counts) / spread
            freedom += size - 1
            told.append(f"of {size} options {' / '.join(map(str, counts))}")
    if freedom and _deviate(total, freedom) > _RARE:
        yield f"the keys do not stand evenly over the positions: {', '.join(told)}"


def _deviate(chi_square: float, freedom: int) -> float:
    """The normal deviate of a chi-square value (Wilson & Hilferty 1931, PNAS 17, 684-688)."""
    spread = 2 / (9 * freedom)
    return float(((chi_square / freedom) ** (1 / 3) - (1 - spread)) / sqrt(spread))


def _longest_keys(bank: Bank) -> Iterator[str]:
    chances: list[float] = []
    seen = 0
    for offer in (offer for item in bank.items for offer in item.option_sets if len(offer.keys) == 1):
        lengths = [len(visible_text(option.text)) for option in offer.options]
        longest = max(lengths)
        if lengths.count(longest) == 1 and len(lengths) > 2:
            chances.append(1 / len(lengths))
            seen += offer.options[lengths.index(longest)].key
    expected = sum(chances)
    if _surprises(seen, expected, sum(p * (1 - p) for p in chances), len(chances)):
        yield f"in {seen} of {len(chances)} items the key is the longest option; chance would make it {expected:.0f}"


def _true_statements(bank: Bank) -> Iterator[str]:
    sets = [[statement.is_ for statement in item.statements] for item in bank.items if isinstance(item, TrueFalseSet)]
    total, true = sum(map(len, sets)), sum(map(sum, sets))
    spread = sum(_spread_of_truths(len(one)) for one in sets)
    if _surprises(max(true, total - true), total / 2, spread, total):
        yield f"{true} of {total} statements are true; about half should be"


def _spread_of_truths(statements: int) -> float:
    """The variance of the number of truths among statements drawn evenly, given that both truths are present."""
    both = 2**statements - 2
    return float((statements * 2**statements / 4 - 2 * (statements / 2) ** 2) / both)


def _surprises(seen: int, expected: float, variance: float, items: int) -> bool:
    """Whether chance would hardly give so many (normal approximation with continuity correction)."""
    return items >= _LEAST_ITEMS and variance > 0 and (seen - 0.5 - expected) / sqrt(variance) > _RARE


def _objectives_without_items(bank: Bank) -> Iterator[str]:
    measured = {item.objective for item in bank.items}
    objectives = bank.outline.objectives
    if missing := [id for id in objectives if id not in measured]:
        yield f"{len(missing)} of {len(objectives)} objectives have no item: {', '.join(missing)}"


def _groups_below_weight(bank: Bank) -> Iterator[str]:
    weights = sum(group.weight for group in bank.outline.groups)
    per = Counter(bank.outline.group_of[item.objective].id for item in bank.items)
    for group in bank.outline.groups:
        due = len(bank.items) * group.weight / weights
        if per[group.id] < due / 2 and due - per[group.id] >= _SHORT_BY:
            yield f"group {group.id} has {per[group.id]} of {len(bank.items)} items; its weight asks for {due:.0f}"


def _missing_difficulties(bank: Bank) -> Iterator[str]:
    levels = {item.difficulty for item in bank.items}
    for band, covered in BANDS.items():
        if not levels.intersection(covered):
            yield f"the bank has no {band} items (difficulty {_either(covered)})"


def _either(levels: Sequence[int]) -> str:
    return " or ".join(map(str, levels))


RULES = (
    BankRule(
        "key-positions",
        "The keys of a bank appear about equally often in every position.",
        "move keys in the files; pages shuffle options, but a habit of the author shows elsewhere too",
        _key_positions,
    ),
    BankRule(
        "longest-keys",
        "The key is not the longest option far more often than chance would make it.",
        "shorten keys or say more in distractors until length tells nothing",
        _longest_keys,
    ),
    BankRule(
        "true-statements",
        "About half the statements of true/false sets are true.",
        "turn some statements round",
        _true_statements,
    ),
    BankRule(
        "objective-without-items",
        "Every objective has an item.",
        "write items for them, or take out objectives on which nobody has been scored",
        _objectives_without_items,
    ),
    BankRule(
        "group-below-weight",
        "A group has at least half the items that its weight asks for.",
        "write items for the group, or lower its weight",
        _groups_below_weight,
    ),
    BankRule(
        "missing-difficulty",
        "A bank has easy, medium and hard items.",
        "write some, or a plan that asks for them cannot be met",
        _missing_difficulties,
    ),
)
