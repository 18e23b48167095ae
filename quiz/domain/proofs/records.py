"""Records: what the machine said of a bank's items, kept beside the bank so that nothing has to be run again.

The file `proofs.lock` is JSON with one line for each observation, in an order that depends on nothing but the items,
so that a change shows as what it is. It holds observations and no verdicts: whether they bear the claims out is judged
anew whenever the file is read, so a changed claim or key needs no new run, and a changed program has no record.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quiz.domain.files import read_regular
from quiz.domain.proofs.observations import Observation

LOCK = "proofs.lock"
MAX_BYTES = 100_000_000
_FORMAT = 1


class Unreadable(ValueError):
    """A lock file that nobody can have written as it is; the message says what is wrong and how to go on."""


@dataclass(frozen=True)
class Record:
    """What was seen of one item: where it ran, with which harness, and the observations by their request's digest.

    `variants` are the seeds of a template's variants; all that they showed is among the observations.
    """

    environment: str
    harness: int
    seen: Mapping[str, Observation] = field(default_factory=dict)
    variants: tuple[int, ...] = ()


def read(folder: Path) -> dict[str, Record]:
    """The records of a bank by item; none where there is no lock file. Raises Unreadable."""
    path = folder / LOCK
    try:
        document = json.loads(read_regular(path, MAX_BYTES))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Unreadable(f"{LOCK} cannot be read ({error.strerror}): delete it and run quiz banks prove") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{LOCK} is damaged: delete it and run quiz banks prove") from error
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise Unreadable(f"{path.name} is of another format: delete it and run quiz banks prove")
    try:
        return {id: _record(one) for id, one in document["items"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unreadable(f"{path.name} is damaged: delete it and run quiz banks prove") from error


def _record(one: Mapping[str, Any]) -> Record:
    return Record(
        environment=one["environment"],
        harness=one["harness"],
        seen={digest: Observation.model_validate(facts) for digest, facts in one.get("seen", {}).items()},
        variants=tuple(map(int, one.get("variants", ()))),
    )


def render(records: Mapping[str, Record]) -> str:
    """The text of a lock file."""
    return (
        f'{{"format": {_FORMAT}, "items": {{\n'
        + ",\n".join(_lines(id, one) for id, one in sorted(records.items()))
        + "\n}}\n"
    )


def _lines(id: str, record: Record) -> str:
    facts = {digest: one.model_dump(mode="json", exclude_defaults=True) for digest, one in record.seen.items()}
    seeds = f' "variants": {_leaf(list(record.variants))},\n' if record.variants else ""
    return (
        f'"{id}": {{\n "environment": {_leaf(record.environment)}, "harness": {record.harness},\n{seeds} "seen": {{\n'
        + ",\n".join(f'  "{digest}": {_leaf(one)}' for digest, one in sorted(facts.items()))
        + "\n }}"
    )


def _leaf(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
