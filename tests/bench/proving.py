"""How fast keys are proven, beside a compiler and a virtual machine started for each program, in the same run."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from quiz import paths
from quiz.domain.banks import check_bank
from quiz.domain.proofs import records
from quiz.domain.proofs.observations import Observation, Request
from quiz.domain.proofs.records import Record
from quiz.domain.proofs.trials import trials
from quiz.labs.base import CONDITIONS, LabMissing
from quiz.labs.registry import LABS

_PAIRS = 8
_ROUNDS = 5
_LARGE = 10_000


def java_programs() -> list[Request]:
    """What the bank `oca` runs for its plain items."""
    bank = check_bank(paths.QUESTION_BANKS / "oca").bank
    assert bank
    plain = [item for item in bank.items if item.lab == "java 8" and item.id not in bank.templates]
    found = {trial.request.digest: trial.request for item in plain for trial in trials(item)}
    return [request for request in found.values() if request.program and request.probe is None]


def measure() -> None:
    """Print how many programs are proven per second on one core, and how long an unchanged bank takes."""
    print("\nProving keys", flush=True)
    java = LABS["java"]
    try:
        print(f"  Java: {java.environment('8')}, each under {len(CONDITIONS)} conditions, one core")
    except LabMissing as error:
        print(f"  not measured: {error}")
        return
    cores = os.sched_getaffinity(0)
    # Everything started from here on inherits the one core.
    os.sched_setaffinity(0, {min(cores)})
    try:
        programs, endless = _ending(java_programs())
        proven = _proven_per_second(programs)
        pairs = _pairs_per_second(programs[:_PAIRS])
    finally:
        os.sched_setaffinity(0, cores)
    print(f"  in the lab            {proven:8.1f} programs/s (median of {_ROUNDS} rounds of {len(programs)})")
    print(f"  javac and java each   {pairs:8.1f} programs/s, once each; the lab is {proven / pairs:.0f} times as fast")
    print(
        f"  left out: {endless} that never end on purpose, each of which takes its time limit {len(CONDITIONS)} times"
    )
    print(f"  {_LARGE:,} unchanged items: {_unchanged():.2f} s", flush=True)


def _ending(programs: list[Request]) -> tuple[list[Request], int]:
    """The programs that end, and how many do not."""
    with LABS["java"].open("8") as worker:
        ending = [request for request in programs if worker.observe(request, CONDITIONS[0]).ended]
    return ending, len(programs) - len(ending)


def _proven_per_second(programs: list[Request]) -> float:
    rates = []
    with LABS["java"].open("8") as worker:
        for _ in range(_ROUNDS + 1):
            began = time.perf_counter()
            for request in programs:
                for condition in CONDITIONS:
                    worker.observe(request, condition)
            rates.append(len(programs) / (time.perf_counter() - began))
    return statistics.median(rates[1:])  # The first round warms the virtual machine up.


def _pairs_per_second(programs: list[Request]) -> float:
    """A process of javac, and one of java where it compiled, for each program."""
    began = time.perf_counter()
    for request in programs:
        with tempfile.TemporaryDirectory() as folder:
            name = request.program.partition("public class ")[2].split()[:1] or ["Main"]
            source = Path(folder) / f"{name[0]}.java"
            source.write_text(request.program)
            compile = ["javac", "--release", "8", "-proc:none", "-nowarn", source.name]
            compiled = subprocess.run(compile, cwd=folder, capture_output=True, check=False)
            if compiled.returncode == 0:
                subprocess.run(["java", "-cp", folder, name[0]], capture_output=True, check=False, timeout=20)
    return len(programs) / (time.perf_counter() - began)


def _unchanged() -> float:
    """Seconds of `quiz banks prove` over a large bank of which no byte changed since it was proven."""
    with tempfile.TemporaryDirectory() as folder:
        bank = Path(folder) / "banks" / "large"
        _write_large(bank)
        environment = os.environ | {"XDG_CACHE_HOME": str(Path(folder) / "cache")}
        command = [sys.executable, "-m", "quiz", "banks", "prove", str(bank.parent)]
        subprocess.run([*command, "--check"], env=environment, check=True, capture_output=True)
        began = time.perf_counter()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        return time.perf_counter() - began


def _write_large(folder: Path) -> None:
    """A bank of Java items with the records that they would have."""
    folder.mkdir(parents=True)
    groups = [{"id": "l.1", "title": "One", "objectives": [{"id": "l.1.1", "title": "First"}]}]
    head = {"title": "Large", "summary": "Generated for measuring.", "language": "java", "groups": groups}
    (folder / "bank.yaml").write_text(json.dumps(head))
    program = (
        "public class P {\n    public static void main(String[] a) {\n        System.out.println(%d + 1);\n    }\n}"
    )
    for first in range(0, _LARGE, 500):
        items = [
            {
                "id": f"item-{n}",
                "kind": "single choice",
                "difficulty": "2",
                "seconds": "60",
                "stem": "What does this program print?",
                "lab": "java 8",
                "listing": program % n,
                "options": [
                    {"text": f"`{shown}`", "key": key, "claim": {"prints": shown}, "why": "Plus adds two numbers here."}
                    for shown, key in ((str(n + 1), "true"), (f"{n}1", "false"), (str(n), "false"))
                ],
                "sources": ["JLS 15.18"],
            }
            for n in range(first, first + 500)
        ]
        (folder / f"part-{first}.yaml").write_text(json.dumps({"objective": "l.1.1", "items": items}))
    bank = check_bank(folder).bank
    assert bank
    harness = LABS["java"].harness
    made = {}
    for n, item in enumerate(sorted(bank.items, key=lambda item: int(item.id.removeprefix("item-")))):
        digest = trials(item)[0].request.digest
        made[item.id] = Record("JDK", harness, {digest: Observation(compiled=True, printed=f"{n + 1}\n")})
    (folder / records.LOCK).write_text(records.render(made))
