"""What proofs mean to those who take and read quizzes: unproven items stay out, variants differ, the scorecard says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.domain.banks import Bank, check_bank
from quiz.domain.errors import InfeasiblePlan
from quiz.domain.plans import Draw
from quiz.services.authoring import catalogue, proving
from quiz.services.authoring.bench import Bench
from quiz.services.publishing.loading import Loaded, load_banks
from quiz.store import attempts, content
from quiz.store.content import BankItem
from quiz.store.database import Store, reading
from tests import factories
from tests.factories import PASSWORD, World
from tests.pages import Browser
from tests.services.test_proving import TEMPLATE, Made, item


def write(banks: Path, *items: str) -> Path:
    folder = banks / "demo"
    for path in folder.iterdir():
        path.unlink()
    (folder / "bank.yaml").write_text(json.dumps(factories.bank_file("demo")))
    (folder / "a.yaml").write_text("objective: demo.1.1\nitems:\n" + "".join(items))
    return folder


def prove(folder: Path) -> None:
    bank = check_bank(folder, "demo").bank
    assert bank
    with Bench({"made": Made()}) as bench:
        proving.write(folder, proving.prove(bank, bench))


def load(store: Store, banks: Path, **options: bool) -> Loaded:
    loaded = load_banks(store, banks, datetime.now(UTC), **options)
    return next(one for one in loaded if one.bank == "demo")


def plan(count: int) -> dict[str, Any]:
    return {"draws": [Draw(bank="demo", count=count)]}


def test_an_unproven_item_is_not_drawn_until_it_is_proven(world: World, store: Store, banks: Path) -> None:
    folder = write(banks, item("one"))
    assert (loaded := load(store, banks)).held_back == 1
    assert loaded.items == 0
    assert dict(loaded.waiting) == {"one": "the key is not proven: it was never run"}
    with pytest.raises(InfeasiblePlan):
        world.assessment(**plan(1))
    prove(folder)
    assert load(store, banks).held_back == 0
    world.start(world.candidate(world.assessment(**plan(1))))


def test_the_operator_may_allow_it(world: World, store: Store, banks: Path) -> None:
    write(banks, item("one"), TEMPLATE)
    assert load(store, banks, allow_unproven=True).held_back == 1, "a template has no key before it is proven"
    world.assessment(**plan(1))
    with pytest.raises(InfeasiblePlan):
        world.assessment(**plan(2))


def test_a_form_has_one_variant_of_a_template_and_people_get_different_ones(
    world: World, store: Store, banks: Path
) -> None:
    prove(write(banks, item("one"), TEMPLATE))
    assert load(store, banks).items == 2
    with reading(store) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(BankItem)) >= 101
    with pytest.raises(InfeasiblePlan):
        world.assessment(**plan(3))
    assessment = world.assessment(**plan(2))
    listings = set()
    for seed in range(8):
        candidate = world.candidate(assessment, f"c{seed}@example.org")
        world.start(candidate, seed=seed)
        with reading(store) as session:
            form = attempts.form(session, candidate.invitation_id)
            assert form
            drawn = content.items(session, [place.item_version_id for place in form.places])
            shown = [one.listing for one in drawn.values()]
        assert sum("1 + 2" in (listing or "") for listing in shown) == 1
        listings |= set(shown)
    assert len(listings) > 5


def test_the_catalogue_says_what_is_in_use_and_proven(
    world: World, browser: Browser, store: Store, banks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(world.user("author"), PASSWORD)
    monkeypatch.setattr(catalogue, "releases", lambda: None)  # The lab of these items is made up.
    plain = "  - " + json.dumps(factories.item("number", "plain")) + "\n"
    folder = write(banks, item("one"), plain)
    load(store, banks)
    held_back = browser.open("/banks").text
    assert "In use" in held_back
    assert "1 not proven" in held_back
    assert "0 proven, 1 from sources, 1 open" in held_back
    prove(folder)
    assert "Changed since it was loaded" in browser.open("/banks").text
    load(store, banks)
    with monkeypatch.context() as without_variants:
        without_variants.setattr(catalogue, "_edition", None)
        without_variants.setattr(Bank, "standings", None)
        in_use = browser.open("/banks").text
    assert "In use" in in_use
    assert "1 proven, 1 from sources" in in_use
    assert "not proven" not in in_use
    (folder / "bank.yaml").write_text(json.dumps(factories.bank_file("demo", title="Another title")))
    assert "Changed since it was loaded" in browser.open("/banks").text


def test_the_scorecard_says_what_proved_the_key(world: World, browser: Browser, store: Store, banks: Path) -> None:
    plain = "  - " + json.dumps(factories.item("number", "plain")) + "\n"
    prove(write(banks, item("one"), plain))
    load(store, banks)
    candidate = world.candidate(world.assessment(**plan(2)))
    world.start(candidate)
    world.finish(candidate)
    browser.sign_in(world.user("recruiter"), PASSWORD)
    text = browser.open(f"/invitations/{candidate.invitation_id}/scorecard").text
    assert text.count("Proven on Adder 1") == 1
    assert text.count("From the sources") == 1
