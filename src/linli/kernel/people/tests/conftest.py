"""One cast for the tests of this room: three administrators, a counter, two residents of two neighbourhoods."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from linli.kernel.access import ANONYMOUS, SYSTEM, Actor, Role, as_system, look_as
from linli.kernel.people import verbs
from linli.kernel.people.models import Account, Person
from linli.kernel.people.queries import actor_in
from linli.kernel.places.models import Place

AT = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)
DISTRICT, STREET, HOOD, OTHER_HOOD = "990101", "990101001", "990101001001", "990101001002"
DOOR = replace(ANONYMOUS, address="192.0.2.1")
PASSWORD = "Willow-Bridge-7"


@dataclass(frozen=True)
class Cast:
    system: Actor
    security: Actor
    auditor: Actor
    keeper: Actor
    counter: Actor
    handler: Actor
    granny: Actor
    chen: Actor


def staff(username: str, role: Role, code: str, name: str = "", password: str = PASSWORD) -> Actor:
    """A staff account in a granted post, as an actor."""
    with as_system():
        account = Account(kind="staff", username=username, name=name or username)
        account.set_password(password)
        account.save()
        unit = None
        if role is Role.HANDLER:
            unit = verbs.add_unit(by=SYSTEM, at=AT, name="市容所", kind="company", place_code=code)
        asked = verbs.appoint(
            by=SYSTEM, at=AT, account_id=account.id, role=role, place_code=code, unit_id=unit.id if unit else None
        )
        return actor_in(account, asked.post)


def resident(phone: str, name: str, code: str) -> Actor:
    account = verbs.register_resident(by=DOOR, at=AT, phone=phone, name=name, place_code=code)
    with as_system():
        return actor_in(account, None)


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    """Scrypt is slow on purpose; what is tested here is what happens around it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


HOME = HOOD + "001001001010001"
NEXT_DOOR = HOOD + "001001001010002"
NAMES = {HOOD: "柳湾一居", OTHER_HOOD: "柳湾二居"}


def make_places() -> None:
    """Both neighbourhoods and two homes, with every level above them."""
    levels = (2, 4, 6, 9, 12, 15, 18, 21, 23, 27)
    codes = {end[:n] for end in (HOME, NEXT_DOOR, OTHER_HOOD) for n in levels if n <= len(end)}
    made: dict[str, Place] = {}
    with as_system():
        for code in sorted(codes, key=len):
            above = next((made[code[:n]] for n in reversed(levels) if code[:n] in made), None)
            made[code] = Place.objects.create(
                code=code, name=NAMES.get(code, code), parent=above, valid_from=date(2020, 1, 1)
            )


@pytest.fixture
def cast(db: None) -> Cast:
    make_places()
    made = Cast(
        system=staff("sys", Role.SYSTEM_ADMIN, DISTRICT, "系统员"),
        security=staff("sec", Role.SECURITY_ADMIN, DISTRICT, "安全员"),
        auditor=staff("aud", Role.AUDIT_ADMIN, DISTRICT, "审计员"),
        keeper=staff("keeper", Role.DATA_KEEPER, STREET, "钱数据"),
        counter=staff("counter", Role.SOCIAL_WORKER, HOOD, "王芳"),
        handler=staff("handler", Role.HANDLER, STREET, "李强"),
        granny=resident("13911112222", "林阿婆", HOOD),
        chen=resident("13933334444", "小陈", OTHER_HOOD),
    )
    look_as(ANONYMOUS)
    return made


def the_account(actor: Actor) -> Account:
    with as_system():
        return Account.objects.get(pk=actor.account_id)


def the_person(actor: Actor) -> Person:
    with as_system():
        return Person.objects.get(pk=actor.person_id)


def records(stream: str) -> list[str]:
    """The verbs in a stream, without the room's name."""
    from linli.kernel.audit.queries import story

    with as_system():
        return [record.verb.removeprefix("people.") for record in story(stream)]
