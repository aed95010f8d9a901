"""A device that warns, for the wall's tests."""

from __future__ import annotations

from datetime import timedelta

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD
from linli.kernel.readings.models import Warning
from linli.kernel.things.models import Thing


def warned(code: str = HOOD, *, name: str = "烟感", severity: int = 4) -> Warning:
    at = now() - timedelta(minutes=5)
    with as_system():
        thing = Thing.objects.create(
            key=f"smoke-{code}", model="smoke-detector", name=name, state="working", place_code=code, shard=0,
            lon=121.5, lat=31.2, registered_at=at, installed_at=at,
        )  # fmt: skip
        thing.refresh_from_db()
        return Warning.objects.create(
            thing=thing, rule="smoke", subject=str(thing.no), place_code=code, severity=severity, highest=severity,
            raised_at=at, recorded_at=at, says={"quantity": "smoke", "value": 0.6, "limit": 0.25},
        )  # fmt: skip
