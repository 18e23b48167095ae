"""Labs whose programs are processes: a harness in the sandbox starts each of them, and ends what it leaves behind."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from quiz.labs import interpreter
from quiz.labs.base import OUTPUT, SECONDS, Condition, Worker
from quiz.labs.workers import Harness, harness_worker

HARNESS = Path(__file__).parent / "harness"


@contextmanager
def process_worker(
    command: Sequence[str], name: str, readable: Sequence[Path] = (), localized: bool = False
) -> Iterator[Worker]:
    """A worker that runs `command FILE` for each program, which lies in FILE, called `name`, with its other files.

    `localized` is for commands that bring their own locales, and so need none of the system's.
    """

    def start(condition: Condition) -> Harness:
        arguments = (json.dumps(list(command)), name, json.dumps([SECONDS, OUTPUT]))
        language = {"LC_ALL": f"{condition.locale}.UTF-8"} if localized else None
        process = interpreter.start(
            "processes", condition, arguments=arguments, readable=readable, environment=language
        )
        return Harness(process)

    with harness_worker(start) as worker:
        yield worker
