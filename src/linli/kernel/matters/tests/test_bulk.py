"""The bulk door: batches written one behind the other, each row told once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import count, takewhile

import pytest

from linli.kernel.access import SYSTEM, NotAllowed, as_system, looking_as
from linli.kernel.audit.queries import story, verify
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries.filters import Filter
from linli.kernel.matters.queries.queue import queue
from linli.kernel.matters.verbs.ahead import ahead
from linli.kernel.matters.verbs.bringing import GivenBack, MoreTime, NotEnough, OnTheWay, Ordered
from linli.kernel.matters.verbs.bulk import Incoming, Taken, take_in_all
from linli.kernel.sealed import unseal

from .cast import HOOD, MONDAY, Cast

NOW = MONDAY + timedelta(days=30)


def row(key: str, **changes: object) -> Incoming:
    given = {
        "source": "import:test", "source_key": key, "kind": "unlicensed-stall", "title": "有人摆摊",
        "body": "占了盲道。", "place_code": HOOD, "opened_at": MONDAY,
    }  # fmt: skip
    return Incoming(**{**given, **changes})  # type: ignore[arg-type]


def told(taken: list[Taken]) -> list[tuple[int, int, int]]:
    return [(len(t.new), len(t.already), len(t.refused)) for t in taken]


BATCHES = [
    [row("a"), row("b"), row("b"), row("c", kind="no-such-kind")],
    [row("b"), row("d"), row("e", place_code="990101009")],
    [row("a"), row("f")],
]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_row_that_came_in_an_earlier_batch_is_known_by_then(cast: Cast, dry_run: bool) -> None:
    """The second batch is checked before the first is written, and still no row comes twice."""
    taken = list(take_in_all(BATCHES, by=SYSTEM, at=NOW, dry_run=dry_run))
    assert told(taken) == [(2, 1, 1), (1, 1, 1), (1, 1, 0)]
    with as_system():
        assert Matter.objects.count() == (0 if dry_run else 4)
        assert list(verify()) == []


def test_the_same_again_changes_nothing(cast: Cast) -> None:
    list(take_in_all(BATCHES, by=SYSTEM, at=NOW))
    assert told(list(take_in_all(BATCHES, by=SYSTEM, at=NOW))) == [(0, 3, 1), (0, 2, 1), (0, 2, 0)]


def test_what_was_written_stays_when_a_later_batch_cannot_be_read(cast: Cast) -> None:
    def batches() -> Iterator[list[Incoming]]:
        yield BATCHES[0]
        yield BATCHES[1]
        raise OSError("the disk was taken out")

    results = take_in_all(batches(), by=SYSTEM, at=NOW)
    assert told([next(results)]) == [(2, 1, 1)]
    with pytest.raises(OSError, match="taken out"):
        next(results)
    with as_system():
        assert Matter.objects.count() == 2


def test_what_was_taken_in_is_found_by_its_words_at_once(cast: Cast) -> None:
    taken = next(take_in_all([[row("S1", body="绿化带里的树倒了"), row("S2")]], by=SYSTEM, at=NOW))
    with looking_as(cast.dispatcher):
        page = queue(cast.dispatcher, Filter(text="绿化"), limit=5)
    assert [found["id"] for found in page.rows] == [str(taken.new[0])]


def test_working_ahead_keeps_the_order_and_stays_one_ahead() -> None:
    made = count()
    working = ahead(takewhile(lambda n: n < 5, made))
    assert next(working) == 0
    assert list(working) == [1, 2, 3, 4]
    assert next(made) == 6, "nothing is made that nobody asks for"


def test_whatever_was_written_arrives_as_it_was_and_its_record_says_the_same(cast: Cast) -> None:
    odd = 'a\tb\\N\\.\n"c"\r\n\\t，\x1f👍'
    free = {name: f"{name} {odd}" for name in ("body", "address", "source_key", "reply", "rating_words")}
    ended = MONDAY + timedelta(days=2)
    closed = {"state": "closed", "done_at": MONDAY + timedelta(days=1), "ended_at": ended}
    given = row("K", title=odd, contact={"name": odd}, rating=4, lon=121.5, lat=31.25, **{**closed, **free})
    took = next(take_in_all([[given]], by=SYSTEM, at=NOW))
    with as_system():
        matter = Matter.objects.get(id=took.new[0])
        (record,) = story(matter.stream)
        assert list(verify()) == []
    assert {name: getattr(matter, name) for name in free} == {**free, "body": free["body"].strip()}
    assert matter.title == " ".join(odd.split())
    assert json.loads(unseal(matter.contact_sealed)) == {"name": odd}
    assert (matter.lon, matter.lat, matter.rating) == (121.5, 31.25, 4)
    assert (record.verb, record.happened_at, record.place_code) == ("matters.take_in", NOW, HOOD)
    assert (record.actor_role, record.actor_name) == (SYSTEM.role.value, SYSTEM.name or None)
    assert record.after == {
        "number": matter.number, "kind": given.kind, "title": matter.title, "state": "closed",
        "source": given.source, "source_key": given.source_key, "opened_at": MONDAY.astimezone(UTC).isoformat(),
        "ended_at": ended.astimezone(UTC).isoformat(),
    }  # fmt: skip


DAY = timedelta(days=1)


def brought(cast: Cast) -> OnTheWay:
    """Given back once, four more days granted, ordered when those had passed, answered too shortly and again."""
    enforcement, sanitation = cast.units["enforcement"], cast.units["sanitation"]
    short = NotEnough(
        reply="在办。", replied_at=MONDAY + 9 * DAY, due_before=MONDAY + 9 * DAY, reason="写明时间。",
        returned_at=MONDAY + 9.2 * DAY, due_after=MONDAY + 10 * DAY,
    )  # fmt: skip
    order = Ordered(
        level=3, automatic=True, text="请说明。", ordered_at=MONDAY + 8 * DAY, since=MONDAY + 9.2 * DAY,
        reply_due=MONDAY + 10 * DAY, unit_id=enforcement.id, reply="周五办结。", replied_at=MONDAY + 9.5 * DAY,
        sent_back=(short,),
    )  # fmt: skip
    back = GivenBack(
        unit_id=sanitation.id,
        due_at=MONDAY + 4 * DAY,
        assigned_at=MONDAY,
        given_back_at=MONDAY + DAY,
        result="不归我们。",
    )
    more = MoreTime(
        span="4 working_day", reason="配件未到。", asked_at=MONDAY + 2 * DAY, unit_id=enforcement.id, granted=True,
        decided_at=MONDAY + 3 * DAY, decision="同意。",
    )  # fmt: skip
    return OnTheWay(given_back=(back,), more_time=(more,), orders=(order,))


def test_what_happened_on_the_way_is_brought_along(cast: Cast) -> None:
    enforcement, sanitation = cast.units["enforcement"], cast.units["sanitation"]
    given = row(
        "W", state="closed", accepted_at=MONDAY, assigned_at=MONDAY + DAY, done_at=MONDAY + 11 * DAY,
        ended_at=MONDAY + 12 * DAY, lead_unit_id=enforcement.id, given_back=1, extended=1,
        finish_due=MONDAY + 8 * DAY, way=brought(cast),
    )  # fmt: skip
    took = next(take_in_all([[given, given]], by=SYSTEM, at=NOW))
    with as_system():
        matter = Matter.objects.get(id=took.new[0])
        first, last = matter.assignments.order_by("assigned_at")
        request, order = matter.requests.get(), matter.orders.get()
        sent_back = order.sent_back.get()
    assert (matter.extended, matter.finish_due, matter.ever_late) == (1, MONDAY + 8 * DAY, True)
    assert set(matter.unit_ids) == {enforcement.id, sanitation.id}, "who gave it back sees what became of it"
    assert (first.unit_id, first.given_back_at, last.unit_id, last.given_back_at) == (
        sanitation.id, MONDAY + DAY, enforcement.id, None,
    )  # fmt: skip
    assert (request.what, request.granted, request.span) == ("extension", True, "4 working_day")
    assert (order.phase, order.place_code, order.returned, sent_back.reply) == (1, HOOD, 1, "在办。")


def test_only_the_system_brings_what_happened_on_the_way(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        list(take_in_all([[row("W", way=brought(cast))]], by=cast.actors["keeper"], at=NOW))


def test_what_was_opened_again_has_the_promise_of_then(cast: Cast) -> None:
    """Assigned and reopened: its clock runs from the reopening, and goes on by itself."""
    again = NOW - timedelta(hours=2)
    given = row("R", state="assigned", accepted_at=MONDAY, assigned_at=MONDAY, reopened=1, reopened_at=again)
    took = next(take_in_all([[given]], by=SYSTEM, at=NOW))
    with as_system():
        matter = Matter.objects.get(id=took.new[0])
    assert matter.finish_due > NOW and matter.due_at == matter.finish_due and matter.leg_from == again
    assert matter.next_tick_at is not None and matter.next_tick_at > NOW
