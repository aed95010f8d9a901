"""The fleet becomes known: registered through the things room's verb, with a secret each, kept sealed for the fleet."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.people.models import Unit
from linli.kernel.sealed import seal, unseal
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.things.verbs import NewThing, register_many

from .. import names
from .placing import Placed


def is_there() -> bool:
    """Whether the fleet is registered."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('demo_fleet') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT count(*) FROM demo_fleet")
        return bool(cursor.fetchone()[0])


def register(fleet: list[Placed], *, at: datetime) -> dict[str, str]:
    """Every device, standing since `at`; returns their secrets. Within the transaction of whoever asks: all or nothing."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("tables.sql").read_text(encoding="utf-8"))
        ensure_slots()
        owners = _owners()
        taken = register_many([_new(one, owners) for one in fleet], by=SYSTEM, at=at)
        if taken.refused:
            position, (field, sentence) = next(iter(taken.refused.items()))
            raise ValueError(f"{fleet[position].key}: {field} {sentence}")
        return {new.key: new.secret for new in taken.new.values()}


def keep(seed: int, secrets: dict[str, str]) -> None:
    """For the fleet's process, sealed: those of the devices that speak."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO demo_fleet (seed, sealed) VALUES (%s, %s)", [seed, seal(json.dumps(secrets))])


def secrets() -> tuple[int, dict[str, str]]:
    """The seed the fleet was placed by, and the secret of each device by its key."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT seed, sealed FROM demo_fleet")
        seed, sealed = cursor.fetchone()
    return seed, json.loads(unseal(sealed))


def _owners() -> dict[tuple[str, str], UUID]:
    """The units by department and place."""
    rows = Unit.objects.filter(kind=Unit.Kind.DEPARTMENT).values_list("department", "place_code", "id")
    centres = Unit.objects.filter(kind=Unit.Kind.CENTRE).values_list("place_code", "id")
    return {(department, code): id_ for department, code, id_ in rows} | {
        ("operations-centre", code): id_ for code, id_ in centres
    }


def _new(one: Placed, owners: dict[tuple[str, str], UUID]) -> NewThing:
    street, district = one.place_code[:9], names.DISTRICT[0]
    owner = owners.get((one.department, street)) or owners.get((one.department, district))
    return NewThing(
        key=one.key, model=one.model, place_code=one.place_code, name=one.name, spot=one.spot, lon=one.lon,
        lat=one.lat, owner_id=owner, every=one.every,
    )  # fmt: skip
