"""Short text: a word or two, typed; several spellings may be accepted."""

import unicodedata
from typing import Literal

from pydantic import Field

from quiz.domain.items.base import (
    Answer,
    Answered,
    Arrangement,
    Asks,
    Explained,
    Fields,
    Item,
    Mistake,
    Stated,
    single,
)
from quiz.domain.writing import ShortLine, Truth, Why

_TYPOGRAPHY = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})


class ShortText(Item):
    """Type a short answer. Stored as typed; compared after `normalised`, never by a pattern an author wrote."""

    kind_name = "short text"
    credit = "1 where the normalised answer equals one of the accepted spellings, else 0."

    kind: Literal["short text"]
    answers: list[ShortLine] = Field(min_length=1, max_length=20, description="every spelling that is accepted")
    case_sensitive: Truth = Field(default=False, description="true where upper and lower case differ")
    asks: Asks = Field(default="prints", description="what of the program the answer is: what it prints, by default")
    why: Why
    mistakes: list[Mistake] = Field(default=[], max_length=10, description="wrong answers people give")

    @property
    def instruction(self) -> str:
        return "Type your answer. Upper and lower case matter." if self.case_sensitive else "Type your answer."

    def faults(self) -> list[tuple[tuple[str | int, ...], str, str]]:
        accepted = {self.normalised(text) for text in self.answers}
        return [
            (("mistakes", n, "text"), "this mistake is also an accepted answer", "remove it from one of the two lists")
            for n, mistake in enumerate(self.mistakes)
            if self.normalised(mistake.text) in accepted
        ]

    def stated(self) -> list[Stated]:
        probe = self.run.expression if self.asks == "returns" else None
        right = Answered(self.asks, lambda shown: self.score(shown) == 1, probe)
        return [Stated(("answers",), right, True)]

    def read(self, fields: Fields, arrangement: Arrangement) -> Answer | None:
        return single(fields)

    def fields(self, answer: Answer, arrangement: Arrangement) -> dict[str, list[str]]:
        return {"answer": [answer]}

    def score(self, answer: Answer) -> float:
        return 1.0 if self.normalised(answer) in map(self.normalised, self.answers) else 0.0

    def normalised(self, text: str) -> str:
        """One form for spellings that mean the same: Unicode NFKC, plain quotes and dashes, single spaces, case."""
        plain = " ".join(unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY).split())
        return plain if self.case_sensitive else plain.casefold()

    def explain(self, answer: Answer | None) -> list[Explained]:
        typed = "" if answer is None else str(answer)
        parts = [Explained(" or ".join(f"`{text}`" for text in self.answers), "key", "", self.why)]
        parts += [Explained(f"`{mistake.text}`", "", "", mistake.why) for mistake in self.mistakes]
        return [
            Explained(part.text, part.keyed, "typed", part.why) if typed and self._matches(n, typed) else part
            for n, part in enumerate(parts)
        ]

    def _matches(self, part: int, typed: str) -> bool:
        accepted = self.answers if part == 0 else [self.mistakes[part - 1].text]
        return self.normalised(typed) in map(self.normalised, accepted)

    def describe(self, answer: Answer | None) -> list[str]:
        return [] if answer is None else [str(answer)]
