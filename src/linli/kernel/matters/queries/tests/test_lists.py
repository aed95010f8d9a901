"""What a supervisor looks into, compared with the same asked row by row; and read from its own index."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import Actor, Invalid, NotAllowed, Sees, as_system, looking_as
from linli.kernel.matters import verbs
from linli.kernel.matters.models import OPEN, Matter, Order
from linli.kernel.matters.queries import lists, orders, through
from linli.kernel.matters.queries.lists import LISTS, PAUSED_LONG, Asked
from linli.kernel.matters.tests.cast import CITY, DISTRICT, HOOD, MONDAY, OTHER_STREET, STREET, Cast

from .many import make_many

AT = MONDAY + timedelta(days=3)
WHO = ("city_duty", "district_duty", "street_duty", "social", "handler")


@pytest.fixture
def many(cast: Cast) -> list[Matter]:
    dice = random.Random(11)
    made = make_many(cast, 240)
    for m in made:
        m.given_back, m.reopened, m.extended, m.unmerged = (dice.choice((0, 0, 1, 2, 3)) for _ in range(4))
        if m.state in OPEN and dice.random() < 0.3:
            m.paused_at = m.opened_at
    with as_system():
        Matter.objects.bulk_update(made, ["given_back", "reopened", "extended", "unmerged", "paused_at"])
        with connection.cursor() as cursor:  # else plans are of what another test has left in the planner's memory
            cursor.execute("ANALYZE matters_matter")
        return list(Matter.objects.filter(source="test").select_related("lead_unit"))


def belongs(name: str, m: Matter, at: datetime, days: int) -> bool:
    lately = m.opened_at >= at - timedelta(days=days)
    return {
        "overdue": m.state in OPEN and m.due_at is not None and m.due_at < at and m.paused_at is None,
        "returned": lately and m.given_back >= 2,
        "reopened": lately and m.reopened >= 1,
        "extended": lately and m.extended >= 1,
        "extended_again": lately and m.extended >= 2,
        "paused": m.paused_at is not None and m.paused_at < at - timedelta(days=PAUSED_LONG),
        "unmerged": lately and m.unmerged >= 1,
    }[name]


def theirs(actor: Actor, m: Matter, place: str = "") -> bool:
    mine = m.lead_unit_id == actor.unit_id if actor.sees is Sees.UNIT else True
    return mine and m.place_code.startswith(actor.scope) and m.place_code.startswith(place)


def wanted(actor: Actor, many: list[Matter], asked: Asked) -> list[str]:
    found = [m for m in many if theirs(actor, m, asked.place) and belongs(asked.name, m, AT, asked.days)]
    found = [m for m in found if not asked.kind or m.kind == asked.kind]
    found = [m for m in found if not asked.unit or m.lead_unit_id == asked.unit]
    by = {"overdue": "due_at", "paused": "paused_at"}.get(asked.name, "opened_at")
    found.sort(key=lambda m: (getattr(m, by), m.id), reverse=asked.newest)
    if asked.sort == "often" and asked.name != "paused":
        found.sort(key=lambda m: often(asked.name, m), reverse=True)
    if asked.sort == "unit":
        found.sort(key=lambda m: m.lead_unit.place_code + m.lead_unit.name if m.lead_unit else "~")
    return [str(m.id) for m in found]


def often(name: str, m: Matter) -> int:
    numbers = {"returned": m.given_back, "reopened": m.reopened, "unmerged": m.unmerged}
    return m.given_back + m.reopened + m.extended if name == "overdue" else numbers.get(name, m.extended)


def pages(actor: Actor, asked: Asked) -> list[str]:
    got: list[str] = []
    after = None
    while True:
        page = lists.listed(actor, asked, at=AT, after=after, limit=7)
        got += [row["id"] for row in page.rows]
        after = page.next_cursor
        if after is None:
            return got


@pytest.mark.parametrize("name", LISTS)
def test_every_list_of_everybody_as_read_row_by_row(cast: Cast, many: list[Matter], name: str) -> None:
    full = 0
    for who in WHO:
        actor = cast.actors[who]
        for more in ({}, {"sort": "old"}, {"sort": "new"}, {"sort": "often"}, {"sort": "unit"}, {"days": 30}, {"place": STREET}, {"place": HOOD},
                     {"place": HOOD + "001"}, {"place": OTHER_STREET}, {"place": "99"}, {"kind": "noise"},
                     {"unit": cast.units["sanitation"].id}):  # fmt: skip
            asked = Asked(**{"name": name, "days": 90, **more})
            if actor.sees is Sees.UNIT and asked.unit:
                continue
            expected = wanted(actor, many, asked)
            full += len(expected)
            with looking_as(actor):
                assert pages(actor, asked) == expected, (who, more)
    assert full > 20, "the test asked of nothing"


def test_the_look_through_counts_what_the_lists_list(cast: Cast, many: list[Matter]) -> None:
    with as_system():
        for n, m in enumerate(many[:60]):
            Order.objects.create(
                matter=m, place_code=m.place_code, level=4, text="x", ordered_at=MONDAY, since=MONDAY,
                unit=m.lead_unit, reply_due=AT + timedelta(hours=n % 7 - 3), next_tick_at=MONDAY,
            )  # fmt: skip
    for who in WHO:
        actor = cast.actors[who]
        code = actor.scope
        with looking_as(actor):
            table = through.look_through(actor, code, at=AT, days=90)
            for line in [table.whole, *table.lines]:
                for name in LISTS:
                    asked = Asked(name=name, days=90, place=line.code)
                    assert line.counts[name] == len(wanted(actor, many, asked)), (who, line.code, name)
                inside = [m for m in many if theirs(actor, m, line.code)]
                assert line.counts["open"] == sum(m.state in OPEN for m in inside), (who, line.code)
                if actor.sees is Sees.PLACE:
                    there = orders.tallies(
                        actor,
                        {"orders": orders.Asked(place=line.code), "late": orders.Asked(place=line.code, late=True)},
                        at=AT,
                    )
                    assert (line.counts["orders"], line.counts["orders_late"]) == (there["orders"], there["late"])


def test_the_way_down_names_the_way_back(cast: Cast, many: list[Matter]) -> None:
    actor = cast.city_duty
    with looking_as(actor):
        assert [line.code for line in through.look_through(actor, "", at=AT, days=90).lines] == [DISTRICT]
        table = through.look_through(actor, HOOD, at=AT, days=90)
    assert [code for code, _name in table.path] == [CITY, DISTRICT, STREET, HOOD] and not table.lines
    with looking_as(cast.street_duty), pytest.raises(NotAllowed):
        through.look_through(cast.street_duty, OTHER_STREET, at=AT, days=90)


@pytest.mark.parametrize("name", [name for name in LISTS if name != "overdue"])
def test_each_list_is_read_from_its_own_index(cast: Cast, many: list[Matter], name: str) -> None:
    sent: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many_: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many_, context)

    actor = cast.street_duty
    with looking_as(actor), connection.execute_wrapper(listen):
        lists.listed(actor, Asked(name=name), at=AT)
    ((sql, params),) = [one for one in sent if "chosen" in one[0]]
    with looking_as(actor), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN " + sql, params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert f"matter_{name} " in plan, plan


def test_a_list_takes_as_many_queries_at_any_length(cast: Cast, many: list[Matter]) -> None:
    actor = cast.street_duty
    counted = []
    for limit in (1, 50):
        with looking_as(actor), CaptureQueriesContext(connection) as queries:
            lists.listed(actor, Asked(name="returned"), at=AT, limit=limit)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_reasons_are_what_was_said(cast: Cast) -> None:
    m = cast.assigned()
    for hours, reason in ((1, "不归我们管"), (3, "在红线内")):
        at = MONDAY + timedelta(hours=hours)
        verbs.give_back(matter_id=m.id, by=cast.handler, at=at, reason=reason)
        verbs.assign(matter_id=m.id, by=cast.dispatcher, at=at, unit_id=cast.units["enforcement"].id)
    at = MONDAY + timedelta(hours=4)
    for span, reason in (("1 working_day", "等配件"), ("2 working_day", "下雨")):
        at += timedelta(minutes=5)
        verbs.ask_extension(matter_id=m.id, by=cast.handler, at=at, span=span, reason=reason)
        verbs.decide_extension(matter_id=m.id, by=cast.street_leader, at=at, granted=True)
    verbs.ask_extension(matter_id=m.id, by=cast.handler, at=at, span="9 working_day", reason="还要")
    verbs.decide_extension(matter_id=m.id, by=cast.street_leader, at=at, granted=False, decision="不行")
    verbs.pause(matter_id=m.id, by=cast.handler, at=at, reason="weather", words="台风")
    closed = cast.report()
    verbs.decline(matter_id=closed.id, by=cast.dispatcher, at=MONDAY, outcome="not-ours", reply="不归本街道")
    verbs.reopen(matter_id=closed.id, by=cast.dispatcher, at=at, reason="弄错了")
    twin = cast.report()
    verbs.merge(matter_id=twin.id, by=cast.dispatcher, at=MONDAY, into_id=cast.report("chen").id)
    verbs.unmerge(matter_id=twin.id, by=cast.dispatcher, at=at)

    def said(name: str) -> list[tuple[str, str, str]]:
        with looking_as(cast.street_duty):
            (row,) = lists.listed(cast.street_duty, Asked(name=name), at=MONDAY + timedelta(days=20)).rows
        return [(reason["unit"], reason["words"], reason["what"]) for reason in row["reasons"]]

    team = "柳湾街道综合执法队"
    assert said("returned") == [(team, "不归我们管", ""), (team, "在红线内", "")]
    assert (
        said("extended")
        == said("extended_again")
        == [(team, "等配件", "1 working_day"), (team, "下雨", "2 working_day")]
    )
    assert said("paused") == [("李强", "台风", "weather")]
    assert said("reopened") == [("柳湾街道城运中心", "弄错了", "matters.reopen")]
    assert said("unmerged") == [("柳湾街道城运中心", "", "matters.unmerge")]


def test_who_may_not_sees_nothing(cast: Cast, many: list[Matter]) -> None:
    for who in ("granny",):
        with looking_as(cast.actors[who]):
            for name in LISTS:
                assert lists.listed(cast.actors[who], Asked(name=name), at=AT).rows == []
    with looking_as(cast.keeper), pytest.raises(NotAllowed):
        lists.listed(cast.keeper, Asked(), at=AT)
    for sort in ("", "often", "unit"):
        with looking_as(cast.street_duty), pytest.raises(Invalid):
            lists.listed(cast.street_duty, Asked(sort=sort), at=AT, after="nonsense")


def test_a_question_is_written_into_an_address_and_read_again(cast: Cast) -> None:
    asked = Asked(name="returned", place=STREET, unit=cast.units["street"].id, kind="inquiry", days=30, sort="old")
    assert lists.read("returned", asked.write()) == asked
    assert lists.read("paused", {"place": "x", "days": "7", "sort": "up", "unit": "1", "kind": "?"}) == Asked(
        name="paused"
    )
