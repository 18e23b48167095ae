"""The cue-only guesser: it knows nothing of the subject, sees only the surface of options, and should be lost.

It learns from other banks which surface the keys of authors have, and plays each bank with that. Where it earns more
than chance, so do test-wise people.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import sqrt
from typing import Literal

from quiz.domain.banks import Bank
from quiz.domain.item_quality.choosing import Choice, fit, probabilities
from quiz.domain.item_quality.findings import Finding, Rule, finding_of, place
from quiz.domain.item_quality.surface import FEATURES, figures
from quiz.domain.items import Item
from quiz.domain.items.item import OptionSet
from quiz.domain.items.question import credit_of
from quiz.domain.items.true_false_set.item import TrueFalseSet

ALLOWED = 0.03
"""How much more than chance the guesser may earn, as a share of the credit."""
LEAST_ITEMS = 30
"""Fewer items that can be guessed are too few to judge a bank by, or to learn from."""
_BET = 0.10
"""How much likelier than chance an option has to look before the guesser departs from guessing at random."""
_PARTS = 5
_LESSONS = 600
"""So many items teach the guesser all that so few figures can."""
_TRUTH = "share of true statements"
_CUES = (*FEATURES, _TRUTH)

Verdict = Literal["sound", "guessable", "too few to judge"]

GUESSABLE = Rule(
    "guessable",
    "Somebody who sees only the surface of the options earns at most 3 percentage points more than chance.",
    "reword the items that were won, so that keys and distractors look alike in what gave them away",
)


@dataclass(frozen=True)
class Win:
    """An item on which the guesser earned more than chance: where it is, how much more, and what told it most."""

    item: str
    file: str
    line: int
    gain: float
    cue: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.item}: {self.gain:+.0%} by {self.cue}"


@dataclass(frozen=True)
class Game:
    """How the guesser did in a bank, over the items that can be guessed; shares of the credit from 0 to 1.

    `error` is the standard error of the excess where nothing but chance is at work.
    """

    bank: str
    items: int
    score: float
    chance: float
    excess: float
    error: float
    verdict: Verdict
    wins: tuple[Win, ...]

    def __str__(self) -> str:
        if self.verdict == "too few to judge":
            few = "1 item that can be guessed is" if self.items == 1 else f"{self.items} items that can be guessed are"
            return f"{self.bank}: {few} too few to judge"
        return (
            f"{self.bank}: from the surface alone {self.score:.1%}, by chance {self.chance:.1%}: "
            f"{100 * self.excess:+.1f} points (standard error {100 * self.error:.1f}, {self.items} items): "
            f"{self.verdict}"
        )


@dataclass(frozen=True)
class _Bet:
    """What the guesser earned on one item, what chance earns and how much that varies, and the cue that told most."""

    item: Item
    score: float
    chance: float
    variance: float
    cue: str


class _Statements:
    """A true/false set as choices between figures: one for each statement, between true and false."""

    def __init__(self, bank: Bank, item: TrueFalseSet) -> None:
        self.item = item
        self.mark = _mark(f"{bank.slug} {item.id}")

    @cached_property
    def choices(self) -> list[Choice]:
        rows = figures(self.item.stem, [statement.text for statement in self.item.statements])
        return [_true_or_false(row, statement.is_) for row, statement in zip(rows, self.item.statements, strict=True)]


class _Options:
    """Options beside each other as a choice between figures."""

    def __init__(self, bank: Bank, item: Item, offer: OptionSet) -> None:
        self.item = item
        self.options = offer.options
        self.mark = _mark(f"{bank.slug} {item.id}")

    @cached_property
    def choices(self) -> list[Choice]:
        rows = figures(self.item.stem, [option.text for option in self.options])
        keys = sum(option.key for option in self.options)
        return [Choice([[*row, 0.0] for row in rows], [option.key / keys for option in self.options])]


_Playable = _Statements | _Options


def _playable(bank: Bank) -> list[_Playable]:
    """What of a bank can be guessed."""
    finding_of: list[_Playable] = []
    for item in bank.items:
        if isinstance(item, TrueFalseSet):
            finding_of.append(_Statements(bank, item))
        finding_of += [_Options(bank, item, offer) for offer in item.option_sets]
    return finding_of


def _true_or_false(row: Sequence[float], is_true: bool) -> Choice:
    """What speaks for "true" speaks against "false"; the last figure is what speaks for "true" in any statement."""
    half = [*(x / 2 for x in row), 0.5]
    return Choice((half, [-x for x in half]), (is_true, not is_true))


def play(banks: Sequence[Bank]) -> list[Game]:
    """Let the guesser play each bank, having learnt elsewhere. The better of two games counts.

    In one it has learnt from other banks, as test-wise people have. (With many banks it learns five times, each time
    from four fifths of them; where the others hold fewer than `LEAST_ITEMS` items that can be guessed, there is no
    such game.) In the other it has learnt from one half of the bank and plays the other half, and so finds habits
    that this bank alone has.

    It plays as a test-wise person does: where an option looks at least `_BET` likelier than chance it takes the one
    that looks best, otherwise it guesses at random and is credited with what that earns on average. So a bank
    without cues costs it nothing and wins it nothing, and its score is not blurred by the luck of idle guesses.

    A bank is guessable where the excess is above `ALLOWED`, whatever its standard error: a bank is judged by what can
    be earned in it, and a bound that luck could explain away would let small banks give away the most. As the guesser
    bets only on what it has reason to, luck alone lifts few sound banks over the limit: about 1 in 30, of 60 or 120
    items, in simulations, where the better game of sound banks was half a point above chance on average. The error
    stands beside the figure, so that authors can see which it may be.
    """
    playable = list(map(_playable, banks))
    teachers = [_learn_outside(part, playable) for part in range(min(_PARTS, len(banks)))]
    return [
        _play_bank(bank, own, teachers[n % _PARTS]) for n, (bank, own) in enumerate(zip(banks, playable, strict=True))
    ]


def _learn_outside(part: int, playable: Sequence[Sequence[_Playable]]) -> "_Weights | None":
    """What the banks teach that are not of a part; None where that is too little."""
    others = [puzzle for n, own in enumerate(playable) if n % _PARTS != part for puzzle in own]
    return _learn(others) if len(others) >= LEAST_ITEMS else None


def _play_bank(bank: Bank, own: Sequence[_Playable], weights: "_Weights | None") -> Game:
    halves = [[puzzle for puzzle in own if int(puzzle.mark, 16) % 2 == half] for half in (0, 1)]
    games = [_bets(halves[0], _learn(halves[1])) + _bets(halves[1], _learn(halves[0]))]
    if weights:
        games.append(_bets(own, weights))
    return _sum_up(bank, max(games, key=lambda bets: sum(bet.score for bet in bets)))


def findings(banks: Sequence[Bank], games: Sequence[Game]) -> Iterator[Finding]:
    """A finding for each bank that is guessable."""
    for bank, game in zip(banks, games, strict=True):
        if game.verdict == "guessable":
            cues = Counter(win.cue for win in game.wins).most_common(3)
            told = ", ".join(f"{cue} ({count} items)" for cue, count in cues)
            message = (
                f"the surface alone earns {game.score:.1%}, chance {game.chance:.1%}: {100 * game.excess:.1f} points "
                f"more (standard error {100 * game.error:.1f}); what told most: {told}"
            )
            yield finding_of(GUESSABLE, bank, message)


@dataclass(frozen=True)
class _Weights:
    """The weights of the cues, for options and for statements."""

    options: list[float]
    statements: list[float]


def _learn(lessons: Sequence[_Playable]) -> _Weights:
    sample = sorted(lessons, key=lambda puzzle: puzzle.mark)[:_LESSONS]
    options = [choice for puzzle in sample if isinstance(puzzle, _Options) for choice in puzzle.choices]
    statements = [choice for puzzle in sample if isinstance(puzzle, _Statements) for choice in puzzle.choices]
    return _Weights(fit(options, len(_CUES)), fit(statements, len(_CUES)))


def _bets(games: Sequence[_Playable], weights: _Weights) -> list[_Bet]:
    return [
        _statements_bet(puzzle, weights.statements)
        if isinstance(puzzle, _Statements)
        else _options_bet(puzzle, weights.options)
        for puzzle in games
    ]


def _options_bet(puzzle: _Options, weights: Sequence[float]) -> _Bet:
    """Take as many options as are keyed, the likeliest, if together they look likelier than chance.

    Between options that look the same their place in the file must not decide, so the hash of their texts does.
    """
    (choice,) = puzzle.choices
    keys = sum(credit > 0 for credit in choice.credit)
    likely = probabilities(weights, choice.options)
    best = sorted(range(len(likely)), key=lambda n: (-round(likely[n], 9), _mark(puzzle.options[n].text)))[:keys]
    scores = [credit_of(puzzle.options, chosen) for chosen in combinations(range(len(likely)), keys)]
    chance = sum(scores) / len(scores)
    if sum(likely[n] for n in best) < keys / len(likely) + _BET:
        return _Bet(puzzle.item, chance, chance, 0.0, "")
    pulls = [sum(choice.options[n][cue] for n in best) * weights[cue] for cue in range(len(_CUES))]
    variance = sum((score - chance) ** 2 for score in scores) / len(scores)
    return _Bet(puzzle.item, credit_of(puzzle.options, best), chance, variance, _strongest(pulls))


def _mark(text: str) -> str:
    """What stands for a text where an order is needed that has nothing to do with it."""
    return hashlib.sha256(text.encode()).hexdigest()


def _statements_bet(puzzle: _Statements, weights: Sequence[float]) -> _Bet:
    """Mark each statement that looks likely to be true or to be false; guess the others."""
    earned, bets = 0.0, 0
    pulls = [0.0] * len(_CUES)
    for choice in puzzle.choices:
        true = probabilities(weights, choice.options)[0]
        if abs(true - 0.5) < _BET:
            earned += 0.5
            continue
        bets += 1
        right = (true > 0.5) == bool(choice.credit[0])
        earned += right
        if right:
            towards = 1 if true > 0.5 else -1
            pulls = [pull + towards * w * x for pull, w, x in zip(pulls, weights, choice.options[0], strict=True)]
    count = len(puzzle.choices)
    return _Bet(puzzle.item, earned / count, 0.5, bets / 4 / count**2, _strongest(pulls))


def _strongest(pulls: Sequence[float]) -> str:
    return _CUES[max(range(len(_CUES)), key=lambda cue: pulls[cue])]


def _sum_up(bank: Bank, bets: Sequence[_Bet]) -> Game:
    count = len(bets) or 1
    score, chance = sum(bet.score for bet in bets) / count, sum(bet.chance for bet in bets) / count
    error = sqrt(sum(bet.variance for bet in bets)) / count
    wins = [bet for bet in bets if bet.score > bet.chance]
    wins.sort(key=lambda bet: (bet.chance - bet.score, bet.item.id))
    told = [Win(bet.item.id, *place(bank, bet.item.id), bet.score - bet.chance, bet.cue) for bet in wins]
    verdict = _verdict(len(bets), score - chance)
    return Game(bank.slug, len(bets), score, chance, score - chance, error, verdict, tuple(told))


def _verdict(items: int, excess: float) -> Verdict:
    if items < LEAST_ITEMS:
        return "too few to judge"
    return "guessable" if excess > ALLOWED else "sound"
