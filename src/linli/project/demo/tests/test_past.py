"""The past of the demo goes by the rules life goes by: given back, more time, late and ordered, opened again."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from linli.kernel.access import Level
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.verbs.bulk import Incoming
from linli.project.demo import lives, ordered, past, planner
from linli.project.demo.acts import ZONE, Life, due_at, promised

from .test_planner import ASKED, telling

__all__ = ["telling"]


@pytest.fixture(scope="module")
def told(telling: past.Telling) -> list[tuple[Life, Incoming]]:
    planned = list(lives.plan(planner._world(ASKED), first=ASKED.first, until=ASKED.until, daily=ASKED.daily))
    known = {life.source_key: life for life in planned}
    return [(known[row.source_key], row) for row in past.rows(planned, telling, ASKED.until, [])]


def test_what_a_supervisor_looks_for_is_there(told: list[tuple[Life, Incoming]]) -> None:
    rows = [row for _life, row in told]
    orders = [order for row in rows if row.way for order in row.way.orders]
    requests = [one for row in rows if row.way for one in row.way.more_time]
    assert 0.02 < sum(row.given_back > 0 for row in rows) / len(rows) < 0.12
    assert any(row.given_back > 1 for row in rows)
    assert 0.005 < sum(row.reopened > 0 for row in rows) / len(rows) < 0.06
    assert {one.granted for one in requests} >= {True, False}
    assert 0.05 < sum(order.automatic for order in orders) / len(rows) < 0.3
    answers = Counter(order.replied_at > order.reply_due for order in orders if order.replied_at)
    assert answers[False] > answers[True] > 0
    assert any(order.sent_back for order in orders) and any(not order.automatic for order in orders)
    assert {order.level for order in orders} == {Level.STREET, Level.DISTRICT, Level.CITY}
    rated = [row.rating for row in rows if row.rating]
    assert 0.03 < sum(stars <= 2 for stars in rated) / len(rated) < 0.25


def test_no_date_passes_without_an_order_and_none_comes_before(told: list[tuple[Life, Incoming]]) -> None:
    for life, row in told:
        acts = past.done_by(life, ASKED.until)
        automatic = sorted(o.ordered_at for o in (row.way.orders if row.way else ()) if o.automatic)
        expected = []
        for leg in ordered.legs(life, acts):
            at = leg.due
            for _level in range(3):
                if leg.since <= at < (leg.over or ASKED.until):
                    expected.append(at)
                at = due_at(at, catalogue().kind(life.kind).climb)
        assert automatic == sorted(expected), life.source_key
        finished = [leg for leg in ordered.legs(life, acts) if leg.name == "finish"]
        assert not row.done_at or any(leg.over == row.done_at for leg in finished)
        assert (row.finish_due or life.finish_due) == promised(life, acts)


def test_nothing_is_closed_before_its_orders_were_answered(told: list[tuple[Life, Incoming]]) -> None:
    for _life, row in told:
        for order in row.way.orders if row.way else ():
            assert order.since >= order.ordered_at and order.reply_due > order.since
            if row.state == "closed" and row.ended_at is not None and order.ordered_at < row.ended_at:
                assert order.replied_at is not None and order.replied_at <= row.ended_at
            if order.settled_at is not None:
                assert order.replied_at is not None and order.replied_at <= order.settled_at
            if order.replied_at is None:
                assert ASKED.until - order.since < timedelta(days=14), "nobody leaves an order for weeks"
                assert order.missed_at or order.next_tick_at, "an order that waits is watched"


def test_records_run_forward_and_tell_every_step_of_a_story(told: list[tuple[Life, Incoming]]) -> None:
    for _life, row in told:
        times = [one.at for one in row.past]
        assert times == sorted(times) and times[-1] <= ASKED.until
        verbs = Counter(one.verb for one in row.past)
        assert verbs["reopen"] == row.reopened
        assert verbs["give_back"] == len(row.way.given_back if row.way else ())
        again = [one for one in row.past if one.verb == "reopen"]
        assert all(one.before and one.before["ended_at"] and one.before["finish_due"] for one in again)


def test_who_decides_and_answers_is_at_work(told: list[tuple[Life, Incoming]]) -> None:
    """Decisions of the office fall into the day; whoever works at night is on duty."""
    office = ("give_back", "ask_extension", "decide_extension", "settle_order", "return_order", "supervise")
    moments = [one.at for _life, row in told for one in row.past if one.verb in office]
    assert len(moments) > 200
    assert all(timedelta(hours=8) <= _of_day(at) <= timedelta(hours=19) for at in moments)


def _of_day(at: datetime) -> timedelta:
    here = at.astimezone(ZONE)
    return timedelta(hours=here.hour, minutes=here.minute)
