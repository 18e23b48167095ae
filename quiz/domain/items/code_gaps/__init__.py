"""Code gaps: complete a listing, each gap chosen from a list or typed."""

from quiz.domain.items.code_gaps.item import CodeGaps
from quiz.domain.items.code_gaps.question import CodeGapsQuestion
from quiz.domain.items.kind import Kind

KIND = Kind(9, CodeGaps, CodeGapsQuestion)
