"""Assessing banks: every rule of item quality over every item and bank, less what authors have excused."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quiz.domain.banks import Bank
from quiz.domain.item_quality import balance, clarity, cues, duplicates, effort, explanations, guesser, shares
from quiz.domain.item_quality.duplicates import NEAR_DUPLICATE
from quiz.domain.item_quality.findings import Finding, ItemRule, Rule, finding_of
from quiz.domain.item_quality.guesser import GUESSABLE, Game
from quiz.domain.vocabularies import nearest

_UNKNOWN = Rule(
    "unknown-excuse",
    "What `health` excuses is a rule.",
    "correct the rule's name, or remove the line",
)
_UNNEEDED = Rule(
    "unneeded-excuse",
    "What `health` excuses is there.",
    "remove the line: an excuse that stays behind would hide the next breach",
)

_ITEM_RULES: tuple[ItemRule, ...] = (*cues.RULES, *clarity.RULES, *explanations.RULES, *effort.RULES)
_BANK_RULES = (*balance.RULES, *shares.RULES)
_ACROSS = (NEAR_DUPLICATE, GUESSABLE)
"""Rules that need the other banks: whether their excuses are needed cannot be said of one bank alone."""

RULES: dict[str, Rule] = {rule.code: rule for rule in (*_ITEM_RULES, *_BANK_RULES, *_ACROSS, _UNKNOWN, _UNNEEDED)}
"""Every rule by its code."""


@dataclass(frozen=True)
class QualityReport:
    """What an assessment found: breaches, breaches that authors excused, and how the cue-only guesser did per bank."""

    findings: tuple[Finding, ...]
    excused: tuple[Finding, ...]
    games: tuple[Game, ...]


def assess(banks: Sequence[Bank]) -> QualityReport:
    """Judge banks by every rule, each bank also against the others.

    The order of the banks matters only to near-duplicates, which are reported at the later of the two items.
    """
    games = guesser.play(banks)
    across: dict[str, list[Finding]] = defaultdict(list)
    for finding in [*duplicates.near_duplicates(banks), *guesser.findings(banks, games)]:
        across[finding.bank].append(finding)
    findings: list[Finding] = []
    excused: list[Finding] = []
    for bank in banks:
        excuses = _Excuses(bank, [*_judge(bank), *across[bank.slug]])
        findings += excuses.standing
        findings += excuses.faults(alone=len(banks) == 1)
        excused += excuses.excused
    return QualityReport(_in_order(findings), _in_order(excused), tuple(games))


def _judge(bank: Bank) -> Iterator[Finding]:
    """What the rules say of a bank by itself."""
    for item in bank.items:
        for rule in _ITEM_RULES:
            for where, message in rule.judge(item):
                yield finding_of(rule, bank, message, item.id, where)
    for bank_rule in _BANK_RULES:
        for message in bank_rule.judge(bank):
            yield finding_of(bank_rule, bank, message)


def _in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (finding.file, finding.line, finding.code, finding.message)))


class _Excuses:
    """The findings of a bank, parted into those that stand and those that an item or the bank excuses."""

    def __init__(self, bank: Bank, findings: Sequence[Finding]) -> None:
        self.bank = bank
        self.given: dict[str | None, dict[str, str]] = {item.id: item.health for item in bank.items}
        self.given[None] = bank.file.health
        self.standing: list[Finding] = []
        self.excused: list[Finding] = []
        self._used: set[tuple[str | None, str]] = set()
        for finding in findings:
            self._part(finding)

    def _part(self, finding: Finding) -> None:
        for owner in (finding.item, None):
            if reason := self.given[owner].get(finding.code):
                self.excused.append(replace(finding, excused=reason))
                self._used.add((owner, finding.code))
                return
        self.standing.append(finding)

    def faults(self, alone: bool) -> Iterator[Finding]:
        """Excuses of what is no rule, and of what was not found."""
        unsure = {rule.code for rule in _ACROSS} if alone else set()
        for owner, excuses in self.given.items():
            for code in excuses:
                where = ("health", code)
                if code not in RULES:
                    near = nearest(code, RULES)
                    meant = f"; did you mean `{near}`?" * bool(near)
                    yield finding_of(_UNKNOWN, self.bank, f"there is no rule `{code}`{meant}", owner, where)
                elif (owner, code) not in self._used and code not in unsure:
                    yield finding_of(_UNNEEDED, self.bank, f"`{code}` is excused but was not found", owner, where)
