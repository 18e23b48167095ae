"""The vocabulary of requirements: what postings ask for, the words they ask for it with, and how it is known."""

from quiz.domain.requirements.reading import VocabularyCheck, check_vocabulary
from quiz.domain.requirements.vocabulary import Measure, Requirement, Vocabulary

__all__ = ["Measure", "Requirement", "Vocabulary", "VocabularyCheck", "check_vocabulary"]
