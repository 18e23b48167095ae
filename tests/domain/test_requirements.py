"""The vocabulary of requirements: read from files, with every fault at its place and its mend."""

from pathlib import Path

import pytest

from quiz.domain.banks import bank_folders
from quiz.domain.outlines import Group, Objective, Outline
from quiz.domain.postings import read_posting
from quiz.domain.requirements import Measure, VocabularyCheck, check_vocabulary
from quiz.domain.requirements.reading import FOLDER
from tests.vocabulary import check_shipped

OUTLINES = {"demo": Outline("Demo", [Group("demo.1", "Group", [Objective("demo.1.1", "Objective")])])}

SOUND = """\
title: Languages
requirements:
  - id: java
    name: Java
    aliases: [Java, JDK]
    unless: [Java island]
    measured:
      - bank: demo
        objectives: [demo.1]
        weight: 2
  - id: java-21
    name: Java 21
    aliases: [Java 21]
    includes: [java]
"""


def check(folder: Path, text: str, name: str = "languages.yaml") -> VocabularyCheck:
    (folder / name).write_text(text)
    return check_vocabulary(folder, OUTLINES, FOLDER)


def test_a_sound_file_gives_its_requirements(tmp_path: Path) -> None:
    checked = check(tmp_path, SOUND)
    assert checked.problems == ()
    assert checked.vocabulary
    java, newer = checked.vocabulary.requirements.values()
    assert (java.name, java.area, java.known) == ("Java", "Languages", "measured")
    assert java.measured == (Measure("demo", ("demo.1",), 2),)
    assert newer.known == "no questions yet"
    assert checked.vocabulary.broader("java-21") == {"java"}


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "fix"),
    [
        (
            "  - id: java-21",
            "  - id: java",
            (11, 5),
            "requirement `java` is here again; first at requirements/languages.yaml:3",
            "merge",
        ),
        ("includes: [java]", "includes: [jva]", (14, 16), "there is no requirement `jva`", "did you mean `java`?"),
        ("includes: [java]", "includes: [java-21]", (14, 16), "`java-21` is a case of `java-21` itself", "leave out"),
        ("bank: demo", "bank: dmo", (8, 9), "there is no bank `dmo`", "did you mean `demo`?"),
        ("[demo.1]", "[demo.2]", (9, 22), "bank `demo` has no objective `demo.2`", "did you mean `demo.1`?"),
        (
            "aliases: [Java 21]",
            "aliases: [java]",
            (13, 15),
            "`java` is a name of `java` too",
            "keep it where it belongs",
        ),
        (
            "    includes: [java]\n",
            "    includes: [java]\n    declared: certificat\n",
            (15, 5),
            "`declared` cannot be `certificat`",
            "did you mean `certificate`?",
        ),
        (
            "    includes: [java]\n",
            "    not_assessed: No.\n    declared: years\n",
            (11, 5),
            "this value",
            "neither `measured` nor `declared`",
        ),
        (
            "    includes: [java]\n",
            "    verify: https://example.org\n",
            (11, 5),
            "this value",
            "only a declared certificate is verified",
        ),
        ("    aliases: [Java 21]\n", "", (11, 5), "this value", "name at least one of"),
        ("    aliases: [Java 21]\n", "    unsure: [Spring]\n", (11, 5), "this value", "say in `only_with`"),
        (
            "    name: Java 21\n",
            "    name: Java 21\n    alias: [x]\n",
            (13, 5),
            "there is no field `alias` here",
            "did you mean `aliases`?",
        ),
    ],
)
def test_every_fault_is_told_at_its_place(
    tmp_path: Path, old: str, new: str, place: tuple[int, int], message: str, fix: str
) -> None:
    assert SOUND.count(old) == 1
    checked = check(tmp_path, SOUND.replace(old, new))
    assert checked.vocabulary is None
    (problem,) = checked.problems
    assert (problem.line, problem.column) == place, str(problem)
    assert message in problem.message, str(problem)
    assert fix in problem.fix, str(problem)


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("title: A\nrequirements: []\n")
    (tmp_path / "b.yml").write_text(SOUND)
    (tmp_path / "notes.txt").write_text("not read")
    checked = check(tmp_path, SOUND.replace("bank: demo", "bank: nowhere"))
    assert [problem.file for problem in checked.problems] == [
        "requirements/a.yaml", "requirements/b.yml", "requirements/languages.yaml",
    ]  # fmt: skip


def test_names_may_not_belong_to_requirements_of_two_files(tmp_path: Path) -> None:
    check(tmp_path, SOUND)
    other = "title: More\nrequirements:\n  - id: jdk\n    name: JDK\n    aliases: [jdk]\n"
    (problem,) = check(tmp_path, other, "more.yaml").problems
    assert "`jdk` is a name of `java` too" in problem.message


def test_what_includes_something_that_includes_nothing_known_is_told_as_that_and_breaks_nothing(tmp_path: Path) -> None:
    text = SOUND.replace("    unless: [Java island]\n", "    includes: [jvm]\n")
    (problem,) = check(tmp_path, text).problems
    assert problem.message == "there is no requirement `jvm`"


def test_a_bank_that_cannot_be_read_is_not_said_to_be_missing(tmp_path: Path) -> None:
    (tmp_path / "languages.yaml").write_text(SOUND)
    assert check_vocabulary(tmp_path, {"demo": None}).problems == ()


def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def names_in(_folder: Path) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("quiz.domain.requirements.reading.names_in", names_in)
    (problem,) = check_vocabulary(tmp_path, OUTLINES).problems
    assert problem.message == "this folder cannot be read: Permission denied"


def test_a_name_of_many_words_is_found(tmp_path: Path) -> None:
    long = "a name that has far more words than any other name of the whole vocabulary ever had before"
    checked = check(tmp_path, SOUND.replace("aliases: [Java, JDK]", f"aliases: [Java, {long}]"))
    assert checked.vocabulary
    reading = read_posting(f"Title\n\nRequirements\n- {long}\n", checked.vocabulary)
    assert [link.words for link in reading.links] == [long]


def test_a_folder_that_is_not_there_has_no_requirements(tmp_path: Path) -> None:
    checked = check_vocabulary(tmp_path / "nothing", OUTLINES)
    assert checked.problems == ()
    assert checked.vocabulary
    assert checked.vocabulary.requirements == {}


def test_the_folder_of_the_vocabulary_is_no_bank(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "languages.yaml").write_text(SOUND)
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "bank.yaml").write_text("")
    assert [folder.name for folder in bank_folders(tmp_path)] == ["demo"]


@pytest.fixture(scope="module")
def shipped() -> VocabularyCheck:
    return check_shipped()


def test_the_shipped_vocabulary_is_sound_and_large(shipped: VocabularyCheck) -> None:
    assert shipped.problems == ()
    assert shipped.vocabulary
    assert len(shipped.vocabulary.requirements) >= 250


def test_every_shipped_bank_measures_a_requirement(shipped: VocabularyCheck) -> None:
    assert shipped.vocabulary
    measured = {m.bank for one in shipped.vocabulary.requirements.values() for m in one.measured}
    assert measured >= {"oca", "ocp-8", "ocp-17", "ocp-21", "spring", "owasp", "session-management"}


def test_a_certificate_says_how_it_is_verified_only_where_it_is_declared(shipped: VocabularyCheck) -> None:
    assert shipped.vocabulary
    declared = [one for one in shipped.vocabulary.requirements.values() if one.declared == "certificate"]
    assert len(declared) >= 40
    assert sum(bool(one.verify) for one in declared) >= 20
