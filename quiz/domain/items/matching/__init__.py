"""Matching: give each prompt the one choice that fits it."""

from quiz.domain.items.kind import Kind
from quiz.domain.items.matching.item import Matching
from quiz.domain.items.matching.question import MatchingQuestion

KIND = Kind(7, Matching, MatchingQuestion)
