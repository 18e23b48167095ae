"""A planted bank for each lab, half of it with wrong keys: every wrong one is found, and no right one is refused."""

import json
from pathlib import Path

import pytest

from quiz.domain.banks import Bank, check_bank
from quiz.labs.registry import LABS
from quiz.services.authoring import proving
from quiz.services.authoring.bench import Bench
from quiz.services.authoring.proving import Outcome
from tests import factories

PLANTED = sorted((Path(__file__).parent / "planted").glob("*.yaml"))


def planted(path: Path, folder: Path) -> Bank:
    """A planted file as a bank of its own."""
    (folder / "planted").mkdir()
    (folder / "planted" / "bank.yaml").write_text(json.dumps(factories.bank_file("planted")))
    (folder / "planted" / "items.yaml").write_text(path.read_text())
    checked = check_bank(folder / "planted", "planted")
    assert not checked.problems, "\n".join(map(str, checked.problems))
    assert checked.bank
    return checked.bank


@pytest.fixture(params=PLANTED, ids=lambda path: path.stem)
def outcome(request: pytest.FixtureRequest, tmp_path: Path) -> Outcome:
    with Bench(LABS) as bench:
        proven = proving.prove(planted(request.param, tmp_path), bench)
    if proven.unverified:
        pytest.skip("; ".join(sorted(set(proven.unverified.values()))))
    return proven


@pytest.mark.slow
def test_every_wrong_key_is_found_and_no_right_one_refused(outcome: Outcome) -> None:
    lines = {int(place.rsplit(":", 1)[1]): item for item, place in outcome.bank.places.items()}
    found = {lines[max(line for line in lines if line <= problem.line)] for problem in outcome.problems}
    wrong = {item.id for item in outcome.bank.items if item.id.startswith("wrong-")}
    assert wrong
    assert len(outcome.bank.items) > len(wrong)
    told = "\n".join(map(str, outcome.problems))
    assert found == wrong, f"missed {sorted(wrong - found)}, refused {sorted(found - wrong)}\n{told}"
    assert set(outcome.proven) == {item.id for item in outcome.bank.items} - wrong


def test_the_planted_set_is_large_and_covers_every_lab() -> None:
    text = "".join(path.read_text() for path in PLANTED)
    ids = [line for line in text.splitlines() if line.startswith("  - id: ")]
    wrong = [line for line in ids if line.startswith("  - id: wrong-")]
    assert len(ids) >= 60
    assert len(wrong) * 5 >= len(ids) * 2
    assert {path.stem for path in PLANTED} >= set(LABS)
