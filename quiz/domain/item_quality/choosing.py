"""Choosing: a model of which option of several is taken, from figures of each (conditional logit).

McFadden 1974, "Conditional logit analysis of qualitative choice behavior": the probability of an option is
exp(w . x) / sum over the options of exp(w . x).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from operator import mul

_STEPS = 12
_PRIOR = 80.0
"""The ridge, high so that few items teach little: with less, generated banks without cues look guessable too often."""

Row = Sequence[float]


@dataclass(frozen=True)
class Choice:
    """A choice that was made: each option's figures, relative to their mean, and its share of the credit.

    The figures of the options add up to 0, the shares to 1.
    """

    options: Sequence[Row]
    credit: Sequence[float]


def probabilities(weights: Row, options: Sequence[Row]) -> list[float]:
    """How likely each option is to be taken."""
    values = [sum(map(mul, weights, option)) for option in options]
    top = max(values)
    powers = [exp(value - top) for value in values]
    total = sum(powers)
    return [power / total for power in powers]


def fit(choices: Sequence[Choice], width: int) -> list[float]:
    """The weights of `width` figures that explain the choices best, with a ridge, on figures of unit variance.

    Steps are taken as in Newton's method, but with a bound on the curvature that is computed once; that is fast and
    always leads uphill (Boehning 1992, Annals of the Institute of Statistical Mathematics 44, 197-200).
    """
    scales = _scales(choices, width)
    scaled = [
        Choice([[x / scale for x, scale in zip(row, scales, strict=True)] for row in choice.options], choice.credit)
        for choice in choices
    ]
    bound = _curvature_bound(scaled, width)
    weights = [0.0] * width
    for _ in range(_STEPS):
        weights = [weight + step for weight, step in zip(weights, _solve(bound, _slope(scaled, weights)), strict=True)]
    return [weight / scale for weight, scale in zip(weights, scales, strict=True)]


def _curvature_bound(choices: Sequence[Choice], width: int) -> list[list[float]]:
    """What the curvature nowhere exceeds: half the cross-products of the figures, and the ridge."""
    bound = [[_PRIOR * (row == column) for column in range(width)] for row in range(width)]
    for choice in choices:
        for row in choice.options:
            for n, x in enumerate(row):
                if x:
                    bound[n] = [total + x * y / 2 for total, y in zip(bound[n], row, strict=True)]
    return bound


def _slope(choices: Sequence[Choice], weights: Row) -> list[float]:
    """The gradient of the log-likelihood and the ridge."""
    slope = [-_PRIOR * weight for weight in weights]
    for choice in choices:
        shares = probabilities(weights, choice.options)
        for row, credit, share in zip(choice.options, choice.credit, shares, strict=True):
            surprise = credit - share
            slope = [total + surprise * x for total, x in zip(slope, row, strict=True)]
    return slope


def _scales(choices: Sequence[Choice], width: int) -> list[float]:
    """The root mean square of each figure; 1 for a figure that never differs from 0."""
    rows = [row for choice in choices for row in choice.options]
    squares = [sum(row[n] ** 2 for row in rows) / max(1, len(rows)) for n in range(width)]
    return [sqrt(square) or 1.0 for square in squares]


def _solve(matrix: list[list[float]], values: list[float]) -> list[float]:
    """The solution of a system with a positive definite matrix, by Gauss's elimination."""
    rows = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    for n, pivot in enumerate(rows):
        for row in rows[n + 1 :]:
            factor = row[n] / pivot[n]
            row[n:] = [x - factor * y for x, y in zip(row[n:], pivot[n:], strict=True)]
    solution = [0.0] * len(rows)
    for n in reversed(range(len(rows))):
        known = sum(map(mul, rows[n][n + 1 : -1], solution[n + 1 :]))
        solution[n] = (rows[n][-1] - known) / rows[n][n]
    return solution
