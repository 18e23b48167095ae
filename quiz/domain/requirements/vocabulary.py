"""The vocabulary: requirements, and the forms under which they are found in a text."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from quiz.domain.requirements.words import Word, words

_MORE_WORDS = 2
"""Words more than a form has in which it is found: a hyphen may part any of its words, as in `data-base`."""


@dataclass(frozen=True)
class Measure:
    """A bank, or some of its groups and objectives, that measures a requirement; `weight` is relative."""

    bank: str
    objectives: Sequence[str] = ()
    weight: int = 1


@dataclass(frozen=True)
class Requirement:
    """Something that postings ask for.

    It is known by questions where it is `measured`, from the candidate where it is `declared`, and not at all where
    `not_assessed` says why. Where it is none of these, questions could measure it, and no bank has any yet.
    """

    id: str
    name: str
    area: str
    technical: bool = True
    """Whether it names a technology, beside which an ordinary word such as Spring is likely to be one too."""
    aliases: Sequence[str] = ()
    exact: Sequence[str] = ()
    unsure: Sequence[str] = ()
    only_with: Sequence[str] = ()
    unless: Sequence[str] = ()
    includes: Sequence[str] = ()
    category: bool = False
    sfia: Sequence[str] = ()
    esco: str | None = None
    onet: str | None = None
    measured: Sequence[Measure] = ()
    declared: str | None = None
    verify: str | None = None
    not_assessed: str | None = None

    @property
    def known(self) -> str:
        """How it is known: `measured`, `declared`, `not assessed`, or `no questions yet`."""
        if self.measured:
            return "measured"
        if self.declared:
            return "declared"
        return "not assessed" if self.not_assessed else "no questions yet"


class Form(NamedTuple):
    """One way of writing a requirement's name, ready to be compared.

    `breaks` are the places within its letters where a space may stand. `how` says when it counts: `alias`, `exact` in
    its letter case, `unsure` beside something, or `unless`, where the requirement is not meant.
    """

    requirement: str
    how: str
    text: str
    breaks: frozenset[int]


@dataclass(frozen=True)
class Vocabulary:
    """Requirements by id."""

    requirements: Mapping[str, Requirement]

    @cached_property
    def longest(self) -> int:
        """The most words in which a form is looked for."""
        return max((len(form.breaks) for forms in self.forms.values() for form in forms), default=0) + _MORE_WORDS

    @cached_property
    def forms(self) -> dict[str, list[Form]]:
        """Every form by its letters in lower case, without spaces, hyphens and a plural's s."""
        found: dict[str, list[Form]] = defaultdict(list)
        for requirement in self.requirements.values():
            for how in ("alias", "exact", "unsure", "unless"):
                for text in getattr(requirement, "aliases" if how == "alias" else how):
                    key, breaks = form_key(words(text))
                    found[key].append(Form(requirement.id, how, text, breaks))
        return dict(found)

    @cached_property
    def companions(self) -> dict[str, frozenset[str]]:
        """The words beside which an unsure form counts, in lower case and by requirement."""
        return {
            requirement.id: frozenset(form_key(words(text))[0] for text in requirement.only_with)
            for requirement in self.requirements.values()
            if requirement.only_with
        }

    def broader(self, requirement: str) -> set[str]:
        """All that a requirement is a case of."""
        found: set[str] = set()
        waiting = list(self.requirements[requirement].includes)
        while waiting:
            if (id := waiting.pop()) not in found and id in self.requirements:
                found.add(id)
                waiting += self.requirements[id].includes
        return found


def form_key(of: Iterable[Word]) -> tuple[str, frozenset[int]]:
    """The letters of words in lower case, without a plural's s, and the places among them where a space may stand."""
    letters, breaks = "", []
    for word in of:
        breaks.append(len(letters))
        letters += word.text.lower()
    return singular(letters), frozenset(breaks)


def singular(letters: str) -> str:
    """Letters without the s of a plural."""
    return letters[:-1] if len(letters) > 3 and letters.endswith("s") and not letters.endswith("ss") else letters
