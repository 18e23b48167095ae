"""A true/false set as an author writes it."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from quiz.domain.items.item import Assertion, Item, alike
from quiz.domain.items.true_false_set.question import Judgement, TrueFalseSetQuestion
from quiz.domain.proofs.claims import Claim
from quiz.domain.proofs.programs import Code
from quiz.domain.source import Location
from quiz.domain.writing import Differs, Inline, Truth, Why, Written


class Statement(Written):
    """A statement that is true or false."""

    text: Inline = Field(description="the statement (inline Markdown)")
    is_: Truth = Field(alias="is", description="true or false")
    claim: Claim | None = Field(default=None, description="what the statement says of the program, for the lab")
    instead: Claim | None = Field(default=None, description="for a false statement: what the machine shows instead")
    code: Code | None = Field(default=None, description="what is inserted for this statement")
    differs: Differs | None = None
    why: Why


class TrueFalseSet(Item):
    """Statements, at least one of them true and one false."""

    kind: Literal["true/false set"]
    statements: list[Statement] = Field(min_length=2, max_length=8, description="the statements, both truths present")

    @cached_property
    def question(self) -> TrueFalseSetQuestion:
        statements = tuple(Judgement(one.text, one.is_, one.why) for one in self.statements)
        return TrueFalseSetQuestion(**self._question_fields(), statements=statements)

    def faults(self) -> list[tuple[Location, str, str]]:
        if len({statement.is_ for statement in self.statements}) == 2:
            return alike([(("statements", n, "text"), one.text) for n, one in enumerate(self.statements)], "statement")
        return [(("statements",), "every statement has the same truth", "write at least one true and one false")]

    def assertions(self) -> list[Assertion]:
        return [
            Assertion(("statements", n), one.claim, one.is_, one.code, None if one.is_ else one.instead)
            for n, one in enumerate(self.statements)
            if one.claim is not None
        ]

    def missing_claims(self) -> list[Location]:
        return [("statements", n) for n, one in enumerate(self.statements) if one.claim is None]
