"""Code line: point at the line of the listing that fails, throws, is vulnerable."""

from quiz.domain.items.code_line.item import CodeLine
from quiz.domain.items.code_line.question import CodeLineQuestion
from quiz.domain.items.kind import Kind

KIND = Kind(8, CodeLine, CodeLineQuestion)
