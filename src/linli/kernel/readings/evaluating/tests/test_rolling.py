"""Roll-ups say what the readings say, whenever those came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.readings import rolling
from linli.kernel.readings.evaluating.evaluator import Evaluator
from linli.kernel.readings.evaluating.sources import InPostgres
from linli.kernel.readings.models import Day, Hour, Intake, Minute
from linli.kernel.readings.queries import series
from linli.kernel.readings.wire import Entry, Flag, pack
from linli.kernel.things.models import Thing

from .conftest import AT

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
    rolling.roll(now)
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
    rolling.roll(now)
    say(evaluator, thing, [(30, 40.0)], now)
    rolling.roll(now)
    heat = {"thing": thing.no, "slot": 0}
    for table, at in ((Minute, AT), (Hour, AT), (Day, AT - timedelta(hours=10))):
        row = table.objects.get(**heat, at=at)
        assert (row.most, row.n) == (40.0, 3 if table is Day else 2), table
    assert Minute.objects.get(**heat, at=AT).last == 40.0


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
    for said, minutes in rounds:
        now = AT + timedelta(minutes=minutes)
        fresh = [(s, None if heat is None else float(heat)) for s, heat in said if s not in told]
        told |= dict(fresh)
        say(evaluator, thing, fresh, now)
        rolling.roll(now)
    points = series.points(thing, "heat", AT, AT + timedelta(seconds=20_001), most=wide)
    heats = [heat for heat in told.values() if heat is not None]
    assert sum(point.n for point in points) == len(heats)
    if heats:
        assert min(point.least for point in points) == min(heats)
        assert max(point.most for point in points) == max(heats)
        assert sum(point.mean * point.n for point in points) == pytest.approx(sum(heats))


def test_a_range_that_ends_before_it_begins_is_refused(meter: Callable[..., Thing]) -> None:
    with pytest.raises(ValueError, match="ends before"):
        series.points(meter(), "heat", AT, AT)


def test_a_quantity_it_does_not_measure_has_no_course(meter: Callable[..., Thing]) -> None:
    assert series.points(meter(), "smoke", AT, AT + timedelta(hours=1)) == []
