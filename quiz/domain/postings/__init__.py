"""Postings: the requirements that a job description names, clause by clause, each with the words that name it."""

from quiz.domain.postings.acceptance import foreign_language, refuse_unreadable
from quiz.domain.postings.reading import Clause, Link, Passed, Reading, read_posting

__all__ = ["Clause", "Link", "Passed", "Reading", "foreign_language", "read_posting", "refuse_unreadable"]
