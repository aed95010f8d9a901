"""A street with two neighbourhoods, two residents, and the staff who may or may not look after screens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.people.models import Account, Person
from linli.kernel.places.models import Place

DISTRICT, STREET, HOOD, OTHER_HOOD, OTHER_STREET = (
    "990101",
    "990101001",
    "990101001001",
    "990101001002",
    "990101002",
)
NAMES = {
    "99": "临江省",
    "9901": "临江市",
    DISTRICT: "望江区",
    STREET: "柳湾街道",
    HOOD: "柳湾一居",
    OTHER_HOOD: "柳湾二居",
    OTHER_STREET: "桥头街道",
}
MONDAY = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
_STAFF = (
    ("grid", Role.GRID_WORKER, HOOD),
    ("social", Role.SOCIAL_WORKER, HOOD),
    ("dispatcher", Role.DISPATCHER, STREET),
    ("handler", Role.HANDLER, STREET),
    ("street_duty", Role.DUTY_OFFICER, STREET),
    ("district_duty", Role.DUTY_OFFICER, DISTRICT),
    ("keeper", Role.DATA_KEEPER, STREET),
)


@dataclass
class Cast:
    actors: dict[str, Actor] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.__dict__["actors"][name]
        except KeyError:
            raise AttributeError(name) from None


def make_cast() -> Cast:
    cast = Cast()
    with as_system():
        parent: dict[str, Place] = {}
        for code, name in NAMES.items():
            above = next((parent[code[:n]] for n in range(len(code) - 1, 1, -1) if code[:n] in parent), None)
            parent[code] = Place.objects.create(code=code, name=name, parent=above, valid_from=date(2020, 1, 1))
        for key, role, scope in _STAFF:
            account = Account.objects.create(kind="staff", username=key, name=key)
            cast.actors[key] = Actor(role=role, scope=scope, name=key, account_id=account.id)
        for key, name in (("granny", "林阿婆"), ("chen", "小陈")):
            account = Account.objects.create(kind="resident", username=key, name=name)
            person = Person.objects.create(account=account, name=name, place_code=HOOD)
            cast.actors[key] = Actor(role=Role.RESIDENT, name=name, account_id=account.id, person_id=person.id)
    return cast
