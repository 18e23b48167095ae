"""Reading postings: what a clause asks for, and what only looks as if it did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.errors import Invalid
from quiz.domain.postings import Link, Reading, foreign_language, read_posting, refuse_unreadable
from quiz.domain.requirements import Requirement, Vocabulary

TECHNICAL = [
    Requirement(
        "backend-language", "A back-end language", "Languages", aliases=["programming language"], category=True
    ),
    Requirement(
        "java", "Java", "Languages", aliases=["Java", "JDK"], unless=["Java island"], includes=["backend-language"]
    ),
    Requirement("java-21", "Java 21", "Languages", aliases=["Java 21"], includes=["java"]),
    Requirement("kotlin", "Kotlin", "Languages", aliases=["Kotlin"], includes=["backend-language"]),
    Requirement("javascript", "JavaScript", "Languages", aliases=["JavaScript"]),
    Requirement("json", "JSON", "Languages", aliases=["JSON"]),
    Requirement("c", "C", "Languages", exact=["C"]),
    Requirement("csharp", "C#", "Languages", aliases=["C#"]),
    Requirement("cpp", "C++", "Languages", aliases=["C++"]),
    Requirement("dotnet", ".NET", "Languages", aliases=[".NET"]),
    Requirement("go", "Go", "Languages", exact=["Go"], unless=["go to market"]),
    Requirement("node", "Node.js", "Languages", aliases=["Node.js", "NodeJS"]),
    Requirement("frontend", "Front end", "Languages", aliases=["front end"]),
    Requirement("spring", "Spring", "Frameworks", unsure=["Spring"], only_with=["framework"]),
    Requirement("spring-boot", "Spring Boot", "Frameworks", aliases=["Spring Boot"], includes=["spring"]),
    Requirement("postgresql", "PostgreSQL", "Databases", aliases=["PostgreSQL", "Postgres"]),
    Requirement("mysql", "MySQL", "Databases", aliases=["MySQL"]),
    Requirement("web-service", "Web services", "Services", aliases=["web service"]),
    Requirement("kubernetes", "Kubernetes", "Platform", aliases=["Kubernetes", "k8s"]),
]
OTHERS = [
    Requirement(
        "experience-years",
        "Experience",
        "Background",
        technical=False,
        aliases=["years of experience"],
        declared="years",
    ),
    Requirement("degree", "Degree", "Background", technical=False, aliases=["degree"], declared="degree"),
    Requirement("teamwork", "Teamwork", "People", technical=False, aliases=["teamwork"], not_assessed="Ask."),
]
VOCABULARY = Vocabulary({one.id: one for one in (*TECHNICAL, *OTHERS)})


SECTIONS = {"requirements", "nice to have", "responsibilities", "about", "benefits", "other", "not needed"}


def read(text: str) -> Reading:
    return read_posting(text, VOCABULARY)


def links(clause: str, heading: str = "Requirements") -> list[Link]:
    """What one line of a list asks for, below a heading."""
    return read(f"A posting\n\n{heading}\n- {clause}\n").links


def ids(clause: str, heading: str = "Requirements") -> list[str]:
    return [link.requirement for link in links(clause, heading)]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("Java", ["java"]),
        ("JAVA, javascript", ["java", "javascript"]),
        ("Front-end, frontend and front end", ["frontend"]),
        ("Web services and Web-Services", ["web-service"]),
        ("Java 21 and Kotlin", ["java-21", "kotlin"]),
        ("Java 21, and Java in general", ["java-21", "java"]),
        ("a programming language such as Kotlin", ["kotlin"]),
        ("a programming language", ["backend-language"]),
        ("C, C# and C++", ["c", "csharp", "cpp"]),
        ("C/C++", ["c", "cpp"]),
        ("C#/.NET", ["csharp", "dotnet"]),
        ("write to jobs@acme.net", []),
        ("Go; and you go far", ["go"]),
        ("help us go to market", []),
        ("Node.js or NodeJS", ["node"]),
        ("JS on the server", []),
        ("team works", []),
        ("Javanese", []),
        ("Spring Boot, and Spring itself", ["spring-boot", "spring"]),
        ("the Spring framework", ["spring"]),
        ("joining us in spring", []),
        ("spring cleaning on Java island", []),
        ("“Java”", ["java"]),
        ("Java\u2019s collections", ["java"]),
    ],
)
def test_names_are_found_however_they_are_written(clause: str, expected: list[str]) -> None:
    assert ids(clause) == expected


def test_a_link_has_the_words_that_made_it_and_their_place() -> None:
    text = "Title\n\nRequirements:\n* Postgres, of course\n"
    (link,) = read(text).links
    assert link.words == "Postgres"
    assert text[link.span.start : link.span.end] == "Postgres"


@pytest.mark.parametrize(
    "clause",
    [
        "No Java needed",
        "No prior Java experience is required",
        "Java is not required",
        "You do not need to know Java",
        "We moved away from Java",
        "Kotlin instead of Java",
        "Kotlin rather than Java",
        "Kotlin (not Java)",
        "Nobody expects you to have used Java",
        "You don\u2019t need any Java",
        "without Java",
        "Java experience is unnecessary",
        "Java can wait",
        "Java-only profiles will not be considered",
    ],
)
def test_what_is_not_wanted_is_not_linked_and_the_reason_is_told(clause: str) -> None:
    (read_clause,) = [one for one in read(f"A posting\n\nRequirements\n- {clause}\n").clauses if one.passed]
    assert "java" not in [link.requirement for link in read_clause.links]
    (passed,) = [one for one in read_clause.passed if one.requirement == "java"]
    assert passed.words == "Java"
    assert "not " in passed.why


@pytest.mark.parametrize(
    "clause",
    [
        "Not only Java: the trade",
        "You need not know everything, but Java you must",
        "Java is no secret to you",
        "Java, but Kotlin is not required",
    ],
)
def test_a_negation_of_something_else_takes_nothing_away(clause: str) -> None:
    assert ids(clause) == ["java"]


@pytest.mark.parametrize(
    ("clause", "heading", "need"),
    [
        ("Java", "Requirements", "must"),
        ("Java", "What you\u2019ll bring", "must"),
        ("Java", "MUST HAVE", "must"),
        ("Java", "Nice to have", "nice"),
        ("Java", "Bonus points:", "nice"),
        ("Java", "You might also have", "nice"),
        ("Write Java", "Responsibilities", "duty"),
        ("Write Java", "What you will do", "duty"),
        ("Java is a plus", "Requirements", "nice"),
        ("ideally Java", "Requirements", "nice"),
        ("Java would be an advantage", "Requirements", "nice"),
        ("Java preferred", "Requirements", "nice"),
        ("an interest in Java", "Requirements", "nice"),
        ("Java will help you", "Requirements", "must"),
        ("Java would help", "Requirements", "nice"),
    ],
)
def test_headings_and_words_say_how_much_something_is_needed(clause: str, heading: str, need: str) -> None:
    (link,) = links(clause, heading)
    assert link.need == need


def test_a_part_of_a_clause_may_be_softer_than_the_rest() -> None:
    assert [(link.requirement, link.need) for link in links("A command of Java, ideally with PostgreSQL")] == [
        ("java", "must"),
        ("postgresql", "nice"),
    ]


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Responsibilities", "responsibilities"),
        ("ESSENTIAL FUNCTIONS", "responsibilities"),
        ("What you'll do", "responsibilities"),
        ("Minimum qualifications", "requirements"),
        ("Who you are", "requirements"),
        ("You'll need", "requirements"),
        ("Preferred qualifications", "nice to have"),
        ("It'd be lovely if you had", "nice to have"),
        ("Bonus", "nice to have"),
        ("What we offer", "benefits"),
        ("In exchange", "benefits"),
        ("How to apply", "other"),
        ("EEO statement", "other"),
        ("Who we are", "about"),
        ("Our story", "about"),
        ("You don't need", "not needed"),
        ("Not looking for", "not needed"),
    ],
)
def test_headings_are_known_by_what_they_say(heading: str, section: str) -> None:
    for shape in (heading, f"{heading}:", heading.upper(), f"## {heading}", f"**{heading}**"):
        reading = read(f"A posting\n\n{shape}\n- Something\n")
        assert reading.clauses[-1].section == section, shape


@pytest.mark.parametrize(
    ("lines", "section"),
    [
        (["£40,000", "30 days of leave", "A pension"], "benefits"),
        (["Design our services", "Review code", "Write tests"], "responsibilities"),
        (["Strong knowledge of Java", "3 years of Kotlin", "Fluent English"], "requirements"),
    ],
)
def test_a_heading_that_nobody_foresaw_is_known_by_what_stands_below_it(lines: list[str], section: str) -> None:
    below = "".join(f"- {line}\n" for line in lines)
    assert read(f"A posting\n\nLoot and plunder\n{below}").clauses[-1].section == section


@pytest.mark.parametrize(
    "heading", ["About us", "What we offer", "Benefits", "How to apply", "What you don\u2019t need", "Our company"]
)
def test_what_is_said_of_the_company_and_its_offer_asks_for_nothing(heading: str) -> None:
    assert ids("a budget for Java certificates", heading) == []


def test_what_the_person_will_work_with_is_a_duty_wherever_it_stands() -> None:
    reading = read("We are a bank.\n\nAbout us\nYou will work with Java every day. Our customers love Kotlin.\n")
    assert [(link.requirement, link.need) for link in reading.links] == [("java", "duty")]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("3+ years of Java", {"java": 3}),
        ("at least five years\u2019 experience with Java and Kotlin", {"java": 5, "kotlin": 5}),
        ("2-4 years of Java", {"java": 2}),
        ("2 to 4 yrs Java", {"java": 2}),
        ("two or more years of Java", {"java": 2}),
        ("three (3) years of Java", {"java": 3}),
        ("Java, minimum of two years", {"java": 2}),
        ("5 years of Java, two of them with Spring Boot", {"java": 5, "spring-boot": 2}),
        ("4 years of Java and 2 years of Kotlin", {"java": 4, "kotlin": 2}),
        ("3+ years of experience", {"experience-years": 3}),
        ("6 years in a similar role", {"experience-years": 6}),
        ("founded 20 years ago", {}),
        ("Java", {"java": None}),
    ],
)
def test_years_belong_to_what_their_figure_governs(clause: str, expected: dict[str, int | None]) -> None:
    assert {link.requirement: link.years for link in links(clause)} == expected


@pytest.mark.parametrize(
    ("clause", "groups"),
    [
        ("Java or Kotlin", [["java", "kotlin"]]),
        ("Java, Kotlin or Go", [["java", "kotlin", "go"]]),
        ("Java/Kotlin", [["java", "kotlin"]]),
        ("one of: Java, Kotlin, Go", [["java", "kotlin", "go"]]),
        ("a language such as Java, Kotlin", [["java", "kotlin"]]),
        ("Java or Kotlin, and PostgreSQL or MySQL", [["java", "kotlin"], ["postgresql", "mysql"]]),
        ("Java, Kotlin, Go", []),
        ("Java and Kotlin", []),
        ("C#/.NET", []),
    ],
)
def test_alternatives_are_told_from_lists(clause: str, groups: list[list[str]]) -> None:
    found: dict[int, list[str]] = {}
    for link in links(clause):
        if link.alternative is not None:
            found.setdefault(link.alternative, []).append(link.requirement)
    assert list(found.values()) == groups


def test_a_posting_is_cut_into_lines_and_sentences_with_their_places() -> None:
    text = "Developer\n\n# About us\nWe write e.g. Java. We are old.\n\n## Must have\n1. Java\n2) Kotlin\n• Go\n"
    reading = read(text)
    assert [clause.text for clause in reading.clauses] == [
        "Developer",
        "We write e.g. Java.",
        "We are old.",
        "Java",
        "Kotlin",
        "Go",
    ]
    assert all(text[clause.span.start : clause.span.end] == clause.text for clause in reading.clauses)
    assert [clause.section for clause in reading.clauses] == ["about"] * 3 + ["requirements"] * 3


def test_a_sentence_longer_than_anybody_writes_is_read_in_pieces() -> None:
    text = "Developer\n\nRequirements\n- " + "Java, Kotlin, " * 3000 + "\n- Go\n"
    reading = read(text)
    assert max(len(clause.text) for clause in reading.clauses) <= 1000
    assert [link.requirement for link in reading.clauses[1].links] == ["java", "kotlin"]
    assert [link.requirement for link in reading.clauses[-1].links] == ["go"]
    said = "".join(clause.text for clause in reading.clauses[1:-1])
    assert said.replace(" ", "") == "Java,Kotlin," * 3000


def test_a_line_that_was_broken_for_width_is_one_clause() -> None:
    reading = read("Developer\n\nRequirements\n- Several years of\n  work with Java\n- Kotlin\n")
    assert [clause.text for clause in reading.clauses[1:]] == ["Several years of\n  work with Java", "Kotlin"]


@pytest.mark.parametrize("text", ["", "  \n\n ", "•\n---\n", "x\0y", "\x01\x02\x03 abc" * 20, "word " * 30_000])
def test_what_is_no_posting_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_unreadable(text)
    assert str(refused.value).endswith(".")
    assert refused.value.field == "posting"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We are looking for a developer who writes Java and is at home in the cloud with our team.", ""),
        (
            "Wir suchen eine Entwicklerin, die Java schreibt und sich in der Cloud mit unserem Team zu Hause fühlt.",
            "German",
        ),
        (
            "Nous cherchons une personne qui écrit du Java et qui est à l\u2019aise dans le cloud avec notre équipe.",
            "French",
        ),
        ("Buscamos una persona que programe en Java y que se sienta a gusto en la nube con el equipo.", "Spanish"),
        ("Мы ищем разработчика, который пишет на Java и любит облака.", "a language in Cyrillic letters"),
        ("我们正在寻找一位熟悉云计算的工程师加入我们的团队", "Chinese or Japanese"),
        ("Java, Kotlin, Go", ""),
    ],
)
def test_other_languages_are_recognised(text: str, language: str) -> None:
    assert foreign_language(text) == language


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_is_read_and_every_place_is_its_own(text: str) -> None:
    reading = read(text)
    ends = [(clause.span.start, clause.span.end) for clause in reading.clauses]
    assert ends == sorted(ends)
    for clause in reading.clauses:
        assert clause.section in SECTIONS
        assert text[clause.span.start : clause.span.end] == clause.text
        for one in (*clause.links, *clause.passed):
            assert text[one.span.start : one.span.end] == one.words
            assert clause.span.start <= one.span.start <= one.span.end <= clause.span.end


@given(
    st.lists(
        st.sampled_from(
            [
                "Java",
                "Kotlin",
                "or",
                "and",
                "no",
                "not",
                ",",
                "/",
                "C#",
                "C",
                "5",
                "years",
                "of",
                "\n- ",
                "\n\n",
                "Requirements",
                "Nice to have:",
                "About us",
                "you will work with",
                ".",
                "Spring",
                "-",
                "(",
                ")",
                "such as",
                "ideally",
            ]
        ),
        max_size=40,
    )
)
def test_reading_is_the_same_again_and_links_no_place_twice(pieces: list[str]) -> None:
    text = " ".join(pieces)
    reading = read(text)
    assert reading == read(text)
    for clause in reading.clauses:
        named = [link.requirement for link in clause.links]
        assert len(named) == len(set(named))
