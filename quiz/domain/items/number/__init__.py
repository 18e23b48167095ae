"""Number: a figure with a tolerance and a unit."""

from quiz.domain.items.kind import Kind
from quiz.domain.items.number.item import Number
from quiz.domain.items.number.question import NumberQuestion

KIND = Kind(5, Number, NumberQuestion)
