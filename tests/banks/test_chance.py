"""No way of guessing beats the documented level of chance, over all shipped items of all kinds.

A blind candidate sees stem, listing and options, and understands nothing. Every answer that the page takes is tried;
what the page refuses is no answer. Where the page shows parts in an order drawn at random, the mean is taken over the
orders; where it does not (lines of a listing, true and false), over the shipped items. A template counts once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from math import sqrt

import pytest

from quiz import paths
from quiz.domain.banks import bank_folders, check_bank
from quiz.domain.editions import edition
from quiz.domain.errors import InvalidAnswer
from quiz.domain.items import KINDS, Question
from quiz.domain.items.code_line.question import tells


@pytest.fixture(scope="module")
def shipped() -> list[Question]:
    banks = [check_bank(folder).bank for folder in bank_folders(paths.QUESTION_BANKS)]
    drawn = [(bank.slug, drawable.item) for bank in banks if bank for drawable in edition(bank).drawables]
    return [item.question for item in {(slug, item.id): item for slug, item in drawn}.values()]


def of_kind(shipped: list[Question], kind: str) -> list[Question]:
    found = [question for question in shipped if question.kind == kind]
    assert found
    return found


def earned(question: Question, fields: dict[str, list[str]]) -> float:
    """The credit of what is submitted; what is refused is not saved."""
    try:
        answer = question.read(fields, tuple(range(question.parts)))
    except InvalidAnswer:
        return 0.0
    return 0.0 if answer is None else question.score(answer)


def ids(question: Question) -> list[str]:
    """What each choice on the page is called."""
    return [choice.id for choice in question.public(tuple(range(question.parts))).choices]


def test_every_shipped_kind_says_its_level_of_chance(shipped: list[Question]) -> None:
    assert {question.kind for question in shipped} == set(KINDS)
    assert all(0 <= question.chance < 1 for question in shipped)


def test_no_number_of_ticks_beats_chance(shipped: list[Question]) -> None:
    for question in of_kind(shipped, "multiple response"):
        names = ids(question)
        best = 0.0
        for ticks in range(len(names) + 1):
            answers = [earned(question, {"answer": list(some)}) for some in combinations(names, ticks)]
            best = max(best, sum(answers) / len(answers))
        assert best == pytest.approx(question.chance), question.id
        assert earned(question, {"answer": names}) == 0


def test_a_single_choice_is_one_of_its_options(shipped: list[Question]) -> None:
    for question in of_kind(shipped, "single choice"):
        answers = [earned(question, {"answer": [one]}) for one in ids(question)]
        assert sum(answers) / len(answers) == pytest.approx(question.chance)


def test_no_letter_or_letters_beat_chance_in_a_matching(shipped: list[Question]) -> None:
    """The choices are shown in any order, so a letter is any of them: the same for all prompts, or one for each."""
    for question in of_kind(shipped, "matching"):
        prompts = len(question.key)
        same = [
            earned(question, {f"answer-{n + 1}": [str(choice + 1)] for n in range(prompts)})
            for choice in range(question.parts)
        ]
        each = [
            earned(question, {f"answer-{n + 1}": [str((n + turn) % question.parts + 1)] for n in range(prompts)})
            for turn in range(question.parts)
        ]
        assert sum(same) / len(same) == pytest.approx(question.chance)
        assert sum(each) / len(each) == pytest.approx(question.chance)


def test_no_constant_mark_beats_chance_in_true_false_sets(shipped: list[Question]) -> None:
    sets = of_kind(shipped, "true/false set")
    for word in ("true", "false"):
        shares = [earned(one, {f"answer-{n + 1}": [word] for n in range(one.parts)}) for one in sets]
        assert sum(shares) / len(shares) <= _up_to(0.5, len(shares))


def test_no_fixed_line_beats_chance(shipped: list[Question]) -> None:
    questions = of_kind(shipped, "code line")
    lines = [[n for n, text in enumerate(one.texts, start=1) if tells(text)] for one in questions]
    chance = sum(one.chance for one in questions) / len(questions)
    for place in range(-3, 6):
        hits = [
            earned(one, {"answer": [str(some[place])]}) for one, some in zip(questions, lines, strict=True)
            if -len(some) <= place < len(some)
        ]  # fmt: skip
        assert sum(hits) / len(questions) <= _up_to(chance, len(questions)), place


def test_no_typed_answer_is_right_as_often_as_a_choice_would_be(shipped: list[Question]) -> None:
    """Whatever is typed everywhere, the most frequent key of all included."""
    typed = [one for one in shipped if one.kind in ("short text", "number")]
    for answer in [word for word, _ in Counter(str(one.key) for one in typed).most_common(5)]:
        assert sum(earned(one, {"answer": [answer]}) for one in typed) / len(typed) <= 0.1


def test_no_choice_for_a_gap_beats_chance(shipped: list[Question]) -> None:
    for question in of_kind(shipped, "code gaps"):
        per_gap: dict[str, list[float]] = defaultdict(list)
        for gap, choice in _gap_choices(question):
            per_gap[gap].append(earned(question, {gap: [choice]}))
        best = sum(sum(credits) / len(credits) for credits in per_gap.values())
        assert best == pytest.approx(question.chance), question.id


def _gap_choices(question: Question) -> Iterator[tuple[str, str]]:
    place = 0
    for number, gap in enumerate(question.gaps, start=1):
        for _ in gap.choices:
            place += 1
            yield f"answer-{number}", str(place)


def _up_to(chance: float, items: int) -> float:
    """What luck alone exceeds once in a thousand times, at most (three standard errors)."""
    return chance + 3 * sqrt(chance * (1 - chance) / items)
