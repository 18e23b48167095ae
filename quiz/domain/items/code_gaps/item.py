"""Code gaps as an author writes them, and how every way of filling them is proven."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from quiz.domain.items.code_gaps.question import Blank, CodeGapsQuestion, name_of
from quiz.domain.items.item import Assertion, Item, OptionSet, alike
from quiz.domain.items.question import Alternative, KnownMistake
from quiz.domain.items.typography import fold_code, is_same
from quiz.domain.markdown import code_span
from quiz.domain.proofs.claims import Claim, Verdict
from quiz.domain.proofs.observations import Observation
from quiz.domain.source import Location
from quiz.domain.writing import ANY_SCALAR, Truth, Why, Written

MARKER = re.compile(r"\{\{ *gap +(\d+) *\}\}")
"""Where a gap is in a listing: `{{gap 1}}`, like the other places of a program. No name of a variable has a space, so
it cannot be taken for one, and no language that labs run has such words between double braces."""

MOST_FILLINGS = 81
"""Every way of filling the lists is run: four gaps of three choices, or two of nine."""

GapCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), ANY_SCALAR]


class GapChoice(Written):
    """Code that can stand in a gap."""

    text: GapCode = Field(description="the code, on one line and without Markdown")
    key: Truth = Field(default=False, description="true for the code that belongs there")
    instead: Claim | None = Field(default=None, description="for wrong code: what the machine shows instead")
    why: Why


class GapMistake(Written):
    """Wrong code that people type into a gap."""

    text: GapCode = Field(description="the wrong code")
    instead: Claim | None = Field(default=None, description="what the machine shows instead")
    why: Why


class Gap(Written):
    """One gap: `choices` where it is filled from a list, `answers` where it is typed."""

    choices: list[GapChoice] = Field(default=[], max_length=6, description="what to choose from, one of them keyed")
    answers: list[GapCode] = Field(default=[], max_length=20, description="every spelling that is accepted")
    why: Why | None = Field(default=None, description="where it is typed: why this belongs there")
    mistakes: list[GapMistake] = Field(default=[], max_length=10, description="wrong code that people type")

    @property
    def key(self) -> str:
        """The code that belongs there."""
        return next((choice.text for choice in self.choices if choice.key), "".join(self.answers[:1]))

    def faults(self) -> list[tuple[Location, str, str]]:
        """What is wrong with the gap by itself: (location, message, fix)."""
        if bool(self.choices) == bool(self.answers):
            return [((), "a gap has either `choices` or `answers`", "keep one: choices to pick from, answers to type")]
        if self.choices:
            keyed = sum(choice.key for choice in self.choices)
            if keyed != 1 or len(self.choices) < 2:
                message = f"{keyed} of {len(self.choices)} choices are keyed"
                return [(("choices",), message, "offer at least two and mark exactly one `key: true`")]
            if self.why or self.mistakes:
                return [((), "`why` and `mistakes` are for a gap that is typed", "explain every choice by its own")]
        elif not self.why:
            return [((), "a gap that is typed needs a `why`", "say why this code belongs there")]
        return list(self._code_faults())

    def _code_faults(self) -> Iterator[tuple[Location, str, str]]:
        texts = [choice.text for choice in self.choices]
        if any("\n" in text for text in (*texts, *self.answers, *(mistake.text for mistake in self.mistakes))):
            yield (), "the code of a gap stands on one line", "make two gaps of it, or leave more to the listing"
        yield from alike([(("choices", n, "text"), code_span(text)) for n, text in enumerate(texts)], "choice")
        for n, mistake in enumerate(self.mistakes):
            if any(is_same(mistake.text, answer, fold_code) for answer in self.answers):
                fix = "remove it from one of the two lists"
                yield ("mistakes", n, "text"), "this mistake is also an accepted answer", fix

    @property
    def blank(self) -> Blank:
        """The gap as it is delivered."""
        return Blank(
            tuple(Alternative(one.text, one.key, one.why) for one in self.choices),
            tuple(self.answers),
            self.why or "",
            tuple(KnownMistake(one.text, one.why) for one in self.mistakes),
        )


@dataclass(frozen=True)
class Filling:
    """The claim, held against the program with wrong code in several gaps at once, which is named."""

    claim: Claim
    codes: tuple[str, ...]
    expression: str | None
    """What `returns` is about."""

    @property
    def probe(self) -> str | None:
        return self.expression if self.claim.returns is not None else self.claim.probe

    @property
    def ask(self) -> tuple[tuple[str, str], ...]:
        return self.claim.ask

    def judge(self, observation: Observation) -> Verdict:
        verdict = self.claim.judge(observation)
        return Verdict(verdict.holds, f"with {', '.join(f'`{code}`' for code in self.codes)} {verdict.saw}")


class CodeGaps(Item):
    """A listing with gaps, and what holds of it once all of them are filled rightly."""

    kind: Literal["code gaps"]
    gaps: list[Gap] = Field(min_length=1, max_length=4, description="the gaps, in the order of the listing")
    claim: Claim | None = Field(default=None, description="what the filled listing does, for the lab")

    @cached_property
    def question(self) -> CodeGapsQuestion:
        shared = self._question_fields() | {
            "listing": _fill(self.listing, [name_of(n + 1) for n in range(len(self.gaps))])
        }
        return CodeGapsQuestion(**shared, gaps=tuple(gap.blank for gap in self.gaps))

    def faults(self) -> list[tuple[Location, str, str]]:
        found = [
            ((*("gaps", n), *where), message, fix)
            for n, gap in enumerate(self.gaps)
            for where, message, fix in gap.faults()
        ]
        marked = [int(number) for number in MARKER.findall(self.listing or "")]
        if marked != list(range(1, len(self.gaps) + 1)):
            message = f"the listing has the gaps {', '.join(map(str, marked)) or 'none'}; there are {len(self.gaps)}"
            found.append((("listing",), message, "mark each gap once, in order, as {{gap 1}}, {{gap 2}}"))
        elif name_of(1) in (self.listing or ""):
            found.append((("listing",), f"`{name_of(1)}` stands for a gap on pages", "use another name"))
        if (ways := prod(len(gap.choices) or 1 for gap in self.gaps)) > MOST_FILLINGS:
            message = f"there are {ways} ways of filling the lists, and all of them are run"
            found.append((("gaps",), message, f"offer fewer choices: at most {MOST_FILLINGS} ways"))
        if self.claim is not None and self.claim.otherwise:
            found.append((("claim",), "`otherwise` says nothing of a program", "say what the filled listing does"))
        return found

    def assertions(self) -> list[Assertion]:
        """The keys together fulfil the claim, as does every accepted spelling, and no other way of filling the gaps."""
        if self.claim is None:
            return []
        keys = [gap.key for gap in self.gaps]
        found = [Assertion(("claim",), self.claim, True, listing=_fill(self.listing, keys))]
        for n, gap in enumerate(self.gaps):
            for where, text, holds, instead in _alone(gap):
                listing = _fill(self.listing, [*keys[:n], text, *keys[n + 1 :]])
                found.append(Assertion(("gaps", n, *where), self.claim, holds, None, instead, listing))
        return found + [
            Assertion(
                ("gaps",), Filling(self.claim, codes, self.run.expression), False, listing=_fill(self.listing, codes)
            )
            for codes in product(*([choice.text for choice in gap.choices] or [gap.key] for gap in self.gaps))
            if sum(code != key for code, key in zip(codes, keys, strict=True)) > 1
        ]

    def missing_claims(self) -> list[Location]:
        return [()] if self.claim is None else []

    @property
    def option_sets(self) -> list[OptionSet]:
        return [
            OptionSet(
                ("gaps", n, "choices"),
                tuple(Alternative(code_span(one.text), one.key, one.why) for one in gap.choices),
            )
            for n, gap in enumerate(self.gaps)
            if gap.choices
        ]

    @classmethod
    def program_of(cls, written: Mapping[str, Any]) -> str | None:
        gaps = [Gap.model_validate(gap) for gap in written["gaps"]]
        return _fill(written.get("listing"), [gap.key for gap in gaps])


def _alone(gap: Gap) -> Iterator[tuple[Location, str, bool, Claim | None]]:
    """What fills a gap while the others are filled rightly: where it stands, the code, whether it has to fulfil the
    claim, and what is seen instead."""
    for n, choice in enumerate(gap.choices):
        if not choice.key:
            yield ("choices", n), choice.text, False, choice.instead
    for n, spelling in enumerate(gap.answers[1:], start=1):
        yield ("answers", n), spelling, True, None
    for n, mistake in enumerate(gap.mistakes):
        yield ("mistakes", n), mistake.text, False, mistake.instead


def _fill(listing: str | None, codes: Sequence[str]) -> str | None:
    """The listing with code in place of its gaps."""
    numbered = {str(number): code for number, code in enumerate(codes, start=1)}
    return listing and MARKER.sub(lambda found: numbered.get(found[1], found[0]), listing)
