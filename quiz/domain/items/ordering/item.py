"""An ordering as an author writes it."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from quiz.domain.items.item import Assertion, Item, alike
from quiz.domain.items.ordering.question import OrderedStep, OrderingQuestion
from quiz.domain.proofs.claims import Claim, Output
from quiz.domain.source import Location
from quiz.domain.writing import Differs, Inline, Why, Written


class Step(Written):
    """One step of a sequence."""

    text: Inline = Field(description="the step (inline Markdown)")
    prints: Output | None = Field(default=None, description="for the lab: what the program prints at this step")
    differs: Differs | None = None
    why: Why


class Ordering(Item):
    """Steps, written in their right order."""

    kind: Literal["ordering"]
    sequence: list[Step] = Field(min_length=3, max_length=8, description="the steps in their right order")

    @cached_property
    def question(self) -> OrderingQuestion:
        steps = tuple(OrderedStep(step.text, step.why) for step in self.sequence)
        return OrderingQuestion(**self._question_fields(), sequence=steps)

    def faults(self) -> list[tuple[Location, str, str]]:
        printed = [step.prints for step in self.sequence]
        return alike([(("sequence", n, "text"), step.text) for n, step in enumerate(self.sequence)], "step") + [
            (("sequence", n, "prints"), "two steps print the same, so their order cannot be seen", "print more")
            for n, text in enumerate(printed)
            if text is not None and text in printed[:n]
        ]

    def assertions(self) -> list[Assertion]:
        printed = [step.prints or "" for step in self.sequence]
        return [Assertion(("sequence",), Claim(prints="\n".join(printed)), True)]

    def missing_claims(self) -> list[Location]:
        return [("sequence", n) for n, step in enumerate(self.sequence) if step.prints is None]
