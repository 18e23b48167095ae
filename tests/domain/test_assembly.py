"""Assembly: a seed is a form, quotas are met whenever they can be, and what is short is said."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain.assembly import Assembly
from quiz.domain.errors import InfeasiblePlan, Shortage
from quiz.domain.plans import BANDS, Draw, Plan, Spread, apportion
from quiz.domain.pools import PoolItem
from tests.domain.samples import form_items, plan, pool, pooled

Pools = dict[str, list[PoolItem]]


def ids(form: Sequence[PoolItem]) -> list[str]:
    return [f"{item.bank}/{item.id}" for item in form]


def shortages(plan: Plan, pools: Pools) -> list[Shortage]:
    with pytest.raises(InfeasiblePlan) as refused:
        Assembly(plan, pools)
    return list(refused.value.shortages)


# The same everywhere -------------------------------------------------------------------------------------------------

POOLS = {"a": pool("a", 4, 6), "b": pool("b", 2, 5)}
WEIGHTED = plan(
    Draw(bank="a", count=6, weights={"a.1": 2, "a.2": 1}),
    Draw(bank="b", count=3),
    difficulty=Spread(easy=2, medium=1, hard=1),
)


@pytest.mark.parametrize(
    ("plan_", "seed", "form"),
    [
        (plan(Draw(bank="a", count=5)), 7, "a/item-0-4 a/item-2-0 a/item-3-3 a/item-2-5 a/item-1-1"),
        (
            WEIGHTED,
            1,
            "a/item-1-4 a/item-0-3 a/item-1-2 a/item-0-1 a/item-2-0 a/item-2-2 b/item-0-0 b/item-1-0 b/item-1-1",
        ),
        (
            WEIGHTED,
            2,
            "a/item-1-5 a/item-1-2 a/item-0-0 a/item-1-4 a/item-2-5 a/item-3-1 b/item-1-1 b/item-1-3 b/item-1-2",
        ),
    ],
    ids=["whole-bank", "weighted-1", "weighted-2"],
)
def test_a_seed_gives_this_very_form_on_every_machine_and_version(plan_: Plan, seed: int, form: str) -> None:
    assert " ".join(ids(form_items(Assembly(plan_, POOLS), seed))) == form


def test_a_seed_gives_the_same_form_again_and_another_seed_another() -> None:
    assembly = Assembly(WEIGHTED, POOLS)
    forms = [tuple(ids(form_items(assembly, seed))) for seed in range(50)]
    assert forms == [tuple(ids(form_items(Assembly(WEIGHTED, POOLS), seed))) for seed in range(50)]
    assert len(set(forms)) > 45


def test_no_item_is_drawn_much_more_often_than_others() -> None:
    """An objective with few items lends them to no more forms than one with many."""
    pool = [
        pooled(f"item-{n}", key=n, bank="a", objective=OBJECTIVES[0 if n < 2 else 2], group="x", difficulty=3)
        for n in range(20)
    ]
    assembly = Assembly(plan(Draw(bank="a", count=4)), {"a": pool})
    often = Counter(item.id for seed in range(1000) for item in form_items(assembly, seed))
    assert len(often) == 20
    assert all(120 < count < 280 for count in often.values())


def test_forms_do_not_depend_on_what_was_drawn_before() -> None:
    assembly = Assembly(WEIGHTED, POOLS)
    before = ids(form_items(assembly, 3))
    form_items(assembly, 4)
    assert assembly.seconds > 0
    assert ids(form_items(assembly, 3)) == before


# Always complete -----------------------------------------------------------------------------------------------------

OBJECTIVES = ["x.1.1", "x.1.2", "x.2.1", "x.2.2"]


@st.composite
def pools_(draw: st.DrawFn) -> Pools:
    """Two banks of a few items each, some of them enemies."""
    made: Pools = {}
    for bank in ("a", "b"):
        made[bank] = [
            pooled(
                f"item-{n}",
                key=n,
                bank=bank,
                objective=objective,
                group=objective[:3],
                difficulty=difficulty,
                enemies=enemies,
            )
            for n, (objective, difficulty, enemies) in enumerate(
                draw(
                    st.lists(
                        st.tuples(
                            st.sampled_from(OBJECTIVES),
                            st.integers(1, 5),
                            st.sampled_from([None, None, None, "red", "blue"]),
                        ),
                        min_size=6,
                        max_size=16,
                    )
                )
            )
        ]
    return made


NAMES = st.sampled_from([*OBJECTIVES, "x.1", "x.2"])


@st.composite
def draws(draw: st.DrawFn) -> Draw:
    bank, count = draw(st.sampled_from("ab")), draw(st.integers(1, 4))
    match draw(st.integers(0, 2)):
        case 0:
            return Draw(bank=bank, count=count)
        case 1:
            return Draw(bank=bank, count=count, objectives=draw(st.lists(NAMES, min_size=1, max_size=3)))
        case _:
            return Draw(bank=bank, count=count, weights=draw(st.dictionaries(NAMES, st.integers(1, 4), min_size=1)))


SPREADS = st.builds(Spread, easy=st.integers(0, 3), medium=st.integers(0, 3), hard=st.integers(1, 3))
PLANS = st.builds(
    lambda drawn, spread: plan(*drawn, difficulty=spread),
    st.lists(draws(), min_size=1, max_size=3),
    st.none() | SPREADS,
)


def rows(plan: Plan) -> list[tuple[str, set[str], int]]:
    """What a plan asks for, restated: (bank, names of groups or objectives, count)."""
    found = []
    for draw in plan.draws:
        if draw.weights:
            parts = apportion(draw.count, draw.weights)
            found += [(draw.bank, {name}, count) for name, count in parts.items() if count]
        else:
            found.append((draw.bank, set(draw.objectives), draw.count))
    return found


def fits(item: PoolItem, bank: str, names: set[str]) -> bool:
    return item.bank == bank and (not names or bool(names & {item.objective, item.group}))


def assembled(plan: Plan, pools: Pools) -> Assembly | InfeasiblePlan:
    try:
        return Assembly(plan, pools)
    except InfeasiblePlan as refusal:
        return refusal


@settings(max_examples=300, deadline=None)
@given(plan=PLANS, pools=pools_(), seeds=st.lists(st.integers(0, 2**63), min_size=1, max_size=3))
def test_a_plan_is_refused_with_its_shortages_or_every_form_of_it_is_complete(
    plan: Plan, pools: Pools, seeds: list[int]
) -> None:
    outcome = assembled(plan, pools)
    if isinstance(outcome, InfeasiblePlan):
        assert outcome.shortages
        for short in outcome.shortages:
            assert short.available < short.wanted
            assert f"{short.label}: {short.wanted} wanted, {short.available} available" in str(outcome)
        return
    for seed in seeds:
        places = outcome.draw(seed)
        assert [place.draw for place in places] == [
            number for number, draw in enumerate(plan.draws, start=1) for _ in range(draw.count)
        ]
        form = [place.item for place in places]
        assert len(form) == plan.total
        assert len({(item.bank, item.id) for item in form}) == plan.total
        enemies = Counter((item.bank, item.enemies) for item in form if item.enemies)
        assert max(enemies.values(), default=0) <= 1
        at = 0
        for bank, names, count in rows(plan):
            assert all(fits(item, bank, names) for item in form[at : at + count])
            at += count
        if plan.difficulty is not None:
            bands = apportion(plan.total, plan.difficulty.weights)
            assert {band: sum(item.band == band for item in form) for band in BANDS} == bands


def possible(rows: list[tuple[str, set[str], int]], pools: Pools) -> bool:
    """Whether all rows can be filled at once, by trying every way: slow, and plainly right."""
    places = [(bank, names) for bank, names, count in rows for _ in range(count)]

    def fill(place: int, used: frozenset[tuple[str, str]]) -> bool:
        if place == len(places):
            return True
        bank, names = places[place]
        groups = {item.exclusive for item in pools[bank] if fits(item, bank, names)}
        return any(fill(place + 1, used | {group}) for group in groups - used)

    return fill(0, frozenset())


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.builds(Draw, bank=st.just("a"), count=st.integers(1, 2), objectives=st.lists(NAMES, min_size=1, max_size=2)),
        min_size=1,
        max_size=3,
    ),
    pools=pools_(),
)
def test_without_a_spread_a_plan_is_refused_only_if_no_form_exists(rows: list[Draw], pools: Pools) -> None:
    pools["a"] = pools["a"][:6]
    wanted = plan(*rows)
    feasible = isinstance(assembled(wanted, pools), Assembly)
    assert feasible == possible([(draw.bank, set(draw.objectives), draw.count) for draw in rows], pools)


# Overlaps and enemies ------------------------------------------------------------------------------------------------


def test_a_draw_gives_up_items_that_only_it_can_replace() -> None:
    """The first draw may take anything, the second only what is in x.1.1: drawn greedily, they often collide."""
    few = [pooled(f"narrow-{n}", bank="a", objective="x.1.1") for n in range(2)]
    many = [pooled(f"wide-{n}", bank="a", objective="x.2.1", group="x.2") for n in range(2)]
    assembly = Assembly(plan(Draw(bank="a", count=2), Draw(bank="a", count=2, objectives=["x.1.1"])), {"a": few + many})
    for seed in range(50):
        form = form_items(assembly, seed)
        assert {item.id for item in form[:2]} == {"wide-0", "wide-1"}
        assert {item.id for item in form[2:]} == {"narrow-0", "narrow-1"}


def test_a_chain_of_overlapping_draws_is_untangled() -> None:
    """Each draw may take one of two neighbouring items, the last only the last: there is exactly one solution."""
    items = [pooled(f"item-{n}", bank="a", objective=f"x.{n}") for n in range(8)]
    chain = [Draw(bank="a", count=1, objectives=[f"x.{n}", f"x.{n + 1}"]) for n in range(7)]
    last = Draw(bank="a", count=1, objectives=["x.7"])
    assembly = Assembly(plan(*chain, last), {"a": items})
    for seed in range(20):
        assert [item.id for item in form_items(assembly, seed)] == [f"item-{n}" for n in range(8)]


def test_of_a_group_of_enemies_a_form_holds_one_at_most() -> None:
    items = [pooled(f"item-{n}", bank="a", enemies="pair" if n < 3 else None) for n in range(5)]
    assembly = Assembly(plan(Draw(bank="a", count=3)), {"a": items})
    for seed in range(50):
        assert sum(item.enemies == "pair" for item in form_items(assembly, seed)) == 1
    assert shortages(plan(Draw(bank="a", count=4)), {"a": items}) == [Shortage("a", 4, 3)]


def test_enemies_keep_apart_over_different_draws_too() -> None:
    items = [
        pooled("one", bank="a", objective="x.1", enemies="pair"),
        pooled("two", bank="a", objective="x.2", enemies="pair"),
    ]
    both = plan(Draw(bank="a", count=1, objectives=["x.1"]), Draw(bank="a", count=1, objectives=["x.2"]))
    assert [(short.wanted, short.available) for short in shortages(both, {"a": items})] == [(1, 0)]


def test_a_group_of_enemies_belongs_to_its_bank() -> None:
    pools = {bank: [pooled("one", bank=bank, enemies="pair")] for bank in "ab"}
    assert len(form_items(Assembly(plan(Draw(bank="a", count=1), Draw(bank="b", count=1)), pools), 1)) == 2


def test_items_of_the_same_name_in_two_banks_are_two_items() -> None:
    pools = {bank: [pooled("one", bank=bank)] for bank in "ab"}
    both = plan(Draw(bank="a", count=1), Draw(bank="b", count=1))
    assert ids(form_items(Assembly(both, pools), 1)) == ["a/one", "b/one"]


# What is short -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "short"),
    [
        (plan(Draw(bank="a", count=25)), [Shortage("a", 25, 24)]),
        (plan(Draw(bank="a", count=7, objectives=["a.1.1"])), [Shortage("a (a.1.1)", 7, 6)]),
        (plan(Draw(bank="a", count=13, objectives=["a.1"])), [Shortage("a (a.1)", 13, 12)]),
        (plan(Draw(bank="a", count=3, objectives=["a.9"])), [Shortage("a (a.9)", 3, 0)]),
        (plan(Draw(bank="c", count=3)), [Shortage("c", 3, 0)]),
        (
            plan(Draw(bank="a", count=20, weights={"a.1.1": 1, "a.2": 1})),
            [Shortage("a (a.1.1)", 10, 6)],
        ),
        (
            plan(Draw(bank="a", count=30), Draw(bank="b", count=12)),
            [Shortage("a", 30, 24), Shortage("b", 12, 10)],
        ),
        (
            plan(Draw(bank="a", count=20), Draw(bank="a", count=5, objectives=["a.1.1"])),
            [Shortage("a (a.1.1), shared with other parts of the plan", 5, 4)],
        ),
        (
            plan(Draw(bank="b", count=8), difficulty=Spread(medium=1)),
            [Shortage("medium items of the chosen objectives", 8, 2)],
        ),
    ],
)
def test_a_plan_that_cannot_be_filled_names_what_is_short_and_by_how_much(wanted: Plan, short: list[Shortage]) -> None:
    assert shortages(wanted, POOLS) == short


def test_a_shortage_of_what_several_draws_share_names_its_difficulty() -> None:
    items = [pooled(name, bank="a", objective="x.1", difficulty=n) for n, name in ((1, "easy"), (5, "hard"))]
    twice = plan(*[Draw(bank="a", count=1, objectives=["x.1"])] * 2, difficulty=Spread(easy=1))
    assert shortages(twice, {"a": items}) == [Shortage("a (x.1), easy, shared with other parts of the plan", 1, 0)]


def test_places_know_the_number_of_their_draw() -> None:
    draws = [Draw(bank="a", count=2), Draw(bank="b", count=3, weights={"b.1.1": 2, "b.1.2": 1})]
    assert [place.draw for place in Assembly(plan(*draws), POOLS).draw(1)] == [1, 1, 2, 2, 2]


def test_a_shortage_reads_as_a_sentence_of_numbers() -> None:
    with pytest.raises(InfeasiblePlan, match=r"a \(a\.1\.1\): 9 wanted, 6 available, 3 short\."):
        Assembly(plan(Draw(bank="a", count=9, objectives=["a.1.1"])), POOLS)


def test_a_spread_that_only_one_way_of_dividing_meets_is_found() -> None:
    """The first draw has easy items only, so all hard ones have to come from the second."""
    easy = [pooled(f"easy-{n}", bank="a", objective="x.1", difficulty=1) for n in range(4)]
    mixed = [pooled(f"mixed-{n}", bank="a", objective="x.2", difficulty=1 if n < 4 else 5) for n in range(8)]
    wanted = plan(
        Draw(bank="a", count=4, objectives=["x.1"]),
        Draw(bank="a", count=4, objectives=["x.2"]),
        difficulty=Spread(easy=1, hard=1),
    )
    form = form_items(Assembly(wanted, {"a": easy + mixed}), 1)
    assert [item.band for item in form] == ["easy"] * 4 + ["hard"] * 4


def test_a_spread_that_some_ways_of_dividing_cannot_meet_is_met_by_the_others() -> None:
    """An easy item first and a hard one second would be enemies, so it is always the other way round."""
    items = [
        pooled("easy-1", bank="a", objective="x.1", difficulty=1, enemies="pair"),
        pooled("hard-1", bank="a", objective="x.1", difficulty=5),
        pooled("easy-2", bank="a", objective="x.2", difficulty=1),
        pooled("hard-2", bank="a", objective="x.2", difficulty=5, enemies="pair"),
    ]
    draws = [Draw(bank="a", count=1, objectives=[objective]) for objective in ("x.1", "x.2")]
    assembly = Assembly(plan(*draws, difficulty=Spread(easy=1, hard=1)), {"a": items})
    for seed in range(20):
        assert [item.id for item in form_items(assembly, seed)] == ["hard-1", "easy-2"]


@pytest.mark.parametrize(
    ("counts", "spread", "stock"),
    [
        ([1, 4, 2], [3, 4, 0], [(0, 1, 0), (3, 3, 2), (0, 3, 3)]),
        ([4, 3, 2, 4], [5, 1, 7], [(3, 4, 3), (0, 1, 3), (0, 4, 2), (3, 2, 2)]),
    ],
    ids=["three-draws", "four-draws"],
)
def test_a_way_of_dividing_that_ran_into_a_dead_end_takes_back_what_it_moved(
    counts: list[int], spread: list[int], stock: list[tuple[int, ...]]
) -> None:
    """So many items of each draw's objective are easy, medium and hard that dividing at random often gets stuck."""
    items = [
        pooled(f"item-{draw}-{difficulty}-{n}", bank="a", objective=f"x.{draw}", difficulty=difficulty)
        for draw, numbers in enumerate(stock)
        for difficulty, number in zip((1, 3, 5), numbers, strict=True)
        for n in range(number)
    ]
    draws = [Draw(bank="a", count=count, objectives=[f"x.{n}"]) for n, count in enumerate(counts)]
    assembly = Assembly(plan(*draws, difficulty=Spread(**dict(zip(BANDS, spread, strict=True)))), {"a": items})
    for seed in range(50):
        form = form_items(assembly, seed)
        assert [item.objective for item in form] == [f"x.{n}" for n, count in enumerate(counts) for _ in range(count)]
        assert [sum(item.band == band for item in form) for band in BANDS] == spread


# How a form is spread ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "least", "most"), [(3, 0, 1), (4, 1, 1), (6, 1, 2), (8, 2, 2), (22, 5, 6), (24, 6, 6)]
)
def test_a_form_takes_one_item_of_each_objective_before_a_second_of_any(count: int, least: int, most: int) -> None:
    assembly = Assembly(plan(Draw(bank="a", count=count)), POOLS)
    for seed in range(20):
        drawn = Counter(item.objective for item in form_items(assembly, seed))
        assert [drawn[objective] for objective in {item.objective for item in POOLS["a"]}] == pytest.approx(
            [(least + most) / 2] * 4, abs=(most - least) / 2
        )


def test_every_item_has_a_chance() -> None:
    assembly = Assembly(plan(Draw(bank="a", count=4)), POOLS)
    drawn = Counter(item.id for seed in range(600) for item in form_items(assembly, seed))
    # Each of 24 items is drawn 100 times on average, the easiest and hardest less often; the seeds are fixed.
    assert len(drawn) == 24
    assert min(drawn.values()) > 50
    assert max(drawn.values()) < 150


def test_draws_stand_in_the_order_of_the_plan_and_are_shuffled_within() -> None:
    assembly = Assembly(plan(Draw(bank="b", count=4), Draw(bank="a", count=4)), POOLS)
    forms = [form_items(assembly, seed) for seed in range(10)]
    assert all([item.bank for item in form] == ["b"] * 4 + ["a"] * 4 for form in forms)
    assert len({tuple(item.objective for item in form) for form in forms}) > 1


def test_the_time_of_a_typical_form_is_that_of_its_items() -> None:
    assert Assembly(plan(Draw(bank="a", count=7)), POOLS).seconds == 7 * 60
