"""A device that seems to be there and tells nothing: found once, told in a sentence, over by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from linli.kernel.access import as_system
from linli.kernel.declare import Reading, Rule, Severity, Unwell
from linli.kernel.readings import spoken, unwell
from linli.kernel.readings.models import RuleNumber, State, Warning
from linli.kernel.readings.queries.sentences import sentence
from linli.kernel.readings.verbs import ending, raising
from linli.kernel.readings.verbs.numbers import faults
from linli.kernel.things.models import Thing, Upkeep
from linli.kernel.things.queries.registry import ensure_slots

from .cast import BUILDING, NOON, later, thing

RULE = Rule("unwell", of=("smoke-detector",), when=Unwell(), severity=Severity.YELLOW, gathers=0, calms=0)


@pytest.fixture(autouse=True)
def ready(town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "catalogue", lambda: Mock(rules={RULE.name: RULE}))
    ensure_slots()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM readings_break")
        cursor.execute("UPDATE readings_rolling SET closing = %s, rolled = %s", [NOON, NOON])


def look(at: datetime = NOON) -> list[tuple[str, str]]:
    """Who was found to be unwell or well again; it is written down."""
    with as_system():
        changes = unwell.look(RULE, at)
        raising.apply(changes, at=at)
    return [(change.name, change.what) for change in changes]


def stands(n: int, said: int = 288, at: datetime = NOON, **changes: Any) -> Thing:
    """Put up nine days ago, heard just now, and so often yesterday."""
    made = thing(
        n, **{"name": f"{n} 号", "registered_at": later(days=-9), "installed_at": later(days=-9), **changes}
    )
    hears(made, at)
    if said:
        speaks(made, said)
    return made


def hears(of: Thing, at: datetime = NOON) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO readings_latest (thing, at, received_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (thing) DO UPDATE SET received_at = excluded.received_at",
            [of.no, at, at],
        )


def speaks(of: Thing, n: int, back: int = 1) -> None:
    begins = timezone.localtime(NOON).replace(hour=0) - timedelta(days=back)
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT readings_ensure(%s)", [begins.date()])
        cursor.execute("INSERT INTO readings_day VALUES (%s, 0, %s, %s, 0, 1, 1, 1)", [of.no, begins, n])
        spoken.note(cursor, "WHERE y.thing = %s", (of.no,))


def met(of: Thing, what: str, **by_day: int) -> None:
    """So many of `what`, by how many days ago: `d0=3` are three of today."""
    for back, n in by_day.items():
        day = timezone.localdate(NOON) - timedelta(days=int(back[1:]))
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO readings_tally VALUES (%s, %s, %s, %s)", [of.no, day, what, n])


def said(of: Thing, language: str = "zh-hans") -> str:
    with translation.override(language):
        return sentence(Warning.objects.get(thing=of))


def test_each_way_to_be_blind_is_found_and_said() -> None:
    well, clock, late, dead, few = (stands(n, 100 if n == 5 else 288) for n in range(1, 6))
    never = thing(6, name="6 号", registered_at=later(days=-9), installed_at=later(hours=-25))
    young = thing(7, name="7 号", registered_at=later(days=-9), installed_at=later(hours=-23))
    met(clock, "skewed", d0=4, d3=90)
    met(late, "late", d1=40, d2=40)
    met(dead, "dead", d0=30, d6=6)
    met(well, "repeated", d0=99, d1=99)
    assert look() == [(f"{n} 号", "raise") for n in (2, 3, 4, 5, 6)]
    with as_system():
        assert said(clock) == "时间不对：近 7 天有 94 条读数，自 9月4日起"
        assert said(dead) == "近 7 天有 36 条读不懂，自 9月1日起"
        assert said(few) == "9月6日只到了 100 条读数，应到 288 条"
        assert said(never) == "装好以后一直没有收到能读懂的数据，自 9月6日 11:00 起"
        assert "wrong time" in said(clock, "en") and "100 of 288" in said(few, "en")
        assert not Warning.objects.filter(thing__in=[well, young]).exists()


def test_a_slip_is_no_ailment() -> None:
    once, past, seldom = (stands(n) for n in range(1, 4))
    met(once, "dead", d1=500)  # one bad day
    met(past, "skewed", d4=50, d5=50)  # two, and well since
    met(seldom, "dead", d0=4, d1=5)
    stands(4, 0)  # it has no past by which to tell
    stands(5, 100, at=later(hours=-3))  # silent: that is found by silence
    assert look() == []


def test_it_is_found_once_and_over_by_itself() -> None:
    one = stands(1)
    met(one, "skewed", d0=10, d1=10)
    assert look() == [("1 号", "raise")]
    assert look(later(minutes=59)) == [], "of several workers one looks, once an hour"
    assert look(later(hours=1)) == []
    with as_system():
        warning = Warning.objects.get(thing=one)
        ending.end_unheard(at=later(hours=2))
        warning.refresh_from_db()
        assert (warning.state, warning.times) == (State.RAISED, 1), "no state of a rule, and watched all the same"
    assert look(later(days=1)) == [], "it was so yesterday"
    hears(one, later(days=2))
    assert look(later(days=2)) == [("1 号", "clear")]
    with as_system():
        warning.refresh_from_db()
        assert warning.state == State.CLEARED


def test_what_a_person_closed_is_not_raised_anew_while_it_holds() -> None:
    one = stands(1)
    met(one, "dead", d0=10, d1=10)
    look()
    with as_system():
        Warning.objects.update(state=State.CLOSED, closed_at=NOON)
    assert look(later(hours=1)) == []
    hears(one, later(days=2))
    assert look(later(days=2)) == [("1 号", "clear")]
    met(one, "dead", **{"d-1": 10, "d-2": 10})
    assert look(later(days=2, hours=1)) == [("1 号", "raise")]


def test_nobody_is_called_unheard_while_nobody_listened() -> None:
    thing(1, name="1 号", registered_at=later(days=-2), installed_at=later(hours=-30))
    with connection.cursor() as cursor:
        for began, ended in ((later(days=-60), later(days=-60)), (later(hours=-20), later(hours=-10))):
            cursor.execute("INSERT INTO readings_break VALUES (%s, %s)", [began, ended])
    assert look() == []
    assert look(later(hours=4)) == [("1 号", "raise")]


def test_before_the_first_intake_nothing_is_expected() -> None:
    """What was registered long ago is heard for the first time: the first day was not a whole one."""
    stands(1, 100)
    thing(2, name="2 号", registered_at=later(days=-9), installed_at=later(days=-9))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO readings_break VALUES (%s, %s)", [later(hours=-20), later(hours=-20)])
    assert look() == [], "of eight in the evening on; 100 of 48"
    assert look(later(hours=4)) == [("2 号", "raise")]


def test_while_it_is_maintained_nobody_is_told_and_afterwards_they_are() -> None:
    one = stands(1)
    met(one, "dead", d0=10, d1=10)
    with as_system():
        Upkeep.objects.create(thing=one, what=Upkeep.What.MAINTENANCE, lasts=(later(hours=-1), later(hours=1)))
    assert look() == []
    assert look(later(hours=2)) == [("1 号", "raise")]


def test_its_numbers_are_set_for_a_place_or_a_thing() -> None:
    one, two = stands(1, 200), stands(2, 200)
    with as_system():
        RuleNumber.objects.create(rule="unwell", name="few", value=80, place_code=BUILDING, set_at=NOON)
        RuleNumber.objects.create(rule="unwell", name="few", value=20, thing=two, set_at=NOON)
    assert look() == [(one.name, "raise")]
    assert set(RULE.tunable()) == {"often", "days", "few", "unheard"}
    assert set(faults(RULE, {"few": 120, "days": 9, "often": 0, "unheard": 0}, {})) == set(RULE.tunable())


def test_a_retired_one_is_forgotten() -> None:
    one = stands(1)
    met(one, "dead", d0=10, d1=10)
    look()
    with as_system():
        Thing.objects.filter(pk=one.pk).update(state="retired", retired_at=NOON)
    assert look(later(hours=1)) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM readings_unwell")
        assert cursor.fetchone() == (0,)


def test_it_is_one_question_over_all_things() -> None:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO things_thing (id, key, model, name, state, version, place_code, shard, lon, lat, spot, registered_at)"
            " SELECT uuidv7(), 'k-' || n, 'smoke-detector', 'n', 'working', 1, %s, 0, 121, 31.2, '', %s"
            " FROM generate_series(1, 3000) n",
            [BUILDING, NOON],
        )
        cursor.execute("ANALYZE things_thing")
        with CaptureQueriesContext(connection) as asked:
            assert unwell.look(RULE, NOON) == []
        assert len(asked) == 9
        query = next(one["sql"] for one in asked if "readings_spoken" in one["sql"])
        cursor.execute(f"EXPLAIN {query}")
        plan = [row[0] for row in cursor.fetchall()]
    each = [line for line in plan if "SubPlan" in line and "(" in line and "hashed" not in line]
    each = [line for line in each if "lasts @>" not in line]  # of what is maintained, which is few
    each = [line for line in each if "'linli.sees'" not in line]  # whose eyes, of what few things have
    assert each == [], "nothing is looked up once for each thing"


@pytest.mark.parametrize(
    "rule",
    [
        Rule("r", of=("m",), when=Unwell() & Reading("smoke").above(1), calms=0),
        Rule("r", of=("m",), when=Unwell()),
        Rule("r", of=("m",), when=Unwell(), calms=0, lasts=60),
        Rule("r", of=("m",), when=Unwell(days=8), calms=0),
        Rule("r", of=("m",), when=Unwell(few=101), calms=0),
    ],
)
def test_a_rule_that_cannot_be_meant_says_so(rule: Rule) -> None:
    assert list(rule.faults())
    assert not list(RULE.faults())
