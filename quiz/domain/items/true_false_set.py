"""True/false set: several statements about one situation, each judged on its own."""

from typing import Literal

from pydantic import Field

from quiz.domain.errors import InvalidAnswer
from quiz.domain.items.base import (
    Answer,
    Arrangement,
    Explained,
    Fields,
    Item,
    PublicItem,
    Stated,
    displayed,
    single,
)
from quiz.domain.proofs.claims import Claim
from quiz.domain.proofs.programs import Code
from quiz.domain.source import Location
from quiz.domain.writing import Text, Truth, Why, Written

_SPOKEN = {True: "true", False: "false", None: ""}


class Statement(Written):
    """A statement that is true or false."""

    text: Text = Field(description="the statement (inline Markdown)")
    is_: Truth = Field(alias="is", description="true or false")
    claim: Claim | None = Field(default=None, description="what the statement says of the program, for the lab")
    instead: Claim | None = Field(default=None, description="for a false statement: what the machine shows instead")
    code: Code | None = Field(default=None, description="what is inserted for this statement")
    why: Why


class TrueFalseSet(Item):
    """Judge each statement. Stored as a list of true, false or null in the order of the file."""

    kind_name = "true/false set"
    credit = (
        "The share of statements judged rightly; an unanswered one earns nothing "
        "(multiple true-false scoring; Betts et al. 2022, Educational and Psychological Measurement 82, 151-176)."
    )

    kind: Literal["true/false set"]
    statements: list[Statement] = Field(min_length=2, max_length=8, description="the statements, both truths present")

    @property
    def instruction(self) -> str:
        return "Mark each statement as true or false."

    def faults(self) -> list[tuple[tuple[str | int, ...], str, str]]:
        if len({statement.is_ for statement in self.statements}) == 2:
            return []
        return [(("statements",), "every statement has the same truth", "write at least one true and one false")]

    def stated(self) -> list[Stated]:
        return [
            Stated(("statements", n), one.claim, one.is_, one.code, None if one.is_ else one.instead)
            for n, one in enumerate(self.statements)
            if one.claim is not None
        ]

    def unclaimed(self) -> list[Location]:
        return [("statements", n) for n, one in enumerate(self.statements) if one.claim is None]

    @property
    def parts(self) -> int:
        return len(self.statements)

    def public(self, arrangement: Arrangement) -> PublicItem:
        return self._public(prompts=displayed([statement.text for statement in self.statements], arrangement))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        given: list[bool | None] = [None] * len(self.statements)
        for place, position in enumerate(arrangement, start=1):
            value = single(fields, f"answer-{place}")
            if value not in (None, "true", "false"):
                raise InvalidAnswer("Mark each statement as true or false.", f"answer-{place}")
            given[position] = None if value is None else value == "true"
        return None if given.count(None) == len(given) else given

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {
            f"answer-{place}": [_SPOKEN[answer[position]]]
            for place, position in enumerate(arrangement, start=1)
            if answer[position] is not None
        }

    def score(self, answer: Answer) -> float:
        right = sum(given is statement.is_ for given, statement in zip(answer, self.statements, strict=True))
        return right / len(self.statements)

    def explain(self, answer: Answer | None) -> list[Explained]:
        given = answer or [None] * len(self.statements)
        return [
            Explained(statement.text, _SPOKEN[statement.is_], _SPOKEN[value], statement.why)
            for statement, value in zip(self.statements, given, strict=True)
        ]

    def complete(self, answer: Answer | None) -> bool:
        return answer is not None and None not in answer
