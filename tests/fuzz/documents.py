"""Banks and plans as nobody should write them: what is shipped, mutated, and read."""

import random
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from quiz import paths
from quiz.domain.assembly import Assembly
from quiz.domain.banks import check_bank
from quiz.domain.errors import QuizError
from quiz.domain.plan_files import read_plan

INSERTED = [
    "&a",
    "*a",
    "!!python/object:os.system",
    "<<: *a",
    "- ",
    "? ",
    ": ",
    "|",
    ">",
    ">-",
    "|2",
    "#",
    "[",
    "]",
    "{",
    "}",
    ",",
    '"',
    "'",
    "\t",
    "\r",
    "\n",
    "\x00",
    "\x0b",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\u202e",
    "é",
    "😀",
    "---",
    "...",
    "%YAML 1.2",
    "~",
    "null",
    "yes",
    "0x10",
    "1e400",
    ".inf",
    ".nan",
    "-0",
    "2026-01-01",
    "12:30:45",
    "{{x}}",
    "{{",
    "}}",
    "{{ 7*7 }}",
    "[[",
    "]]",
    "```",
    "`",
    "***",
    "<b>",
    "(a+)+$",
    "^(a|a)*$",
    "\\1",
    "len('x' * 3000000000)",
    "9 ** 9 ** 9",
    "range(10**9)",
    "'x' * 10**9",
    "__import__('os')",
    "().__class__",
    "kind: single_choice",
    "lab: java",
    "items: []",
    "- id: x",
    "variables:",
    "derived:",
    "key: true",
    "fixed: true",
    "enemies: x",
    "[" * 500,
    "{a: " * 500,
    "a" * 70_000,
    "- " * 2000,
]


@dataclass
class Read:
    """What came of the documents: how many were sound, refused, and every fault with how to see it again."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0


class DocumentFuzzer:
    """Mutates shipped documents and reads them; each is a pure function of the seed and its number."""

    patience = 20.0
    """Seconds after which a document counts as one that hangs."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed, self.read = folder, seed, Read()
        self.number = 0
        banks = sorted(path.parent for path in paths.QUESTION_BANKS.glob("*/bank.yaml"))
        self.banks = {bank: sorted(path for path in bank.glob("*.yaml")) for bank in banks}

    def step(self) -> None:
        """Mutate and read one document."""
        self.number += 1
        rng = random.Random(f"{self.seed} {self.number}")
        kind, work = rng.choice([("bank", self._bank), ("bank", self._bank), ("plan", self._plan)])
        begin = time.perf_counter()
        try:
            outcome = work(rng)
        except Exception:
            self.read.faults.append(f"{kind} {self.number} of seed {self.seed}: {traceback.format_exc()}")
            outcome = "raised"
        took = time.perf_counter() - begin
        self.read.outcomes[f"{kind} {outcome}"] += 1
        self.read.slowest = max(self.read.slowest, took)
        if took > self.patience:
            self.read.faults.append(f"{kind} {self.number} of seed {self.seed} took {took:.0f} s")

    def _bank(self, rng: random.Random) -> str:
        """A bank of its head and one item file, one of which is mutated."""
        source, files = rng.choice(list(self.banks.items()))
        target = self.folder / "bank"
        target.mkdir(exist_ok=True)
        for old in target.iterdir():
            old.unlink()
        items = rng.choice([path for path in files if path.name != "bank.yaml"])
        mutated = rng.choice(["bank.yaml", items.name, items.name])
        for name in ("bank.yaml", items.name):
            text = (source / name).read_text()
            data = mutate(text, rng) if name == mutated else text.encode()
            (target / name).write_bytes(data)
        check = check_bank(target)
        for problem in check.problems:
            assert str(problem), "a problem without words"
        return "refused" if check.problems else "sound"

    def _plan(self, rng: random.Random) -> str:
        path = self.folder / "plan.yaml"
        path.write_bytes(mutate(PLAN, rng))
        plan, problems = read_plan(path)
        if plan is None:
            assert problems, "refused without a word"
            return "refused"
        try:
            Assembly(plan, {})
        except QuizError:
            return "infeasible"
        return "sound"


PLAN = """\
title: Backend developer
minutes: 45
pass_mark: 60
draws:
  - bank: oca
    count: 10
    weights:
      oca.1: 2
      oca.2: 1
  - bank: spring
    count: 5
    objectives: [spring.1, spring.2]
    requirement: Spring
difficulty:
  easy: 1
  medium: 2
  hard: 1
"""


def mutate(text: str, rng: random.Random) -> bytes:
    """A document with a few faults of the kinds that people and programs make."""
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        text = rng.choice(MUTATIONS)(text, rng)
    data = text.encode(errors="surrogatepass")
    if rng.random() < 0.05:
        at = rng.randrange(len(data) + 1)
        data = data[:at] + bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9))) + data[at:]
    return data


def _insert(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(INSERTED) + text[at:]


def _delete(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at + rng.choice([1, 1, 3, 30, 300]) :]


def _swap_lines(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [text]
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def _repeat_lines(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [text]
    at = rng.randrange(len(lines))
    lines[at:at] = lines[at : at + rng.choice([1, 2, 12])] * rng.choice([1, 2, 40])
    return "".join(lines)


def _indent(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [text]
    at = rng.randrange(len(lines))
    lines[at] = rng.choice(["  ", "\t", " " * 200]) + lines[at]
    return "".join(lines)


def _replace_value(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [text]
    at = rng.randrange(len(lines))
    name, colon, _ = lines[at].partition(":")
    lines[at] = f"{name}{colon} {rng.choice(INSERTED)}\n"
    return "".join(lines)


def _rename(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [text]
    at = rng.randrange(len(lines))
    lines[at] = lines[at].replace(":", rng.choice(["s:", "::", "", " :", ":x"]), 1)
    return "".join(lines)


def _cut(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text) + 1)]


MUTATIONS: list[Callable[[str, random.Random], str]] = [
    _insert,
    _insert,
    _delete,
    _swap_lines,
    _repeat_lines,
    _indent,
    _replace_value,
    _replace_value,
    _rename,
    _cut,
]
