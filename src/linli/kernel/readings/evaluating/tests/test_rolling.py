"""Roll-ups say what the readings say, whenever those came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import ANONYMOUS
from linli.kernel.access.door import looking_as
from linli.kernel.readings import rolling
from linli.kernel.readings.evaluating import minutes
from linli.kernel.readings.evaluating.evaluator import Evaluator
from linli.kernel.readings.evaluating.sources import InPostgres
from linli.kernel.readings.models import Day, Hour, Intake, Minute
from linli.kernel.readings.queries import series
from linli.kernel.readings.wire import Entry, Flag, pack
from linli.kernel.things.models import Thing

from .conftest import AT, HOOD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy")]
MS = int(AT.timestamp() * 1000)


def say(evaluator: Evaluator, thing: Thing, said: list[tuple[int, float | None]], now: datetime) -> None:
    """The thing says (seconds after AT, heat)."""
    entries = [
        Entry(thing.no, MS + s * 1000, MS + s * 1000, int(Flag.OWN_CLOCK), 0, [heat, 90.0]) for s, heat in said
    ]
    Intake.objects.create(shard=thing.shard, received_at=now, entries=pack(entries))
    evaluator.round(now)


def begin(at: datetime = AT - timedelta(hours=1)) -> None:
    """As if rolling had begun then."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE readings_rolling SET closing = %s, rolled = %s", [at, at])
        cursor.execute("UPDATE readings_rolled SET upto = %s", [at])


def roll(evaluator: Evaluator, now: datetime) -> None:
    """Everything that is over by now."""
    evaluator.round(now)
    over = MS * 1000 + int((now - AT).total_seconds() - 65) * 10**6
    while evaluator.course.minutes.over(evaluator.course.shards, over):
        evaluator.round(now)
    rolling.roll()


@pytest.fixture
def evaluator(db: None):  # type: ignore[no-untyped-def]
    made = Evaluator(InPostgres(), lambda changes, at: None)
    yield made
    made.leases.leave()


def test_minutes_hours_and_days(meter: Callable[..., Thing], evaluator: Evaluator) -> None:
    thing = meter()
    begin()
    said = [(60 * n, float(n % 50)) for n in range(26 * 60)]
    now = AT + timedelta(hours=27)
    say(evaluator, thing, said, now)
    roll(evaluator, now)
    heat = {"thing": thing.no, "slot": 0}
    assert Minute.objects.filter(**heat).count() == len(said)
    assert sum(Hour.objects.filter(**heat).values_list("n", flat=True)) == len(said)
    hour = Hour.objects.get(**heat, at=AT)
    assert (hour.n, hour.least, hour.most, hour.last) == (60, 0, 49, 9)
    # AT is ten in the morning here: the local day has fourteen hours of readings.
    assert Day.objects.get(**heat, at=AT - timedelta(hours=10)).n == 14 * 60


def test_a_late_reading_is_rolled_up_again(meter: Callable[..., Thing], evaluator: Evaluator) -> None:
    thing = meter()
    begin()
    now = AT + timedelta(hours=30)
    say(evaluator, thing, [(0, 10.0), (7200, 20.0)], now)
    roll(evaluator, now)
    say(evaluator, thing, [(30, 40.0)], now)
    roll(evaluator, now)
    heat = {"thing": thing.no, "slot": 0}
    for table, at in ((Minute, AT), (Hour, AT), (Day, AT - timedelta(hours=10))):
        row = table.objects.get(**heat, at=at)
        assert (row.most, row.n) == (40.0, 3 if table is Day else 2), table
    assert Minute.objects.get(**heat, at=AT).last == 40.0


def spoken_of(thing: Thing) -> tuple[datetime, int] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT day, n FROM readings_spoken WHERE thing = %s", [thing.no])
        return cursor.fetchone()


def test_how_often_it_spoke_on_its_last_day_stands_beside_the_day(
    meter: Callable[..., Thing], evaluator: Evaluator
) -> None:
    thing, first = meter(), AT - timedelta(hours=10)
    begin()
    say(evaluator, thing, [(0, 10.0), (60, None), (7200, 20.0)], AT + timedelta(hours=3))
    roll(evaluator, AT + timedelta(hours=13))
    assert spoken_of(thing) is None, "the day is not over"
    roll(evaluator, AT + timedelta(hours=20))
    assert spoken_of(thing) == (first, 2), "of the main quantity"
    say(evaluator, thing, [(30, 40.0)], AT + timedelta(hours=20))
    roll(evaluator, AT + timedelta(hours=20))
    assert spoken_of(thing) == (first, 3), "a late one counts as well"
    now = AT + timedelta(hours=44)
    say(evaluator, thing, [(86_400, 10.0)], now)
    roll(evaluator, now)
    say(evaluator, thing, [(90, 40.0)], now)
    roll(evaluator, now)
    assert spoken_of(thing) == (first + timedelta(days=1), 1), "a day before it writes over nothing"


def test_hours_of_all_things_are_rolled_up_by_who_sees_none(
    meter: Callable[..., Thing], evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that rolls up has no eyes of its own; how many things there are it has to know all the same."""
    monkeypatch.setattr(rolling, "THINGS", 1)
    thing = meter()
    begin()
    say(evaluator, thing, [(0, 10.0)], AT + timedelta(hours=20))
    now = AT + timedelta(hours=20)
    with mock.patch.object(rolling, "roll"):
        roll(evaluator, now)
    with looking_as(ANONYMOUS):
        rolling.roll()
    assert Hour.objects.filter(thing=thing.no, slot=0).exists() and spoken_of(thing)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rounds=st.lists(
        st.tuples(
            st.lists(
                st.tuples(st.integers(0, 20_000), st.one_of(st.none(), st.integers(0, 90))),
                max_size=12,
                unique_by=lambda r: r[0],
            ),
            st.integers(0, 400),
        ),
        max_size=5,
    ),
    wide=st.sampled_from([30, 500, 6000]),
)
def test_whatever_order_they_come_in_the_series_is_the_readings(
    meter: Callable[..., Thing],
    evaluator: Evaluator,
    rounds: list[tuple[list[tuple[int, int | None]], int]],
    wide: int,
) -> None:
    """Some of them late, some twice, with rolling in between: counts, least and most of a chart are those of the readings."""
    thing = meter(key=f"m-{Thing.objects.count()}-{wide}-{len(rounds)}-{id(rounds)}")
    begin()
    told: dict[int, float | None] = {}
    for said, after in rounds:
        now = AT + timedelta(minutes=after)
        fresh = [(s, None if heat is None else float(heat)) for s, heat in said if s not in told]
        told |= dict(fresh)
        say(evaluator, thing, fresh, now)
        roll(evaluator, now)
    points = series.points(thing, "heat", AT, AT + timedelta(seconds=20_001), most=wide)
    heats = [heat for heat in told.values() if heat is not None]
    assert sum(point.n for point in points) == len(heats)
    if heats:
        assert min(point.least for point in points) == min(heats)
        assert max(point.most for point in points) == max(heats)
        assert sum(point.mean * point.n for point in points) == pytest.approx(sum(heats))


SAYS = st.tuples(
    st.just("say"),
    st.lists(
        st.tuples(
            st.integers(0, 2),  # whose
            st.one_of(st.integers(-30, 0), st.integers(-4000, 400)),  # seconds from now
            st.one_of(st.none(), st.integers(0, 90)),
        ),
        min_size=1,
        max_size=30,
    ),
)
STEPS = st.lists(
    st.one_of(
        SAYS,
        SAYS,
        st.tuples(st.just("pass"), st.integers(1, 90)),
        st.tuples(st.sampled_from(["round", "restart", "roll"])),
    ),
    max_size=16,
)
_MINUTES = """
SELECT r.thing, v.slot - 1 AS slot, date_trunc('minute', r.at) AS at, count(*) AS n, min(v.value) AS least,
  sum(v.value) AS sum, max(v.value) AS most, (array_agg(v.value ORDER BY r.at DESC))[1] AS last
FROM readings_reading r, unnest(r.values) WITH ORDINALITY v(value, slot) WHERE v.value IS NOT NULL GROUP BY 1, 2, 3
"""
_HOURS = """
SELECT thing, slot, date_trunc('hour', at), sum(n), min(least), sum(sum), max(most), (array_agg(last ORDER BY at DESC))[1]
FROM ({minutes}) m GROUP BY 1, 2, 3
"""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, most=st.sampled_from([1, 8_000]))
def test_every_minute_and_hour_is_what_the_stored_readings_say(
    meter: Callable[..., Thing], evaluator: Evaluator, steps: list[tuple[object, ...]], most: int
) -> None:
    """In order, late, years of minutes at once, over restarts, a shard at a time: roll-ups are those of the rows."""
    with transaction.atomic(), mock.patch.object(minutes, "MOST_ROWS", most):
        places = [HOOD + "001001001", HOOD + "001001002", "310199001002001001001"]
        things = [meter(key=f"every-{n}", place_code=place) for n, place in enumerate(places)]
        begin(AT)
        evaluator.forget()
        evaluator._days.clear()  # partitions of the example before are gone
        _play(evaluator, things, steps)
        for table, query in (("minute", _MINUTES), ("hour", _HOURS.format(minutes=_MINUTES))):
            assert _rows(f"SELECT * FROM readings_{table}") == _rows(query), table
        evaluator.leases.leave()
        transaction.set_rollback(True)


def _play(evaluator: Evaluator, things: list[Thing], steps: list[tuple[object, ...]]) -> None:
    now = AT + timedelta(minutes=1)
    for what, *given_ in steps:
        if what == "pass":
            now += timedelta(seconds=given_[0])  # type: ignore[arg-type]
        elif what == "restart":
            evaluator.forget()
        elif what == "roll":
            rolling.roll()
        else:
            for whose, ago, heat in given_[0] if given_ else ():  # type: ignore[attr-defined]
                at = int((now + timedelta(seconds=ago)).timestamp() * 1000)
                entry = Entry(things[whose].no, at, at, int(Flag.OWN_CLOCK), 0, [heat, 90.0])
                Intake.objects.create(shard=things[whose].shard, received_at=now, entries=pack([entry]))
            evaluator.round(now)
    roll(evaluator, now + timedelta(hours=2))
    roll(evaluator, now + timedelta(hours=2))


def _rows(query: str) -> set[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return set(cursor.fetchall())


def test_a_range_that_ends_before_it_begins_is_refused(meter: Callable[..., Thing]) -> None:
    with pytest.raises(ValueError, match="ends before"):
        series.points(meter(), "heat", AT, AT)


def test_a_quantity_it_does_not_measure_has_no_course(meter: Callable[..., Thing]) -> None:
    assert series.points(meter(), "smoke", AT, AT + timedelta(hours=1)) == []
