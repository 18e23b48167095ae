"""How a harness speaks with its lab: JSON lines, over a channel that the programs it runs do not have."""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

Answer = dict[str, Any]
"""`{"observation": {...}}` or `{"failed": "sentence"}`, and `"tired": True` where the harness should be replaced."""


def serve(start: Callable[[], Callable[[dict[str, Any]], Answer]]) -> None:
    """Start what answers, say that it is ready, and let it answer each question until there are no more.

    Whatever the process prints from now on goes nowhere, and so does what its children print unless they are given
    another output.
    """
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    questions = os.fdopen(os.dup(0), encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    observe = start()
    _say(channel, {"ready": True})
    for line in questions:
        question = json.loads(line)
        _say(channel, {"id": question["id"], **observe(question)})
    sys.exit(0)


def _say(channel: Any, message: Answer) -> None:
    channel.write(json.dumps(message) + "\n")
    channel.flush()
