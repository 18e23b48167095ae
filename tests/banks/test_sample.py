"""The reader of postings agrees with people, on postings that its rules and names were made with and on others.

What it reads, and how it counts, are tested in `tests/domain/test_postings.py`; here it is measured.
"""

import os
from pathlib import Path

import pytest

from quiz.domain.postings import read_posting
from quiz.domain.postings.sample import Agreement, LabelledPosting, agreement
from quiz.domain.requirements import Vocabulary
from tests.vocabulary import shipped, shipped_sample

REAL = Path(__file__).parents[3] / "shared" / "job_descriptions"
"""Postings that are not ours to keep here; the tests that read them are skipped where they are absent."""


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return shipped()


@pytest.fixture(scope="module")
def sample(vocabulary: Vocabulary) -> list[LabelledPosting]:
    return shipped_sample(vocabulary)


def measured(postings: list[LabelledPosting], vocabulary: Vocabulary) -> Agreement:
    return sum((agreement(one, read_posting(one.file.text, vocabulary)) for one in postings), Agreement())


def test_the_sample_is_large_and_partly_held_out(sample: list[LabelledPosting]) -> None:
    assert len(sample) >= 40
    assert sum(len(posting.file.clauses) for posting in sample) >= 600
    assert sum(posting.file.held_out for posting in sample) >= 8


@pytest.mark.parametrize(("held_out", "least"), [(False, 0.95), (True, 0.8)])
def test_readings_agree_with_people(
    sample: list[LabelledPosting], vocabulary: Vocabulary, held_out: bool, least: float
) -> None:
    """What is held out is read less well, and tells how well the next posting will be read."""
    found = measured([one for one in sample if one.file.held_out is held_out], vocabulary)
    assert found.precision >= least, found
    assert found.recall >= least, found
    assert found.needs >= 0.94 * found.right, found


def asked(posting: str, vocabulary: Vocabulary) -> dict[str, set[str]]:
    """What each clause of a real posting asks for."""
    if not REAL.is_dir():
        pytest.skip(f"needs {os.path.relpath(REAL)}, which is not part of the project")
    reading = read_posting((REAL / posting).read_text(), vocabulary)
    return {" ".join(clause.text.split()): {link.requirement for link in clause.links} for clause in reading.clauses}


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        ("OCAJP", {"oca-java"}),
        ("OCPJP", {"ocp-java"}),
        ("Spring Professional", {"spring-professional"}),
        ("OCEWCD", {"ocewcd"}),
        ("HDPCD", {"hdpcd-spark"}),
    ],
)
def test_every_certificate_of_a_real_posting_is_linked(vocabulary: Vocabulary, begins: str, expected: set[str]) -> None:
    clauses = asked("backend-developer-certifications.txt", vocabulary)
    assert next(found for text, found in clauses.items() if text.startswith(begins)) == expected


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        ("3+ years", {"web-development"}),
        ("A Bachelor", {"degree-computing"}),
        ("Proficient knowledge", {"backend-language", "web-development"}),
        ("Knowledgeable of front", {"javascript", "html", "css"}),
        ("Good understanding", {"sass-less"}),
        ("Proven eperience", {"authentication-authorization"}),
        ("Capability", {"data-integration"}),
        ("Proven experience managing", {"hosting", "database-administration", "scaling"}),
        ("Ability to setup", {"backups", "data-migration", "shell-scripting"}),
        ("Knowledgeable of OWASP", {"owasp"}),
        ("Understands", {"session-management"}),
        ("Basic knowledge", {"web-design"}),
        ("Excellent problem", {"problem-solving", "communication"}),
        ("Excellent with", {"time-management"}),
        ("Focus on coding", {"debugging"}),
        ("Collaborate", {"collaboration-frontend"}),
        ("Define and", {"technical-requirements"}),
        ("Build a high", {"clean-code", "algorithms-data-structures"}),
        ("Conduct UI", {"ui-testing", "performance-tuning"}),
        ("Train, help", {"mentoring"}),
        ("Learn about", {"continuous-learning"}),
        ("Actively participate", {"software-lifecycle"}),
    ],
)
def test_every_line_of_a_real_posting_is_linked(vocabulary: Vocabulary, begins: str, expected: set[str]) -> None:
    clauses = asked("backend-developer-template.txt", vocabulary)
    found = next(found for text, found in clauses.items() if text.startswith(begins))
    assert found >= expected
    assert len(found - expected) <= 1, found - expected
