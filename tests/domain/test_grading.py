"""Grading in time that grows with the answer alone, whatever is typed; ratios, because no test asserts a time."""

import time
from collections.abc import Callable

import pytest

from quiz.domain.items.number.question import readings
from quiz.domain.items.typography import fold
from tests.domain.samples import question

LETTERS = ["a", "a ", "-", "'\u2019", "e\u0301", "\u2014", "\u00bd", "\ufdfa", "\u0345\u0300", "\u200b", " "]
FIGURES = ["0", "\u0661", "1,", ",000", "1'000", "1_", ".", "\U0001d7d8"]
HOSTILE = LETTERS + FIGURES


def seconds(work: Callable[[], object]) -> float:
    """Processor time, the least of three runs."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def of_length(part: str, length: int) -> str:
    return part * (length // len(part))


@pytest.mark.parametrize("part", HOSTILE, ids=ascii)
def test_a_long_answer_takes_as_much_longer_as_it_is(part: str) -> None:
    sample = question("short text", mistakes=[{"text": of_length(part, 300) if part.strip() else "x", "why": "No."}])

    def grade(length: int) -> float:
        text = of_length(part, length)
        return seconds(lambda: (sample.score(text), sample.explain(text), readings(text, "minutes"), fold(text)))

    # Eight times the text: eight times the time, and not sixty-four; a little time is left to chance.
    assert grade(24_000) < 24 * grade(3_000) + 0.02


@pytest.mark.parametrize("part", HOSTILE, ids=ascii)
def test_ten_thousand_bytes_take_no_longer_than_a_few_passes_over_them(part: str) -> None:
    """A budget without a clock: as much as it takes to look at every character a hundred times."""
    sample, text = question("short text"), of_length(part, 10_000)
    pass_over = seconds(lambda: [ord(character) for _ in range(100) for character in text])
    assert seconds(lambda: sample.score(text)) < pass_over + 0.005
