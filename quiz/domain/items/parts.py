"""The parts of a question once it was answered: what was right, what was given, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from quiz.domain.markdown import code_span


class Correctness(StrEnum):
    """What became of a question, or of a part of one that was to be answered."""

    RIGHT = "right"
    PARTLY = "partly right"
    WRONG = "wrong"
    UNANSWERED = "not answered"

    @classmethod
    def of(cls, credit: float | None) -> "Correctness":
        """What a credit from 0 to 1 says, all or nothing being right and wrong; None stands for no answer."""
        if credit is None:
            return cls.UNANSWERED
        return {1.0: cls.RIGHT, 0.0: cls.WRONG}.get(credit, cls.PARTLY)


@dataclass(frozen=True)
class Part:
    """One part of a question, as a scorecard or a preview explains it. All texts are inline Markdown.

    Either it was offered (an option, a line, an accepted spelling) and `is_key` says whether taking it earns credit,
    or it was asked (a statement, a prompt) and `key` is its right answer. `answer` is what was given here, empty where
    nothing was. `verdict` is None where there was nothing to answer: a distractor that was left alone, a decoy.
    """

    text: str
    why: str
    key: str = ""
    is_key: bool = False
    answer: str = ""
    verdict: Correctness | None = None


def option_part(text: str, why: str, is_key: bool, answer: str = "", missed: bool = False) -> Part:
    """A part that was offered, with what was given of it: `missed` where it should have been taken and was not."""
    if answer:
        return Part(text, why, is_key=is_key, answer=answer, verdict=Correctness.of(float(is_key)))
    return Part(text, why, is_key=is_key, verdict=Correctness.UNANSWERED if missed else None)


def prompt_part(text: str, why: str, key: str, answer: str, is_right: bool) -> Part:
    """A part that was asked, with the answer to it, empty where there is none."""
    return Part(text, why, key=key, answer=answer, verdict=Correctness.of(float(is_right) if answer else None))


@dataclass(frozen=True)
class Spelling:
    """Something that people type for an answer, as Markdown, why it is wrong, and whether it was typed."""

    text: str
    why: str
    was_typed: bool


def text_parts(key: str, why: str, mistakes: Sequence[Spelling], answer: str | None, is_right: bool) -> list[Part]:
    """The parts of an answer that is typed: the accepted one, and the known mistakes.

    What was typed stands beside the mistake that it is, and beside the key where it is none of them.
    """
    shown = "" if answer is None else code_span(answer)
    if any(mistake.was_typed for mistake in mistakes):
        first = Part(key, why, is_key=True)
    else:
        first = Part(key, why, is_key=True, answer=shown, verdict=Correctness.of(float(is_right) if shown else None))
    return [first, *(option_part(m.text, m.why, False, shown if m.was_typed else "") for m in mistakes)]
