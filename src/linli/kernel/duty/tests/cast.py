"""One cast for the tests of duty: a street with two neighbourhoods, a team, a committee, a centre."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.duty import verbs, wall
from linli.kernel.duty.models import Roster, Shift, Slot
from linli.kernel.people.models import Account, Post, Unit
from linli.kernel.places.models import Place

ALWAYS = DateTimeTZRange(datetime(2020, 1, 1, tzinfo=UTC), None)
AT = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
MONDAY = date(2026, 9, 7)
TUESDAY = MONDAY + timedelta(days=1)
CITY, DISTRICT, STREET, OTHER_STREET = "9901", "990101", "990101001", "990101002"
HOOD, OTHER_HOOD = "990101001001", "990101001002"
NAMES = {
    "99": "临江省",
    CITY: "临江市",
    DISTRICT: "望江区",
    STREET: "柳湾街道",
    OTHER_STREET: "桥头街道",
    HOOD: "柳湾一居",
    OTHER_HOOD: "柳湾二居",
}
_UNITS = (
    ("team", "department", "fire", "柳湾消防站", STREET),
    ("committee", "committee", "", "柳湾一居居委会", HOOD),
    ("centre", "centre", "", "柳湾街道城运中心", STREET),
    ("far_team", "department", "fire", "桥头消防站", OTHER_STREET),
)
_STAFF = (
    ("head", "陈队", Role.UNIT_HEAD, "team", STREET),
    ("li", "李强", Role.HANDLER, "team", STREET),
    ("liu", "刘敏", Role.HANDLER, "team", STREET),
    ("sun", "孙洁", Role.HANDLER, "team", STREET),
    ("grid", "赵网格", Role.GRID_WORKER, "committee", HOOD),
    ("social", "王芳", Role.SOCIAL_WORKER, "committee", HOOD),
    ("duty", "吴值班", Role.DUTY_OFFICER, "centre", STREET),
    ("dispatcher", "周派遣", Role.DISPATCHER, "centre", STREET),
    ("leader", "郑主任", Role.LEADER, "centre", STREET),
    ("far_head", "钱队", Role.UNIT_HEAD, "far_team", OTHER_STREET),
    ("far_duty", "远值班", Role.DUTY_OFFICER, "far_team", OTHER_STREET),
    ("admin", "系统员", Role.SYSTEM_ADMIN, None, STREET),
)


@dataclass
class Cast:
    units: dict[str, Unit] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.__dict__["actors"][name]
        except KeyError:
            raise AttributeError(name) from None

    def id(self, name: str) -> Any:
        return self.actors[name].account_id

    def roster(self, pattern: str = "three", unit: str = "team", at: datetime = AT, **changes: Any) -> Roster:
        given: dict[str, Any] = {"name": "值班表", "by": self.actors["duty"], **changes}
        return verbs.add_roster(at=at, unit_id=self.units[unit].id, pattern=pattern, **given)

    def plan(self, roster: Roster, day: date, *people: str | None, slot: int = 0, at: datetime = AT) -> list[Shift]:
        """Put people into a slot of a day and give back the shifts there."""
        wanted = verbs.Wanted(slots(roster)[slot].id, day, tuple(self.id(p) for p in people if p))
        verbs.save_week(by=self.duty, at=at, roster_id=roster.id, wanted=[wanted], reason="测试")
        with as_system():
            return list(
                Shift.objects.filter(roster=roster, slot_id=wanted.slot_id, day=day, cancelled_at=None).order_by(
                    "id"
                )
            )

    def publish(self, roster: Roster, month: date = MONDAY, at: datetime = AT) -> int:
        return verbs.publish(by=self.duty, at=at, roster_id=roster.id, month=month, with_gaps=True)

    def shift(self, who: str = "li", day: date = TUESDAY, slot: int = 0, at: datetime = AT) -> Shift:
        """A published shift of somebody: 早班 08:00 to 16:00 on Tuesday."""
        with as_system():
            roster = Roster.objects.filter(name="值班表").first()
        roster = roster or self.roster(at=at)
        self.plan(roster, day, who, slot=slot, at=at)
        with as_system():
            published = roster.months.filter(month=day.replace(day=1)).exists()
        if not published:
            self.publish(roster, month=day, at=at)
        with as_system():
            return Shift.objects.select_related("roster").get(
                roster=roster, day=day, account=self.id(who), slot=slots(roster)[slot]
            )


def slots(roster: Roster) -> list[Slot]:
    with as_system():
        return list(roster.slots.order_by("since", "id"))


def fresh(shift: Shift) -> Shift:
    with as_system():
        return Shift.objects.get(pk=shift.pk)


def clock(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by the wall's clock."""
    return wall.moment(day, time(hour, minute))


def make_cast() -> Cast:
    cast = Cast()
    with as_system():
        made: dict[str, Place] = {}
        for code, name in NAMES.items():
            above = next((made[code[:n]] for n in range(len(code) - 1, 1, -1) if code[:n] in made), None)
            made[code] = Place.objects.create(
                code=code, name=name, parent=above, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2
            )
        for key, kind, department, name, code in _UNITS:
            cast.units[key] = Unit.objects.create(
                kind=kind, department=department, name=name, place_code=code, valid=ALWAYS
            )
        for key, name, role, unit_key, code in _STAFF:
            account = Account.objects.create(kind="staff", username=key, name=name)
            unit = cast.units[unit_key] if unit_key else None
            post = Post.objects.create(account=account, role=role.value, unit=unit, place_code=code, valid=ALWAYS)
            cast.actors[key] = Actor(
                role=role, scope=code, name=name, account_id=account.id, post_id=post.id,
                unit_id=unit.id if unit else None,
            )  # fmt: skip
    return cast
