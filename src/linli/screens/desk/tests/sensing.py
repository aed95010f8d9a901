"""Devices for the desk's tests: of the real scenes, in the cast's town, with what they said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, STREET
from linli.kernel.readings.models import DeadLetter, Warning
from linli.kernel.things.models import Thing
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.things.tests.homes import works_agreed
from linli.kernel.things.texts import is_personal


def device(
    n: int = 1,
    *,
    model: str = "smoke-detector",
    code: str = HOOD,
    heard: bool = True,
    silent: bool = False,
    **given: Any,
) -> Thing:
    """A working device, a month old, heard just now; not once, or, where it is `silent`, yesterday for the last time."""
    ensure_slots()
    at = now()
    values = {
        "key": f"{model}-{n}", "name": f"{n} 号", "state": "working", "shard": 0, "lon": 121.5 + n * 1e-4,
        "lat": 31.2, "registered_at": at - timedelta(days=30), "installed_at": at - timedelta(days=30), **given,
    }  # fmt: skip
    personal = is_personal(model)
    with as_system():
        made = Thing.objects.create(
            model=model, place_code=code, **values | ({"state": "asking"} if personal else {})
        )
        if personal:
            works_agreed(made, at - timedelta(days=30))
        made.refresh_from_db()
    if heard:
        says(made, at - timedelta(days=int(silent)), 0.02, 22.5, 88.0, -80.0)
    return made


def says(of: Thing, at: datetime, *values: float | None) -> None:
    """Its last word, and a reading."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO readings_latest (thing, at, received_at, changed_at, "values") VALUES (%s, %s, %s, %s, %s)'
            ' ON CONFLICT (thing) DO UPDATE SET at = excluded.at, received_at = excluded.at, "values" = excluded."values"',
            [of.no, at, at, at, list(values)],
        )
    course(of, [(at, values)])


def course(of: Thing, readings: Sequence[tuple[datetime, Sequence[float | None]]]) -> None:
    with connection.cursor() as cursor:
        for at, values in readings:
            cursor.execute("SELECT readings_ensure(%s)", [at.date()])
            cursor.execute(
                'INSERT INTO readings_reading (thing, at, received_at, flags, "values") VALUES (%s, %s, %s, 0, %s)'
                " ON CONFLICT DO NOTHING",
                [of.no, at, at, list(values)],
            )


def warn(of: Thing, rule: str = "smoke", *, ago: timedelta = timedelta(hours=1), **given: Any) -> Warning:
    at = now() - ago
    values = {"severity": 3, "highest": 3, "says": {"quantity": "smoke", "value": 0.6, "limit": 0.25}, **given}
    with as_system():
        return Warning.objects.create(
            thing=of,
            rule=rule,
            subject=str(of.no),
            place_code=of.place_code,
            raised_at=at,
            recorded_at=at,
            **values,
        )


def kitchen(n: int = 1) -> Thing:
    """It smoked twice in the last weeks: 0.3 while cooking, 0.9 when it burned; both were looked into."""
    one = device(n)
    for days, smoke, cause in ((3, 0.3, "cooking"), (6, 0.9, "real")):
        begin = now() - timedelta(days=days)
        course(
            one,
            [
                (begin + timedelta(minutes=m), (0.02 if m in (0, 12) else smoke, 22.0, 88.0, -80.0))
                for m in range(0, 14, 2)
            ],
        )
        at = begin + timedelta(minutes=2)
        warn(
            one, ago=now() - at, state="closed", cleared_at=at + timedelta(minutes=12), closed_at=now(), cause=cause
        )
    return one


def letter(
    of: Thing | None = None, why: str = "unreadable", payload: bytes = b'{"smoke": 0.1', **given: object
) -> DeadLetter:
    values = {
        "at": now(), "key": of.key if of else "x-1", "place_code": of.place_code if of else STREET, "via": "mqtt",
        "topic": "v1/x", "codec": "plain", "size": len(payload), **given,
    }  # fmt: skip
    with as_system():
        return DeadLetter.objects.create(thing=of, why=why, payload=payload, **values)
