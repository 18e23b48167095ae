"""The vocabulary that is shipped, and its sample, for what measures and tests them."""

from quiz import paths
from quiz.domain.banks import bank_folders, read_outline
from quiz.domain.postings import sample
from quiz.domain.postings.sample import LabelledPosting, read_sample
from quiz.domain.requirements import Vocabulary, VocabularyCheck, check_vocabulary
from quiz.domain.requirements.reading import FOLDER


def check_shipped() -> VocabularyCheck:
    """The outcome of reading the shipped vocabulary."""
    outlines = {folder.name: read_outline(folder) for folder in bank_folders(paths.QUESTION_BANKS)}
    return check_vocabulary(paths.QUESTION_BANKS / FOLDER, outlines)


def shipped() -> Vocabulary:
    """The shipped vocabulary."""
    vocabulary = check_shipped().vocabulary
    assert vocabulary
    return vocabulary


def shipped_sample(vocabulary: Vocabulary) -> list[LabelledPosting]:
    """The labelled postings that are shipped."""
    postings, problems = read_sample(paths.QUESTION_BANKS / FOLDER / sample.FOLDER, vocabulary.requirements)
    assert not problems, problems
    return postings
