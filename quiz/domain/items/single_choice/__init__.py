"""Single choice: one right option among several."""

from quiz.domain.items.kind import Kind
from quiz.domain.items.single_choice.item import SingleChoice
from quiz.domain.items.single_choice.question import SingleChoiceQuestion

KIND = Kind(1, SingleChoice, SingleChoiceQuestion)
