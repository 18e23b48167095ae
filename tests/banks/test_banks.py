"""The shipped banks: sound, complete, explained, and without the cues that reward knowing tests over knowing things."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from quiz import paths
from quiz.domain.banks import Bank, check_bank, schemas
from quiz.domain.item_quality.assessment import assess
from quiz.domain.items import KINDS, Item
from quiz.domain.items.single_choice.item import SingleChoice
from quiz.domain.requirements.reading import FOLDER
from quiz.labs.registry import releases

SLUGS = sorted(folder.parent.name for folder in paths.QUESTION_BANKS.glob("*/bank.yaml"))
SHIPPED = ["oca", "ocp-17", "ocp-21", "ocp-8", "owasp", "practice", "session-management", "spring"]
"""The banks that the product is sold with. They have to be better than `quiz banks health` asks of any other: what is
asked of SHIPPED alone is asked of nobody's new bank, and what is asked of every bank, the commands say too."""
MEASURING = [slug for slug in SHIPPED if slug != "practice"]

every_bank = pytest.mark.parametrize("slug", SLUGS)
every_shipped_bank = pytest.mark.parametrize("slug", SHIPPED)
every_measuring_bank = pytest.mark.parametrize("slug", MEASURING)


@cache
def bank(slug: str) -> Bank:
    checked = check_bank(paths.QUESTION_BANKS / slug, slug)
    assert checked.bank is not None, "\n".join(map(str, checked.problems))
    return checked.bank


def single_choices(slug: str) -> list[SingleChoice]:
    return [item for item in bank(slug).items if isinstance(item, SingleChoice)]


def texts(item: Item) -> Iterator[str]:
    """All that an author wrote for candidates to read or to choose."""
    yield item.stem
    for part in item.question.explain(None):
        yield part.text


def offenders(slug: str, breaks: re.Pattern[str]) -> list[str]:
    return [bank(slug).places[item.id] for item in bank(slug).items if any(map(breaks.search, texts(item)))]


def test_the_banks_that_the_product_is_sold_with_are_there() -> None:
    assert set(SHIPPED) <= set(SLUGS)


def test_no_folder_of_questions_is_left_out_for_want_of_a_bank_yaml() -> None:
    folders = {path.parent.name for path in paths.QUESTION_BANKS.glob("*/*.y*ml")} - {FOLDER}
    assert folders == set(SLUGS)


@every_bank
def test_a_bank_passes_the_check(slug: str) -> None:
    assert check_bank(paths.QUESTION_BANKS / slug, slug, releases()).problems == ()


def test_no_rule_of_item_quality_is_broken_in_any_bank() -> None:
    assert [str(finding) for finding in assess([bank(slug) for slug in SLUGS]).findings] == []


# What is covered -----------------------------------------------------------------------------------------------------


def test_every_objective_of_the_oca_has_an_item() -> None:
    objectives = list(bank("oca").outline.objectives)
    assert len(objectives) == 42
    assert set(objectives) == set(bank("oca").items_per("objective"))


def test_session_management_has_enough_items_for_a_score() -> None:
    assert len(bank("session-management").items) >= 24


@every_measuring_bank
def test_every_group_of_a_bank_has_an_item(slug: str) -> None:
    groups = {bank(slug).outline.group_of[item.objective].id for item in bank(slug).items}
    assert groups == {group.id for group in bank(slug).outline.groups}


def test_all_kinds_are_in_use() -> None:
    assert {item.kind for slug in MEASURING for item in bank(slug).items} == set(KINDS)


def test_the_practice_bank_has_one_item_of_each_kind_and_is_marked() -> None:
    assert bank("practice").items_per("kind") == Counter(KINDS.keys())
    assert [slug for slug in SHIPPED if bank(slug).outline.practice] == ["practice"]


@every_measuring_bank
def test_easy_and_hard_items_are_a_seventh_of_a_bank_each(slug: str) -> None:
    levels = [item.difficulty for item in bank(slug).items]
    assert sum(level <= 2 for level in levels) >= 0.15 * len(levels)
    assert sum(level >= 4 for level in levels) >= 0.15 * len(levels)


# How items are written -----------------------------------------------------------------------------------------------


@every_shipped_bank
def test_no_explanation_stands_twice_within_an_item(slug: str) -> None:
    for item in bank(slug).items:
        whys = [part.why for part in item.question.explain(None)]
        assert len(set(whys)) == len(whys), bank(slug).places[item.id]


@every_shipped_bank
def test_every_option_is_explained_in_a_sentence(slug: str) -> None:
    for item in bank(slug).items:
        for part in item.question.explain(None):
            assert len(part.why.split()) >= 4, bank(slug).places[item.id]
            assert part.why.rstrip('`*)"').endswith((".", "!")), bank(slug).places[item.id]


@every_shipped_bank
def test_listings_fit_a_page_and_a_phone(slug: str) -> None:
    for item in bank(slug).items:
        lines = (item.listing or "").rstrip("\n").split("\n")
        assert len(lines) <= 25, bank(slug).places[item.id]
        assert max(map(len, lines)) <= 72, bank(slug).places[item.id]
        assert "\t" not in (item.listing or ""), bank(slug).places[item.id]


@every_shipped_bank
def test_no_option_speaks_of_the_others(slug: str) -> None:
    others = r"\b(all|none|both|neither|some|any) of (the|these|those) (above|below|others?|options|answers)\b"
    assert offenders(slug, re.compile(others, re.IGNORECASE)) == []


@every_shipped_bank
def test_no_stem_says_how_many_to_choose_because_the_page_does(slug: str) -> None:
    assert (
        offenders(slug, re.compile(r"\b(choose|select|pick|mark) (two|three|2|3|all that apply)\b", re.IGNORECASE))
        == []
    )


@every_shipped_bank
def test_nothing_claims_to_be_official_or_taken_from_an_exam(slug: str) -> None:
    assert offenders(slug, re.compile(r"\b(official|actual exam|real exam|exam dump)\b", re.IGNORECASE)) == []


# Cues of the key -----------------------------------------------------------------------------------------------------


@every_measuring_bank
def test_the_key_is_the_longest_option_in_fewer_than_two_of_five_single_choices(slug: str) -> None:
    items = single_choices(slug)
    longest = [
        item.id for item in items if max(item.options, key=lambda option: (len(option.text), not option.key)).key
    ]
    assert len(longest) < 0.4 * len(items), longest


@every_measuring_bank
def test_single_choice_is_at_most_three_fifths_of_a_bank(slug: str) -> None:
    assert len(single_choices(slug)) <= 0.6 * len(bank(slug).items)


@every_measuring_bank
def test_the_key_stands_everywhere_in_the_files(slug: str) -> None:
    """Guessing one place pays no more than guessing: with three or four options a third, and some chance."""
    positions = Counter(next(n for n, option in enumerate(item.options) if option.key) for item in single_choices(slug))
    total = sum(positions.values())
    assert {0, 1, 2} <= set(positions)
    assert max(positions.values()) <= 0.5 * total, positions


@every_measuring_bank
def test_statements_are_about_as_often_true_as_false(slug: str) -> None:
    truths = [
        part.key == "true"
        for item in bank(slug).items
        if item.kind == "true/false set"
        for part in item.question.explain(None)
    ]
    assert 0.3 <= sum(truths) / len(truths) <= 0.7


@pytest.mark.parametrize("name", ["bank.schema.json", "items.schema.json"])
def test_the_schemas_that_editors_use_are_those_of_the_models(name: str) -> None:
    kept = json.loads((paths.QUESTION_BANKS / name).read_text())
    assert kept == schemas()[name], "run: quiz banks schema question_banks"
