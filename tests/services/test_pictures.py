"""Pictures of questions: from a bank's folder into the store, onto pages, and kept there."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quiz.domain.banks import check_bank
from quiz.domain.markdown import plain
from quiz.services.publishing.loading import load_banks
from quiz.services.publishing.pictures import picture
from quiz.web.preview import create_preview
from quiz.web.rendering import block, inline
from tests import factories
from tests.factories import World, png
from tests.pages import Browser


def written(folder: Path, stem: str = "What is drawn?\n\n![A tree of three nodes](tree.png)", **changes: Any) -> Path:
    texts = ["![A red square](red.png)", "![A wide square](wide.png)", "`![code](x)`"]
    options = [{"text": text, "key": not n, "why": "Because it is."} for n, text in enumerate(texts)]
    item = factories.item("single choice", "drawn", options=options, stem=stem) | changes
    bank = factories.write_bank(folder, "drawings", [item])
    (bank / "pictures").mkdir(exist_ok=True)
    for name, width in (("tree", 3), ("red", 4), ("wide", 5)):
        (bank / "pictures" / f"{name}.png").write_bytes(png(width, 2))
    return bank


def addresses(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('src="')[1:] if "/pictures/" in part.split('"')[0]]


def test_texts_name_pictures_by_their_content(tmp_path: Path) -> None:
    bank = check_bank(written(tmp_path)).bank
    assert bank is not None
    (item,) = bank.items
    assert len(bank.pictures) == 3
    assert "tree.png" not in repr(item.question)
    assert "red.png" not in repr(item.question)
    assert [plain(option.text) for option in item.question.options] == ["A red square", "A wide square", "![code](x)"]
    html = inline(item.question.options[0].text)
    assert 'alt="A red square"' in html
    assert 'width="4" height="2"' in html
    assert len(addresses(block(item.stem))) == 1
    before = item.content_hash
    (tmp_path / "drawings" / "pictures" / "tree.png").write_bytes(png(7, 2))
    changed = check_bank(tmp_path / "drawings").bank
    assert changed is not None
    assert changed.items[0].content_hash != before


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        ("![](tree.png)", "no alternative text"),
        ("![A tree](nope.png)", "cannot be shown"),
        ("![A tree](../drawings/pictures/tree.png)", "names no picture"),
        ("![A tree](https://example.org/tree.png)", "names no picture"),
        ("![A tree](tree.svg)", "names no picture"),
        ("![A tree](fake.png)", "neither PNG nor JPEG"),
    ],
)
def test_what_is_wrong_with_a_picture_is_told_at_its_place(tmp_path: Path, stem: str, told: str) -> None:
    bank = written(tmp_path, stem)
    (bank / "pictures" / "fake.png").write_bytes(b"<svg/>")
    (problem,) = check_bank(bank).problems
    assert problem.code == "picture"
    assert told in problem.message


def test_options_have_to_differ_for_those_who_hear_them(tmp_path: Path) -> None:
    texts = ["![A square](red.png)", "![A square](wide.png)"]
    options = [{"text": text, "key": not n, "why": "Because it is."} for n, text in enumerate(texts)]
    (problem,) = check_bank(written(tmp_path, options=options)).problems
    assert "looks like another" in problem.message


def test_candidates_are_shown_pictures_for_ever(browser: Browser, world: World, tmp_path: Path) -> None:
    folder = written(tmp_path / "drawn")
    load_banks(world.store, tmp_path / "drawn", datetime.now(UTC))
    draws = [factories.Draw(bank="drawings", count=1)]
    candidate = world.candidate(world.assessment(draws=draws))
    world.start(candidate)
    item = world.question(candidate, 1).item
    html = str(block(item.stem)) + "".join(inline(choice.text) for choice in item.choices)
    found = addresses(html)
    assert len(found) == 3
    for path in (folder / "pictures").iterdir():
        path.unlink()
    for address in found:
        reply = browser.client.get(address)
        assert (reply.status_code, reply.mimetype) == (200, "image/png")
        assert "immutable" in reply.headers["Cache-Control"]
        assert "Set-Cookie" not in reply.headers
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.client.get(found[0].replace(found[0][-20:-4], "0" * 16)).status_code == 404
    assert picture(world.store, "0" * 64) is None


def test_a_picture_that_was_exchanged_is_loaded(world: World, tmp_path: Path) -> None:
    folder = written(tmp_path / "drawn")
    (first,) = load_banks(world.store, tmp_path / "drawn", datetime.now(UTC))
    (again,) = load_banks(world.store, tmp_path / "drawn", datetime.now(UTC))
    (folder / "pictures" / "tree.png").write_bytes(png(9, 2))
    (changed,) = load_banks(world.store, tmp_path / "drawn", datetime.now(UTC))
    assert [one.outcome for one in (first, again, changed)] == ["loaded", "unchanged", "loaded"]


def test_the_preview_shows_pictures_from_the_files(tmp_path: Path) -> None:
    written(tmp_path)
    client = create_preview(tmp_path, 8001).test_client()
    page = client.get("/banks/drawings/items/drawn", base_url="http://127.0.0.1:8001").text
    found = addresses(page)
    assert len(found) >= 3
    for address in found:
        assert client.get(address, base_url="http://127.0.0.1:8001").mimetype == "image/png"
