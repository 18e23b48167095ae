"""Single choice: one right option among several."""

from typing import Literal

from pydantic import Field

from quiz.domain.items.base import (
    Answer,
    Arrangement,
    Explained,
    Fields,
    Item,
    Option,
    PublicItem,
    Stated,
    displayed,
    original,
    single,
)
from quiz.domain.source import Location


class SingleChoice(Item):
    """Choose the one best answer. Stored as the option's position in the file."""

    kind_name = "single choice"
    credit = "1 for the key, else 0; nothing is deducted for a wrong choice."

    kind: Literal["single choice"]
    options: list[Option] = Field(min_length=2, max_length=6, description="the options, exactly one of them keyed")

    @property
    def instruction(self) -> str:
        return "Choose one answer."

    def faults(self) -> list[tuple[tuple[str | int, ...], str, str]]:
        keyed = [n for n, option in enumerate(self.options) if option.key]
        if len(keyed) == 1:
            return _repeated(self.options)
        where = ("options", keyed[1], "key") if keyed else ("options",)
        message = f"{len(keyed)} options are keyed; a single choice has exactly one"
        return [(where, message, "mark one option `key: true`, or write `kind: multiple response`")]

    def stated(self) -> list[Stated]:
        inserts = self.run.inserts
        return [one.stated(("options", n), inserts) for n, one in enumerate(self.options) if one.claim is not None]

    def unclaimed(self) -> list[Location]:
        return [("options", n) for n, option in enumerate(self.options) if option.claim is None]

    @property
    def parts(self) -> int:
        return len(self.options)

    def public(self, arrangement: Arrangement) -> PublicItem:
        return self._public(choices=displayed([option.text for option in self.options], arrangement))

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        value = single(fields)
        return None if value is None else original(value, arrangement)

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": [str(arrangement.index(answer) + 1)]}

    def score(self, answer: Answer) -> float:
        return 1.0 if self.options[answer].key else 0.0

    def explain(self, answer: Answer | None) -> list[Explained]:
        return [
            Explained(option.text, "key" if option.key else "", "chosen" if n == answer else "", option.why)
            for n, option in enumerate(self.options)
        ]

    def describe(self, answer: Answer | None) -> list[str]:
        return [] if answer is None else [self.options[answer].text]


def _repeated(options: list[Option]) -> list[tuple[tuple[str | int, ...], str, str]]:
    """Options that stand twice."""
    texts = [option.text for option in options]
    return [
        (("options", n, "text"), "this option stands twice", "make the options differ")
        for n, text in enumerate(texts)
        if text in texts[:n]
    ]
