"""What can be asked of warnings, by whom, and how PostgreSQL finds it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import NotAllowed, NotFound, Role, as_system, looking_as
from linli.kernel.readings.models import Warning
from linli.kernel.readings.queries import warnings as queries
from linli.kernel.readings.queries.sentences import say, span, title
from linli.kernel.readings.verbs import warnings as verbs
from linli.kernel.readings.verbs.raising import apply

from .cast import BUILDING, HOOD, NOON, OTHER, elsewhere, later, officer, raised, thing

pytestmark = pytest.mark.usefixtures("town")


def apart(n: int) -> str:
    """A building of its own: what is raised there is an incident of one."""
    return f"{HOOD}001001{100 + n % 900}"


def test_the_gravest_come_first_and_of_these_the_oldest() -> None:
    for n, (severity, minutes) in enumerate([(2, 0), (4, 5), (3, 1), (4, 2)]):
        apply([raised(thing(n, apart(n)), severity=severity, at=later(minutes=minutes))], at=later(minutes=minutes))
    duty = officer()
    with looking_as(duty):
        page = queries.queue(duty)
    assert [(row.severity, row.raised_at) for row in page.rows] == [
        (4, later(minutes=2)), (4, later(minutes=5)), (3, later(minutes=1)), (2, NOON),
    ]  # fmt: skip


@pytest.mark.parametrize("tab", ["open", "cleared", "closed"])
def test_page_after_page_shows_each_once(tab: str) -> None:
    for n in range(7):
        apply([raised(thing(n, apart(n)), severity=1 + n % 4, at=later(minutes=n % 3))], at=NOON)
    with as_system():
        if tab != "open":
            Warning.objects.update(state=tab, cleared_at=NOON, closed_at=NOON if tab == "closed" else None)
    duty, seen, after = officer(), [], ""
    with looking_as(duty):
        for _ in range(9):
            page = queries.queue(duty, tab=tab, after=after, limit=2)
            seen += [row.id for row in page.rows]
            if not (after := page.next_cursor):
                break
        assert queries.queue(duty, tab=tab, after="no_cursor_at all", limit=2).rows[0].id == seen[0]
    assert len(seen) == len(set(seen)) == 7


def test_who_looks_elsewhere_sees_none_and_a_place_narrows() -> None:
    apply([raised(thing(1)), raised(thing(2, OTHER))], at=NOON)
    duty = officer()
    with looking_as(duty):
        assert len(queries.queue(duty).rows) == 2
        (row,) = queries.queue(duty, place=BUILDING).rows
        assert queries.waiting(duty) == {"open": 2, "raised": 2, "loud": 2, "cleared": 0}
        # The number on a tab is of what the list beneath it shows.
        assert queries.waiting(duty, place=BUILDING)["open"] == 1
        assert queries.waiting(duty, rule=row.rule)["open"] == len(queries.queue(duty, rule=row.rule).rows)
        assert queries.waiting(duty, rule="nobody's")["open"] == 0
    stranger = elsewhere(duty)
    with looking_as(stranger):
        assert queries.queue(stranger).rows == [] and queries.queue(stranger, place=HOOD).rows == []
        with pytest.raises(NotFound):
            queries.one(stranger, row.id)
    keeper = officer(Role.DATA_KEEPER, name="钱数据")
    with looking_as(keeper), pytest.raises(NotAllowed):
        queries.queue(keeper)


def test_a_page_takes_as_many_queries_for_one_warning_as_for_fifty() -> None:
    duty, counts = officer(), []
    for n in (1, 50):
        apply([raised(thing(100 * n + k, apart(100 * n + k))) for k in range(n)], at=NOON)
        with looking_as(duty), CaptureQueriesContext(connection) as asked:
            rows = queries.queue(duty).rows
            [row.sentence for row in rows]
        counts.append(len([q for q in asked if "set_config" not in q["sql"]]))
    assert counts == [2, 2], "the rows, and how many each incident is"


def test_figures_say_of_what_they_are_shares() -> None:
    duty = officer()
    for n in range(6):
        apply([raised(thing(n, apart(n)))], at=NOON)
    with looking_as(duty):
        ids = [row.id for row in queries.queue(duty).rows]
    verbs.acknowledge(warning_id=ids[0], by=duty, at=later(minutes=1))
    verbs.mark(warning_id=ids[0], by=duty, at=later(minutes=9), cause="real")
    verbs.mark(warning_id=ids[1], by=duty, at=later(minutes=9), cause="cooking", note="302 室")
    verbs.mark(warning_id=ids[2], by=duty, at=later(minutes=9), cause="cooking")
    with looking_as(duty):
        told = queries.figures(duty, at=later(minutes=10), rule="smoke")
        soon = queries.figures(duty, at=later(seconds=90), rule="smoke")
        of_thing = queries.figures(duty, at=later(minutes=10), thing_id=queries.one(duty, ids[0]).thing_id)
    assert (told.raised, told.verified, told.unverified, told.real, told.false) == (6, 3, 3, 1, {"cooking": 2})
    assert (told.answerable, told.in_time) == (6, 1)
    assert soon.answerable == 3, "who has not waited long yet is no failure"
    assert told.precision == pytest.approx(1 / 3)
    assert (of_thing.raised, of_thing.precision) == (1, 1.0)
    with looking_as(duty):
        assert queries.figures(duty, at=later(minutes=10), rule="level").precision is None


def test_an_incident_and_a_history_hold_their_warnings() -> None:
    things = [thing(n) for n in range(3)]
    apply([raised(one) for one in things], at=NOON)
    apply([raised(things[0], "clear")], at=later(minutes=1))
    duty = officer()
    with looking_as(duty):
        first = queries.queue(duty).rows[0]
        members = queries.of_incident(duty, first.incident_id)
        assert [row.state for row in members] == ["raised", "raised", "cleared"] and first.members == 3
        assert [row.subject for row in queries.history(duty, things[0].id)] == [str(things[0].no)]


def test_the_queue_is_found_by_its_index_among_many() -> None:
    smoke = thing()
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO readings_warning (id, rule, subject, thing_id, place_code, severity, highest, state, version,
                 raised_at, recorded_at, times, says, closed_at, cause, cause_note, trouble)
               SELECT uuidv7(), 'smoke', n::text, %s, %s || lpad((n %% 900)::text, 3, '0'), 1 + n %% 4, 4,
                 CASE WHEN n %% 399 = 0 THEN 'raised' ELSE 'closed' END, 1, %s::timestamptz + n * interval '1 second',
                 %s, 1, '{}', CASE WHEN n %% 399 = 0 THEN NULL ELSE %s::timestamptz END, '', '', ''
               FROM generate_series(1, 40000) n""",
            [smoke.id, HOOD, NOON, NOON, NOON + timedelta(days=9)],
        )
        cursor.execute("ANALYZE readings_warning")
    duty = officer()
    # Which of the two indexes of the place depends on how full of dead rows another test left them.
    for tab, index in (("open", "warning_p9"), ("closed", "warning_p9")):
        with looking_as(duty), CaptureQueriesContext(connection) as asked:
            page = queries.queue(duty, tab=tab)
            again = queries.queue(duty, tab=tab, after=page.next_cursor)
        assert len(page.rows) == len(again.rows) == 50
        query = next(q["sql"] for q in asked if "readings_warning w" in q["sql"])
        plan = explained(query, [HOOD[:9]] * len(set(re.findall(r"\$\d+", query))), duty)
        assert index in plan and "Seq Scan on readings_warning" not in plan, plan


def explained(query: str, values: list[str], duty) -> str:
    text = re.sub(r"\$\d+", "%s", query[query.index("SELECT") :])
    with looking_as(duty), connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + text, values)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_sentences_for_every_kind_of_rule() -> None:
    assert say("smoke", {"quantity": "smoke", "value": 0.62, "limit": 0.5, "seconds": 30}) == (
        "烟雾浓度 0.62 %/m（限值 0.5 %/m），已持续 30 秒"
    )
    rises = {"how": "rises", "quantity": "level", "value": 3.2, "before": 2.7, "limit": 0.3, "within": 600}
    assert say("level", rises) == "水位在 10 分钟内上升了 0.5 m，现在 3.2 m"
    assert say("level", {**rises, "how": "falls", "before": None}) == "水位在 10 分钟内下降了 0.3 m，现在 3.2 m"
    unusual = {"how": "unusual", "quantity": "level", "value": 1, "usual": 2.5, "limit": 4}
    assert say("level", unusual) == "水位 1 m（平时约 2.5 m）"
    often = {"how": "above", "quantity": "level", "value": 4, "limit": 3, "repeats": 3, "flapping": True}
    assert say("level", often) == "水位 4 m（限值 3 m），反复了 3 次，时有时无"
    both = {
        "quantity": "smoke",
        "value": 1.5,
        "limit": 1,
        "also": [{"quantity": "battery", "value": 9, "limit": 20}],
    }
    assert say("smoke", both) == "烟雾浓度 1.5 %/m（限值 1 %/m）；电量 9%（限值 20%）"
    assert say("smoke", {"how": "silent", "after": 900, "seconds": 60}) == "已有 15 分钟没有收到数据"
    assert say("smoke", {"seconds": 900}) == "已有 15 分钟没有收到数据"
    assert say("smoke", {}) == "烟雾报警" and title("smoke", "") == "烟雾报警"
    assert [span(s) for s in (30, 300, 7800, 90000, 900000)] == [
        "30 秒",
        "5 分钟",
        "2 小时 10 分钟",
        "25 小时",
        "10 天",
    ]
