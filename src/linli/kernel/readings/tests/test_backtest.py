"""What would have happened with other numbers, over readings that are stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from linli.kernel.access import Invalid, NotAllowed, NotFound, Role, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.readings import listening
from linli.kernel.readings.backtest import Backtest, backtest
from linli.kernel.readings.models import Warning
from linli.kernel.readings.verbs.numbers import tune
from linli.kernel.things.models import Interval, Upkeep
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


def was(of, minute: int, cause: str = "", rule: str = "smoke") -> None:
    """A warning that was really raised, and what a person found."""
    begun = START + timedelta(minutes=minute)
    with as_system():
        Warning.objects.create(
            rule=rule, thing=of, subject=str(of.no), place_code=of.place_code, severity=3, highest=3,
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


def test_who_was_not_heard_yet_is_not_silent() -> None:
    late, never = thing(1), thing(2)
    say(late.no, {})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM readings_reading WHERE at < %s", [START + timedelta(hours=40)])
    found = tried("silent", numbers={"after": 7200})
    assert (found.things, found.present.warnings, found.other.warnings) == (2, 0, 0), never
    assert found.expected == 2 * 48 * 12, "every five minutes, as their model says: far more than is stored"


def test_while_nobody_listened_nobody_was_silent() -> None:
    one, gone = thing(1), thing(2)
    say(one.no, {})
    say(gone.no, {}, hours=10)
    away = START + timedelta(hours=20), START + timedelta(hours=23)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM readings_reading WHERE at >= %s AND at < %s", list(away))
    assert dict(tried("silent", numbers={"after": 5 * 3600}).present.often) == {str(gone.no): 1, str(one.no): 1}
    for at in (START, away[0], away[1], away[1] + timedelta(seconds=1)):
        listening.note(at)
    found = tried("silent", numbers={"after": 11 * 3600}, by=officer(name="李"))
    assert found.present.often == [(str(gone.no), 1)], "it had fallen silent before, and stays so"
    assert found.other.often == [(str(gone.no), 1)], "11 hours from its last word are after the break"


def test_silence_goes_by_when_a_word_came_not_by_what_it_spoke_of() -> None:
    """A device that saves battery: a reading a minute, sent together every two hours."""
    one = thing(1)
    say(one.no, {})
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE readings_reading SET received_at = date_bin('2 hours', at, '2026-01-01Z') + interval '2 hours'"
        )
    found = tried("silent", numbers={"after": 2.5 * 3600})
    assert (found.present.warnings > 20, found.other.warnings) == (True, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE readings_reading SET flags = 4, received_at = at WHERE at > %s", [START + timedelta(hours=1)]
        )
    assert tried("silent", numbers={"after": 3600}, by=officer(name="李")).present.warnings == 0, "late, and heard"


def test_of_a_history_coarser_than_what_was_said_no_silence_is_told() -> None:
    """Every tenth reading is stored, as where a history was brought along from elsewhere; the hours know of all."""
    coarse, whole = thing(1, every=60), thing(2, every=60)
    say(coarse.no, {})
    say(whole.no, {}, hours=24)
    hours(coarse.no, 60)
    hours(whole.no, 60)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM readings_reading WHERE thing = %s AND extract(minute FROM at)::int %% 10 > 0", [coarse.no]
        )
    was(coarse, 300, "real", rule="silent")
    found = tried("silent", numbers={"after": 240})
    assert (found.coarse, found.things, found.untried) == (1, 2, 1)
    assert found.present.often == found.other.often == [(str(whole.no), 1)], "not one of the other's hundreds"
    wide = tried("silent", numbers={"after": 3 * 3600}, place_code="", thing=coarse.id, by=officer(name="李"))
    assert wide.coarse == 1, "the present number asks for minutes"
    with as_system():
        coarse.every = 3600
        coarse.save()
    wide = tried("silent", numbers={"after": 4 * 3600}, place_code="", thing=coarse.id, by=officer(name="王"))
    assert (wide.coarse, wide.present.warnings) == (0, 0), "for three hours, hours tell enough"


def test_before_it_was_told_to_speak_more_often_a_thing_was_not_silent_for_that() -> None:
    one = thing(1, every=60)
    say(one.no, {})
    changed = START + timedelta(hours=24)
    with as_system():
        Interval.objects.create(thing=one, every=600, until=changed)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM readings_reading WHERE at < %s AND extract(minute FROM at)::int %% 10 > 0", [changed]
        )
    assert tried("silent", numbers={"after": 240}).present.warnings == 0


def hours(no: int, n: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO readings_hour SELECT %s, 0, h, %s, 0, 0, 0, 0 FROM generate_series(%s, %s, interval '1 hour') h",
            [no, n, START, NOON - timedelta(hours=25)],
        )


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
