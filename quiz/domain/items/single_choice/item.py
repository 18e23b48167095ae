"""A single choice as an author writes it."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from quiz.domain.items import options
from quiz.domain.items.item import Assertion, Item, OptionSet
from quiz.domain.items.options import Option
from quiz.domain.items.single_choice.question import SingleChoiceQuestion
from quiz.domain.source import Location
from quiz.domain.writing import Truth


class SingleChoice(Item):
    """Several options, exactly one of them keyed."""

    kind: Literal["single choice"]
    options: list[Option] = Field(min_length=2, max_length=6, description="the options, exactly one of them keyed")
    fixed: Truth = Field(default=False, description="true where options keep the order of the file")

    @cached_property
    def question(self) -> SingleChoiceQuestion:
        return SingleChoiceQuestion(
            **self._question_fields(), options=options.alternatives(self.options), fixed=self.fixed
        )

    def faults(self) -> list[tuple[Location, str, str]]:
        keyed = [n for n, option in enumerate(self.options) if option.key]
        if len(keyed) == 1:
            return options.duplicates(self.options)
        where: Location = ("options", keyed[1], "key") if keyed else ("options",)
        message = f"{len(keyed)} options are keyed; a single choice has exactly one"
        return [(where, message, "mark one option `key: true`, or write `kind: multiple response`")]

    def assertions(self) -> list[Assertion]:
        return options.assertions(self.options, self.run.inserts)

    def missing_claims(self) -> list[Location]:
        return options.missing_claims(self.options)

    @property
    def option_sets(self) -> list[OptionSet]:
        return [OptionSet(("options",), self.question.options)]
