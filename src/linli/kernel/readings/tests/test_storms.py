"""A storm is one row: in every tab, in every number, to whoever sees all of it or a part, and among fifty thousand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import Actor, NotFound, as_system, looking_as
from linli.kernel.readings.models import Warning
from linli.kernel.readings.queries import storms
from linli.kernel.readings.queries import warnings as queries
from linli.kernel.readings.verbs import warnings as verbs
from linli.kernel.readings.verbs.raising import apply
from linli.kernel.things.models import Thing

from .cast import BUILDING, HOOD, NOON, OTHER, elsewhere, later, officer, raised, thing

pytestmark = pytest.mark.usefixtures("town")


def storm(size: int, code: str = BUILDING, **given: object) -> list[Thing]:
    things = [thing(n, code) for n in range(size)]
    apply([raised(one, at=later(seconds=n), **given) for n, one in enumerate(things)], at=NOON)
    return things


def clear(*things: Thing) -> None:
    apply([raised(one, "clear") for one in things], at=later(minutes=5))


def close(*things: Thing) -> None:
    with as_system():
        Warning.objects.filter(thing__in=things).update(state="closed", closed_at=NOON)


def tabs(by: Actor, **asked: str) -> dict[str, list[int]]:
    """Of each tab how many members each of its rows has."""
    with looking_as(by):
        pages = {tab: queries.queue(by, tab=tab, **asked) for tab in queries.TABS}
    return {tab: [page.storms[row.incident_id].members for row in page.rows] for tab, page in pages.items()}


def numbers(by: Actor, **asked: object) -> tuple[int, int, int]:
    with looking_as(by):
        counted = queries.waiting(by, **asked)
    return counted["open"], counted["raised"], counted["cleared"]


def test_it_is_one_row_with_its_number_and_stands_in_one_tab() -> None:
    duty, things = officer(), storm(80)
    storm(1, OTHER)
    assert tabs(duty) == {"open": [80, 1], "cleared": [], "closed": []} and numbers(duty) == (2, 2, 0)
    clear(*things[:79])
    assert tabs(duty) == {"open": [1, 80], "cleared": [], "closed": []}, "its first that stands stands for it"
    assert numbers(duty) == (2, 2, 0)
    clear(things[79])
    assert tabs(duty) == {"open": [1], "cleared": [80], "closed": []} and numbers(duty) == (1, 1, 1)
    close(*things[:79])
    assert tabs(duty) == {"open": [1], "cleared": [80], "closed": []} and numbers(duty) == (1, 1, 1)
    close(things[79])
    assert tabs(duty) == {"open": [1], "cleared": [], "closed": [80]} and numbers(duty) == (1, 1, 0)


def test_it_is_as_grave_and_as_old_as_the_first_of_its_gravest_that_stand() -> None:
    duty = officer()
    things = [thing(n) for n in range(3)]
    apply([raised(one, severity=2 + n % 2, at=later(seconds=n)) for n, one in enumerate(things)], at=NOON)
    with looking_as(duty):
        (row,) = queries.queue(duty).rows
    assert (row.severity, row.raised_at) == (3, later(seconds=1))
    clear(things[1])
    with looking_as(duty):
        (row,) = queries.queue(duty).rows
    assert (row.severity, row.raised_at) == (2, NOON)


def test_its_members_are_asked_for_page_after_page_with_numbers_of_their_own() -> None:
    duty, things = officer(), storm(7)
    storm(2, OTHER)
    clear(*things[:2])
    with looking_as(duty):
        incident = next(one.id for one in queries.queue(duty).storms.values() if one.members == 7)
        seen: list[UUID] = []
        after = ""
        while True:
            page = queries.queue(duty, incident=incident, after=after, limit=2)
            seen += [row.id for row in page.rows]
            if not (after := page.next_cursor):
                break
        whole = storms.one(duty, incident)
    assert len(seen) == len(set(seen)) == 5
    assert numbers(duty, incident=incident) == (5, 5, 2)
    assert (whole.members, whole.standing, whole.raised, whole.place_code) == (7, 5, 5, BUILDING)
    with looking_as(elsewhere(duty)), pytest.raises(NotFound):
        storms.one(elsewhere(duty), incident)


@pytest.mark.parametrize("tab", ["open", "cleared", "closed"])
def test_page_after_page_shows_each_storm_once(tab: str) -> None:
    duty = officer()
    for n in range(5):
        things = storm(3, f"{HOOD}001001{100 + n}")
        if tab != "open":
            clear(*things)
        if tab == "closed":
            close(*things)
    seen, after = [], ""
    with looking_as(duty):
        while True:
            page = queries.queue(duty, tab=tab, after=after, limit=2)
            seen += [row.incident_id for row in page.rows]
            if not (after := page.next_cursor):
                break
    assert len(seen) == len(set(seen)) == 5


def test_who_sees_a_part_of_it_reads_that_part() -> None:
    """A district's storm over two neighbourhoods: each has its row, whichever member came first."""
    duty, near, far = officer(), thing(1, HOOD + "001"), thing(2, HOOD[:9] + "002001")
    changes = [raised(one, at=later(seconds=n)) for n, one in enumerate((near, far))]
    apply([replace(one, rule=replace(one.rule, gathers=6)) for one in changes], at=NOON)
    with as_system():
        assert Warning.objects.values("incident").distinct().count() == 1, "one incident over both"
        incident = Warning.objects.values_list("incident", flat=True).first()
    assert tabs(duty)["open"] == [2]
    with looking_as(duty):
        assert storms.one(duty, incident).place_code == HOOD[:9], "what its members have in common"
    for place in (HOOD, HOOD[:9] + "002"):
        assert tabs(duty, place=place)["open"] == [1] and numbers(duty, place=place)[0] == 1
    part = Actor(role=duty.role, scope=HOOD[:9] + "002", account_id=duty.account_id)
    assert tabs(part)["open"] == [1] and numbers(part)[0] == 1


def test_acknowledging_it_acknowledges_every_member_that_waits() -> None:
    duty, things = officer(), storm(12)
    storm(1, OTHER)
    clear(things[0])
    with looking_as(duty):
        incident = next(one.id for one in queries.queue(duty).storms.values() if one.members == 12)
    stranger = elsewhere(duty)
    assert verbs.acknowledge_all(incident_ids=[incident], by=stranger, at=NOON) == 0
    assert verbs.acknowledge_all(incident_ids=[incident], by=duty, at=NOON) == 11
    assert numbers(duty) == (2, 1, 0)
    assert verbs.acknowledge_all(incident_ids=[incident], by=duty, at=NOON) == 0


MANY = """
WITH storms AS (INSERT INTO readings_incident (id, rule, place_code, severity, opened_at, last_at, closed_at, members)
  SELECT uuidv7(), 'smoke', %s || lpad(n::text, 6, '0'), 3, %s, %s, %s, %s FROM generate_series(1, %s) n RETURNING id, place_code)
INSERT INTO readings_warning (id, rule, subject, thing_id, place_code, severity, highest, state, version,
  raised_at, recorded_at, times, says, cause, cause_note, trouble, incident_id)
SELECT uuidv7(), 'smoke', i.place_code || n, %s, i.place_code, 3, 4, 'raised', 1, %s::timestamptz + n * interval '1 ms',
  %s, 1, '{}', '', '', '', i.id FROM storms i, generate_series(1, %s) n
"""


@pytest.mark.parametrize(("incidents", "size"), [(1, 50_000), (500, 100), (25_000, 2)])
def test_fifty_thousand_are_found_by_index_and_each_storm_is_looked_up_once(incidents: int, size: int) -> None:
    smoke, duty = thing(), officer()
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            MANY, [HOOD, NOON, NOON, NOON, size, incidents, smoke.id, NOON, NOON + timedelta(days=9), size]
        )
        cursor.execute("ANALYZE readings_warning")
    with looking_as(duty), CaptureQueriesContext(connection) as asked:
        page = queries.queue(duty)
        counted = queries.waiting(duty)
    assert len(page.rows) == min(50, incidents) and page.storms[page.rows[0].incident_id].members == size
    assert counted["open"] == counted["raised"] == min(queries.BOUND, incidents)
    query = next(q["sql"] for q in asked if "json_build_object" in q["sql"])
    plan = explained(query, [HOOD[:9]] * len(set(re.findall(r"\$\d+", query))), duty)
    if incidents > 1:  # where all that stands is one storm, all of it has to be read
        assert "warning_p9_stands" in plan and "Seq Scan on readings_warning" not in plan, plan
    probes = int(next(re.finditer(r"warning_of_incident_stands.*?loops=(\d+)", plan)).group(1))
    assert probes <= max(60, incidents // 400), plan


def explained(query: str, values: list[str], duty: Actor) -> str:
    text = re.sub(r"\$\d+", "%s", query[query.index("SELECT") :])
    with looking_as(duty), connection.cursor() as cursor:
        cursor.execute("EXPLAIN ANALYZE " + text, values)
        return "\n".join(row[0] for row in cursor.fetchall())
