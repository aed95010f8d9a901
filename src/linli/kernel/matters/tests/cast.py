"""One cast for all tests of matters: a street with two neighbourhoods, and the people who work and live there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from PIL import Image

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.files.verbs import store
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.people.models import Account, Person, Post, Unit
from linli.kernel.places.models import Place

ALWAYS = DateTimeTZRange(datetime(2020, 1, 1, tzinfo=UTC), None)
CITY, DISTRICT, STREET, HOOD, OTHER_HOOD, OTHER_STREET = (
    "9901",
    "990101",
    "990101001",
    "990101001001",
    "990101001002",
    "990101002",
)
NAMES = {
    "99": "临江省",
    CITY: "临江市",
    DISTRICT: "望江区",
    STREET: "柳湾街道",
    HOOD: "柳湾一居",
    OTHER_HOOD: "柳湾二居",
    OTHER_STREET: "桥头街道",
    OTHER_STREET + "001": "桥头一居",
}
MONDAY = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai


@dataclass
class Cast:
    """Everybody by name; `at` is the story's own time."""

    units: dict[str, Unit] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.__dict__["actors"][name]
        except KeyError:
            raise AttributeError(name) from None

    def photo(self, by: str = "handler", at: datetime = MONDAY) -> UUID:
        """A small real photo, sent by somebody of the cast."""
        upload = BytesIO()
        Image.effect_noise((48, 32), 90).convert("RGB").save(upload, "JPEG")
        upload.seek(0)
        return store(by=self.actors[by], at=at, upload=upload, name="现场.jpg", purpose="proof").id

    def report(self, by: str = "granny", at: datetime = MONDAY, **changes: Any) -> Matter:
        given: dict[str, Any] = {
            "kind": "unlicensed-stall",
            "title": "路口有人摆摊",
            "body": "临江路路口每天傍晚有三四个摊位占了盲道。",
            "source": "phone",
            "place_code": HOOD,
        }
        return verbs.open_matter(by=self.actors[by], at=at, **{**given, **changes})

    def assigned(self, at: datetime = MONDAY, **changes: Any) -> Matter:
        matter = self.report(at=at, **changes)
        return verbs.assign(
            matter_id=matter.id, by=self.actors["dispatcher"], at=at, unit_id=self.units["enforcement"].id
        )

    def done(self, at: datetime = MONDAY, **changes: Any) -> Matter:
        matter = self.assigned(at=at, **changes)
        return verbs.report_done(
            matter_id=matter.id,
            by=self.actors["handler"],
            at=at,
            outcome=catalogue().kind(matter.kind).reasons[0],
            result="摊位已劝离，盲道已清理。",
            files=[self.photo(at=at)],
        )


def make_cast() -> Cast:
    with as_system():
        parent: dict[str, Place] = {}
        for code, name in NAMES.items():
            above = next((parent[code[:n]] for n in range(len(code) - 1, 1, -1) if code[:n] in parent), None)
            parent[code] = Place.objects.create(
                code=code, name=name, parent=above, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2
            )
        cast = Cast()
        _units(cast)
        _staff(cast)
        _residents(cast)
    return cast


def _units(cast: Cast) -> None:
    for key, kind, department, name, code in (
        ("committee", "committee", "", "柳湾一居居委会", HOOD),
        ("street", "centre", "", "柳湾街道城运中心", STREET),
        ("district", "centre", "", "望江区城运中心", DISTRICT),
        ("city", "centre", "", "临江市城运中心", CITY),
        ("enforcement", "department", "city-enforcement", "柳湾街道综合执法队", STREET),
        ("sanitation", "department", "sanitation", "柳湾街道市容所", STREET),
        ("district_enforcement", "department", "city-enforcement", "望江区城管执法局", DISTRICT),
    ):
        cast.units[key] = Unit.objects.create(
            kind=kind, department=department, name=name, place_code=code, valid=ALWAYS
        )


def _staff(cast: Cast) -> None:
    for key, name, role, unit, code in (
        ("grid", "赵网格", Role.GRID_WORKER, "committee", HOOD),
        ("social", "王芳", Role.SOCIAL_WORKER, "committee", HOOD),
        ("dispatcher", "周派遣", Role.DISPATCHER, "street", STREET),
        ("handler", "李强", Role.HANDLER, "enforcement", STREET),
        ("handler2", "刘敏", Role.HANDLER, "enforcement", STREET),
        ("sweeper", "孙洁", Role.HANDLER, "sanitation", STREET),
        ("head", "陈队", Role.UNIT_HEAD, "enforcement", STREET),
        ("street_duty", "吴值班", Role.DUTY_OFFICER, "street", STREET),
        ("street_leader", "郑主任", Role.LEADER, "street", STREET),
        ("district_duty", "区值班", Role.DUTY_OFFICER, "district", DISTRICT),
        ("city_duty", "市值班", Role.DUTY_OFFICER, "city", CITY),
        ("keeper", "钱数据", Role.DATA_KEEPER, "street", STREET),
    ):
        account = Account.objects.create(kind="staff", username=key, name=name)
        post = Post.objects.create(
            account=account, role=role.value, unit=cast.units[unit], place_code=code, valid=ALWAYS
        )
        cast.actors[key] = Actor(
            role=role,
            scope=code,
            name=name,
            account_id=account.id,
            post_id=post.id,
            unit_id=cast.units[unit].id,
        )
    cast.actors["stranger"] = replace(cast.actors["dispatcher"], scope=OTHER_STREET, unit_id=None)


def _residents(cast: Cast) -> None:
    for key, name in (("granny", "林阿婆"), ("chen", "小陈")):
        account = Account.objects.create(kind="resident", username=key, name=name)
        person = Person.objects.create(account=account, name=name, place_code=HOOD)
        cast.actors[key] = Actor(role=Role.RESIDENT, name=name, account_id=account.id, person_id=person.id)


def fresh(matter: Matter | UUID) -> Matter:
    with as_system():
        return Matter.objects.get(id=getattr(matter, "id", matter))
