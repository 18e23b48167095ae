"""Short ways to get what the domain's tests are about, without a database."""

import json
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

from quiz.domain.assembly import Assembly
from quiz.domain.banks import BankCheck, check_bank
from quiz.domain.items import Arrangement, Item, Question
from quiz.domain.items.number.question import NumberQuestion
from quiz.domain.plans import Draw, Plan
from quiz.domain.pools import PoolItem
from quiz.domain.source import Problem, SourceFile
from tests import factories


def item(kind: str, mark: str = "", **changes: Any) -> Item:
    """A sound item of a kind, as `factories.item` writes it."""
    return factories.written(factories.item(kind, "sample", mark, objective="demo.1.1"), **changes)


def question(kind: str, mark: str = "", **changes: Any) -> Question:
    """What is delivered of such an item."""
    return item(kind, mark, **changes).question


def arrangements(question: Question) -> Iterator[Arrangement]:
    """Every order in which a question can be shown."""
    return permutations(range(question.parts))


def number(answer: str = "12.5", tolerance: str = "0", unit: str | None = None) -> NumberQuestion:
    made = question("number", answer=answer, tolerance=tolerance, unit=unit, mistakes=[])
    assert isinstance(made, NumberQuestion)
    return made


def source(folder: Path, content: str | bytes) -> SourceFile:
    """A file `x.yaml` that has been read."""
    path = folder / "x.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return SourceFile(path, "x.yaml")


def places(problems: list[Problem] | tuple[Problem, ...]) -> list[tuple[str, int, int, str]]:
    """Where the problems are, and of what sort."""
    return [(problem.file, problem.line, problem.column, problem.code) for problem in problems]


def check(folder: Path, files: dict[str, str | bytes], slug: str = "demo") -> BankCheck:
    """The outcome of checking a bank of these files; `bank.yaml` is a sound one where it is left out."""
    root = folder / slug
    root.mkdir(exist_ok=True)
    for name, content in ({"bank.yaml": json.dumps(factories.bank_file(slug))} | files).items():
        (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return check_bank(root, slug)


def pool(bank: str, objectives: int, each: int, **changes: Any) -> list[PoolItem]:
    """`each` items of difficulties 1, 2, 3, ... for each of so many objectives, two objectives to a group."""
    return [
        pooled(
            f"item-{o}-{n}",
            key=o * each + n,
            bank=bank,
            objective=f"{bank}.{o // 2 + 1}.{o % 2 + 1}",
            group=f"{bank}.{o // 2 + 1}",
            difficulty=n % 5 + 1,
            **changes,
        )
        for o in range(objectives)
        for n in range(each)
    ]


def pooled(id: str, **changes: Any) -> PoolItem:
    values = {
        "key": 0,
        "bank": "demo",
        "objective": "demo.1.1",
        "group": "demo.1",
        "kind": "single choice",
        "parts": 3,
        "difficulty": 3,
        "seconds": 60,
    }
    return PoolItem(id=id, **(values | changes))


def form_items(assembly: Assembly, seed: int) -> list[PoolItem]:
    """The items of the form of a seed."""
    return [place.item for place in assembly.draw(seed)]


def plan(*draws: Draw, **changes: Any) -> Plan:
    return Plan(**({"title": "Sample", "minutes": 30, "draws": list(draws)} | changes))


def options(*keys: bool) -> list[dict[str, Any]]:
    return [{"text": f"Option {n}", "key": key, "why": "Because."} for n, key in enumerate(keys)]
