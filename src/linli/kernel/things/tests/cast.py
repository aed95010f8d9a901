"""One cast for the tests of things: two neighbourhoods of a street, one of another, and who works there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.people.models import Account, Post, Unit
from linli.kernel.places.models import Place
from linli.kernel.things import verbs
from linli.kernel.things.models import Thing

ALWAYS = DateTimeTZRange(datetime(2020, 1, 1, tzinfo=UTC), None)
AT = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
DISTRICT, STREET, OTHER_STREET = "990101", "990101001", "990101002"
HOOD, OTHER_HOOD, FAR_HOOD = "990101001001", "990101001002", "990101002001"
GRID = HOOD + "001"
NAMES = {
    "99": "临江省",
    "9901": "临江市",
    DISTRICT: "望江区",
    STREET: "柳湾街道",
    OTHER_STREET: "桥头街道",
    HOOD: "柳湾一居",
    OTHER_HOOD: "柳湾二居",
    FAR_HOOD: "桥头一居",
    GRID: "第一网格",
}
_STAFF = (
    ("keeper", "钱数据", Role.DATA_KEEPER, STREET),
    ("duty", "吴值班", Role.DUTY_OFFICER, STREET),
    ("dispatcher", "周派遣", Role.DISPATCHER, STREET),
    ("grid", "赵网格", Role.GRID_WORKER, HOOD),
    ("handler", "李强", Role.HANDLER, STREET),
    ("leader", "郑主任", Role.LEADER, STREET),
    ("far_keeper", "孙数据", Role.DATA_KEEPER, OTHER_STREET),
    ("far_grid", "钱网格", Role.GRID_WORKER, FAR_HOOD),
    ("admin", "系统员", Role.SYSTEM_ADMIN, STREET),
    ("auditor", "审计员", Role.AUDIT_ADMIN, STREET),
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

    def register(
        self, key: str = "sd-0001", by: str = "keeper", at: datetime = AT, **changes: Any
    ) -> verbs.Registered:
        given = {"model": "smoke-detector", "place_code": HOOD, **changes}
        return verbs.register(by=self.actors[by], at=at, key=key, **given)


def make_cast() -> Cast:
    cast = Cast()
    with as_system():
        made: dict[str, Place] = {}
        for code, name in NAMES.items():
            above = next((made[code[:n]] for n in range(len(code) - 1, 1, -1) if code[:n] in made), None)
            made[code] = Place.objects.create(
                code=code, name=name, parent=above, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2
            )
        for key, name, code in (("team", "柳湾消防站", STREET), ("far_team", "桥头消防站", OTHER_STREET)):
            cast.units[key] = Unit.objects.create(
                kind="department", department="fire", name=name, place_code=code, valid=ALWAYS
            )
        for key, name, role, code in _STAFF:
            account = Account.objects.create(kind="staff", username=key, name=name)
            unit = cast.units["team"] if role is Role.HANDLER else None
            post = Post.objects.create(account=account, role=role.value, unit=unit, place_code=code, valid=ALWAYS)
            cast.actors[key] = Actor(
                role=role,
                scope=code,
                name=name,
                account_id=account.id,
                post_id=post.id,
                unit_id=unit.id if unit else None,
            )
    return cast


def fresh(thing: Thing) -> Thing:
    with as_system():
        return Thing.objects.get(pk=thing.pk)
