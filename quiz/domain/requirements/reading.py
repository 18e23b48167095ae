"""Reading the folder of the vocabulary into requirements, or into a list of all that is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from quiz.domain.files import is_yaml, names_in, printable
from quiz.domain.outlines import Outline
from quiz.domain.requirements.schema import RequirementFile
from quiz.domain.requirements.vocabulary import Requirement, Vocabulary, form_key
from quiz.domain.requirements.words import words
from quiz.domain.source import Location, Problem, SourceFile
from quiz.domain.vocabularies import choice, nearest
from quiz.domain.writing import validate

FOLDER = "requirements"
"""The folder beside the banks that holds the vocabulary."""


@dataclass(frozen=True)
class VocabularyCheck:
    """The outcome of reading the vocabulary: it, where it is sound, and every problem found."""

    vocabulary: Vocabulary | None
    problems: tuple[Problem, ...]


def check_vocabulary(
    folder: Path, outlines: Mapping[str, Outline | None], shown_as: str | None = None
) -> VocabularyCheck:
    """Read the vocabulary's folder and report all problems at once.

    `outlines` are those of the banks, None where a bank has
    none that can be read.
    """
    return _Reader(folder, printable(shown_as or str(folder)), outlines).read()


class _Reader:
    """One reading of one folder."""

    def __init__(self, folder: Path, shown_as: str, outlines: Mapping[str, Outline | None]) -> None:
        self.folder, self.shown_as, self.outlines = folder, shown_as, outlines
        self.requirements: dict[str, Requirement] = {}
        self.places: dict[str, tuple[SourceFile, int]] = {}
        self.sources: list[SourceFile] = []
        self.names: dict[tuple[str, str], str] = {}

    def read(self) -> VocabularyCheck:
        problems: list[Problem] = []
        try:
            names = names_in(self.folder) if self.folder.is_dir() else []
        except OSError as error:
            message = f"this folder cannot be read: {error.strerror}"
            problems.append(Problem(self.shown_as, 1, 1, "unreadable", message, "check its permissions"))
            names = []
        for name in names:
            if not is_yaml(name):
                continue
            if not name.endswith(".yaml"):
                message = "this file is not read: its name does not end in .yaml"
                problems.append(Problem(f"{self.shown_as}/{name}", 1, 1, "ending", message, "rename it"))
                continue
            self._file(name)
        for id in self.requirements:
            self._check(id)
        problems += [problem for source in self.sources for problem in source.problems]
        problems.sort(key=lambda problem: (problem.file, problem.line, problem.column))
        return VocabularyCheck(None if problems else Vocabulary(self.requirements), tuple(problems))

    def _file(self, name: str) -> None:
        source = SourceFile(self.folder / name, f"{self.shown_as}/{name}")
        self.sources.append(source)
        file = validate(source, RequirementFile, source.root)
        for n, requirement in enumerate(file.entries() if file else ()):
            if requirement.id in self.requirements:
                first, k = self.places[requirement.id]
                message = f"requirement `{requirement.id}` is here again; first at {first.name}:{_line(first, k)}"
                self._report(source, n, ("id",), "duplicate-id", message, "merge the two")
                continue
            self.requirements[requirement.id] = requirement
            self.places[requirement.id] = (source, n)

    def _report(self, source: SourceFile, number: int, where: Location, code: str, message: str, fix: str) -> None:
        assert source.root is not None
        source.report(*source.root.place(("requirements", number, *where)), code, message, fix)

    def _check(self, id: str) -> None:
        """Report what a requirement says of others, and of banks, that is not so."""
        source, number = self.places[id]
        for where, code, message, fix in (*self._strangers(id), *self._unmeasured(id), *self._twins(id)):
            self._report(source, number, where, code, message, fix)

    def _strangers(self, id: str) -> Iterator[tuple[Location, str, str, str]]:
        for n, other in enumerate(self.requirements[id].includes):
            where = ("includes", n)
            if other not in self.requirements:
                yield where, "requirement", f"there is no requirement `{other}`", _meant(other, self.requirements)
            elif other == id or id in Vocabulary(self.requirements).broader(other):
                yield where, "circle", f"`{other}` is a case of `{id}` itself", "leave out one of the two"

    def _unmeasured(self, id: str) -> Iterator[tuple[Location, str, str, str]]:
        for n, measure in enumerate(self.requirements[id].measured):
            outline = self.outlines.get(measure.bank)
            if outline is None and measure.bank in self.outlines:
                continue  # There is such a bank; what it measures cannot be read, which is told elsewhere.
            if outline is None or outline.practice:
                banks = [name for name, one in self.outlines.items() if one is None or not one.practice]
                fix = choice(measure.bank, banks) if banks else "write it"
                yield ("measured", n, "bank"), "bank", f"there is no bank `{measure.bank}`", fix
                continue
            for k, objective in enumerate(measure.objectives):
                if objective not in outline.titles:
                    message = f"bank `{measure.bank}` has no objective `{objective}`"
                    yield ("measured", n, "objectives", k), "objective", message, _meant(objective, outline.titles)

    def _twins(self, id: str) -> Iterator[tuple[Location, str, str, str]]:
        """Names that stand for another requirement too, so that nobody could say which is meant."""
        for field in ("aliases", "exact"):
            for n, text in enumerate(getattr(self.requirements[id], field)):
                key = form_key(words(text))[0] if field == "aliases" else text
                other = self.names.setdefault((field, key), id)
                if other != id:
                    message = f"`{text}` is a name of `{other}` too"
                    yield (field, n), "duplicate-name", message, "keep it where it belongs"


def _line(source: SourceFile, number: int) -> int:
    assert source.root is not None
    return source.root.place(("requirements", number))[0]


def _meant(word: str, among: Mapping[str, object]) -> str:
    near = nearest(word, among)
    return f"did you mean `{near}`?" if near else "remove it, or add what it names"
