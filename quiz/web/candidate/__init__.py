"""What candidates see and do: the invitation, practice, the clock, the questions, the end."""

from quiz.web.candidate import answering, ending, entering  # noqa: F401 - their views are on the blueprint then
from quiz.web.candidate.blueprint import bp

__all__ = ["bp"]
