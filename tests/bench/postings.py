"""How well and how fast postings are read, beside a plain regular expression that only finds their words."""

import re
import time
from collections.abc import Callable

from quiz.domain.postings import read_posting
from quiz.domain.postings.sample import Agreement, agreement
from tests.vocabulary import shipped, shipped_sample

_ROUNDS = 5
_WORDS = 2_000


def measure() -> None:
    """Print precision and recall by clause and requirement, and the time for a posting of 2,000 words."""
    print("\nReading postings", flush=True)
    vocabulary = shipped()
    postings = shipped_sample(vocabulary)
    for held_out in (False, True):
        some = [one for one in postings if one.file.held_out is held_out]
        found = sum((agreement(one, read_posting(one.file.text, vocabulary)) for one in some), Agreement())
        clauses = sum(len(one.file.clauses) for one in some)
        name = "held out" if held_out else "developed on"
        print(
            f"  {name:14} {len(some):3} postings, {clauses:4} clauses: precision {found.precision:.3f}, "
            f"recall {found.recall:.3f}; how much is asked for {found.needs / max(1, found.right):.3f}"
        )
    text = " ".join(one.file.text for one in postings)
    long = text[: [match.end() for match in re.finditer(r"\S+", text)][_WORDS - 1]]
    reading = _fastest(lambda: read_posting(long, vocabulary))
    finding = _fastest(lambda: re.findall(r"\w+|[^\w\s]", long))
    print(f"  {_WORDS:,} words: {reading * 1000:.0f} ms, {reading / finding:.0f} times as long as finding its words")


def _fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of some rounds."""
    times = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)
