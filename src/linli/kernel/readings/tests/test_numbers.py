"""Numbers of rules: who may set them where, what is refused, and which hold."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, nan

import pytest

from linli.kernel.access import Invalid, NotAllowed, NotFound, Role, as_system
from linli.kernel.audit.queries import story
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.readings.evaluating.book import Book
from linli.kernel.readings.models import RuleNumber
from linli.kernel.readings.queries.numbers import Numbers, numbers_of
from linli.kernel.readings.rules import Sample
from linli.kernel.readings.verbs.numbers import tune, untune
from linli.kernel.things.queries.registry import ensure_slots

from .cast import BUILDING, HOOD, NOON, OTHER, elsewhere, later, make_town, officer, thing

STREET = HOOD[:9]


@pytest.fixture(autouse=True)
def town(db: None, settings) -> Iterator[None]:
    settings.SCENES = ["linli.kernel.readings.tests.tuned"]
    catalogue.cache_clear()
    make_town()
    yield
    catalogue.cache_clear()


def smoke(of) -> dict[str, float]:
    return dict(numbers_of(catalogue().rules["smoke"], of))


def test_the_nearest_place_wins_number_by_number_and_the_things_own_win_over_places() -> None:
    by, one, other = officer(), thing(1), thing(1, OTHER)
    tune(by=by, at=NOON, rule="smoke", numbers={"limit": 0.6, "lasts": 20}, place_code=STREET)
    tune(by=by, at=NOON, rule="smoke", numbers={"limit": 0.7}, place_code=BUILDING)
    tune(by=by, at=NOON, rule="smoke", numbers={"lasts": 10}, thing=one.id)
    assert {k: smoke(one)[k] for k in ("limit", "clears", "lasts")} == {"limit": 0.7, "clears": 0.4, "lasts": 10}
    assert {k: smoke(other)[k] for k in ("limit", "lasts")} == {"limit": 0.6, "lasts": 20}
    assert smoke(BUILDING)["limit"] == 0.7
    assert smoke(HOOD[:6])["limit"] == 0.5


def test_all_numbers_of_many_things_come_with_one_query(django_assert_num_queries) -> None:
    one, other = thing(1), thing(1, OTHER)
    tune(by=officer(), at=NOON, rule="smoke", numbers={"limit": 0.7}, place_code=BUILDING)
    with as_system(), django_assert_num_queries(1):
        numbers = Numbers.load()
        rule = catalogue().rules["smoke"]
        assert numbers.set_for(rule, one.place_code, one.id) == {"limit": 0.7}
        assert numbers.set_for(rule, other.place_code, other.id) == {}


def test_a_thing_with_an_interval_of_its_own_is_silent_after_three_of_them() -> None:
    rule, device = catalogue().rules["silent"], catalogue().devices["smoke-detector"]
    assert numbers_of(rule, thing(1), device)["after"] == 900
    assert numbers_of(rule, thing(2, every=60), device)["after"] == 180
    tune(by=officer(), at=NOON, rule="silent", numbers={"after": 600}, place_code=HOOD)
    assert numbers_of(rule, thing(3, every=60), device)["after"] == 600


def test_every_change_leaves_one_record_with_what_was_before() -> None:
    by = officer()
    tune(by=by, at=NOON, rule="smoke", numbers={"limit": 0.6, "lasts": 20}, place_code=HOOD)
    tune(by=by, at=later(hours=1), rule="smoke", numbers={"limit": 0.8, "lasts": 20}, place_code=HOOD)
    untune(by=by, at=later(hours=2), rule="smoke", names=["limit"], place_code=HOOD)
    untune(by=by, at=later(hours=3), rule="smoke", names=["limit"], place_code=HOOD)
    with as_system():
        told = [(r.verb, r.before, r.after) for r in story(f"rule:smoke:{HOOD}")]
    assert told == [
        ("readings.tune", {"limit": None, "lasts": None}, {"limit": 0.6, "lasts": 20}),
        ("readings.tune", {"limit": 0.6}, {"limit": 0.8}),
        ("readings.untune", {"limit": 0.8}, {"limit": None}),
    ]
    assert smoke(HOOD)["limit"] == 0.5


def test_nobody_tunes_outside_their_scope_or_without_the_right() -> None:
    one, stranger = thing(1), elsewhere(officer())
    with pytest.raises(NotAllowed):
        tune(by=stranger, at=NOON, rule="smoke", numbers={"limit": 1}, place_code=HOOD)
    with pytest.raises(NotFound):
        tune(by=stranger, at=NOON, rule="smoke", numbers={"limit": 1}, thing=one.id)
    with pytest.raises(NotAllowed):
        tune(by=officer(Role.LEADER), at=NOON, rule="smoke", numbers={"limit": 1}, place_code=HOOD)
    assert not RuleNumber.objects.exists()


@pytest.mark.parametrize(
    ("rule", "numbers", "wrong"),
    [
        ("smoke", {"limit": 11}, {"limit"}),
        ("smoke", {"limit": -1}, {"limit"}),
        ("smoke", {"limit": 0.3}, {"clears"}),
        ("smoke", {"clears": 0.6}, {"clears"}),
        ("smoke", {"limit": nan}, {"limit"}),
        ("smoke", {"lasts": inf}, {"lasts"}),
        ("smoke", {"lasts": -1}, {"lasts"}),
        ("smoke", {"lasts": 40 * 86400}, {"lasts"}),
        ("smoke", {"height": 1}, {"height"}),
        ("smoke", {"red.limit": 99}, {"red.limit"}),
        ("smoke", {"limit": 99, "lasts": -1}, {"limit", "lasts"}),
        ("smoke-together", {"things": 1.5}, {"things"}),
        ("silent", {"after": 0}, {"after"}),
        ("crowd", {"times": 0}, {"times"}),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence_at_its_field(
    rule: str, numbers: dict[str, float], wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        tune(by=officer(), at=NOON, rule=rule, numbers=numbers, place_code=HOOD)
    assert set(refused.value.fields) == wrong
    assert all(refused.value.fields.values())
    assert not RuleNumber.objects.exists()


def test_taking_back_a_limit_must_not_leave_its_clears_on_the_wrong_side() -> None:
    by = officer()
    tune(by=by, at=NOON, rule="smoke", numbers={"limit": 0.9, "clears": 0.8}, place_code=HOOD)
    with pytest.raises(Invalid):
        untune(by=by, at=NOON, rule="smoke", names=["limit"], place_code=HOOD)
    assert smoke(HOOD)["limit"] == 0.9
    assert untune(by=by, at=NOON, rule="smoke", place_code=HOOD)["clears"] == 0.4


def test_a_rule_over_a_place_takes_no_numbers_of_single_things() -> None:
    one, by = thing(1), officer()
    with pytest.raises(Invalid):
        tune(by=by, at=NOON, rule="smoke-together", numbers={"things": 3}, thing=one.id)
    assert tune(by=by, at=NOON, rule="smoke-together", numbers={"things": 3}, place_code=BUILDING)["things"] == 3
    assert numbers_of(catalogue().rules["smoke-together"], one)["things"] == 3


def test_there_must_be_such_a_rule_place_and_thing() -> None:
    by, counter = officer(), thing(1, model="counter")
    for wrong in ({"rule": "none", "place_code": HOOD}, {"rule": "smoke", "place_code": HOOD + "777"}):
        with pytest.raises(NotFound):
            tune(by=by, at=NOON, numbers={"limit": 1}, **wrong)
    with pytest.raises(Invalid):
        tune(by=by, at=NOON, rule="smoke", numbers={"limit": 1}, thing=counter.id)


def test_what_a_rule_no_longer_knows_is_left_out() -> None:
    with as_system():
        RuleNumber.objects.create(rule="smoke", place_code=HOOD, name="height", value=3, set_at=NOON)
        assert Numbers.load().set_for(catalogue().rules["smoke"], BUILDING) == {}


def test_the_evaluator_works_with_new_numbers_from_its_next_look_on() -> None:
    one, by = thing(1), officer()
    with as_system():
        ensure_slots()
        book = Book()
        assert book.refresh(NOON)
        assert not book.refresh(NOON)

    def raises(value: float) -> bool:
        watching = next(w for w in book.things[one.no].watched if w.rule.name == "smoke-together")
        state, _change = watching.feed(None, Sample(0, 0, [value]))
        return watching.feed(state, Sample(1, 1, [value]))[1] is not None

    assert raises(0.6)
    tune(by=by, at=NOON, rule="smoke-together", numbers={"limit": 0.7}, place_code=BUILDING)
    with as_system():
        assert book.refresh(NOON)
    assert not raises(0.6)
    untune(by=by, at=NOON, rule="smoke-together", place_code=BUILDING)
    with as_system():
        assert book.refresh(NOON)
    assert raises(0.6)
