"""How fast the district lives: so many times as fast as a real one; 0 when everybody stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _t

from linli.kernel.access import Actor, Invalid, as_system

SPEEDS = (0, 1, 10, 60, 300)
AT_FIRST = 60
"""A report every quarter of a minute: whoever looks sees that something happens."""


@dataclass(frozen=True, slots=True)
class Pace:
    speed: int
    since: datetime | None = None
    by_name: str = ""


def lay() -> None:
    """Make the table where the pace is kept, unless it is there."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("tables.sql").read_text(encoding="utf-8"))


def pace() -> Pace:
    """The pace that is set; at first AT_FIRST."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('demo_pace') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return Pace(AT_FIRST)
        cursor.execute("SELECT speed, since, by_name FROM demo_pace")
        row = cursor.fetchone()
    return Pace(*row) if row else Pace(AT_FIRST)


def set_pace(*, by: Actor, at: datetime, speed: int) -> None:
    """Raises Invalid for a speed that is not offered."""
    if speed not in SPEEDS:
        raise Invalid(_t("没有这一档速度。"))
    lay()
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO demo_pace (speed, since, by_name) VALUES (%s, %s, %s) ON CONFLICT (id) DO UPDATE"
            " SET speed = excluded.speed, since = excluded.since, by_name = excluded.by_name",
            [speed, at, by.name],
        )
