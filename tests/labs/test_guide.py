"""The examples of the authoring guide are proven like any bank: what it teaches is so."""

from pathlib import Path

import pytest

from quiz.domain.banks import check_bank
from quiz.labs.registry import LABS
from quiz.services.authoring import proving
from quiz.services.authoring.bench import Bench
from tests.packaging.test_documents import ITEM_FILES, OBJECTIVES


@pytest.mark.slow
def test_every_example_with_a_lab_is_proven(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "bank.yaml").write_text(OBJECTIVES)
    for n, items in enumerate(ITEM_FILES):
        (tmp_path / "demo" / f"part-{n}.yaml").write_text(items)
    bank = check_bank(tmp_path / "demo").bank
    assert bank
    with Bench(LABS) as bench:
        outcome = proving.prove(bank, bench)
    if outcome.unverified:
        pytest.skip("; ".join(sorted(set(outcome.unverified.values()))))
    assert not outcome.problems, "\n".join(map(str, outcome.problems))
    assert {"compound-assignment-narrows", "widest-type-without-a-cast", "adding-wraps-a-byte"} <= set(outcome.proven)
