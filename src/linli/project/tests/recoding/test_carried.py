"""Two streets become one: afterwards nothing lies under the old code, and everything holds as it held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db.models import Max

from linli.kernel.access import SYSTEM, Actor, Role, as_system, look_as, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.clock.queries import calendar_for, days_of
from linli.kernel.matters.models import KindNumbers
from linli.kernel.matters.numbers import numbers_for
from linli.kernel.matters.queries.story import story
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, STREET, fresh
from linli.kernel.operations.models import Operation
from linli.kernel.people.models import ApiKey, Appointment, Household, Person, Post, Unit
from linli.kernel.places import queries as places
from linli.kernel.places.models import Recoding
from linli.kernel.triage.queries import is_on

from .merged import (
    NEW_HOOD,
    NEW_OTHER_HOOD,
    READY,
    STATES,
    Street,
    carry_all,
    dead_rows,
    merge,
    moves,
    row_of,
)

pytestmark = pytest.mark.django_db


def test_nothing_is_left_under_the_old_code_in_any_table(street: Street):
    before = dead_rows()
    assert all(before.values()), f"this test shows nothing about {[t for t, n in before.items() if not n]}"
    list(carry_all(merge()))
    assert not (left := {table: n for table, n in dead_rows().items() if n}), left
    row = Recoding.objects.get()
    assert row.finished_at == READY
    for room in (
        "calendars",
        "numbers",
        "switches",
        "units",
        "posts",
        "filters",
        "persons",
        "rule_numbers",
        "things",
        "warnings",
        "matters",
        "registers",
        "files",
        "reports",
        "displays",
        "notices",
        "rosters",
        "operations",
        "datasets",
        "signs",
        "emergencies",
        "figures",
        "points",
        "decisions",
        "scenes",
    ):
        assert row.carried[room] > 0, room


def test_the_spots_of_operations_go_along_also_where_the_operation_keeps_its_code(street: Street):
    with as_system():
        before = {o.title: o.spots for o in Operation.objects.all()}
        assert before == {"联合整治": [HOOD], "区里的联合检查": [OTHER_HOOD, HOOD]}
    list(carry_all(merge()))
    with as_system():
        for operation in Operation.objects.all():
            assert operation.spots == [places.now_called(code) for code in before[operation.title]]
            assert operation.spots != before[operation.title]


def test_matters_of_every_state_go_along_and_nothing_else_about_them_changes(street: Street):
    matters = street.matters
    assert {fresh(m).state for m in matters.values()} == set(STATES)
    rows = {name: row_of(m) for name, m in matters.items()}
    codes = {name: fresh(m).place_code for name, m in matters.items()}
    list(carry_all(merge()))
    assert {name: row_of(m) for name, m in matters.items()} == rows, "dates, versions and the clock are as promised"
    assert {name: fresh(m).place_code for name, m in matters.items()} == {
        n: moves().now(c) for n, c in codes.items()
    }
    assert (
        fresh(matters["assigned"]).place_code == NEW_OTHER_HOOD
        and fresh(matters["street"]).place_code == OTHER_STREET
    )
    with as_system():
        for name, matter in matters.items():
            told = list(Record.objects.filter(stream=matter.stream, verb="matters.recode"))
            assert len(told) == (name != "elsewhere"), name
        record = Record.objects.get(stream=matters["closed"].stream, verb="matters.recode")
    assert (record.before, record.place_code) == ({"place_code": HOOD}, NEW_HOOD)
    assert record.after["place"].startswith("桥头街道") and record.after["recoding"] == str(
        Recoding.objects.get().id
    )
    streams = {m.stream for m in matters.values()}
    assert [b for b in verify() if b.stream in streams] == [], "and every chain holds"


def test_done_a_second_time_it_changes_nothing(street: Street):
    record = merge()
    list(carry_all(record))
    look_as(SYSTEM)
    last = Record.objects.aggregate(seq=Max("seq"))["seq"]
    assert list(carry_all(record)) == []
    assert Record.objects.aggregate(seq=Max("seq"))["seq"] == last


def test_a_story_told_under_the_old_code_is_read_under_the_new(street: Street):
    cast, matter = street.cast, street.matters["closed"]
    old = {name: cast.actors[name] for name in ("dispatcher", "social", "handler", "granny")}
    told = {}
    for name, actor in old.items():
        look_as(actor)
        told[name] = [step.verb for step in story(matter.id, actor)]
    list(carry_all(merge()))
    for name in ("dispatcher", "social", "handler"):
        actor = street.actor(name, READY)
        assert actor.scope.startswith(OTHER_STREET) and actor.also == ()
        look_as(actor)
        steps = story(matter.id, actor)
        assert [step.verb for step in steps] == [*told[name], "recode"], name
        assert steps[-1].sentence == "区划调整，这里现在归桥头街道 · 柳湾一居"
        with looking_as(SYSTEM):
            assert Record.objects.filter(stream=matter.stream, place_code=HOOD).count() == len(told["dispatcher"])
    look_as(old["granny"])
    assert [step.verb for step in story(matter.id, old["granny"])][-1] == "recode"


def test_who_does_not_see_the_matter_reads_no_story(street: Street):
    cast, matter = street.cast, street.matters["closed"]
    list(carry_all(merge()))
    for actor in (
        cast.chen,
        Actor(role=Role.DISPATCHER, scope=OTHER_STREET + "001"),
        Actor(role=Role.PARTNER, scope="9901"),
        Actor(role=Role.DISPATCHER, scope=STREET),
        Actor(role=Role.HANDLER, scope=OTHER_STREET, unit_id=cast.units["sanitation"].id),
    ):
        look_as(actor)
        if actor.scope != STREET:
            assert not Record.objects.filter(stream=matter.stream).exists(), actor
        assert story(matter.id, actor) == [] or actor.scope == STREET


def test_posts_end_under_the_old_code_and_go_on_under_the_new(street: Street):
    cast = street.cast
    with as_system():
        before = {p.id: p for p in Post.objects.filter(place_code__startswith=STREET)}
    list(carry_all(merge()))
    with as_system():
        now = {p.id: p for p in Post.objects.select_related("continues")}
        for old in before.values():
            ended = now[old.id]
            assert (ended.place_code, ended.role, ended.unit_id) == (old.place_code, old.role, old.unit_id)
            (goes_on,) = [p for p in now.values() if p.continues_id == old.id]
            assert goes_on.place_code == moves().now(old.place_code)
            assert (goes_on.account_id, goes_on.role, goes_on.unit_id, goes_on.title) == (
                old.account_id, old.role, old.unit_id, old.title,
            )  # fmt: skip
            assert goes_on.valid.upper == old.valid.upper, "no longer, no shorter"
            if old.valid.lower < READY:
                assert (ended.valid.upper, goes_on.valid.lower) == (READY, READY)
            else:
                assert ended.valid.isempty and goes_on.valid.lower == old.valid.lower
        told = Record.objects.filter(verb="people.recode_post", stream=f"account:{cast.dispatcher.account_id}")
        assert [r.before["place_code"] for r in told] == [STREET]
    assert len(before) == 12
    leader = Appointment.objects.get(decided_at=None)
    assert leader.place_code == OTHER_STREET
    key = ApiKey.objects.get()
    assert key.place_code == NEW_HOOD


def test_somebody_who_holds_the_post_there_already_holds_it_once(street: Street):
    cast = street.cast
    until = READY + timedelta(days=10)
    with as_system():
        Post.objects.create(
            account_id=cast.dispatcher.account_id, role="dispatcher", unit=cast.units["street"],
            place_code=OTHER_STREET, valid=(MONDAY, until),
        )  # fmt: skip
        Post.objects.create(
            account_id=cast.handler.account_id, role="handler", unit=cast.units["district_enforcement"],
            place_code=OTHER_STREET, valid=(MONDAY, None),
        )  # fmt: skip
    list(carry_all(merge()))
    with as_system():
        here = Post.objects.filter(place_code=OTHER_STREET)
        twice = here.filter(account_id=cast.dispatcher.account_id).order_by("valid")
        assert [(p.valid.lower, p.valid.upper) for p in twice] == [(MONDAY, until), (until, None)]
        units = here.filter(account_id=cast.handler.account_id, valid__contains=READY)
        assert {p.unit_id for p in units} == {cast.units["district_enforcement"].id, cast.units["enforcement"].id}


def test_units_keep_their_id_and_one_whose_name_is_taken_says_where_it_came_from(street: Street):
    units = street.cast.units
    with as_system():
        Unit.objects.create(
            kind="department", department="sanitation", name=units["sanitation"].name, place_code=OTHER_STREET,
            valid=(MONDAY, None),
        )  # fmt: skip
        closed = Unit.objects.create(
            kind="company", name="旧公司", place_code=HOOD, valid=(MONDAY - timedelta(days=9), MONDAY)
        )
    list(carry_all(merge()))
    names = dict(Unit.objects.values_list("id", "name"))
    places = dict(Unit.objects.values_list("id", "place_code"))
    assert places[units["committee"].id] == NEW_HOOD and places[units["enforcement"].id] == OTHER_STREET
    assert places[units["district"].id] == "990101" and places[closed.id] == HOOD, "what was closed is history"
    assert names[units["enforcement"].id] == units["enforcement"].name
    assert names[units["sanitation"].id] == "柳湾街道市容所（原柳湾街道）"
    assert fresh(street.matters["assigned"]).lead_unit_id == units["enforcement"].id


def test_persons_and_households_live_where_they_lived(street: Street):
    gone = HOOD + "009"  # a grid that had been closed: no place of its own is left
    with as_system():
        person = Person.objects.create(name="老张", place_code=gone)
        lived = dict(Person.objects.values_list("id", "place_code"))
    list(carry_all(merge()))
    with as_system():
        assert dict(Person.objects.values_list("id", "place_code")) == {k: moves().now(c) for k, c in lived.items()}
        assert Household.objects.get(id=street.household.id).place_code == NEW_HOOD
        assert Person.objects.get(id=person.id).place_code == NEW_HOOD + "009"
        told = Record.objects.filter(verb="people.recode", stream=f"recoding:{Recoding.objects.get().id}")
        assert {r.after["table"]: r.after["rows"] for r in told} == {"person": len(lived), "household": 1}


def test_who_lived_at_what_had_been_closed_lives_in_the_street_and_the_old_code_is_kept(street: Street):
    with as_system():
        person = Person.objects.create(name="老张", place_code=STREET + "777")
    list(carry_all(merge()))
    with as_system():
        assert Person.objects.get(id=person.id).place_code == OTHER_STREET
        (told,) = [
            r for r in Record.objects.filter(verb="people.recode") if str(person.id) in r.after.get("closed", {})
        ]
    assert told.after["closed"][str(person.id)] == STREET + "777"


def test_what_was_set_holds_where_it_held_and_nowhere_else(street: Street):
    own = OTHER_STREET + "001"
    kinds, days = ("unlicensed-stall", "inquiry"), [date(2026, 9, n) for n in range(7, 14)]

    def held(code: str) -> tuple[object, ...]:
        calendar = days_of(code, days[0], days[-1])
        hours = [calendar_for(code).hours_on(day) for day in (*days, date(2026, 3, 2))]
        return ([numbers_for(kind, code) for kind in kinds], [(d.working, d.name) for d in calendar], hours)

    before = {code: held(code) for code in (HOOD, OTHER_HOOD, own)}
    list(carry_all(merge()))
    for old, new in ((HOOD, NEW_HOOD), (OTHER_HOOD, NEW_OTHER_HOOD), (own, own)):
        now, was = held(new), before[old]
        stall, inquiry = now[0]
        assert stall == was[0][0], f"the numbers of {old}"
        # Where the old street said nothing, the street it now belongs to says how soon an inquiry is answered.
        assert replace(inquiry, answer=was[0][1].answer) == was[0][1]
        assert inquiry.answer.amount == 1 and inquiry.off == (new != own)
        assert now[2] == was[2], f"the hours of {old}"
        # Of the days the street it now belongs to has set its own as well: 10 September rests in all of it.
        assert [d for n, d in enumerate(now[1]) if days[n] != date(2026, 9, 10)] == [
            d for n, d in enumerate(was[1]) if days[n] != date(2026, 9, 10)
        ]
    assert not is_on(NEW_HOOD) and is_on(own) and is_on(NEW_OTHER_HOOD)
    assert not KindNumbers.objects.filter(place_code=OTHER_STREET, off=True).exists(), "it never held in all of it"
    assert numbers_for("unlicensed-stall", own).climb.amount == 1
