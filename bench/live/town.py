"""A city of two districts, eight streets and forty neighbourhoods, and those who look at its screens.

Everybody has an account and a session of their own, and a post or a person: a stream stands on those.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.people.models import Account, Person, Post, Session, Unit
from linli.kernel.places.models import Place

CITY = "9901"
DISTRICTS = [f"{CITY}{n:02d}" for n in (1, 2)]
STREETS = [f"{district}{n:03d}" for district in DISTRICTS for n in range(1, 5)]
HOODS = [f"{street}{n:03d}" for street in STREETS for n in range(1, 6)]
# Of a hundred viewers: command walls, desks, boards, and residents at the television or the phone.
MIX = (
    ("command, city", 1, Role.DUTY_OFFICER, (CITY,)),
    ("command, district", 2, Role.DUTY_OFFICER, DISTRICTS),
    ("desk, street", 9, Role.DISPATCHER, STREETS),
    ("desk, unit", 8, Role.HANDLER, STREETS),
    ("desk, neighbourhood", 10, Role.SOCIAL_WORKER, HOODS),
    ("board, neighbourhood", 10, Role.SOCIAL_WORKER, HOODS),
    ("tv and phone, residents", 60, Role.RESIDENT, HOODS),
)


@dataclass(frozen=True)
class Looker:
    """Who looks at a screen, and the key of the session they are signed in with."""

    screen: str
    actor: Actor
    key: str
    place_code: str


def build(many: int) -> list[Looker]:
    """Everything of it, written once; the lookers are also kept in the database's first place (`names`)."""
    with as_system():
        units = _places()
        lookers = list(_lookers(many, units))
        Account.objects.bulk_create([_account(looker) for looker in lookers])
        staff = [looker for looker in lookers if looker.actor.post_id]
        Post.objects.bulk_create([_post(looker) for looker in staff])
        residents = [looker for looker in lookers if looker.actor.person_id]
        Person.objects.bulk_create([_person(looker) for looker in residents])
        until = datetime.now(UTC) + timedelta(days=1)
        Session.objects.bulk_create(
            [Session(session_key=x.key, expire_date=until, account_id=x.actor.account_id) for x in lookers]
        )
    return lookers


def _places() -> dict[str, Unit]:
    from linli.kernel.matters.tests.cast import ALWAYS

    made: dict[str, Place] = {}
    units: dict[str, Unit] = {}
    for code in ("99", CITY, *DISTRICTS, *STREETS, *HOODS):
        above = next((made[code[:n]] for n in range(len(code) - 1, 1, -1) if code[:n] in made), None)
        made[code] = Place.objects.create(
            code=code, name=f"地 {code}", parent=above, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2
        )
        kind = "committee" if code in HOODS else "centre"
        if code != "99":
            units[code] = Unit.objects.create(kind=kind, name=f"单位 {code}", place_code=code, valid=ALWAYS)
    for street in STREETS:
        units[f"{street} team"] = Unit.objects.create(
            kind="department",
            department="city-enforcement",
            name=f"执法队 {street}",
            place_code=street,
            valid=ALWAYS,
        )
    return units


def _lookers(many: int, units: dict[str, Unit]) -> Iterator[Looker]:
    from linli.kernel.audit.ids import uuid7

    parts = [part for part in MIX for _ in range(part[1])]
    for n in range(many):
        screen, _share, role, codes = parts[n * 37 % 100]
        code = codes[n // 100 % len(codes)] if len(codes) < 9 else codes[n % len(codes)]
        key = sha256(f"bench {n}".encode()).hexdigest()[:32]
        if role == Role.RESIDENT:
            actor = Actor(role=role, name=f"居民 {n}", account_id=uuid7(), person_id=uuid7())
        else:
            unit = units[f"{code} team" if role == Role.HANDLER else code]
            actor = Actor(
                role=role, scope=code, name=f"{screen} {n}", account_id=uuid7(), post_id=uuid7(), unit_id=unit.id
            )
        yield Looker(screen, actor, key, code)


def _account(looker: Looker) -> Account:
    kind = "resident" if looker.actor.person_id else "staff"
    return Account(id=looker.actor.account_id, kind=kind, username=f"bench-{looker.key}", name=looker.actor.name)


def _post(looker: Looker) -> Post:
    from linli.kernel.matters.tests.cast import ALWAYS

    actor = looker.actor
    return Post(
        id=actor.post_id,
        account_id=actor.account_id,
        role=actor.role.value,
        unit_id=actor.unit_id,
        place_code=actor.scope,
        valid=ALWAYS,
    )


def _person(looker: Looker) -> Person:
    actor = looker.actor
    return Person(id=actor.person_id, account_id=actor.account_id, name=actor.name, place_code=looker.place_code)


@dataclass(frozen=True)
class Change:
    """One record: where, of which unit's and whose matter."""

    subject: str
    place_code: str
    units: tuple[str, ...]
    persons: tuple[str, ...]
    committed: float = 0.0
    """When it was about to be committed, on the machine's monotonic clock."""

    @classmethod
    def of(cls, line: str) -> Change:
        told = json.loads(line)
        return cls(**{**told, "units": tuple(told["units"]), "persons": tuple(told["persons"])})


def made_up(seed: int) -> Iterator[tuple[str, UUID, UUID | None]]:
    """Places of changes, with the unit that leads and, mostly, the resident who asked."""
    dice = random.Random(seed)
    with as_system():
        teams = {unit.place_code: unit.id for unit in Unit.objects.filter(kind="department")}
        persons = list(Person.objects.values_list("id", flat=True))
    while True:
        hood = dice.choice(HOODS)
        yield hood, teams[hood[:9]], dice.choice(persons) if persons and dice.random() < 0.8 else None
