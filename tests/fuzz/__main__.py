"""Fuzzing for as long as one likes: `python -m tests.fuzz --minutes 30`. Prints what was sent and what came of it."""

import argparse
import logging
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fuzz import conditions
from tests.fuzz.documents import DocumentFuzzer
from tests.fuzz.pages import PageFuzzer

REQUESTS_PER_DOCUMENT = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    told = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, conditions.application(Path(folder)) as (app, store):
        pages, documents = PageFuzzer(app, store, told.seed), DocumentFuzzer(Path(folder), told.seed)
        end = time.monotonic() + told.minutes * 60
        while time.monotonic() < end:
            for _ in range(REQUESTS_PER_DOCUMENT):
                pages.step()
            documents.step()
        sys.exit(report(told.seed, pages, documents))


def report(seed: int, pages: PageFuzzer, documents: DocumentFuzzer) -> bool:
    """Print what came of it; whether there was any fault."""
    by_status: Counter[int] = Counter()
    for (who, status), count in sorted(pages.found.statuses.items()):
        print(f"  {who:24} {status}  {count:8}")
        by_status[status] += count
    print(f"seed {seed}: {by_status.total()} requests, the slowest {pages.found.slowest:.1f} s: {dict(by_status)}")
    read = documents.read
    print(f"{read.outcomes.total()} documents, the slowest {read.slowest:.1f} s: {dict(read.outcomes)}")
    faults = pages.found.faults + read.faults
    print(f"{len(faults)} faults", *faults[:40], sep="\n\n")
    return bool(faults)


if __name__ == "__main__":
    main()
