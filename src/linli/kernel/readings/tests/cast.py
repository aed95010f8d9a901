"""A town for the readings room's tests: places, a unit, things that stand somewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.people.models import Account
from linli.kernel.places.models import Place
from linli.kernel.readings.raised import Raised
from linli.kernel.things.models import Thing

HOOD = "990101001001"
BUILDING = HOOD + "001001001"
OTHER = HOOD + "001001002"
NAMES = {
    "99": "临江省",
    "9901": "临江市",
    "990101": "望江区",
    "990101001": "柳湾街道",
    HOOD: "柳湾一居",
    HOOD + "001": "第一网格",
    HOOD + "001001": "幸福小区",
    BUILDING: "3号楼",
    OTHER: "4号楼",
}
NOON = datetime(2026, 9, 7, 4, 0, tzinfo=UTC)


def make_town() -> None:
    with as_system():
        parent: dict[str, Place] = {}
        for code, name in NAMES.items():
            above = next((parent[code[:n]] for n in range(len(code) - 1, 1, -1) if code[:n] in parent), None)
            parent[code] = Place.objects.create(
                code=code, name=name, parent=above, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2
            )


def thing(n: int = 1, code: str = BUILDING, **changes: Any) -> Thing:
    given = {
        "key": f"smoke-{code}-{n}", "model": "smoke-detector", "name": f"{n} 层烟感", "state": "working",
        "place_code": code, "shard": 0, "lon": 121.5, "lat": 31.2, "registered_at": NOON,
    } | changes  # fmt: skip
    with as_system():
        made = Thing.objects.create(**given)
        made.refresh_from_db()
        return made


def raised(of: Thing, what: Any = "raise", *, rule: str = "smoke", at: datetime = NOON, **changes: Any) -> Raised:
    severity = changes.pop("severity", int(catalogue().rules[rule].severity))
    says = {"quantity": "smoke", "value": 0.62, "limit": 0.5, "seconds": 30} | changes.pop("says", {})
    return Raised(
        rule=catalogue().rules[rule], subject=str(of.no), thing_no=of.no, thing_id=of.id, place_code=of.place_code,
        lon=of.lon, lat=of.lat, name=of.name, what=what, severity=severity, at_ms=int(at.timestamp() * 1000),
        says=says,
    )  # fmt: skip


def officer(role: Role = Role.DUTY_OFFICER, scope: str = HOOD[:9], name: str = "吴值班") -> Actor:
    account = Account.objects.create(kind="staff", username=f"{role}{scope}{name}", name=name)
    return Actor(role=role, scope=scope, name=name, account_id=account.id)


def elsewhere(by: Actor) -> Actor:
    return replace(by, scope="990101002")


def later(**span: float) -> datetime:
    return NOON + timedelta(**span)
