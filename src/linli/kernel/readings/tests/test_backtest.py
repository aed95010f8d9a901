"""What would have happened with other numbers, over readings that are stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from linli.kernel.access import Invalid, NotAllowed, NotFound, Role, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.readings.backtest import Backtest, backtest
from linli.kernel.readings.models import Warning
from linli.kernel.readings.verbs.numbers import tune
from linli.kernel.things.models import Upkeep
from linli.kernel.things.queries.registry import ensure_slots

from .cast import BUILDING, HOOD, NOON, OTHER, elsewhere, make_town, officer, thing

START = NOON - timedelta(days=2)


@pytest.fixture(autouse=True)
def town(db: None, settings) -> Iterator[None]:
    settings.SCENES = ["linli.kernel.readings.tests.tuned"]
    catalogue.cache_clear()
    make_town()
    with as_system():
        ensure_slots()
    yield
    catalogue.cache_clear()


def say(no: int, peaks: dict[int, float], hours: int = 48) -> None:
    """A reading a minute for two days: 0.1, and from each minute named in `peaks` on five minutes of that."""
    with connection.cursor() as cursor:
        for day in range(4):
            cursor.execute("SELECT readings_ensure(%s)", [(START + timedelta(days=day - 1)).date()])
        rows = []
        for minute in range(hours * 60):
            value = next((v for m, v in peaks.items() if m <= minute < m + 5), 0.1)
            rows.append((no, START + timedelta(minutes=minute), START + timedelta(minutes=minute), [value, 80.0]))
        cursor.executemany(
            'INSERT INTO readings_reading (thing, at, received_at, "values") VALUES (%s, %s, %s, %s)', rows
        )


def was(of, minute: int, cause: str = "") -> None:
    """A warning that was really raised, and what a person found."""
    begun = START + timedelta(minutes=minute)
    with as_system():
        Warning.objects.create(
            rule="smoke", thing=of, subject=str(of.no), place_code=of.place_code, severity=3, highest=3,
            state="closed", raised_at=begun, recorded_at=begun, cleared_at=begun + timedelta(minutes=5),
            closed_at=begun + timedelta(minutes=30), cause=cause,
        )  # fmt: skip


def tried(rule: str = "smoke", **given) -> Backtest:
    given = {"numbers": {"limit": 0.7}, "place_code": HOOD, "days": 2} | given
    return backtest(at=NOON, rule=rule, by=given.pop("by", None) or officer(), **given)


def test_it_says_which_real_warnings_stay_and_which_false_ones_go() -> None:
    fire, kitchen, quiet = thing(1), thing(2), thing(1, OTHER)
    say(fire.no, {100: 2.5, 900: 0.9})
    say(kitchen.no, {100: 0.6, 300: 0.6, 700: 0.65, 1500: 0.8})
    say(quiet.no, {})
    was(fire, 100, "real")
    was(fire, 900, "real")
    was(kitchen, 100, "cooking")
    was(kitchen, 300, "cooking")
    was(kitchen, 700)
    was(kitchen, 1500, "cooking")
    found = tried()
    assert (found.things, found.of_things, found.readings, found.whole) == (3, 3, 3 * 48 * 60, True)
    assert (found.raised, found.real, found.false) == (6, 2, 3)
    assert (found.present.warnings, found.present.real_kept, found.present.false_gone) == (6, 2, 0)
    assert (found.other.warnings, found.other.real_kept, found.other.false_gone) == (3, 2, 2)
    assert found.present.often == [(str(kitchen.no), 4), (str(fire.no), 2)]
    assert found.other.often[0] == (str(fire.no), 2)
    assert sum(found.other.days.values()) == 3
    too_high = tried(numbers={"limit": 3.0}, by=officer(name="李"))
    assert (too_high.other.warnings, too_high.other.real_kept, too_high.other.false_gone) == (0, 0, 3)


def test_a_warning_at_a_time_of_which_nothing_is_stored_counts_for_neither_side() -> None:
    one, never = thing(1), thing(2)
    say(one.no, {1500: 0.6})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM readings_reading WHERE at < %s", [START + timedelta(hours=20)])
    was(one, 100, "real")
    was(one, 1500, "cooking")
    was(never, 1500, "real")
    found = tried()
    assert (found.raised, found.real, found.false, found.untried) == (1, 0, 1, 2)


def test_a_nearer_setting_stays_as_it_is_when_a_wider_place_tries_another_number() -> None:
    by, near, far = officer(), thing(1), thing(1, OTHER)
    say(near.no, {100: 0.6})
    say(far.no, {100: 0.6})
    tune(by=by, at=NOON, rule="smoke", numbers={"limit": 0.55}, place_code=BUILDING)
    assert tried(by=by).other.often == [(str(near.no), 1)]
    assert tried(by=by, place_code="", thing=near.id).other.warnings == 0


def test_what_maintenance_held_back_is_not_counted_and_what_outlasts_it_is() -> None:
    one = thing(1)
    say(one.no, {100: 0.9, 200: 0.9})
    for begins, ends in ((99, 110), (199, 202)):
        with as_system():
            span = (START + timedelta(minutes=begins), START + timedelta(minutes=ends))
            Upkeep.objects.create(thing=one, what="maintenance", lasts=span)
    assert tried().present.warnings == 1


def test_silence_is_found_where_nothing_was_said() -> None:
    one, other = thing(1), thing(2, model="counter")
    say(one.no, {}, hours=24)
    say(other.no, {})
    found = tried("silent", numbers={"after": 30 * 3600})
    assert (found.present.often, found.other.warnings) == ([(str(one.no), 1)], 0)


def test_several_things_of_a_place_are_read_in_one_order() -> None:
    first, second, apart = thing(1), thing(2), thing(1, OTHER)
    for one in (first, second, apart):
        say(one.no, {100: 0.9})
    found = tried("smoke-together", numbers={"things": 3})
    assert (found.present.often, found.other.warnings) == ([(BUILDING, 1)], 0)


def test_what_does_not_fit_into_its_time_is_said() -> None:
    for n in range(1, 10):
        say(thing(n, every=60).no, {100: 0.9})
    found = tried(most=1)
    assert not found.whole
    assert found.present.warnings == found.things < 9


def test_who_may_not_read_rules_there_learns_nothing() -> None:
    by = officer()
    with pytest.raises(NotAllowed):
        tried(by=elsewhere(by))
    with pytest.raises(NotAllowed):
        tried(by=officer(Role.GRID_WORKER))
    with pytest.raises(NotFound):
        tried(rule="none", by=by)
    with pytest.raises(LookupError):
        tried(numbers={"height": 1}, by=by)
    with pytest.raises(Invalid):
        tried("smoke-together", numbers={"things": 3}, place_code="", thing=thing(1).id, by=by)
    with pytest.raises(Invalid):
        tried("smoke-together", numbers={"things": 3}, place_code=BUILDING + "001", by=by)
