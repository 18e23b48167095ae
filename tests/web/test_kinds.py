"""Every kind of item on a page: its template, its style, its script, and what is said of an answer."""

from typing import Any

import pytest
from flask import Flask, render_template, render_template_string

from quiz.domain.items import KINDS
from quiz.web import kinds, rendering
from quiz.web.rendering import asset
from tests.domain.samples import question

every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def app() -> Flask:
    """Pages alone, without a store."""
    app = Flask("quiz", static_folder=None, template_folder=None)
    rendering.init_app(app)
    return app


def shown(app: Flask, kind: str, given: dict[str, list[str]], **more: Any) -> str:
    sample = question(kind)
    seen = sample.public(tuple(range(sample.parts)))
    with app.test_request_context():
        return render_template(kinds.template(kind), item=seen, given=given, prefix="x-", **more)


@every_kind
def test_a_template_shows_what_was_given(app: Flask, kind: str) -> None:
    sample = question(kind)
    fields = sample.fields(sample.key, tuple(range(sample.parts)))
    empty, filled = shown(app, kind, {}), shown(app, kind, fields)
    assert empty != filled
    for name in fields:
        assert f'name="x-{name}"' in filled
    assert ' id="x-item"' in filled
    assert "<script" not in filled
    assert "style=" not in filled


@every_kind
def test_a_template_says_what_is_wrong_and_can_be_read_only(app: Flask, kind: str) -> None:
    assert "Say it otherwise." in shown(app, kind, {}, problem="Say it otherwise.")
    assert "disabled" in shown(app, kind, {}, readonly=True)
    assert "disabled" not in shown(app, kind, {})


LISTING = "{% include kind_listing(item.kind) %}"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if question(kind).listing])
def test_a_listing_is_shown_without_the_names_that_stand_for_gaps(app: Flask, kind: str) -> None:
    with app.test_request_context():
        listing = render_template_string(LISTING, item=question(kind))
    assert 'class="listing-code"' in listing
    assert "__1__" not in listing
    assert listing.count('class="gap"') == len(getattr(question(kind), "gaps", ()))


def test_the_styles_of_all_kinds_are_one_sheet(app: Flask) -> None:
    reply = app.test_client().get(asset(kinds.STYLE_SHEET))
    assert reply.mimetype == "text/css"
    assert "immutable" in reply.headers["Cache-Control"]
    for kind in KINDS.values():
        if (kind.folder / "style.css").exists():
            assert (kind.folder / "style.css").read_text() in reply.text


def test_the_script_of_a_kind_is_a_module_at_an_address_of_its_own(app: Flask) -> None:
    having = [kind for kind in KINDS if kinds.script(kind)]
    assert having
    for kind in having:
        reply = app.test_client().get(asset(kinds.script(kind) or ""))
        assert reply.mimetype == "text/javascript"
        assert reply.data == (KINDS[kind].folder / "script.mjs").read_bytes()
    for name in ("kinds/item.mjs", "kinds/ordering/item.py", "kinds/../ordering.mjs", "kinds/ordering.py"):
        assert app.test_client().get(asset(name)).status_code == 404


PARTS = """{% from "components/parts.html" import parts_table %}{{ parts_table(parts, "Parts", answered=true) }}"""


@pytest.mark.parametrize("word", ["typed", "chosen", "key", "chosen: x", "wrong"])
def test_what_earned_credit_is_shown_as_right_whatever_its_words(app: Flask, word: str) -> None:
    pairs = [{"prompt": "one", "match": word, "why": "Because."}, {"prompt": "two", "match": "other", "why": "So."}]
    sample = question("matching", pairs=pairs, decoys=[])
    assert sample.score([0, None]) == 0.5
    with app.test_request_context():
        table = render_template_string(PARTS, parts=sample.explain([0, None]))
    assert '<span class="given-verdict">right</span>' in table
    assert '<span class="given-verdict">wrong</span>' not in table


def test_what_was_typed_is_shown_as_it_is(app: Flask) -> None:
    with app.test_request_context():
        table = render_template_string(PARTS, parts=question("short text").explain("**a** <b> `c`"))
    assert "<code>**a** &lt;b&gt; `c`</code>" in table
