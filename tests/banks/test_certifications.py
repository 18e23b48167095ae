"""The banks for Java certifications: every objective, many forms, all kinds, most of it code, every key run."""

from collections import Counter

import pytest

from quiz.domain.items import KINDS
from tests.banks.test_banks import bank

ASKED = {
    # bank: its labs, how many objectives it has, and how many items each of them has at least
    "oca": ({"java 8"}, 42, 3),
    "ocp-8": ({"java 8", "spring 5.3"}, 56, 2),
    "ocp-17": ({"java 17", "spring 5.3"}, 28, 3),
    "ocp-21": ({"java 21"}, 27, 2),
}
JDBC = {"ocp8.11", "ocp17.10"}
"""Groups about databases; their programs need the driver that the Spring lab has."""

every_certification = pytest.mark.parametrize("slug", ASKED)


@every_certification
def test_every_objective_has_several_items(slug: str) -> None:
    _, objectives, least = ASKED[slug]
    ids = [objective.id for group in bank(slug).file.groups for objective in group.objectives]
    per = bank(slug).items_per("objective")
    assert len(ids) == objectives
    assert {id: per[id] for id in ids if per[id] < least} == {}


@every_certification
def test_every_key_of_code_was_run(slug: str) -> None:
    code = [item for item in bank(slug).items if item.is_code]
    assert len(code) >= 0.75 * len(bank(slug).items), "recall is a quarter at most"
    assert {item.id for item in code if bank(slug).standings[item.id].faults} == set()
    assert {item.id for item in bank(slug).items if item.unproven} == set()


@every_certification
def test_programs_run_on_the_release_that_the_bank_is_about(slug: str) -> None:
    labs, _, _ = ASKED[slug]
    assert {item.lab for item in bank(slug).items if item.lab} <= labs
    elsewhere = {bank(slug).group_of[i.objective] for i in bank(slug).items if i.lab and i.lab.startswith("spring")}
    assert elsewhere <= JDBC


@every_certification
def test_a_quarter_of_the_items_are_templates(slug: str) -> None:
    assert len(bank(slug).templates) >= 0.25 * len(bank(slug).items)


@every_certification
def test_all_kinds_are_used(slug: str) -> None:
    assert set(bank(slug).items_per("kind")) == set(KINDS)


@every_certification
def test_all_difficulties_are_used(slug: str) -> None:
    assert set(Counter(item.difficulty for item in bank(slug).items)) >= {2, 3, 4, 5}


@every_certification
def test_the_bank_says_what_it_is_aligned_to_and_that_nobody_endorses_it(slug: str) -> None:
    file = bank(slug).file
    assert "ligned to the published objectives of" in (file.alignment or "")
    assert "not endorsed" in (file.alignment or "")
    assert "ours" in (file.weights or "")
    assert {"name", "code", "version", "questions", "minutes", "pass mark", "status", "source"} <= set(file.framework)
