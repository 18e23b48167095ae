"""Stores of every shape that ever landed: attempts in them are taken, saved, finished, scored and shown for ever.

`shapes/N.json` is a small store as a commit wrote it, and what came of it with that commit:

    written_by, revision   the commit, or the version and the shape where that has none yet, and the revision of its
                           migrations
    left_at                the moment when everybody left
    people                 the candidates, each named for where they stand, with the secrets of link and browser
    seeds                  the seeds of the attempts that are still to be started
    lists                  the candidates of each assessment: [name, state, score]
    filled_in              what the questions of the running attempt show: [number, fields]
    next                   what candidates answer from then on: [number, fields]
    scorecards             what that commit then said of every attempt, with the words for each answer
    rows                   [table, row] for every row, each after those that it points to

To add a store when the shape of a stored document or a table has changed: with the commit that is to be remembered,
load a bank with every kind of item, a practice bank, and variants with a proof. Publish a plan with weights, a spread,
a pass mark, all or nothing, one with draws that name a requirement, and whatever is new. Invite candidates and leave
them where those of the last store stand: `invited` and `waiting` (to a plan with a closing time) have not started,
`running` has saved and taken back answers, `finished` and `strict` (all or nothing) are scored, `overdue` is not swept
yet, `withdrawn` is. Write `rows` with `dump`, go on as `go_on` does, and write `scorecards` with `facts`. No test here
has to be changed for it.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import flask_migrate
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from quiz.app import create_app
from quiz.domain.banks import BankFile
from quiz.domain.items import KINDS, Item
from quiz.domain.items.code_gaps.item import Gap, GapChoice
from quiz.domain.items.matching.item import Pair
from quiz.domain.items.options import Option
from quiz.domain.items.text_entry import Mistake
from quiz.domain.items.true_false_set.item import Statement
from quiz.domain.plan_files import PlanFile
from quiz.domain.reporting import SlotScore
from quiz.domain.writing import Written
from quiz.services.delivery import closing
from quiz.services.publishing.loading import load_banks
from quiz.services.results import scorecards
from quiz.store.database import Store
from quiz.web.database import db
from tests import postgres
from tests.conftest import STORES, settings
from tests.factories import PASSWORD, bank_file, example
from tests.pages import Browser, Page

SHAPES = sorted((Path(__file__).parent / "shapes").glob("*.json"))


@dataclass
class OldStore:
    """A store of an old shape, and the application that is to go on with it."""

    app: Flask
    store: Store
    document: dict[str, Any]

    def moment(self, minutes: float = 0) -> datetime:
        """So many minutes after everybody left."""
        return datetime.fromisoformat(self.document["left_at"]) + timedelta(minutes=minutes)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as they were written."""
        return [row for name, row in self.document["rows"] if name == table]

    @property
    def over(self) -> list[str]:
        """The candidates whose attempts were over when everybody left."""
        return [person for person in self.document["scorecards"] if person not in self.document["next"]]

    @contextmanager
    def at(self, minutes: float) -> Iterator[None]:
        """A time of the server's clock."""
        with time_machine.travel(self.moment(minutes), tick=False):
            yield


@pytest.fixture(params=STORES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table in each of the stores."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.sqlite3'}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    url = server.database()
    yield url
    server.drop(url)


@pytest.fixture(params=SHAPES, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, empty_url: str, tmp_path: Path) -> Iterator[OldStore]:
    """Each old store, put in as it was and migrated to the tables of today."""
    document = json.loads(request.param.read_text())
    app = create_app(settings(tmp_path, empty_url, tmp_path / "banks"))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        store = db.engine
        flask_migrate.upgrade(revision=document["revision"])
        load(store, document["rows"])
        assert dump(store) == document["rows"]
        flask_migrate.upgrade()
    yield OldStore(app, store, document)
    store.dispose()


# Putting in and writing down -------------------------------------------------------------------------------------


def load(engine: sa.Engine, rows: list[tuple[str, dict[str, Any]]]) -> None:
    """Put rows into the tables that a migration has made."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    with engine.begin() as connection:
        connection.execute(sa.delete(metadata.tables["alembic_version"]))
        for name, row in rows:
            table = metadata.tables[name]
            values = {column: _value(table.c[column], value) for column, value in row.items()}
            connection.execute(sa.insert(table), values)
        if engine.dialect.name == "postgresql":
            for name in {name for name, row in rows if "id" in row}:
                advance = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
                connection.exec_driver_sql(advance)


def _value(column: sa.Column[Any], value: Any) -> Any:
    """A value as the column of a store takes it: SQLite keeps moments in UTC and without a zone."""
    if value is None or not isinstance(column.type, sa.DateTime):
        return value
    moment = datetime.fromisoformat(value)
    return moment if column.type.timezone else moment.replace(tzinfo=None)


def dump(engine: sa.Engine) -> list[list[Any]]:
    """Every row of every table as JSON, each after those it points to."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return [
            [table.name, {name: _json(value) for name, value in row.items()}]
            for table in metadata.sorted_tables
            for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()
        ]


def _json(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


# What is said of an attempt --------------------------------------------------------------------------------------


def facts(old: OldStore, person: str, minutes: float) -> dict[str, Any]:
    """What the scorecard of a candidate says. A group without a bank is a requirement."""
    sheet = scorecards.sheet(old.store, old.document["people"][person]["invitation"], old.moment(minutes))
    overall = sheet.card.overall
    return {
        "overall": [overall.items, overall.earned, overall.share, overall.low, overall.high],
        "advice": sheet.card.advice,
        "groups": [
            [group.title, group.bank, group.estimate.items, group.estimate.earned] for group in sheet.card.groups
        ],
        "slots": [
            [slot.item.stem, slot.credit, slot.verdict, answer_lines(slot), slot.proof] for slot in sheet.card.slots
        ],
        "ended": [sheet.over.ended_at.isoformat(), sheet.over.ended_by],
    }


def answer_lines(slot: SlotScore) -> list[str]:
    """An answer as a scorecard shows it: each part that something was given for, and what was given."""
    return [f"{part.text}: {part.answer}" for part in slot.parts if part.answer]


def without_words(card: dict[str, Any]) -> dict[str, Any]:
    """A scorecard but for its words for an answer, which may become better ones: only whether there is one.

    Figures are compared to twelve places, because how sums are rounded in the last ones has changed.
    """
    exact = card | {"slots": [[*slot[:3], bool(slot[3]), slot[4]] for slot in card["slots"]]}
    return {name: _to_twelve_places(value) for name, value in exact.items()}


def _to_twelve_places(value: Any) -> Any:
    if isinstance(value, list):
        return [_to_twelve_places(each) for each in value]
    return round(value, 12) if isinstance(value, float) else value


def recorded(old: OldStore) -> dict[str, Any]:
    """What that commit said of every attempt."""
    return {person: without_words(card) for person, card in old.document["scorecards"].items()}


def scored(old: OldStore, minutes: float) -> dict[str, Any]:
    """What is said today of the same attempts."""
    return {person: without_words(facts(old, person, minutes)) for person in old.document["scorecards"]}


def sweep(old: OldStore, minutes: float) -> int:
    """Write down which attempts are over; how many."""
    return closing.sweep(old.store, old.moment(minutes))


def recruiter(old: OldStore) -> Browser:
    browser = Browser(old.app)
    browser.sign_in("robin@example.org", PASSWORD)
    return browser


def enter(old: OldStore, person: str) -> tuple[Browser, Page]:
    """A new browser in which a candidate has opened their link, and the page that it leads to."""
    browser = Browser(old.app)
    link = f"/i/{old.document['people'][person]['link']}"
    return browser, browser.send(browser.open(link), link)


def answer(old: OldStore, browser: Browser, person: str) -> None:
    """Give the answers that the candidate gave when the store was written, each on its page, and finish."""
    sitting = f"/sitting/{old.document['people'][person]['invitation']}"
    for number, fields in old.document["next"][person]:
        question = f"{sitting}/question/{number}"
        browser.send(browser.open(question), question, fields | {"go": "overview"})
    receipt = browser.send(browser.open(f"{sitting}/finish"), "/finish")
    assert "Your answers are in" in receipt.text


def start(old: OldStore, browser: Browser, person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the clock of a candidate with the seed that was drawn when the store was written."""
    with monkeypatch.context() as drawn:
        drawn.setattr(secrets, "randbits", lambda bits: old.document["seeds"][person])
        ready = browser.open(f"/sitting/{old.document['people'][person]['invitation']}/ready")
        assert browser.send(ready, "/start").title.startswith("Question 1 of")


def words(page: Page, style: str) -> list[str]:
    """The words of every element of a page with this class."""
    return [folded(element) for element in page.root.iter() if style in (element.get("class") or "").split()]


def table(page: Page) -> list[list[str]]:
    """The words of every cell of a page's first table, but for the row of its headings."""
    rows = [element for element in page.all("table")[0].iter() if element.tag.endswith("}tr")]
    return [[folded(cell) for cell in row] for row in rows[1:]]


def folded(element: Any) -> str:
    """The words of an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


def go_on(old: OldStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody does what they did when the store was written, on the pages of today."""
    with old.at(1):
        for person in old.document["seeds"]:
            browser, page = enter(old, person)
            assert page.title.startswith("Practice 1 of")
            start(old, browser, person, monkeypatch)
    for person in old.document["next"]:
        with old.at(2 if person not in old.document["seeds"] else 3):
            browser, page = enter(old, person)
            assert page.title.startswith("All questions")
            answer(old, browser, person)


# What holds for every store -------------------------------------------------------------------------------------------


def test_there_is_a_store() -> None:
    assert SHAPES  # Or else nothing below would run.


def test_every_attempt_is_scored_as_when_the_store_was_written(old: OldStore, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = recorded(old)
    for person in old.over:
        assert without_words(facts(old, person, 0)) == expected[person]
    go_on(old, monkeypatch)
    assert sweep(old, 5) == 1
    assert scored(old, 5) == expected


def test_recruiters_see_who_stands_where(old: OldStore) -> None:
    with old.at(0):
        browser = recruiter(old)
        for assessment in old.rows("assessments"):
            page = browser.open(f"/assessments/{assessment['public_id']}")
            for row, (name, state, share) in zip(table(page), old.document["lists"][assessment["title"]], strict=True):
                assert (row[0], row[3].lower()) == (name, state)
                assert share is None or row[5].startswith(f"{share:.0%}".replace("%", " %"))


def test_recruiters_see_the_score_and_every_answer(old: OldStore) -> None:
    with old.at(0):
        browser = recruiter(old)
        for person in old.over:
            card = old.document["scorecards"][person]
            page = browser.open(f"/invitations/{old.document['people'][person]['invitation']}/scorecard")
            _, _, share, low, high = card["overall"]
            assert words(page, "score") == [f"{100 * share:.0f} %"]
            assert f"{100 * low:.0f} to {100 * high:.0f} %" in words(page, "score-interval")[0]
            assert [row[:2] for row in table(page)] == [
                [f"{title} {bank or ''}".strip(), str(items)] for title, bank, items, _ in card["groups"]
            ]
            assert words(page, "answer-verdict") == [
                f"{verdict.capitalize()} {100 * credit:.0f} % credit" for _, credit, verdict, *_ in card["slots"]
            ]
            for body, (_, _, _, lines, _) in zip(words(page, "answer-body"), card["slots"], strict=True):
                answers = [" ".join(line.rpartition(": ")[2].replace("`", "").split()) for line in lines]
                assert [answer for answer in answers if answer not in body] == []


def test_a_running_attempt_shows_the_answers_that_were_saved(old: OldStore) -> None:
    with old.at(1):
        browser, page = enter(old, "running")
        for number, fields in old.document["filled_in"]:
            form = browser.open(page.path.replace("overview", f"question/{number}")).form(f"question/{number}")
            filled_in = {name: value for name, value in form.items() if name.startswith("answer") and value}
            assert {name: [value] if isinstance(value, str) else value for name, value in filled_in.items()} == fields


def test_links_that_were_withdrawn_used_or_closed_still_say_so(old: OldStore) -> None:
    people = old.document["people"]
    with old.at(1):
        assert "withdrawn" in Browser(old.app).open(f"/i/{people['withdrawn']['link']}", status=410).text
        _, page = enter(old, "finished")
        assert page.path.endswith("/receipt")
    with old.at(60 * 24 * 2):
        assert "closed" in Browser(old.app).open(f"/i/{people['waiting']['link']}", status=410).text


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_loading_the_banks_of_today_changes_nothing_of_what_was_given(
    old: OldStore, banks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {loaded.outcome for loaded in load_banks(old.store, banks, old.moment())} == {"loaded"}
    go_on(old, monkeypatch)
    assert scored(old, 5) == recorded(old)


# The schema of tomorrow ------------------------------------------------------------------------------------------


@contextmanager
def change(model: type[Written], removed: str, renamed: str, tightened: str) -> Iterator[None]:
    """A schema with one field less, one under another name, and one that allows hardly anything."""
    before = dict(model.model_fields)
    after = {f"new_{name}" if name == renamed else name: field for name, field in before.items() if name != removed}
    after[tightened] = FieldInfo.from_annotation(Literal["nothing else"])
    try:
        _rebuild(model, after)
        yield
    finally:
        _rebuild(model, before)


def _rebuild(model: type[Written], fields: dict[str, FieldInfo]) -> None:
    model.__pydantic_fields__.clear()
    model.__pydantic_fields__.update(fields)
    model.model_rebuild(force=True)


Example = tuple[type[Written], dict[str, Any]]
"""A schema, and what is sound by it today."""

ENTRIES: list[tuple[type[Written], dict[str, Any], tuple[str, str, str]]] = [
    (Option, {"text": "int", "key": True, "why": "It is."}, ("key", "text", "why")),
    (Statement, {"text": "It is so.", "is": True, "why": "It is."}, ("instead", "is_", "text")),
    (Mistake, {"text": "float", "why": "It is not."}, ("misconception", "why", "text")),
    (Pair, {"prompt": "byte", "match": "127", "why": "It is."}, ("claim", "match", "prompt")),
    (Gap, {"answers": ["long"], "why": "It is."}, ("mistakes", "answers", "choices")),
    (GapChoice, {"text": "long", "key": True, "why": "It is."}, ("instead", "key", "text")),
]
"""Entries of items, what is sound today, and which of their fields are removed, renamed and tightened."""


def authored() -> list[Example]:
    """What authors write today."""
    plan = {"title": "Demo", "minutes": 20, "draws": [{"bank": "demo", "count": 1}]}
    items = [(kind.item, example(kind.name) | {"objective": "demo.1.1"}) for kind in KINDS.values()]
    return [(BankFile, bank_file("demo")), (PlanFile, plan), *items, *((entry, data) for entry, data, _ in ENTRIES)]


@contextmanager
def tomorrow() -> Iterator[None]:
    """Banks, plans, items of every kind and their entries are all written in another way."""
    with ExitStack() as changes:
        changes.enter_context(change(BankFile, removed="alignment", renamed="summary", tightened="title"))
        changes.enter_context(change(PlanFile, removed="pass_mark", renamed="scoring", tightened="minutes"))
        for kind in KINDS.values():
            own = next(name for name in kind.item.model_fields if name not in Item.model_fields)
            changes.enter_context(change(kind.item, removed="listing", renamed=own, tightened="stem"))
        for entry, _, names in ENTRIES:  # After the items, which hold them and so are put back last.
            changes.enter_context(change(entry, *names))
        yield


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_no_change_of_what_authors_may_write_touches_what_is_stored(
    old: OldStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for schema, written in authored():
        schema.model_validate(written)
    with tomorrow():
        for schema, written in authored():
            with pytest.raises(ValidationError):
                schema.model_validate(written)
        go_on(old, monkeypatch)
        assert scored(old, 5) == recorded(old)
    for schema, written in authored():
        schema.model_validate(written)  # What was changed is as it was, for the tests that follow.
