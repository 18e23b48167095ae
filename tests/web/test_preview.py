"""The preview: the author's pages without accounts, following the files, on this machine alone."""

import json
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quiz.domain.banks import check_bank
from quiz.domain.proofs.observations import Observation
from quiz.labs import registry
from quiz.services.authoring import proving
from quiz.services.authoring.bench import Bench
from quiz.web.preview import create_preview
from tests import factories
from tests.services.test_proving import TEMPLATE, Absent, Made, item

LOCAL = "http://127.0.0.1:8001"


@pytest.fixture
def banks(tmp_path: Path) -> Path:
    factories.write_bank(tmp_path, "demo", [factories.item("number", "plain")])
    (tmp_path / "demo" / "code.yaml").write_text(
        "objective: demo.1.1\nitems:\n" + item("one") + item("two", "2 + 2", "4", "22") + TEMPLATE
    )
    return tmp_path


@pytest.fixture
def browser(banks: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setitem(registry.LABS, "made", Made())
    return create_preview(banks, 8001).test_client()


def prove(banks: Path) -> None:
    bank = check_bank(banks / "demo").bank
    assert bank
    with Bench({"made": Made()}) as bench:
        proving.write(banks / "demo", proving.prove(bank, bench))


def text(browser: FlaskClient, path: str) -> str:
    reply = browser.get(path, base_url=LOCAL)
    assert reply.status_code == 200, reply.text
    return reply.text


def state(browser: FlaskClient) -> str:
    return str(json.loads(text(browser, "/changes"))["state"])


def test_the_banks_say_what_is_proven(browser: FlaskClient, banks: Path) -> None:
    assert "3 not proven" in text(browser, "/banks")
    prove(banks)
    assert "3 proven, 1 from sources" in text(browser, "/banks")


def test_an_item_is_shown_with_its_key_and_what_the_machine_said(browser: FlaskClient, banks: Path) -> None:
    open_ = text(browser, "/banks/demo/items/one")
    assert "Not proven" in open_
    assert "run quiz banks prove" in open_
    prove(banks)
    shown = text(browser, "/banks/demo/items/one")
    assert "Proven</strong> on Adder 1" in shown
    assert "it prints &#39;3&#39;" in shown
    assert "prints: &#39;12&#39;" in shown


def test_what_speaks_against_an_item_is_shown_with_what_the_machine_said(
    browser: FlaskClient, banks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(banks.parent / "cache"))
    path = banks / "demo" / "code.yaml"
    path.write_text(path.read_text().replace("print(1 + 2)", "print(1 + 3)"))
    assert "it was never run" in text(browser, "/banks/demo/items/one")
    prove(banks)
    refuted = text(browser, "/banks/demo/items/one")
    assert "this is keyed and claims" in refuted
    assert '<td class="claimed" data-label="The machine">it prints &#39;4&#39;' in refuted
    assert "What the machine said" in refuted
    assert "Not proven</strong> on Adder 1" in refuted
    path.write_text(path.read_text().replace("print(1 + 3)", "print(1 + 4)"))
    assert "it prints" not in text(browser, "/banks/demo/items/one"), "that was said of another program"


def test_a_claim_that_is_wrong_by_the_record_is_shown_beside_it(browser: FlaskClient, banks: Path) -> None:
    prove(banks)
    path = banks / "demo" / "code.yaml"
    path.write_text(path.read_text().replace('"3"', '"5"'))
    shown = text(browser, "/banks/demo/items/one")
    assert "What the machine said" in shown
    assert "this is keyed and claims" in shown
    assert "it prints &#39;3&#39;" in shown


def test_what_is_run_and_not_shown_to_candidates_stands_beside_the_item(browser: FlaskClient, banks: Path) -> None:
    path = banks / "demo" / "code.yaml"
    hidden = (
        "    run:\n      program: |\n        # unseen\n        {{listing}}\n"
        "      files: {help.txt: a helping hand}\n      calls: [{method: POST, path: /hidden}]\n"
    )
    path.write_text(path.read_text().replace("    lab: made\n", f"    lab: made\n{hidden}", 1))
    shown = text(browser, "/banks/demo/items/one")
    for part in ("The program", "# unseen", "The file help.txt", "a helping hand", "A request", "POST /hidden"):
        assert part in shown
    assert "What is run but not shown" not in text(browser, "/banks/demo/items/two")
    assert "The expression of option 2" in text(browser, "/banks/demo/items/many")


def test_the_variants_of_a_template_can_be_turned_over(browser: FlaskClient, banks: Path) -> None:
    assert "A template without variants" in text(browser, "/banks/demo/items/many")
    prove(banks)
    first, second = (text(browser, f"/banks/demo/items/many?variant={n}") for n in (1, 2))
    assert "Variant 1 of 100" in first
    assert "Variant 2 of 100" in second
    assert first != second
    for odd in ("0", "9999", "x", "-1", ""):
        assert "of 100" in text(browser, f"/banks/demo/items/many?variant={odd}")


def test_remarks_stand_beside_the_item(browser: FlaskClient, banks: Path) -> None:
    path = banks / "demo" / "code.yaml"
    path.write_text(path.read_text().replace("It adds.", "Yes.", 1))
    assert "short-why" in text(browser, "/banks/demo/items/one")
    assert "short-why" in text(browser, "/banks/demo")


def test_a_change_is_seen_and_a_broken_bank_recovers(browser: FlaskClient, banks: Path) -> None:
    before = state(browser)
    assert state(browser) == before
    path = banks / "demo" / "code.yaml"
    whole = path.read_text()
    path.write_text(whole.replace("kind: single choice", "kind: singel choice"))
    assert state(browser) != before
    assert "did you mean" in text(browser, "/banks/demo")
    assert "problem" in text(browser, "/banks")
    path.write_text(whole)
    assert "did you mean" not in text(browser, "/banks/demo")


def test_an_item_whose_bank_breaks_comes_back_at_its_own_address(browser: FlaskClient, banks: Path) -> None:
    path = banks / "demo" / "code.yaml"
    whole = path.read_text()
    path.write_text(whole.replace("kind: single choice", "kind: singel choice"))
    broken = text(browser, "/banks/demo/items/one")
    assert "did you mean" in broken
    assert "js/live.mjs" in broken
    assert "loaded before" not in broken, "the preview has loaded nothing"
    path.write_text(whole)
    assert "What a candidate sees" in text(browser, "/banks/demo/items/one")


def press(browser: FlaskClient) -> str:
    """Begin to prove, and wait for how it went."""
    reply = browser.post("/prove", base_url=LOCAL, headers={"Sec-Fetch-Site": "same-origin"})
    assert reply.status_code == 303
    until = time.monotonic() + 60
    while (words := told(browser)) == "Starting the labs" or "programs have run" in words:
        assert time.monotonic() < until
        time.sleep(0.05)
    return words


def told(browser: FlaskClient) -> str:
    return str(json.loads(text(browser, "/changes"))["proving"])


def test_what_cannot_run_here_is_not_called_proven(browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.LABS, "made", Absent())
    assert press(browser) == "Proven, but for 3 items that cannot run here (install an adder)"
    assert "3 not proven" in text(browser, "/banks")


def test_a_wrong_key_and_a_bank_that_cannot_be_read_are_not_called_proven(browser: FlaskClient, banks: Path) -> None:
    factories.write_bank(banks, "broken", [factories.item("number", "one", colour="red")])
    path = banks / "demo" / "code.yaml"
    path.write_text(path.read_text().replace("listing: print(1 + 2)", "listing: print(1 + 3)"))
    assert press(browser) == "Proven, but for 1 problem, 1 bank to fix first"


def test_a_proof_that_breaks_down_is_told_and_can_begin_again(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> Observation:
        raise RuntimeError

    monkeypatch.setitem(registry.LABS, "made", Made(breaks))
    assert press(browser).startswith("Proving broke down")
    monkeypatch.setitem(registry.LABS, "made", Made())
    assert press(browser) == "All proven"


def test_proving_begins_with_the_button_and_the_page_is_told(browser: FlaskClient, banks: Path) -> None:
    before = state(browser)
    assert press(browser) == "All proven"
    assert state(browser) != before
    assert "3 proven" in text(browser, "/banks")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_no_other_site_can_begin_it(browser: FlaskClient, site: str | None) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    assert browser.post("/prove", base_url=LOCAL, headers=headers).status_code == 403


def test_another_name_for_this_machine_is_refused(browser: FlaskClient) -> None:
    assert browser.get("/banks", base_url="http://evil.example:8001").status_code == 400


def test_the_preview_has_no_other_pages_and_the_same_headers(browser: FlaskClient) -> None:
    assert browser.get("/assessments", base_url=LOCAL).status_code == 404
    assert browser.get("/sign-in", base_url=LOCAL).status_code == 404
    assert browser.get("/banks/demo/items/nope", base_url=LOCAL).status_code == 404
    policy = browser.get("/banks", base_url=LOCAL).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
