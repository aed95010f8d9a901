"""What is learned to be usual, from roll-ups by hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.readings import usual
from linli.kernel.things.queries.registry import ensure_slots

from .cast import make_town, thing

NOW = datetime(2026, 9, 7, 16, 0, tzinfo=UTC)  # Tuesday midnight in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def town(db: None, settings) -> Iterator[None]:
    settings.SCENES = ["linli.kernel.readings.tests.tuned"]
    catalogue.cache_clear()
    make_town()
    with as_system():
        ensure_slots()
    yield
    catalogue.cache_clear()


def fill(no: int, weeks: int, value) -> None:
    """Hours of the last weeks; `value` is told the local time."""
    with connection.cursor() as cursor:
        for n in range(1, weeks * 168 + 1):
            at = NOW - timedelta(hours=n)
            if n == 1 or at.hour == 23:
                cursor.execute("SELECT readings_ensure(%s)", [at.date()])
            mean = value(at.astimezone(SHANGHAI))
            cursor.execute(
                "INSERT INTO readings_hour VALUES (%s, 0, %s, 12, %s, %s, %s, %s)",
                [no, at, mean, mean * 12, mean, mean],
            )


def test_an_hour_of_the_local_week_has_its_own_usual_course() -> None:
    one = thing(1, model="counter")
    fill(
        one.no,
        4,
        lambda local: 500 + local.isocalendar().week % 2 * 10 if local.weekday() == 0 and local.hour == 8 else 20,
    )
    assert usual.learn(at=NOW) == 168
    course = usual.Course()
    assert course.refresh()
    mean, deviation = course.at(one.no, 0, 8)
    assert (mean, course.at(one.no, 0, 9)[0], course.at(one.no, 0, 24 + 8)[0]) == (505, 20, 20)
    assert deviation == pytest.approx(5 * 1.4826)
    assert not course.refresh()


def test_one_wild_day_teaches_nothing() -> None:
    one = thing(1, model="counter")
    fill(one.no, 5, lambda local: 9000 if local.isocalendar().week == 35 else 20 + local.day % 3)
    usual.learn(at=NOW)
    course = usual.Course()
    course.refresh([one.no])
    assert all(20 <= course.at(one.no, 0, how)[0] <= 22 for how in range(168))
    assert all(course.at(one.no, 0, how)[1] < 5 for how in range(168))


def test_two_weeks_are_not_enough() -> None:
    one = thing(1, model="counter")
    fill(one.no, 2, lambda local: 20)
    assert usual.learn(at=NOW) == 0
    course = usual.Course()
    course.refresh()
    assert course.at(one.no, 0, 8) is None


def test_only_what_rules_ask_about_is_learned_and_only_once_a_day() -> None:
    one, other = thing(1, model="counter"), thing(2)
    fill(one.no, 3, lambda local: 20)
    fill(other.no, 3, lambda local: 20)
    assert usual.learn_daily(at=NOW) == 168
    assert usual.learn_daily(at=NOW + timedelta(hours=1)) == 0
    assert usual.learn(at=NOW + timedelta(hours=1)) == 168  # again, in place of what was there
    course = usual.Course()
    course.refresh()
    assert course.at(other.no, 0, 8) is None
