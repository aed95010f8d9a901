"""复盘: when what happened first and how long it took, from the records."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from linli.kernel.access import looking_as
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.queries.looking import one, tasks
from linli.kernel.emergencies.queries.review import review
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.matters.tests.cast import HOOD, MONDAY, Cast

from .homes import Homes


def minute(n: float) -> datetime:
    return MONDAY + timedelta(minutes=n)


def test_times_between_alarm_order_the_first_on_the_spot_and_the_end(cast: Cast, homes: Homes) -> None:
    matter = cast.report(at=minute(-4))
    fire = verbs.declare(
        by=cast.street_duty, at=MONDAY, event="火灾", zone=Wanted(place_code=HOOD), matter_id=matter.id
    )
    given: dict[str, Any] = {"emergency_id": fire.id}
    verbs.set_task(
        **given,
        by=cast.street_duty,
        at=minute(2),
        text="疏散",
        due_at=minute(10),
        unit_id=cast.units["committee"].id,
    )
    verbs.answer(**given, by=cast.granny, at=minute(3), kind="help")
    with looking_as(cast.grid):
        called = next(task for task in tasks(fire) if task.answer_id)
    verbs.take_task(**given, task_id=called.id, by=cast.grid, at=minute(4))
    verbs.arrive_task(**given, task_id=called.id, by=cast.grid, at=minute(30), told_at=minute(9))
    verbs.finish_task(**given, task_id=called.id, by=cast.grid, at=minute(31), result="已送到集合点")
    verbs.respond(**given, by=cast.street_duty, at=minute(32))
    verbs.control(**given, by=cast.street_duty, at=minute(40))
    verbs.end(**given, by=cast.street_duty, at=minute(60), note="扑灭")
    with looking_as(cast.street_duty):
        found = review(one(cast.street_duty, fire.id), cast.street_duty)
    assert [(i.key, (i.at - MONDAY).total_seconds() / 60) for i in found.instants] == [
        ("alarm", -4), ("declared", 0), ("order", 2), ("taken", 4), ("there", 9), ("controlled", 40), ("ended", 60),
    ]  # fmt: skip
    assert [i.by_phone for i in found.instants if i.key == "there"] == [True], "where no network was, by the phone"
    spans = {str(span.words): span.lasted for span in found.spans}
    assert spans["报警 → 第一个人到现场"] == timedelta(minutes=13)
    assert spans["启动应急 → 第一道任务"] == timedelta(minutes=2)
    assert spans["启动应急 → 通知居民"] is None
    assert (found.tasks, found.done, found.late, found.open) == (2, 1, 1, 1)
    assert (found.helps, found.reached, found.usual) == (1, 1, timedelta(minutes=6))


def test_a_phones_clock_that_cannot_be_is_not_believed(cast: Cast, homes: Homes) -> None:
    fire = verbs.declare(by=cast.street_duty, at=MONDAY, event="火灾", zone=Wanted(place_code=HOOD))
    task = verbs.set_task(
        emergency_id=fire.id, by=cast.street_duty, at=minute(2), text="疏散", due_at=minute(10),
        unit_id=cast.units["committee"].id,
    )  # fmt: skip
    verbs.arrive_task(emergency_id=fire.id, task_id=task.id, by=cast.grid, at=minute(5), told_at=minute(1))
    with looking_as(cast.street_duty):
        [there] = [i for i in review(fire, cast.street_duty).instants if i.key == "there"]
    assert (there.at, there.by_phone) == (minute(5), False), "before the task was given"
