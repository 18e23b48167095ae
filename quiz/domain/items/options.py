"""Options: what the kinds share whose answer is chosen among several texts."""

import re
from collections.abc import Sequence

from pydantic import Field

from quiz.domain.items.item import Assertion, alike
from quiz.domain.items.question import Alternative
from quiz.domain.proofs.claims import Claim
from quiz.domain.proofs.programs import Code
from quiz.domain.source import Location
from quiz.domain.writing import Differs, Inline, ShortLine, Truth, Why, Written


class Option(Written):
    """One choice of a question, with its explanation."""

    text: Inline = Field(description="the option as candidates read it (inline Markdown)")
    key: Truth = Field(default=False, description="true where choosing this option earns credit")
    claim: Claim | None = Field(default=None, description="what the option says of the program, for the lab")
    instead: Claim | None = Field(default=None, description="for a wrong option: what the machine shows instead")
    code: Code | None = Field(default=None, description="what is inserted for this option; its text where left out")
    differs: Differs | None = None
    misconception: ShortLine | None = Field(default=None, description="in a template: the mistake that leads here")
    program: Code | None = Field(default=None, description="in a template: a listing that embodies the mistake")
    expression: ShortLine | None = Field(default=None, description="in a template: an expression that embodies it")
    why: Why

    def assertion(self, where: Location, inserts: bool) -> Assertion:
        """The option as something to be proven: the key has to hold, and nothing else may."""
        assert self.claim is not None, "only a part with a claim asserts something"
        own = inserts and self.claim.probe is None and not self.claim.otherwise
        code = self.code or (_bare(self.text) if own else None)
        return Assertion(where, self.claim, self.key, code, None if self.key else self.instead)


def alternatives(options: Sequence[Option]) -> tuple[Alternative, ...]:
    """The options as they are delivered."""
    return tuple(Alternative(option.text, option.key, option.why) for option in options)


def assertions(options: Sequence[Option], inserts: bool) -> list[Assertion]:
    """All that the options claim."""
    return [option.assertion(("options", n), inserts) for n, option in enumerate(options) if option.claim is not None]


def missing_claims(options: Sequence[Option]) -> list[Location]:
    """The options that claim nothing."""
    return [("options", n) for n, option in enumerate(options) if option.claim is None]


def duplicates(options: Sequence[Option]) -> list[tuple[Location, str, str]]:
    """The faults of options that look the same on a page."""
    return alike([(("options", n, "text"), option.text) for n, option in enumerate(options)], "option")


def _bare(text: str) -> str:
    """The code in an option's text: a fenced block, or the text without its backticks."""
    if fenced := re.fullmatch(r"```\w*\n(.*?)\n?```", text, re.DOTALL):
        return fenced.group(1)
    return text.strip("`").strip()
