"""The sample: postings in our own words, labelled by people, by which the reader is measured and authors plan."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from quiz.domain.files import names_in, printable
from quiz.domain.postings.layout import Span
from quiz.domain.postings.reading import Reading
from quiz.domain.source import Problem, SourceFile
from quiz.domain.writing import ShortLine, Slug, Truth, Whole, Written, validate

FOLDER = "sample"
"""The folder of the vocabulary that holds the sample."""

Part = Literal["requirements", "nice to have", "responsibilities", "about", "benefits", "other"]
Long = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class LabelEntry(Written):
    """A requirement that a clause asks for."""

    id: Slug
    need: Literal["must", "nice", "duty"]
    years: Whole | None = Field(default=None, ge=1, le=50)
    alternative: Whole | None = Field(default=None, ge=1, le=20, description="the same number: one of these will do")


class ClauseEntry(Written):
    """A clause of the text, word for word, and what it asks for."""

    text: Long
    section: Part
    links: list[LabelEntry] = []


class PostingFile(Written):
    """A posting, labelled."""

    title: ShortLine
    held_out: Truth = Field(default=False, description="true where it is kept from those who write rules and names")
    text: Long
    clauses: list[ClauseEntry] = Field(min_length=1)


@dataclass(frozen=True)
class LabelledPosting:
    """A posting of the sample; `places` says where each of its clauses stands in its text."""

    name: str
    file: PostingFile
    places: Sequence[Span]

    @property
    def requirements(self) -> set[str]:
        """All that it asks for."""
        return {label.id for clause in self.file.clauses for label in clause.links}


@dataclass(frozen=True)
class Agreement:
    """How far a reading agrees with the labels, over clauses and requirements.

    `right` links are in both, `wrong` ones only in the reading, `missed` ones only in the labels; `needs` of the right
    ones agree on how much is asked for.
    """

    right: int = 0
    wrong: int = 0
    missed: int = 0
    needs: int = 0

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(
            self.right + other.right, self.wrong + other.wrong, self.missed + other.missed, self.needs + other.needs
        )

    @property
    def precision(self) -> float:
        """The share of the reading's links that are right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of the labels that the reading found."""
        return self.right / max(1, self.right + self.missed)


def read_sample(folder: Path, requirements: Collection[str]) -> tuple[list[LabelledPosting], list[Problem]]:
    """The labelled postings in a folder, and every problem found in them; `requirements` are the ids that there are."""
    postings, problems = [], []
    for name in names_in(folder) if folder.is_dir() else ():
        if not name.endswith(".yaml"):
            continue
        source = SourceFile(folder / name, printable(f"{folder.name}/{name}"))
        file = validate(source, PostingFile, source.root)
        if file is not None and not source.problems:
            places = _places(source, file, requirements)
            postings.append(LabelledPosting(name.removesuffix(".yaml"), file, places))
        problems += source.problems
    return postings, problems


def _places(source: SourceFile, file: PostingFile, requirements: Collection[str]) -> list[Span]:
    """Where the clauses stand, one after the other; what is nowhere, or has no such requirement, is reported."""
    assert source.root is not None
    places, end = [], 0
    for n, clause in enumerate(file.clauses):
        start = file.text.find(clause.text, end)
        if start < 0:
            message = "these words do not stand in the text, after the clause before"
            source.report(*source.root.place(("clauses", n, "text")), "clause", message, "copy them from the text")
            start = end
        end = start + len(clause.text)
        places.append(Span(start, end))
        for k, label in enumerate(clause.links):
            if label.id not in requirements:
                message = f"there is no requirement `{label.id}`"
                source.report(
                    *source.root.place(("clauses", n, "links", k, "id")), "requirement", message, "mend the id"
                )
    return places


def agreement(posting: LabelledPosting, reading: Reading) -> Agreement:
    """How far a reading of a labelled posting agrees with its labels."""
    found: list[dict[str, str]] = [{} for _ in posting.places]
    stray = 0
    for link in reading.links:
        place = next((n for n, span in enumerate(posting.places) if span.start <= link.span.start < span.end), None)
        if place is None:
            stray += 1
        else:
            found[place].setdefault(link.requirement, link.need)
    total = Agreement(wrong=stray)
    for clause, needs in zip(posting.file.clauses, found, strict=True):
        labels = {label.id: label.need for label in clause.links}
        both = labels.keys() & needs.keys()
        total += Agreement(
            len(both), len(needs) - len(both), len(labels) - len(both), sum(labels[id] == needs[id] for id in both)
        )
    return total


def named_by(postings: Sequence[LabelledPosting]) -> Counter[str]:
    """How many of some postings ask for each requirement."""
    return Counter(id for posting in postings for id in posting.requirements)
