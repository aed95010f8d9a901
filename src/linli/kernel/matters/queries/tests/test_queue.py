"""The queue against a plain reading of the same question in Python, over every kind of scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import ANONYMOUS, SYSTEM, Actor, Invalid, NotAllowed, Sees, as_system, look_as, looking_as
from linli.kernel.matters.models import OPEN, Assignment, Matter, Order, State
from linli.kernel.matters.queries import kept, search
from linli.kernel.matters.queries.counts import QUEUES, counts
from linli.kernel.matters.queries.filters import Filter, read
from linli.kernel.matters.queries.queue import queue
from linli.kernel.matters.tests.cast import CITY, HOOD, MONDAY, OTHER_STREET, STREET, Cast

from .many import make_many

FILTERS = [
    *QUEUES.values(),
    Filter(),
    Filter(state=tuple(s.value for s in State)),
    Filter(state=("closed",), kind=("noise",)),
    Filter(department=("sanitation",), urgency=("urgent",)),
    Filter(text="噪声"),
    Filter(text="路灯 门口", state=("closed", "assigned")),
    Filter(text="占"),
    Filter(text="没有的词"),
    Filter(place=HOOD),
    Filter(place=OTHER_STREET),
    Filter(place="99"),
    Filter(opened_from=date(2026, 8, 1), opened_until=date(2026, 8, 20), state=("closed", "reported")),
    Filter(reopened=True, newest=True),
    Filter(paused=True),
    Filter(mine=True, state=("closed",)),
]


def people(cast: Cast) -> dict[str, Actor]:
    duty = cast.city_duty
    return {
        "province": replace(duty, scope="99"),
        "system": replace(SYSTEM, unit_id=duty.unit_id, account_id=duty.account_id),
        "city": duty,
        "district": cast.district_duty,
        "street": cast.dispatcher,
        "hood": cast.social,
        "grid": replace(cast.grid, scope=HOOD + "001"),
        "handler": cast.handler,
        "sweeper": cast.sweeper,
        "stranger": cast.stranger,
    }


def expected(actor: Actor, asked: Filter) -> list[UUID]:
    """The same question, read row by row in Python with the system's eyes."""
    helping = set(
        Assignment.objects.filter(
            unit_id=actor.unit_id, part="help", finished_at=None, given_back_at=None, replaced_at=None
        ).values_list("matter_id", flat=True)
    )
    rows = [m for m in Matter.objects.all() if _fits(m, actor, asked, helping)]
    rows.sort(key=lambda m: (m.order_at, m.id), reverse=asked.backwards)
    return [m.id for m in rows]


def _fits(m: Matter, actor: Actor, asked: Filter, helping: set[UUID]) -> bool:
    local = m.opened_at + timedelta(hours=8)
    text = f"{m.title}\n{m.body}\n{m.address}"
    theirs = m.lead_unit_id == actor.unit_id
    helped = m.id in helping and not theirs
    tests = [
        actor.scope == "*" or m.place_code.startswith(actor.scope),
        actor.sees is not Sees.UNIT or theirs or (helped and not asked.mine),
        not asked.helping or helped,
        m.state in asked.states,
        not asked.stage or m.stage in asked.stage,
        not asked.kind or m.kind in asked.kind,
        not asked.department or m.department in asked.department,
        not asked.urgency or m.urgency in asked.urgency,
        m.place_code.startswith(asked.place),
        not asked.opened_from or local.date() >= asked.opened_from,
        not asked.opened_until or local.date() <= asked.opened_until,
        not asked.mine or m.lead_account_id == actor.account_id,
        not asked.paused or m.paused_at is not None,
        not asked.reopened or m.reopened > 0,
        not asked.supervised or m.stage == 3 or m.orders.filter(settled_at=None).exists(),
        all(word in text for word in asked.words),
    ]
    return all(tests)


def pages(actor: Actor, asked: Filter, limit: int) -> list[UUID]:
    found: list[UUID] = []
    after = None
    while True:
        page = queue(actor, asked, after=after, limit=limit)
        assert len(page.rows) <= limit
        found += [UUID(row["id"]) for row in page.rows]
        after = page.next_cursor
        if after is None:
            return found


@pytest.mark.parametrize("frequent", [2000, 3])
def test_every_question_of_everybody_is_answered_as_read_row_by_row(
    cast: Cast, frequent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FREQUENT", frequent)
    made = make_many(cast)
    with as_system():
        for matter in made[:20]:
            if matter.state in OPEN:
                Order.objects.create(
                    matter=matter,
                    place_code=matter.place_code,
                    level=4,
                    text="x",
                    ordered_at=MONDAY,
                    since=MONDAY,
                    reply_due=MONDAY,
                    next_tick_at=MONDAY,
                )
    for who, actor in people(cast).items():
        for asked in FILTERS:
            with as_system():
                wanted = expected(actor, asked)
            with looking_as(actor):
                assert pages(actor, asked, limit=7) == wanted, (who, asked)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.builds(
        Filter,
        state=st.lists(st.sampled_from([s.value for s in State]), unique=True).map(tuple),
        stage=st.lists(st.integers(0, 3), unique=True).map(tuple),
        kind=st.lists(st.sampled_from(["noise", "unlicensed-stall"]), unique=True).map(tuple),
        place=st.sampled_from(["", CITY, STREET, HOOD]),
        text=st.sampled_from(["", "噪声", "路口 占道", "T00003"]),
        newest=st.booleans(),
        reopened=st.booleans(),
    ),
    limit=st.integers(1, 60),
)
def test_any_combination_pages_without_gap_or_repeat(cast: Cast, asked: Filter, limit: int) -> None:
    if not Matter.objects.exists():
        look_as(cast.city_duty)
        if not Matter.objects.exists():
            make_many(cast)
    if asked.text == "T00003":
        return
    for actor in (cast.city_duty, cast.dispatcher, cast.sweeper):
        with as_system():
            wanted = expected(actor, asked)
        with looking_as(actor):
            assert pages(actor, asked, limit) == wanted


def test_counts_agree_with_the_queues_they_count(cast: Cast) -> None:
    make_many(cast)
    for actor in people(cast).values():
        with looking_as(actor):
            for name, number in counts(actor).items():
                assert number == len(pages(actor, QUEUES[name], 50)), (actor.role, name)


def test_a_number_finds_its_matter_and_only_for_whoever_sees_it(cast: Cast) -> None:
    make_many(cast)
    with as_system():
        matter = Matter.objects.filter(place_code=HOOD).first()
    assert matter is not None
    asked = Filter(text=matter.number.lower())
    with looking_as(cast.dispatcher):
        assert pages(cast.dispatcher, asked, 5) == [matter.id]
    with looking_as(cast.stranger):
        assert pages(cast.stranger, asked, 5) == []


def test_row_level_security_stands_behind_the_conditions(cast: Cast) -> None:
    """A query layer that asked for too much still gets nothing of other streets."""
    make_many(cast)
    wide = replace(cast.stranger, scope="*")
    with looking_as(cast.stranger):
        rows = queue(wide, Filter(state=tuple(s.value for s in State)), limit=1000).rows
        assert rows
        assert {row["place_code"][:9] for row in rows} == {OTHER_STREET}
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM matters_search")
            assert cursor.fetchone()[0] == 0
            cursor.execute("SELECT linli_search(ARRAY['噪声'], 1000)")
            ids = cursor.fetchone()[0]
    with as_system():
        assert ids
        found = Matter.objects.filter(id__in=ids)
        assert {m.place_code[:9] for m in found} == {OTHER_STREET}


def test_words_are_found_after_they_change(cast: Cast) -> None:
    matter = cast.report(body="楼道里有电动车飞线充电")
    with looking_as(cast.dispatcher):
        assert pages(cast.dispatcher, Filter(text="飞线"), 5) == [matter.id]
        Matter.objects.filter(id=matter.id).update(body="楼道里堆了旧家具")
        assert pages(cast.dispatcher, Filter(text="飞线"), 5) == []
        assert pages(cast.dispatcher, Filter(text="旧家具"), 5) == [matter.id]
    with as_system():
        Matter.objects.filter(id=matter.id).delete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('linli.search', '{}', true)")
            cursor.execute("SELECT count(*) FROM matters_search")
            assert cursor.fetchone()[0] == 0


def test_an_import_may_leave_the_words_for_later(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('linli.search_later', 'on', true)")
        matter = cast.report(body="绿化带里的树倒了")
        cursor.execute("SELECT set_config('linli.search_later', '', true)")
    with looking_as(cast.dispatcher):
        assert pages(cast.dispatcher, Filter(text="绿化"), 5) == []
        assert search.catch_up() == 1
        assert search.catch_up() == 0
        assert pages(cast.dispatcher, Filter(text="绿化"), 5) == [matter.id]


def test_a_page_is_one_query_and_a_search_two_and_one_more_where_rows_are_new(cast: Cast) -> None:
    make_many(cast)
    kept._kept.forget()
    noise = Filter(text="噪声")
    with looking_as(cast.city_duty):
        for asked, number in ((Filter(), 2), (Filter(), 1), (noise, 3), (noise, 2)):
            with CaptureQueriesContext(connection) as seen:
                queue(cast.city_duty, asked, limit=50)
            assert len(seen) == number


def test_who_reads_no_matters_is_told_so(cast: Cast) -> None:
    for actor in (ANONYMOUS, cast.keeper):
        with pytest.raises(NotAllowed):
            queue(actor, Filter())


@pytest.mark.parametrize("cursor", ["x", "////", "MjAyNi0wMS0wMQ==", "é"])
def test_a_forged_cursor_is_refused_with_a_sentence(cast: Cast, cursor: str) -> None:
    with looking_as(cast.dispatcher), pytest.raises(Invalid):
        queue(cast.dispatcher, Filter(), after=cursor)


def test_a_filter_is_written_as_it_was_read() -> None:
    for asked in FILTERS:
        again, faults = read(asked.write())
        assert not faults
        known = asked.but(kind=again.kind, department=again.department)
        assert again == known


def test_what_makes_no_sense_is_said_and_the_rest_is_kept() -> None:
    asked, faults = read(
        {
            "state": ["reported", "gone"],
            "opened_from": ["31.2.2026"],
            "place": ["99"],
            "unit": ["x"],
            "text": ["灯\0"],
        }
    )
    assert asked == Filter(state=("reported",), place="99", text="灯")
    assert set(faults) == {"state", "opened_from", "unit"}
    asked, faults = read({"opened_from": ["2026-02-01"], "opened_until": ["2026-01-01"]})
    assert asked.opened_until is None
    assert set(faults) == {"opened_until"}
