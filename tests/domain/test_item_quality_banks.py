"""Item quality over whole banks: planted flaws are found by their rules, sound twins left alone, excuses kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from quiz.domain.banks import Bank, bank_folders, check_bank
from quiz.domain.item_quality import shares
from quiz.domain.item_quality.assessment import RULES, assess
from quiz.domain.items import KINDS
from tests import factories
from tests.item_quality import generated

FIXTURES = Path(__file__).parent.parent / "item_quality"
HABITS = {
    "group-below-weight",
    "key-positions",
    "longest-keys",
    "missing-difficulty",
    "objective-without-items",
    "true-statements",
}
SHARES = {rule.code for rule in shares.RULES}
"""Rules that are tried on banks of tests' own, for they ask for many items."""


def banks(which: str) -> list[Bank]:
    checked = [check_bank(folder, folder.name) for folder in bank_folders(FIXTURES / which)]
    assert [one.problems for one in checked] == [()] * 2
    return [one.bank for one in checked if one.bank]


def excusing(bank: Bank, item: str | None, code: str) -> Bank:
    """The bank with one more excuse, on an item or on the bank."""
    excuse = {"health": {code: "Meant to be so."}}
    if item is None:
        return replace(bank, file=bank.file.model_copy(update=excuse))
    items = tuple(one.model_copy(update=excuse) if one.id == item else one for one in bank.items)
    return replace(bank, items=items)


def test_every_planted_flaw_is_found_where_it_stands_and_nothing_else() -> None:
    report = assess(banks("flawed"))
    in_items = [finding for finding in report.findings if finding.bank == "single-items"]
    assert [finding.item for finding in in_items] == [finding.code for finding in in_items]
    of_bank = [finding for finding in report.findings if finding.bank == "habits"]
    assert {finding.code for finding in of_bank} == HABITS
    assert {finding.item for finding in of_bank} == {None}
    assert {finding.code for finding in report.findings} == RULES.keys() - {"guessable", *SHARES}
    assert report.excused == ()


def test_findings_name_file_and_line_and_say_how_to_mend() -> None:
    findings = assess(banks("flawed")).findings
    clang = next(finding for finding in findings if finding.code == "clang")
    lines = (FIXTURES / "flawed" / clang.file).read_text().split("\n")
    assert lines[clang.line - 1] == "    options:"
    message = 'of all options the key alone repeats "containers" from the stem'
    fix = "use another word in the key, or the same word in a distractor"
    assert str(clang) == f"single-items/cues.yaml:{clang.line}: {message} [clang]\n  fix: {fix}"
    positions = next(finding for finding in findings if finding.code == "key-positions")
    assert (positions.file, positions.line) == ("habits/bank.yaml", 1)
    assert "12 / 0 / 0 / 0" in positions.message


def test_the_sound_twins_have_no_findings() -> None:
    report = assess(banks("sound"))
    assert report.findings == ()
    assert {game.verdict for game in report.games} == {"too few to judge"}


def test_the_sound_twins_have_the_same_items() -> None:
    ids = [[(bank.slug, [item.id for item in bank.items]) for bank in banks(which)] for which in ("flawed", "sound")]
    assert ids[0] == ids[1]


def test_every_rule_says_what_it_asks_for_and_how_to_mend_it() -> None:
    for code, rule in RULES.items():
        assert rule.code == code
        assert rule.says.endswith(".")
        assert rule.fix


@pytest.mark.parametrize("owner", ["clang", None])
def test_an_excused_finding_is_listed_with_its_reason_and_does_not_count(owner: str | None) -> None:
    habits, flawed = banks("flawed")
    report = assess([habits, excusing(flawed, owner, "clang")])
    codes = {finding.code for finding in report.findings}
    assert "clang" not in codes
    assert [(finding.item, finding.code, finding.excused) for finding in report.excused] == [
        ("clang", "clang", "Meant to be so.")
    ]
    assert str(report.excused[0]).endswith("excused: Meant to be so.")


def test_a_bank_excuses_findings_about_itself() -> None:
    habits, flawed = banks("flawed")
    report = assess([excusing(habits, None, "key-positions"), flawed])
    assert [finding.code for finding in report.excused] == ["key-positions"]
    assert "key-positions" not in {finding.code for finding in report.findings}


def test_an_excuse_for_what_is_not_there_is_a_finding_on_item_and_bank() -> None:
    habits, sound = banks("sound")
    report = assess([excusing(habits, None, "clang"), excusing(sound, "article", "long-listing")])
    assert [(finding.bank, finding.item, finding.code) for finding in report.findings] == [
        ("habits", None, "unneeded-excuse"),
        ("single-items", "article", "unneeded-excuse"),
    ]


def test_excuses_that_only_other_banks_can_need_are_left_alone_in_a_single_bank() -> None:
    habits, sound = banks("sound")
    excused = excusing(sound, "article", "near-duplicate")
    assert assess([excused]).findings == ()
    assert [finding.code for finding in assess([habits, excused]).findings] == ["unneeded-excuse"]


def test_near_duplicates_are_found_across_banks_at_the_later_one() -> None:
    one, other = generated.bank("one", 20, 1), generated.bank("other", 20, 2)
    copied = other.items[7].model_copy(update={"stem": one.items[3].stem, "options": one.items[3].options})
    other = replace(other, items=(*other.items[:7], copied, *other.items[8:]))
    findings = [finding for finding in assess([one, other]).findings if finding.code == "near-duplicate"]
    assert [(finding.bank, finding.item) for finding in findings] == [("other", copied.id)]
    assert "100% of the wording is that of `item-3`" in findings[0].message


@pytest.mark.parametrize(("enemies", "found"), [(("twins", "twins"), 0), (("twins", "others"), 1), ((None, None), 1)])
def test_enemies_of_a_bank_may_be_alike(enemies: tuple[str | None, str | None], found: int) -> None:
    bank = generated.bank("one", 3, 1)
    first = bank.items[0].model_copy(update={"enemies": enemies[0]})
    twin = bank.items[0].model_copy(update={"id": "twin", "enemies": enemies[1]})
    findings = assess([replace(bank, items=(first, *bank.items[1:], twin))]).findings
    assert sum(finding.code == "near-duplicate" for finding in findings) == found


def test_equal_enemies_of_two_banks_are_not_enemies() -> None:
    one = generated.bank("one", 3, 1)
    items = tuple(item.model_copy(update={"enemies": "twins"}) for item in one.items)
    pair = [replace(one, items=items), replace(one, slug="other", items=items)]
    findings = [finding for finding in assess(pair).findings if finding.code == "near-duplicate"]
    assert [(finding.bank, finding.item) for finding in findings] == [("other", item.id) for item in items]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_assessed(kind: str) -> None:
    bank = generated.bank("one", 3, 1)
    item = factories.written(factories.item(kind, "some-item", objective="one.1.1"))
    report = assess([replace(bank, items=(*bank.items, item))])
    assert "copied-why" in {finding.code for finding in report.findings} or kind in ("number", "short text")


def test_no_banks_have_no_findings() -> None:
    assert assess([]).findings == ()
