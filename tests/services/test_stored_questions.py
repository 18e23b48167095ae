"""Items as earlier versions stored them are delivered, scored and shown like any other."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from quiz.domain.snapshots.questions import read_question
from quiz.services.results import scorecards
from quiz.store import attempts, content
from quiz.store.content import ItemVersion
from quiz.store.database import reading, writing
from tests.factories import ITEMS, NOW, World, later

SHAPES = sorted((Path(__file__).parents[1] / "domain" / "snapshots").glob("shape-*.json"))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda path: path.stem)
def test_an_attempt_is_taken_on_items_of_every_shape(world: World, shape: Path) -> None:
    documents: dict[str, Any] = {}
    for kept in json.loads(shape.read_text(encoding="utf-8")):
        documents[kept["document"]["kind"]] = kept["document"]
    with writing(world.store) as session:
        for stored in session.scalars(sa.select(ItemVersion).where(ItemVersion.kind.in_(documents))):
            document = documents[stored.kind] | {"objective": stored.objective}
            stored.document, stored.parts = json.dumps(document), read_question(document).parts
    candidate = world.candidate(now=NOW)
    world.start(candidate, NOW)
    with reading(world.store) as session:
        form = attempts.form(session, candidate.invitation_id)
        assert form is not None
        questions = content.items(session, [place.item_version_id for place in form.places])
    for number, place in enumerate(form.places, start=1):
        question = questions[place.item_version_id]
        if question.kind in documents:
            assert question.id == documents[question.kind]["id"]
        world.save(candidate, number, 1, question.fields(question.key, place.arrangement), NOW)
    world.finish(candidate, later(1))
    card = scorecards.sheet(world.store, candidate.invitation_id, later(2)).card
    assert (card.overall.share, card.overall.items) == (1, ITEMS)
    assert {slot.verdict for slot in card.slots} == {"right"}
    assert all(slot.parts for slot in card.slots)
