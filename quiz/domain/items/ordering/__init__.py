"""Ordering: put steps into their right order."""

from quiz.domain.items.kind import Kind
from quiz.domain.items.ordering.item import Ordering
from quiz.domain.items.ordering.question import OrderingQuestion, disorder

KIND = Kind(6, Ordering, OrderingQuestion, disorder)
