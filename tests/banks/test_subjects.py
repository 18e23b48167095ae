"""The banks of the seven subjects: every objective, enough items, all kinds, many templates, every program run."""

from collections import Counter
from dataclasses import dataclass

import pytest

from quiz.domain.items import KINDS
from tests.banks.test_banks import bank


@dataclass(frozen=True)
class Asked:
    """What a bank has to have."""

    items: int
    objectives: int
    least: int
    """Items of each objective."""
    labs: set[str] | None = None
    """The labs that its programs run in, where they matter."""
    code: float = 0
    """The share of items that a machine has to have run."""


ASKED = {
    "oca": Asked(126, 42, 3, {"java 8"}, 0.75),
    "ocp-8": Asked(112, 56, 2, {"java 8", "spring 5.3"}, 0.75),
    "ocp-17": Asked(84, 28, 3, {"java 17", "spring 5.3"}, 0.75),
    "ocp-21": Asked(54, 27, 2, {"java 21"}, 0.75),
    "spring": Asked(114, 57, 2, {"spring 5.3", "spring 6.2"}, 0.75),
    "owasp": Asked(88, 40, 2),
    # Its objectives are single requirements; what has no item yet is listed all the same.
    "session-management": Asked(54, 77, 0),
}
JDBC = {"ocp8.11", "ocp17.10"}
"""Groups of Java banks about databases; their programs need the driver that the Spring lab has."""

every_subject = pytest.mark.parametrize("slug", ASKED)


@every_subject
def test_every_objective_has_several_items(slug: str) -> None:
    ids = list(bank(slug).outline.objectives)
    per = bank(slug).items_per("objective")
    assert len(ids) == ASKED[slug].objectives
    assert {id: per[id] for id in ids if per[id] < ASKED[slug].least} == {}
    assert len(bank(slug).items) >= ASKED[slug].items


@every_subject
def test_every_group_has_items(slug: str) -> None:
    groups = {bank(slug).outline.group_of[item.objective].id for item in bank(slug).items}
    assert groups == {group.id for group in bank(slug).outline.groups}


@every_subject
def test_every_key_of_code_was_run(slug: str) -> None:
    code = [item for item in bank(slug).items if item.is_code]
    assert len(code) >= ASKED[slug].code * len(bank(slug).items), "recall is a quarter at most"
    assert {item.id for item in code if bank(slug).standings[item.id].faults} == set()
    assert {item.id for item in bank(slug).items if item.unproven} == set()


@pytest.mark.parametrize("slug", [slug for slug, asked in ASKED.items() if asked.labs])
def test_programs_run_on_the_version_that_the_bank_is_about(slug: str) -> None:
    assert {item.lab for item in bank(slug).items if item.lab} <= (ASKED[slug].labs or set())
    if slug.startswith("oc"):
        databases = {bank(slug).outline.group_of[i.objective].id for i in bank(slug).items if i.lab == "spring 5.3"}
        assert databases <= JDBC


@every_subject
def test_a_quarter_of_the_items_are_templates(slug: str) -> None:
    assert len(bank(slug).templates) >= 0.25 * len(bank(slug).items)


@every_subject
def test_all_kinds_are_used(slug: str) -> None:
    assert set(bank(slug).items_per("kind")) == set(KINDS)


@every_subject
def test_all_difficulties_are_used(slug: str) -> None:
    assert set(Counter(item.difficulty for item in bank(slug).items)) >= {2, 3, 4, 5}


@every_subject
def test_the_bank_says_what_it_is_aligned_to_and_that_nobody_endorses_it(slug: str) -> None:
    file = bank(slug).file
    assert (file.alignment or "").startswith("Aligned to the ")
    assert "not endorsed" in (file.alignment or "")
    assert "ours" in (file.weights or "")
    assert {"name", "source"} <= set(file.framework)


@pytest.mark.parametrize("slug", [slug for slug in ASKED if slug != "session-management"])
def test_the_published_facts_of_an_exam_or_a_list_are_there(slug: str) -> None:
    facts = {"name", "code", "version", "questions", "minutes", "pass mark", "status", "source"}
    assert facts <= set(bank(slug).file.framework)
