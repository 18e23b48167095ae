"""True/false set: several statements about one situation, each judged on its own."""

from quiz.domain.items.kind import Kind
from quiz.domain.items.true_false_set.item import TrueFalseSet
from quiz.domain.items.true_false_set.question import TrueFalseSetQuestion

KIND = Kind(3, TrueFalseSet, TrueFalseSetQuestion)
