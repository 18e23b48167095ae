"""What the machine said of items that are not proven: kept on the author's machine, beside the labs' own things.

A record in the bank says what vouches for a key. What speaks against one is of use only to whoever corrects the item,
and only while the item stays as it is.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from quiz.domain.banks import Bank
from quiz.domain.proofs.observations import Observation
from quiz.domain.proofs.records import Record
from quiz.domain.proofs.trials import Fault
from quiz.labs.cache import root


@dataclass(frozen=True)
class Refutation:
    """Why an item, just as it is, could not be proven, where it ran, and what was seen of each request."""

    environment: str
    faults: tuple[Fault, ...]
    seen: dict[str, Observation]


def remember(folder: Path, bank: Bank, item: str, faults: Sequence[Fault], record: Record | None) -> None:
    """Keep what was said of an item that was refuted. A cache that cannot be written costs that and nothing else."""
    seen = record.seen if record else {}
    document = {
        "environment": record.environment if record else "",
        "faults": [[list(fault.where), *fault[1:]] for fault in faults],
        "seen": {digest: one.model_dump(mode="json", exclude_defaults=True) for digest, one in seen.items()},
    }
    path = root() / "refuted" / _mark(folder, bank, item)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document))


def recall(folder: Path, bank: Bank, item: str) -> Refutation | None:
    """What was said of an item as it is now; None where nothing was."""
    try:
        document = json.loads((root() / "refuted" / _mark(folder, bank, item)).read_bytes())
        return Refutation(
            document["environment"],
            tuple(Fault(tuple(where), code, message, fix) for where, code, message, fix in document["faults"]),
            {digest: Observation.model_validate(facts) for digest, facts in document["seen"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _mark(folder: Path, bank: Bank, item: str) -> str:
    """What names an item of the bank in a folder with all that its author wrote."""
    template = bank.templates.get(item)
    if template is not None:
        variables = {name: one.model_dump(mode="json") for name, one in template.variables.items()}
        written: object = [template.data, variables, template.constraints]
    else:
        written = next(one.model_dump(mode="json") for one in bank.items if one.id == item)
    whole = json.dumps([str(folder.resolve()), item, written], sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
