"""The rules of item quality, one by one: what trips them, and what is like it but sound."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from quiz.domain.banks import Bank, BankFile
from quiz.domain.item_quality import balance, clarity, cues, effort, explanations
from quiz.domain.item_quality.effort import reading_seconds
from quiz.domain.item_quality.findings import ItemRule
from quiz.domain.item_quality.wording import prose, visible_text, words
from quiz.domain.items import KINDS, Item
from tests import factories
from tests.domain.samples import item
from tests.item_quality import generated

RULES: dict[str, ItemRule] = {
    rule.code: rule for rule in (*cues.RULES, *clarity.RULES, *explanations.RULES, *effort.RULES)
}
BANK_RULES = {rule.code: rule for rule in balance.RULES}


def chosen(*texts: str, **changes: Any) -> Item:
    """A single choice among these options, of which the first is keyed; a multiple response with `keys=2`."""
    keys = changes.pop("keys", 1)
    options = [
        {"text": text, "key": n < keys, "why": f"Reason number {n} is long enough to be sound."}
        for n, text in enumerate(texts)
    ]
    return item("single choice" if keys == 1 else "multiple response", options=options, **changes)


def remarks(code: str, judged: Item) -> list[str]:
    return [message for _, message in RULES[code].judge(judged)]


@pytest.mark.parametrize(
    ("code", "stem", "texts"),
    [
        ("longest-option", "Why?", ["It is short", "It is much longer than the key", "It is also longer than the key"]),
        ("absolute-words", "Why?", ["It may help", "It must help", "Only this helps", "It helps"]),
        ("vague-words", "Why?", ["It usually helps", "It hurts", "It is there"]),
        ("clang", "How is the **session** renewed?", ["By renewing it", "By a call", "By a timer"]),
        ("article", "The value is called an", ["entry", "item", "value"]),
        ("article", "The value is called a:", ["value", "`a`", "entry"]),
        ("odd-form", "Why?", ["it helps", "It hurts", "It stays"]),
        ("odd-form", "Why?", ["`one`", "`two`", "three"]),
        ("odd-form", "Why?", ["One", "Two", "`three`"]),
        ("negative-stem", "Which of these calls is never made?", ["One", "Two", "Three"]),
        ("negative-stem", "Which line doesn't compile?", ["One", "Two", "Three"]),
        ("negative-stem", "All but one compile. NOT which?", ["One", "Two", "Three"]),
        ("negative-stem", "All of the calls work EXCEPT one. Which?", ["One", "Two", "Three"]),
        ("lead-in", "Choose two of them.", ["One", "Two", "Three"]),
        ("lead-in", "Select all that apply.", ["One", "Two", "Three"]),
        ("all-of-the-above", "Why?", ["All of the above", "Two", "Three"]),
        ("all-of-the-above", "Why?", ["Both of these", "Two", "Three"]),
        ("all-of-the-above", "Why?", ["A and C", "Two", "Three"]),
        ("none-of-the-above", "Why?", ["None of these", "Two", "Three"]),
        ("natural-order", "How many?", ["10", "20", "35"]),
        ("natural-order", "How many?", ["`30 ms`", "`20 ms`", "`-5 ms`"]),
        ("natural-order", "Which?", ["One", "The same as above", "Three"]),
        ("natural-order", "Which?", ["One", "Two", "Neither of the first two options"]),
        ("alike-options", "Why?", ["It is `x`.", "it is  `x`", "Three"]),
        ("contained-option", "Why?", ["The old key is kept", "The old key is kept for a day", "Three"]),
        ("overlapping-ranges", "How long?", ["5 to 10 minutes", "10 to 15 minutes", "20 to 30 minutes"]),
        ("overlapping-ranges", "How long?", ["up to 5 minutes", "5 minutes or more"]),
        ("overlapping-ranges", "How many?", ["less than 12", "between 10 and 20", "more than 20"]),
        ("overlapping-ranges", "How many?", ["1,000\u20132,000", "1,500\u20132,500", "1"]),
    ],
)
def test_flaws_are_remarked(code: str, stem: str, texts: Sequence[str]) -> None:
    assert len(remarks(code, chosen(*texts, stem=stem))) == 1


@pytest.mark.parametrize(
    ("code", "stem", "texts"),
    [
        ("longest-option", "Why?", ["`10`", "`9`", "Nothing"]),
        ("longest-option", "Why?", ["It is longer than one of them", "Short", "This is about as long as the key"]),
        ("longest-option", "Why?", ["It is as long as it has to be, and longer", "No"]),
        ("absolute-words", "Why?", ["It always helps", "It never helps", "It only hurts"]),
        ("absolute-words", "Why?", ["It helps", "It never helps", "It hurts", "It stays"]),
        ("absolute-words", "Why?", ["It helps", "`never`", "`always`"]),
        ("clang", "How is the session renewed?", ["By renewing it", "The session ends", "By a timer"]),
        ("clang", "How is `session` shown?", ["As `session`", "As text", "As code"]),
        ("clang", "Which of these would work?", ["What works", "What fails", "What waits"]),
        ("article", "The value is called a(n)", ["entry", "value", "item"]),
        ("article", "What is printed by a", ["`1`", "`2`", "`3`"]),
        ("odd-form", "Why?", ["`1`", "`2`", "Nothing."]),
        ("odd-form", "Why?", ["`id` is kept", "It is kept", "It is lost"]),
        ("negative-stem", "Which header keeps it, if the cookie does not have `Secure`?", ["One", "Two", "Three"]),
        ("negative-stem", "Which of these is **not** sent?", ["One", "Two", "Three"]),
        ("negative-stem", "It does not work. Which change mends it?", ["One", "Two", "Three"]),
        ("negative-stem", "Which column is `NOT NULL`?", ["One", "Two", "Three"]),
        ("negative-stem", "Which line adopts a value that the server did not issue?", ["One", "Two", "Three"]),
        ("lead-in", "Choose one of the hosts.", ["One", "Two", "Three"]),
        ("lead-in", "Which of these is sent?", ["One", "Two", "Three"]),
        ("all-of-the-above", "Why?", ["All cookies are lost", "Two", "Three"]),
        ("all-of-the-above", "Why?", ["Both (1) and (2)", "Neither (1) nor (2)", "(1), but not (2)"]),
        ("none-of-the-above", "Why?", ["None of the cookies is sent", "Two", "Three"]),
        ("alike-options", "What is printed?", ["`a  b`", "`a b`", "`A b`"]),
        ("alike-options", "What is printed?", ["`i++;`", "`++i;`", "`i--;`"]),
        ("contained-option", "How long?", ["4 minutes", "14 minutes", "1 hour and 4 minutes"]),
        ("contained-option", "Why?", ["It ends", "It ends with the session", "No"]),
        ("overlapping-ranges", "How long?", ["1 to 5 minutes", "6 to 10 minutes", "6 to 10 hours"]),
        ("overlapping-ranges", "How many?", ["at least 64", "at least 128", "at least 256"]),
        ("overlapping-ranges", "How many?", ["less than 10", "10 to 20", "more than 20"]),
        ("overlapping-ranges", "What is printed?", ["`1-5`", "`4-9`", "`8-9`"]),
    ],
)
def test_what_is_like_a_flaw_but_sound_is_left_alone(code: str, stem: str, texts: Sequence[str]) -> None:
    assert remarks(code, chosen(*texts, stem=stem)) == []


def test_several_keys_are_longer_only_if_each_is() -> None:
    long, longer = "a key that goes on for quite a while", "another key that goes on for even longer"
    assert remarks("longest-option", chosen(long, longer, "short one", "tiny", keys=2))
    assert not remarks("longest-option", chosen(long, "brief", "short one", "tiny", keys=2))


def test_a_stem_asks_for_as_many_as_are_keyed() -> None:
    assert not remarks("lead-in", chosen("One", "Two", "Three", keys=2, stem="Choose two of them."))
    assert remarks("lead-in", chosen("One", "Two", "Three", keys=2, stem="Choose three of them."))
    assert remarks("lead-in", chosen("One", "Two", "Three", keys=2, stem="Which of these is sent?"))


def test_none_of_these_is_for_items_that_show_a_program_but_above_is_for_none() -> None:
    listing = "int level = 1;\n"
    shows = {"listing": listing, "unproven": "Made up for tests."}
    assert not remarks("none-of-the-above", chosen("None of these", "Two", "Three", **shows))
    assert remarks("none-of-the-above", chosen("None of the above", "Two", "Three", **shows))


def test_one_option_in_words_may_stand_beside_values_that_a_program_shows() -> None:
    texts = ("`one`", "`two`", "an exception")
    assert remarks("odd-form", chosen(*texts))
    assert not remarks("odd-form", chosen(*texts, listing="int level = 1;\n"))


@pytest.mark.parametrize(
    ("why", "code"),
    [
        ("Too short.", "short-why"),
        ("It is this sentence that gets repeated.", "why-repeats"),
        ("Reason number 1 is long enough to be sound!", "copied-why"),
    ],
)
def test_explanations_explain(why: str, code: str) -> None:
    sound = chosen("This sentence that gets repeated", "Two", "Three")
    assert not remarks(code, sound)
    options = [option.model_copy(update={"why": why} if n == 0 else {}) for n, option in enumerate(sound.options)]
    assert len(remarks(code, sound.model_copy(update={"options": options}))) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_explanations_of_every_kind_are_read(kind: str) -> None:
    assert remarks("short-why", item(kind))


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ("Java docs", True),
        ("Everyday knowledge", True),
        ("Oracle's tutorial", True),
        ("JLS SE8 15.26.2", False),
        ("RFC 9110", False),
        ("https://example.org/page", False),
        ("OWASP Cheat Sheet: Logout", False),
        ("API documentation of java.lang.Integer", False),
        ("Servlet specification, Session Tracking", False),
        ("User guide, chapter on logging", False),
    ],
)
def test_sources_say_where_to_look(source: str, bare: bool) -> None:
    assert bool(remarks("bare-source", item("number", sources=[source]))) is bare


def test_reading_takes_as_long_as_words_and_lines_of_code_ask_for() -> None:
    """Twenty words at 200 a minute are 6 seconds; two lines of code that are not blank are 4."""
    judged = chosen(" ".join(["word"] * 5), " ".join(["term"] * 5), stem=" ".join(["why"] * 10))
    assert reading_seconds(judged) == pytest.approx(6)
    assert reading_seconds(judged.model_copy(update={"listing": "a\n\nb\n"})) == pytest.approx(10)


@pytest.mark.parametrize(("seconds", "code"), [(10, None), (96, None), (97, "too-much-time")])
def test_the_stated_seconds_fit_the_reading(seconds: int, code: str | None) -> None:
    judged = chosen(" ".join(["word"] * 5), " ".join(["term"] * 5), stem=" ".join(["why"] * 10), seconds=seconds)
    assert [rule for rule in ("too-little-time", "too-much-time") if remarks(rule, judged)] == [code] * (
        code is not None
    )


def test_too_little_time_says_how_much_it_takes() -> None:
    judged = chosen("One", "Two", "Three", stem=" ".join(["why"] * 97), seconds=29)
    assert remarks("too-little-time", judged) == ["29 seconds are stated, and reading alone takes about 30"]


@pytest.mark.parametrize(
    ("columns", "lines", "found"), [(80, 30, []), (81, 1, ["wide-listing"]), (1, 31, ["long-listing"])]
)
def test_a_listing_fits_a_screen(columns: int, lines: int, found: list[str]) -> None:
    judged = item("number", listing=f"{'x' * columns}\n" * lines)
    assert [rule for rule in ("wide-listing", "long-listing") if remarks(rule, judged)] == found


def keyed_at(positions: Sequence[int], options: int = 4) -> Bank:
    """A bank with a single choice for each position, keyed there."""
    bank = generated.bank("demo", 0, 1)
    made = []
    for n, position in enumerate(positions):
        parts = [{"text": f"{n} {m}", "key": m == position, "why": "Because."} for m in range(options)]
        written = factories.item("single choice", f"item-{n}", objective="demo.1.1", options=parts)
        made.append(factories.written(written))
    return replace(bank, items=tuple(made))


@pytest.mark.parametrize(
    ("positions", "uneven"),
    [
        ([0] * 9, False),  # too few to tell
        ([0] * 10, True),
        ([0, 1, 2, 3] * 5, False),
        ([0] * 7 + [1, 2, 3], False),  # chance does this once in about 300 times
        ([0] * 18 + [1, 2, 3] * 5, False),
        ([0] * 25 + [1, 2, 3] * 5, True),
    ],
)
def test_keys_stand_evenly(positions: list[int], uneven: bool) -> None:
    assert bool(list(BANK_RULES["key-positions"].judge(keyed_at(positions)))) is uneven


def test_several_keys_per_item_are_balanced_as_cochran_does() -> None:
    """All keys of 10 items at the same two of four positions: Q = 10 * (4 - 1) = 30, far beyond 16.3."""
    items = []
    for n in range(10):
        parts = [{"text": f"{n} {m}", "key": m < 2, "why": "Because."} for m in range(4)]
        written = factories.item("multiple response", f"item-{n}", objective="demo.1.1", options=parts)
        items.append(factories.written(written))
    bank = replace(keyed_at([]), items=tuple(items))
    assert list(BANK_RULES["key-positions"].judge(bank)) == [
        "the keys do not stand evenly over the positions: of 4 options 10 / 10 / 0 / 0"
    ]


@pytest.mark.parametrize("seed", range(20))
def test_habits_are_not_seen_where_chance_alone_is_at_work(seed: int) -> None:
    bank = generated.bank("demo", 60, seed, kinds=("single choice", "true/false set", "multiple response"))
    for code in ("key-positions", "longest-keys", "true-statements"):
        assert list(BANK_RULES[code].judge(bank)) == []


def test_a_habit_of_long_keys_is_seen() -> None:
    bank = generated.bank("demo", 20, 1, generated.the_longest)
    assert "the key is the longest option" in next(iter(BANK_RULES["longest-keys"].judge(bank)))


@pytest.mark.parametrize(("items", "below"), [((9, 1), True), ((15, 5), False), ((4, 0), False), ((5, 3), False)])
def test_groups_have_the_items_that_their_weight_asks_for(items: tuple[int, int], below: bool) -> None:
    """With equal weights half of the items are due to each group."""
    made = [
        factories.written(factories.item("number", f"item-{group}-{n}", objective=f"demo.{group}.1"))
        for group, count in enumerate(items, start=1)
        for n in range(count)
    ]
    bank = replace(keyed_at([]), file=BankFile.model_validate(factories.bank_file("demo")), items=tuple(made))
    assert bool(list(BANK_RULES["group-below-weight"].judge(bank))) is below


def test_prose_is_read_without_code_and_emphasis() -> None:
    text = "Call `a(*b)` in **one** line: ``x`y``"
    assert words(text) == ["call", "in", "one", "line"]
    assert visible_text(text) == "Call a(*b) in one line: x`y"
    assert prose(text) == "Call \ufffc in one line: \ufffc"
