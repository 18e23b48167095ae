"""Naming: where a clause names requirements, and why words that look like a name are none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quiz.domain.requirements.vocabulary import Form, Vocabulary, singular
from quiz.domain.requirements.words import Word, words


@dataclass(frozen=True)
class Name:
    """Words of a clause that name a requirement: which, under what form, and from where to where."""

    requirement: str
    form: Form
    start: int
    end: int

    def within(self, other: "Name") -> bool:
        return other.start <= self.start and self.end <= other.end

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Tempting:
    """Words that look like a name and are none, and why."""

    name: Name
    why: str


def names(clause: str, vocabulary: Vocabulary) -> tuple[list[Name], list[Tempting]]:
    """The names in a clause, in order, and what looked like one."""
    said = words(clause)
    found = list(_found(said, clause, vocabulary))
    excused = [name for name in found if name.form.how == "unless"]
    meant, tempting = [], []
    for name in (name for name in found if name.form.how != "unless"):
        phrase = next((one for one in excused if one.requirement == name.requirement and name.within(one)), None)
        if phrase:
            tempting.append(Tempting(name, f"“{clause[phrase.start : phrase.end]}” means something else"))
        else:
            meant.append(name)
    meant, more = _supported(meant, said, vocabulary)
    return _most_specific(meant, vocabulary), tempting + more


def _found(said: Sequence[Word], clause: str, vocabulary: Vocabulary) -> Iterator[Name]:
    """Every place where the words of a clause are a form of the vocabulary."""
    for first, word in enumerate(said):
        if not word.text.isalnum() and first and not word.spaced and said[first - 1].text.isalnum():
            continue  # The sign belongs to the word before it: there is no .NET in acme.net.
        letters, spaces = "", set()
        for last in range(first, min(first + vocabulary.longest, len(said))):
            if last > first and said[last].spaced:
                spaces.add(len(letters))
            letters += said[last].text.lower()
            if _goes_on(said, last):
                continue
            for key in {letters, singular(letters)}:
                for form in vocabulary.forms.get(key, ()):
                    if spaces <= form.breaks and _as_written(form, clause[word.start : said[last].end]):
                        yield Name(form.requirement, form, word.start, said[last].end)


def _goes_on(said: Sequence[Word], last: int) -> bool:
    """Whether a sign follows without which the word is another one, as in C# and C++."""
    after = said[last + 1] if last + 1 < len(said) else None
    if after is None or after.spaced or after.text not in ("#", "+"):
        return False
    beyond = said[last + 2] if last + 2 < len(said) else None
    return after.text == "#" or beyond is None or beyond.spaced or not beyond.text.isalnum()


def _as_written(form: Form, text: str) -> bool:
    """Whether words have the letter case that a form asks for."""
    return form.how != "exact" or text == form.text or text.rstrip("s") == form.text


def _supported(meant: list[Name], said: Sequence[Word], vocabulary: Vocabulary) -> tuple[list[Name], list[Tempting]]:
    """The names that count where they stand: an unsure one needs company."""
    sure = [name for name in meant if name.form.how != "unsure"]
    kept, tempting = list(sure), []
    letters = _phrases(said)
    for name in (name for name in meant if name.form.how == "unsure"):
        if any(name.requirement == other.requirement and name.within(other) for other in sure):
            continue
        company = any(
            vocabulary.requirements[other.requirement].technical and other.requirement != name.requirement
            and not (other.start < name.end and name.start < other.end)
            for other in sure
        )  # fmt: skip
        if company or letters & (vocabulary.companions[name.requirement] - {singular(name.form.text.lower())}):
            kept.append(name)
        else:
            tempting.append(Tempting(name, "an ordinary word too, and nothing beside it is of the trade"))
    return kept, tempting


def _phrases(said: Sequence[Word]) -> frozenset[str]:
    """One, two and three words in a row, joined."""
    texts = [word.text.lower() for word in said]
    joined = ("".join(texts[n : n + size]) for size in (1, 2, 3) for n in range(len(texts) - size + 1))
    return frozenset(singular(one) for one in joined)


def _most_specific(meant: list[Name], vocabulary: Vocabulary) -> list[Name]:
    """One name for each requirement, and of names for the same thing the narrowest."""
    longest = [
        name for name in meant
        if not any(name.within(other) and other.length > name.length and other.form.how != "unsure" for other in meant)
    ]  # fmt: skip
    present = {name.requirement for name in longest}
    covered = {id for name in longest for id in vocabulary.broader(name.requirement)}
    first: dict[str, Name] = {}
    for name in sorted(longest, key=lambda name: (name.start, -name.length)):
        at_same_place = {
            id for other in longest if other is not name and name.within(other)
            for id in vocabulary.broader(other.requirement)
        }  # fmt: skip
        is_category = vocabulary.requirements[name.requirement].category and name.requirement in covered
        if name.requirement in present and name.requirement not in at_same_place and not is_category:
            first.setdefault(name.requirement, name)
    return list(first.values())
