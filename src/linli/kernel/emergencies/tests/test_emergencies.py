"""The verbs of an emergency: who may, what is refused, who is told, and what the course says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.models import Emergency, Grade, State, Task
from linli.kernel.emergencies.queries import course, looking
from linli.kernel.emergencies.queries.within import within
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import CITY, DISTRICT, HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, STREET, Cast
from linli.kernel.people.models import Household, Person, Residence
from linli.kernel.places.models import Place

from .homes import square


def declared(cast: Cast, by: str = "street_duty", **given: Any) -> Emergency:
    values = {"event": "居民楼火灾", "zone": Wanted(place_code=HOOD), "category": "fire", **given}
    return verbs.declare(by=cast.actors[by], at=MONDAY, **values)


def test_it_is_declared_where_one_commands_and_nowhere_else(cast: Cast) -> None:
    emergency = declared(cast)
    assert (emergency.state, emergency.place_code, emergency.inside) == ("declared", HOOD, [HOOD])
    assert emergency.commander_id == cast.street_duty.account_id
    for who in ("grid", "handler", "social", "dispatcher", "granny"):
        with pytest.raises(NotAllowed):
            declared(cast, who)
    with pytest.raises(NotAllowed):
        declared(cast, zone=Wanted(place_code=OTHER_STREET))
    with pytest.raises(NotAllowed):
        declared(cast, zone=Wanted(lon=121.525, lat=31.205, radius=50))


def test_a_circle_touches_neighbourhoods_and_is_commanded_by_what_holds_them(cast: Cast) -> None:
    small = declared(cast, zone=Wanted(lon=121.505, lat=31.205, radius=100))
    assert (small.place_code, small.inside, small.radius) == (HOOD, [HOOD], 100)
    across = declared(cast, zone=Wanted(lon=121.510, lat=31.205, radius=100))
    assert (across.place_code, across.inside) == (STREET, [HOOD, OTHER_HOOD])
    wide = declared(cast, "district_duty", zone=Wanted(lon=121.510, lat=31.205, radius=2000))
    assert (wide.place_code, len(wide.inside)) == (DISTRICT, 3)
    mine = declared(cast, zone=Wanted(lon=121.510, lat=31.205, radius=2000))
    assert (mine.place_code, mine.inside) == (STREET, [HOOD, OTHER_HOOD]), "no farther than one commands"


def test_an_area_may_be_drawn_and_what_is_none_is_refused(cast: Cast) -> None:
    drawn = declared(cast, zone=Wanted(area=square(121.501, 31.201, 0.002)))
    assert drawn.inside == [HOOD]
    for wrong in (
        Wanted(),
        Wanted(lon=121.5, lat=31.2, radius=1),
        Wanted(lon=121.5, lat=31.2, radius=1e9),
        Wanted(lon=float("nan"), lat=31.2, radius=100),
        Wanted(lon=0.0, lat=0.0, radius=100),
        Wanted(area={"type": "Point", "coordinates": [121.5, 31.2]}),
        Wanted(area="no"),
        Wanted(area=square(100.0, 20.0, 30.0)),
        Wanted(place_code="12345"),
        Wanted(place_code="x"),
    ):
        with pytest.raises(Invalid):
            declared(cast, zone=wrong)
    with pytest.raises(Invalid):
        declared(cast, event=" ")
    with pytest.raises(Invalid):
        declared(cast, grade=9)


def test_it_goes_its_way_and_no_other(cast: Cast) -> None:
    emergency = declared(cast)
    given: dict[str, Any] = {"emergency_id": emergency.id, "by": cast.street_duty}
    with pytest.raises(Conflict):
        verbs.control(**given, at=MONDAY)
    verbs.respond(**given, at=MONDAY + timedelta(minutes=5))
    verbs.control(**given, at=MONDAY + timedelta(minutes=20))
    again = verbs.respond(**given, at=MONDAY + timedelta(minutes=30), note="复燃")
    assert (again.state, again.controlled_at) == (State.RESPONDING, None)
    verbs.control(**given, at=MONDAY + timedelta(minutes=40))
    with pytest.raises(Conflict):
        verbs.review(**given, at=MONDAY, lessons="x")
    with pytest.raises(Invalid):
        verbs.end(**given, at=MONDAY + timedelta(hours=1), note="")
    verbs.end(**given, at=MONDAY + timedelta(hours=1), note="明火扑灭，人员清点完毕")
    verbs.say(**given, at=MONDAY + timedelta(hours=2), text="补记：无人受伤")
    reviewed = verbs.review(**given, at=MONDAY + timedelta(days=1), lessons="楼道堆物要清。")
    assert reviewed.state == State.REVIEWED
    with pytest.raises(Conflict):
        verbs.say(**given, at=MONDAY, text="太晚")


def test_a_newer_version_is_not_overwritten(cast: Cast) -> None:
    emergency = declared(cast)
    verbs.change(emergency_id=emergency.id, by=cast.street_duty, at=MONDAY, grade=3, version=1)
    with pytest.raises(Conflict):
        verbs.change(emergency_id=emergency.id, by=cast.street_duty, at=MONDAY, grade=2, version=1)


def test_each_verb_writes_one_record_and_calls_every_neighbourhood_inside(cast: Cast) -> None:
    emergency = declared(cast, zone=Wanted(place_code=STREET))
    verbs.say(emergency_id=emergency.id, by=cast.grid, at=MONDAY, text="二楼有烟")
    verbs.respond(emergency_id=emergency.id, by=cast.street_duty, at=MONDAY)
    with as_system():
        own = Record.objects.filter(stream=emergency.stream).order_by("stream_seq")
        assert [r.verb for r in own] == ["emergencies.declare", "emergencies.say", "emergencies.respond"]
        calls = Record.objects.filter(verb="emergencies.call").order_by("seq")
        assert [r.place_code for r in calls] == [HOOD, OTHER_HOOD] * 2, "a line in the log calls nobody"
        assert all(r.stream == f"{emergency.stream}:{r.place_code}" for r in calls)
    assert list(verify()) == []
    lone = declared(cast)
    with as_system():
        [call] = Record.objects.filter(stream__startswith=f"{lone.stream}:")
        assert (call.place_code, set(call.person_ids)) == (HOOD, {cast.granny.person_id, cast.chen.person_id}), (
            "its staff hear of it by their place already; residents by their own id"
        )


def test_who_is_inside_sees_it_and_nobody_else(cast: Cast) -> None:
    emergency = declared(cast, "district_duty", zone=Wanted(place_code=STREET), grade=3)
    for who in ("street_duty", "grid", "social", "handler", "district_duty", "city_duty", "street_leader"):
        with looking_as(cast.actors[who]):
            assert looking.one(cast.actors[who], emergency.id)
    elsewhere = declared(cast, "district_duty", zone=Wanted(place_code=OTHER_STREET))
    for who in ("street_duty", "grid", "handler", "street_leader", "granny", "keeper"):
        with looking_as(cast.actors[who]):
            assert not Emergency.objects.filter(id=elsewhere.id).exists(), who
            with pytest.raises((NotFound, NotAllowed)):
                looking.one(cast.actors[who], elsewhere.id)
            assert course.course(elsewhere) == []


def test_a_wall_gives_itself_up_to_what_its_level_commands(cast: Cast) -> None:
    street = declared(cast)
    with looking_as(cast.city_duty):
        assert looking.for_wall(cast.city_duty, CITY).takes is None
        assert looking.for_wall(cast.city_duty, CITY).others == (street,)
        assert looking.for_wall(cast.city_duty, STREET).takes == street
        assert looking.for_wall(cast.city_duty, HOOD).takes == street
        assert looking.for_wall(cast.city_duty, OTHER_HOOD) == looking.OnWall(None, ())
    graver = declared(cast, "city_duty", zone=Wanted(place_code=OTHER_HOOD), grade=Grade.SECOND)
    with looking_as(cast.city_duty):
        assert looking.for_wall(cast.city_duty, CITY).takes == graver
    with looking_as(cast.street_duty):
        assert looking.for_wall(cast.street_duty, STREET).takes == graver
        assert looking.for_wall(cast.street_duty, HOOD).takes == street
    verbs.end(emergency_id=graver.id, by=cast.city_duty, at=MONDAY, note="误报")
    with looking_as(cast.city_duty):
        assert looking.for_wall(cast.city_duty, CITY).takes is None


def test_a_task_is_a_units_who_then_sees_it_and_reports_it_done(cast: Cast) -> None:
    emergency = declared(cast)
    due = MONDAY + timedelta(minutes=30)
    given: dict[str, Any] = {"emergency_id": emergency.id, "at": MONDAY}
    for wrong in ({"text": ""}, {"due_at": MONDAY}, {"who": "", "unit_id": None}, {"unit_id": uuid4()}):
        with pytest.raises(Invalid):
            verbs.set_task(
                **{**given, "by": cast.street_duty, "text": "警戒", "due_at": due, "who": "派出所", **wrong}
            )
    task = verbs.set_task(
        **given, by=cast.street_duty, text="封闭东门", due_at=due, unit_id=cast.units["enforcement"].id
    )
    with pytest.raises(NotAllowed):
        verbs.finish_task(**given, task_id=task.id, by=cast.sweeper, result="我来")
    verbs.finish_task(**given, task_id=task.id, by=cast.handler, result="已封闭")
    with pytest.raises(Conflict):
        verbs.finish_task(**given, task_id=task.id, by=cast.handler, result="又一次")
    power = verbs.set_task(**given, by=cast.street_duty, text="切断电源", due_at=due, who="供电公司")
    verbs.drop_task(**given, task_id=power.id, by=cast.street_duty, note="已自动跳闸")
    with as_system():
        assert Emergency.objects.get(id=emergency.id).unit_ids == [cast.units["enforcement"].id]
        assert [t.is_open for t in looking.tasks(emergency)] == [False, False]


def test_a_task_becomes_a_matter_once(cast: Cast) -> None:
    emergency = declared(cast)
    task = verbs.set_task(
        emergency_id=emergency.id, by=cast.street_duty, at=MONDAY, text="清理楼道堆物", who="物业",
        due_at=MONDAY + timedelta(hours=1),
    )  # fmt: skip
    made = verbs.open_from_task(
        emergency_id=emergency.id, task_id=task.id, by=cast.street_duty, at=MONDAY, kind="unlicensed-stall"
    )
    with as_system():
        matter = Matter.objects.get(id=made.matter_id)
        assert (matter.place_code, matter.title, matter.source) == (HOOD, "清理楼道堆物", "emergency")
    with pytest.raises(Conflict):
        verbs.open_from_task(
            emergency_id=emergency.id, task_id=task.id, by=cast.street_duty, at=MONDAY, kind="unlicensed-stall"
        )


def test_a_matter_is_declared_once_while_it_stands(cast: Cast) -> None:
    matter = cast.report()
    first = declared(cast, matter_id=matter.id)
    with pytest.raises(Conflict):
        declared(cast, matter_id=matter.id)
    verbs.end(emergency_id=first.id, by=cast.street_duty, at=MONDAY, note="结束")
    declared(cast, matter_id=matter.id)
    hidden = cast.report(place_code=OTHER_STREET + "001", by="district_duty")
    with pytest.raises(NotFound):
        declared(cast, matter_id=hidden.id)


def test_the_course_tells_everything_in_order_with_who_and_when(cast: Cast) -> None:
    emergency = declared(cast, instruction="沿消防通道撤离")
    minutes = lambda n: MONDAY + timedelta(minutes=n)  # noqa: E731
    verbs.say(emergency_id=emergency.id, by=cast.grid, at=minutes(2), text="三楼窗口冒烟")
    verbs.respond(emergency_id=emergency.id, by=cast.street_duty, at=minutes(3))
    verbs.set_task(
        emergency_id=emergency.id, by=cast.street_duty, at=minutes(4), text="疏散三单元", due_at=minutes(10),
        unit_id=cast.units["committee"].id,
    )  # fmt: skip
    verbs.change(emergency_id=emergency.id, by=cast.street_duty, at=minutes(5), grade=3)
    with looking_as(cast.grid):
        told = course.course(emergency)
    assert [line.sentence for line in told] == [
        "启动应急：居民楼火灾，四级响应（街镇指挥）",
        "",
        "开始响应",
        "任务下达给柳湾一居居委会，9月7日 10:10 前完成",
        "响应级别改为三级响应（区级指挥）",
    ]
    assert told[1].quote == "三楼窗口冒烟"
    assert told[1].who == "柳湾一居居委会 赵网格"
    assert [line.since.total_seconds() / 60 for line in told] == [0, 2, 3, 4, 5]


def test_who_lives_inside_is_a_number(cast: Cast) -> None:
    with as_system():
        hood = Place.objects.get(code=HOOD)
        grid = Place.objects.create(code=HOOD + "001", name="一格", parent=hood, valid_from=hood.valid_from)
        compound = Place.objects.create(
            code=HOOD + "001001", name="柳湾小学", parent=grid, valid_from=hood.valid_from, lon=121.502, lat=31.202
        )
        for n, lon in ((1, 121.502), (2, 121.509)):
            building = Place.objects.create(
                code=f"{compound.code}00{n}", name=f"{n}号楼", parent=compound, valid_from=hood.valid_from,
                lon=lon, lat=31.202,
            )  # fmt: skip
            home = Household.objects.create(place_code=building.code + "010101")
            for name in "甲乙"[:n]:
                person = Person.objects.create(name=name, place_code=home.place_code)
                Residence.objects.create(
                    person=person, household=home, relation="other", valid=(MONDAY - timedelta(days=9), None)
                )
            left = Person.objects.create(name="丙", place_code=HOOD)
            Residence.objects.create(
                person=left, household=home, relation="other", valid=(MONDAY - timedelta(days=9), MONDAY)
            )
    emergency = declared(cast, zone=Wanted(lon=121.502, lat=31.202, radius=120))
    found = within(emergency, cast.street_duty, at=now())
    assert (found.residents, found.households, found.buildings) == (1, 1, 1)
    assert found.facilities == ("柳湾小学",)


def test_the_database_holds_what_an_emergency_is(cast: Cast) -> None:
    emergency = declared(cast)
    for wrong in (
        {"event": ""}, {"zone": {"type": "Point", "coordinates": [1, 2]}}, {"lon": 1.0}, {"state": "responding"},
        {"state": "ended"}, {"ended_at": MONDAY}, {"place_code": ""}, {"responding_at": MONDAY - timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic(), as_system():
            Emergency.objects.filter(id=emergency.id).update(**wrong)
    task = verbs.set_task(
        emergency_id=emergency.id, by=cast.street_duty, at=MONDAY, text="警戒", who="派出所",
        due_at=MONDAY + timedelta(hours=1),
    )  # fmt: skip
    for wrong in ({"done_at": MONDAY}, {"who": ""}, {"due_at": MONDAY}, {"text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic(), as_system():
            Task.objects.filter(id=task.id).update(**wrong)


def test_what_a_phone_sends_twice_is_one_line(cast: Cast) -> None:
    emergency = declared(cast)
    task = verbs.set_task(
        emergency_id=emergency.id, by=cast.street_duty, at=MONDAY, text="疏散", photo=True,
        due_at=MONDAY + timedelta(hours=1), unit_id=cast.units["committee"].id,
    )  # fmt: skip
    given: dict[str, Any] = {"emergency_id": emergency.id, "task_id": task.id, "by": cast.grid, "at": MONDAY}
    with pytest.raises(Invalid, match="现场照片"):
        verbs.finish_task(**given, result="完成")
    proof = cast.photo("grid")
    for _again in range(2):
        verbs.take_task(**given)
        verbs.arrive_task(**given)
    for _again in range(2):
        verbs.finish_task(**given, result="完成", files=[proof])
    with pytest.raises(Conflict):
        verbs.finish_task(**given, result="别的话", files=[proof])
    with looking_as(cast.grid):
        lines = [line.verb for line in course.course(emergency)]
    assert lines == [
        f"emergencies.{verb}" for verb in ("declare", "set_task", "take_task", "arrive_task", "finish_task")
    ]
    with as_system():
        assert Emergency.objects.get(id=emergency.id).version == len(lines)
