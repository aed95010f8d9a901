"""Placing the fleet: once, with its past, and one record that says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from linli.kernel import audit
from linli.kernel.access import SYSTEM, as_system
from linli.project.say import gettext as _

from .. import geography, names
from ..geography import District
from . import agreeing, history, placing, registering

STANDING = timedelta(days=400)
"""How long the devices have hung where they are."""

Progress = Callable[[str], None]


def fill(
    *, seed: int, until: datetime, days: int = 56, district: District | None = None,
    say: Progress = lambda _line: None,
) -> bool:  # fmt: skip
    """Register the fleet and write its past, so many days of it and at most eight weeks, unless it is there.

    Returns whether it was done now. All or nothing."""
    if registering.is_there():
        return False
    with transaction.atomic(), as_system():
        fleet = agreeing.at_visitors(placing.place(district or geography.build(seed), seed))
        say(_("正在登记 {count} 个感知设备……").format(count=len(fleet)))
        secrets = registering.register(fleet, at=until - STANDING)
        say(_("正在请住户看同意书……"))
        unsigned = agreeing.sign(fleet, until=until)
        registering.keep(seed, {key: secret for key, secret in secrets.items() if key not in unsigned})
        history.write(
            [one for one in fleet if one.key not in unsigned],
            seed=seed,
            until=until,
            weeks=max(1, min(history.WEEKS, days // 7)),
        )
        audit.append(
            by=SYSTEM, at=until, verb="demo.fleet", stream="demo:fleet", place_code=names.DISTRICT[0],
            after={"things": len(fleet), "seed": seed},
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                "ANALYZE things_thing, things_credential, readings_hour, readings_day, readings_latest,"
                " readings_warning"
            )
    return True
