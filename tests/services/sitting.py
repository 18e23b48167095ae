"""Helps for tests of an attempt: where a question stands, and doing the same from several threads."""

import threading
from typing import Any

from tests.factories import NOW, Candidate, World


def number_of(world: World, candidate: Candidate, kind: str) -> int:
    """The number of the first question of a kind."""
    return next(n for n in range(1, 17) if world.question(candidate, n, NOW).item.kind == kind)


def together(work: Any, count: int) -> None:
    """Do the same from several threads, begun as near together as can be; raises what any of them raised."""
    gate, errors = threading.Barrier(count), []

    def one(number: int) -> None:
        gate.wait()
        try:
            work(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=[n]) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
