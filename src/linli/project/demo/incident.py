"""An emergency that is over, so that its course can be read: a drill of last week, told from beginning to end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from linli.kernel.access import SYSTEM, Actor, as_system, look_as
from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.models import Emergency, Task
from linli.kernel.emergencies.queries.homes import roots
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.people.models import Account, Person, Unit
from linli.kernel.people.queries.actors import actor_in, posts_of
from linli.kernel.places.codes import Level
from linli.kernel.places.models import Place

from . import names
from .crew import resident

_HOOD = names.STREETS[0][0] + "001"
_STEPS = (
    (2, "grid", "三号楼三单元楼道有烟，已拉响楼内警铃。"),
    (6, "grid", "二至五层住户开始下楼，两位行动不便的老人由邻居搀扶。"),
    (14, "social", "集合点清点：登记在楼内的住户全部到齐。"),
    (19, "handler", "东门通道已清空，消防车可以进入。"),
)


def tell(until: datetime | None = None) -> None:
    """The drill, six days before `until`. Returns nothing; says nothing when it is there already."""
    at = (until or now()) - timedelta(days=6, hours=3)
    duty = _actor("street-duty", at)
    place = Place.objects.filter(code__startswith=_HOOD, level=Level.COMPOUND, boundary__isnull=False).first()
    if place is None or place.lon is None:
        return
    drill = verbs.declare(
        by=duty, at=at, event="楼道起火疏散演练", category="fire", drill=True,
        zone=Wanted(lon=place.lon, lat=place.lat, radius=100),
        instruction="沿疏散指示下楼，不乘电梯。", gather="小区东门广场", until=at + timedelta(minutes=40),
    )  # fmt: skip
    committee = Unit.objects.filter(place_code=_HOOD).first()

    def minute(n: int) -> datetime:
        return at + timedelta(minutes=n)

    verbs.respond(emergency_id=drill.id, by=duty, at=minute(1))
    tasks = [
        verbs.set_task(
            emergency_id=drill.id, by=duty, at=minute(1), text=text, due_at=minute(due),
            unit_id=committee.id if committee and mine else None, who="" if committee and mine else who,
        )
        for text, due, mine, who in (
            ("逐层敲门，引导住户下楼", 10, True, "居委会"),
            ("清空东门消防通道", 15, False, "物业"),
            ("出水枪一支，模拟灭火", 25, False, "消防救援站"),
        )
    ]  # fmt: skip
    results = ("全部下楼，用时 12 分钟。", "通道已清空。", "四分钟出水。")
    course: list[tuple[float, Callable[[], object]]] = [
        (n, partial(verbs.say, emergency_id=drill.id, by=_actor(who, at), at=minute(n), text=text))
        for n, who, text in _STEPS
    ]
    course += [
        (
            n,
            partial(
                verbs.finish_task, emergency_id=drill.id, task_id=task.id, by=duty, at=minute(n), result=result
            ),
        )
        for task, n, result in zip(tasks, (13, 18, 24), results, strict=True)
    ]
    course += _answers(drill, minute)
    for _n, happens in sorted(course, key=lambda one: one[0]):
        happens()
    verbs.control(emergency_id=drill.id, by=duty, at=minute(26))
    verbs.end(emergency_id=drill.id, by=duty, at=minute(35), note="演练结束，人员返回。")
    lessons = "东门通道停放电动自行车，耽误三分钟：由物业划线，网格员每天查看。行动不便的住户要有固定帮扶人。"
    verbs.review(emergency_id=drill.id, by=duty, at=minute(35) + timedelta(days=1), lessons=lessons)
    look_as(SYSTEM)


def _answers(drill: Emergency, minute: Callable[[int], datetime]) -> list[tuple[float, Callable[[], object]]]:
    """Who lives inside says how they are; one cannot walk, and is fetched: what happens in which minute."""
    with as_system():
        inside = roots(drill)
        lives = Person.objects.filter(erased_at=None, place_code__regex=f"^({'|'.join(inside)})") if inside else []
        neighbours = [resident(person.id, person.name) for person in lives[:24]]
    given: dict[str, Any] = {"emergency_id": drill.id}
    happens: list[tuple[float, Callable[[], object]]] = [
        (3 + n % 9, partial(verbs.answer, **given, by=neighbour, at=minute(3 + n % 9), kind="safe"))
        for n, neighbour in enumerate(neighbours[1:])
    ]
    if not neighbours:
        return happens
    words = "住四楼，腿脚不便，请来扶一下。"
    happens.append((4, partial(verbs.answer, **given, by=neighbours[0], at=minute(4), kind="help", text=words)))

    def fetched(verb: Callable[..., object], n: int, **more: object) -> None:
        grid = _actor("grid", minute(n))
        with as_system():
            called = Task.objects.filter(emergency=drill, answer__isnull=False, unit=grid.unit_id).first()
        if called is not None:
            verb(**given, task_id=called.id, by=grid, at=minute(n), **more)

    done = "和邻居一起扶下楼，送到集合点。"
    return [
        *happens,
        (5, partial(fetched, verbs.take_task, 5)),
        (12, partial(fetched, verbs.arrive_task, 12, told_at=minute(8))),
        (15, partial(fetched, verbs.finish_task, 15, result=done)),
    ]


def _actor(username: str, at: datetime) -> Actor:
    account = Account.objects.get(username=username)
    return actor_in(account, posts_of(account, now()).first())
