"""Languages from right to left, in a browser: prose runs its way, code its own, and no translator touches code."""

import pytest
from flask import Flask, render_template, render_template_string
from playwright.sync_api import Browser, Page

from quiz.domain.items import KINDS
from quiz.web import kinds, rendering
from tests.domain.samples import item

HEBREW = "\u05de\u05d4 \u05de\u05d7\u05d6\u05d9\u05e8 `1 + 2` \u05db\u05d0\u05df"
ARABIC = "`1 + 2` \u0645\u0627 \u0646\u0627\u062a\u062c"

ORDER_OF = """(element) => {
    const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
    const left = (n) => {
        const range = document.createRange();
        range.setStart(text, n);
        range.setEnd(text, n + 1);
        return range.getBoundingClientRect().left;
    };
    return [...text.data].map((_, n) => left(n)).every((x, n, all) => n === 0 || x >= all[n - 1]);
}"""
"""Whether the characters of an element's first text stand from left to right."""


@pytest.fixture
def page(chromium: Browser) -> Page:
    return chromium.new_context(java_script_enabled=True).new_page()


def show(page: Page, kind: str, lang: str, **changes: object) -> None:
    app = Flask("quiz", static_folder=None, template_folder=None)
    rendering.init_app(app)
    question = item(kind, lang=lang, **changes).question
    shown = question.public(question.sample_arrangement)
    with app.test_request_context():
        html = render_template(kinds.template(kind), item=shown, given={}, prefix="")
        parts = '{% from "components/parts.html" import parts_table %}{{ parts_table(parts, "Parts") }}'
        html += render_template_string(parts, parts=question.explain(None))
    page.set_content(f'<!doctype html><html lang="en"><body>{html}</body></html>')


@pytest.mark.parametrize(("stem", "lang"), [(HEBREW, "he"), (ARABIC, "ar")])
@pytest.mark.parametrize("kind", KINDS)
def test_code_in_a_stem_from_right_to_left_reads_from_left_to_right(
    page: Page, kind: str, stem: str, lang: str
) -> None:
    show(page, kind, lang, stem=stem)
    box = page.locator(".stem")
    assert box.evaluate("(e) => getComputedStyle(e).direction") == "rtl"
    assert box.evaluate("(e) => e.closest('[lang]').lang") == lang
    assert box.locator("code").evaluate(ORDER_OF)


def test_options_run_each_in_its_own_direction(page: Page) -> None:
    texts = [ARABIC, HEBREW, "`1 + 2`", "plain `x - 1`"]
    options = [{"text": text, "key": not n, "why": ARABIC} for n, text in enumerate(texts)]
    show(page, "single choice", "ar", options=options, stem=ARABIC)
    for label in page.locator(".choice-label").all():
        code = label.locator("code")
        assert code.evaluate(ORDER_OF)
        rtl = any("\u0590" < c < "\u0700" for c in label.inner_text())
        assert (label.evaluate("(e) => getComputedStyle(e).direction") == "rtl") is rtl
    assert all(code.evaluate(ORDER_OF) for code in page.locator("table code").all())


@pytest.mark.parametrize("kind", ["code line", "code gaps", "single choice"])
def test_no_code_is_translated_or_turned(page: Page, kind: str) -> None:
    listing = item(kind).listing or "int sum = 1 + 2; // \u05e9\u05dc\u05d5\u05dd"
    show(page, kind, "he", listing=listing, language="java", stem=HEBREW)
    codes = page.locator("code").all()
    assert len(codes) > 1
    for code in codes:
        assert code.evaluate("(e) => getComputedStyle(e).direction") == "ltr"
        assert not code.evaluate("(e) => e.translate")
    assert all(not box.evaluate("(e) => e.translate") for box in page.locator("input[type=text]").all())
