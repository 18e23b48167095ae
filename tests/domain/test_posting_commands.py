"""The commands about postings: what they print, and what they say of what cannot be read."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quiz.cli import cli
from tests import factories

POSTING = """\
Developer

Requirements
- 3+ years of Java or Kotlin
- No Docker needed

Benefits
- A budget for Java certificates
"""
VOCABULARY = """\
title: Languages
requirements:
  - id: java
    name: Java
    aliases: [Java]
    measured:
      - bank: demo
  - id: kotlin
    name: Kotlin
    aliases: [Kotlin]
  - id: docker
    name: Docker
    aliases: [Docker]
"""
LABELLED = """\
title: One
text: |
  Kotlin or Docker
  and Kotlin
clauses:
  - text: Kotlin or Docker
    section: requirements
    links:
      - {id: kotlin, need: must, alternative: 1}
      - {id: docker, need: must, alternative: 1}
  - text: and Kotlin
    section: requirements
    links:
      - {id: kotlin, need: must}
"""


@pytest.fixture
def banks(tmp_path: Path) -> Path:
    """A folder of banks with a small vocabulary and a sample of two postings."""
    root = tmp_path / "banks"
    factories.write_banks(root)
    sample = root / "requirements" / "sample"
    sample.mkdir(parents=True)
    (root / "requirements" / "languages.yaml").write_text(VOCABULARY)
    (sample / "01.yaml").write_text(LABELLED)
    (sample / "02.yaml").write_text(LABELLED.replace("docker, need", "java, need"))
    return root


def run(*words: str | Path, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], input=given)


def test_a_posting_is_read_for_people(banks: Path, tmp_path: Path) -> None:
    (tmp_path / "posting.txt").write_text(POSTING)
    done = run("postings", "read", tmp_path / "posting.txt", "--banks", banks)
    assert done.exit_code == 0
    assert "+ Java (must, 3 years, one of choice 1): “Java”" in done.output
    assert "+ Kotlin (must, 3 years, one of choice 1): “Kotlin”" in done.output
    assert "- not Docker, though it says “Docker”: the clause says that it is not wanted" in done.output
    assert "- not Java, though it says “Java”: it stands in what is said of the offer, or of applying" in done.output


def test_a_posting_is_read_for_programs(banks: Path) -> None:
    done = run("postings", "read", "-", "--banks", banks, "--format", "json", given=POSTING)
    clauses = json.loads(done.stdout)
    (first,) = [clause for clause in clauses if clause["links"]]
    assert (first["text"], first["section"], first["line"]) == ("3+ years of Java or Kotlin", "requirements", 4)
    java, kotlin = first["links"]
    assert (java["requirement"], java["need"], java["years"], java["words"]) == ("java", "must", 3, "Java")
    assert java["alternative"] == kotlin["alternative"] == 1
    start, end = java["span"]
    assert POSTING[start:end] == "Java"
    assert [passed["why"] for clause in clauses for passed in clause["passed"]]


def test_a_posting_that_asks_for_nothing_known_ends_with_1(banks: Path) -> None:
    assert run("postings", "read", "-", "--banks", banks, given="We sell cheese.").exit_code == 1


def test_another_language_is_named(banks: Path) -> None:
    text = (
        "Wir suchen eine Entwicklerin, die mit Java und in der Cloud zu Hause ist und sich für unser Team begeistert."
    )
    done = run("postings", "read", "-", "--banks", banks, given=text)
    assert "quiz: this looks like German; the vocabulary is English." in done.stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (b"", "There is no text here."),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "This is not text: it looks like the bytes of a file."),
        (b"ab\0cd", "This is not text"),
        (b"word " * 30_000, "This is longer than a job description: it has 150,000 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(banks: Path, given: bytes, told: str) -> None:
    done = run("postings", "read", "-", "--banks", banks, given=given)
    assert done.exit_code != 0
    assert told in done.output + str(done.exception)
    assert "Traceback" not in done.output


def test_a_folder_without_a_vocabulary_says_so(tmp_path: Path) -> None:
    factories.write_banks(tmp_path / "banks")
    done = run("postings", "read", "-", "--banks", tmp_path / "banks", given=POSTING)
    assert "there is no vocabulary in" in done.output


def test_the_check_covers_the_vocabulary_and_its_sample(banks: Path) -> None:
    assert "3 requirements, 0 problems" in run("banks", "check", banks).output
    languages = banks / "requirements" / "languages.yaml"
    (banks / "requirements" / "sample" / "02.yaml").write_text(LABELLED.replace("text: and Kotlin", "text: and more"))
    done = run("banks", "check", banks)
    assert done.exit_code == 1
    assert "02.yaml:11:5: these words do not stand in the text" in done.output
    languages.write_text(VOCABULARY.replace("bank: demo", "bank: dem"))
    done = run("banks", "check", banks)
    assert done.exit_code == 1
    assert "languages.yaml:7:9: there is no bank `dem`" in done.output
    assert "run quiz banks check" in run("postings", "read", "-", "--banks", banks, given=POSTING).output


def test_coverage_lists_what_no_bank_measures_by_how_many_postings_name_it(banks: Path) -> None:
    done = run("banks", "coverage", banks)
    assert done.exit_code == 0
    lines = [line.split() for line in done.output.splitlines()]
    assert lines[:2] == [["2", "kotlin", "Kotlin"], ["1", "docker", "Docker"]]
    assert "2 requirements without questions, by 2 postings; 1 measured" in done.output
    listed = json.loads(run("banks", "coverage", banks, "--format", "json").output)
    assert listed[0] == {"id": "kotlin", "name": "Kotlin", "area": "Languages", "postings": 2}
