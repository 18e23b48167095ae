"""A little of the fuzzing with every run of the tests; `python -m tests.fuzz` does it for as long as one likes."""

import secrets
from pathlib import Path

from tests.fuzz import conditions
from tests.fuzz.documents import DocumentFuzzer
from tests.fuzz.pages import PageFuzzer


def test_no_request_whatever_brings_a_page_down(tmp_path: Path) -> None:
    with conditions.application(tmp_path) as (app, store):
        fuzzer = PageFuzzer(app, store, secrets.randbits(32))
        for _ in range(600):
            fuzzer.step()
    assert not fuzzer.found.faults
    statuses = {status for _, status in fuzzer.found.statuses}
    assert {200, 303, 403, 404, 405} <= statuses, "the requests reach pages of every kind"


def test_no_document_whatever_brings_its_reader_down(tmp_path: Path) -> None:
    fuzzer = DocumentFuzzer(tmp_path, secrets.randbits(32))
    for _ in range(200):
        fuzzer.step()
    assert not fuzzer.read.faults
    assert fuzzer.read.outcomes["bank refused"] > 0
