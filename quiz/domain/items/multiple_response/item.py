"""A multiple response as an author writes it."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from quiz.domain.items import options
from quiz.domain.items.item import Assertion, Item, OptionSet
from quiz.domain.items.multiple_response.question import MultipleResponseQuestion
from quiz.domain.items.options import Option
from quiz.domain.source import Location
from quiz.domain.writing import Truth


class MultipleResponse(Item):
    """Several options, two or more of them keyed."""

    kind: Literal["multiple response"]
    options: list[Option] = Field(min_length=3, max_length=8, description="the options, two or more of them keyed")
    fixed: Truth = Field(default=False, description="true where options keep the order of the file")

    @cached_property
    def question(self) -> MultipleResponseQuestion:
        return MultipleResponseQuestion(
            **self._question_fields(), options=options.alternatives(self.options), fixed=self.fixed
        )

    def faults(self) -> list[tuple[Location, str, str]]:
        keyed = sum(option.key for option in self.options)
        if 2 <= keyed < len(self.options):
            return options.duplicates(self.options)
        message = f"{keyed} of {len(self.options)} options are keyed"
        return [(("options",), message, "key at least two options and leave at least one unkeyed")]

    def assertions(self) -> list[Assertion]:
        return options.assertions(self.options, self.run.inserts)

    def missing_claims(self) -> list[Location]:
        return options.missing_claims(self.options)

    @property
    def option_sets(self) -> list[OptionSet]:
        return [OptionSet(("options",), self.question.options)]
