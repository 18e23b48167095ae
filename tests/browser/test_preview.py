"""The preview in a browser: it follows the files by itself, keeps its place, and everybody can use it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from quiz.domain.banks import check_bank
from quiz.labs import registry
from quiz.services.authoring import proving
from quiz.services.authoring.bench import Bench
from quiz.web.preview import create_preview
from tests import factories
from tests.browser.conftest import Desk, eventually
from tests.browser.journeys import button
from tests.browser.test_accessible import inspect
from tests.services.test_proving import TEMPLATE, Made, item

ONE = "/banks/demo/items/one"


@pytest.fixture
def banks(tmp_path: Path) -> Path:
    factories.write_bank(tmp_path, "demo", [factories.item("number", "plain")])
    (tmp_path / "demo" / "code.yaml").write_text("objective: demo.1.1\nitems:\n" + item("one") + TEMPLATE)
    return tmp_path


@pytest.fixture
def preview(banks: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the preview of the banks answers."""
    monkeypatch.setitem(registry.LABS, "made", Made())
    # The port is part of the preview's own address, so the server has it first.
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    server.app = create_preview(banks, server.port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def change(banks: Path, old: str, new: str) -> None:
    path = banks / "demo" / "code.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def prove(banks: Path) -> None:
    bank = check_bank(banks / "demo").bank
    assert bank
    with Bench({"made": Made()}) as bench:
        proving.write(banks / "demo", proving.prove(bank, bench))


def opened(desk: Desk, preview: str, path: str, **options: object) -> Page:
    page = desk.page(base_url=preview, **options)
    with page.expect_response("**/changes"):  # From now on it knows what it shows.
        page.goto(path)
    return page


def test_a_page_follows_the_files_and_keeps_its_place(desk: Desk, preview: str, banks: Path) -> None:
    page = opened(desk, preview, ONE, viewport={"width": 320, "height": 300})
    page.evaluate("scrollTo(0, 400)")
    change(banks, "What is printed?", "What does it print?")
    expect(page.get_by_text("What does it print?").first).to_be_attached()
    page.wait_for_function("scrollY === 400")


def test_a_page_recovers_by_itself_when_its_bank_is_mended(desk: Desk, preview: str, banks: Path) -> None:
    page = opened(desk, preview, ONE)
    change(banks, "kind: single choice", "kind: singel choice")
    expect(page.get_by_role("heading", name="1 problem")).to_be_visible()
    expect(page.get_by_role("region", name="Excerpt of")).to_contain_text("singel choice")
    change(banks, "kind: singel choice", "kind: single choice")
    expect(page.get_by_role("heading", name="What a candidate sees")).to_be_visible()


def test_the_button_proves_and_the_page_shows_it_by_itself(desk: Desk, preview: str) -> None:
    page = opened(desk, preview, "/banks/demo/items/many")
    expect(page.get_by_text("A template without variants")).to_be_visible()
    button(page, "Prove what changed").click()
    expect(page.get_by_role("heading", name="Variant 1 of 100")).to_be_visible()
    expect(page.get_by_text("All proven")).to_be_visible()
    page.get_by_role("link", name="Next variant").click()
    expect(page.get_by_role("heading", name="Variant 2 of 100")).to_be_visible()


def test_without_scripts_the_pages_and_the_button_work(desk: Desk, preview: str, banks: Path) -> None:
    page = desk.page(base_url=preview, java_script_enabled=False)
    page.goto(ONE)
    expect(page.get_by_text("Not proven").first).to_be_visible()
    button(page, "Prove what changed").click()
    expect(page).to_have_url(preview + ONE)
    eventually(lambda: page.request.get("/changes").json()["proving"] == "All proven")
    change(banks, "What is printed?", "What does it print?")
    page.reload()
    expect(page.get_by_text("What does it print?").first).to_be_visible()
    change(banks, "What does it print?", "What is printed?")
    page.reload()
    expect(page.get_by_text("Adder 1")).to_be_visible()


@pytest.mark.parametrize("path", ["/banks", "/banks/demo", ONE, "/banks/demo/items/many?variant=3"])
@pytest.mark.parametrize("proven", [False, True], ids=["open", "proven"])
def test_a_page_of_the_preview_can_be_used_by_everybody(
    path: str, proven: bool, desk: Desk, preview: str, banks: Path
) -> None:
    change(banks, "It adds.", "Yes.")  # A remark.
    if proven:
        prove(banks)
    assert inspect(opened(desk, preview, path)) == []


def test_the_problems_of_a_bank_can_be_read_by_everybody(desk: Desk, preview: str, banks: Path) -> None:
    change(banks, "kind: single choice", "kind: singel choice")
    assert inspect(opened(desk, preview, ONE)) == []
