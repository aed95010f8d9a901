"""Quiet hours: when somebody may be rung. Pure arithmetic on local time."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo


def quiet(at: datetime, begins: time, ends: time, zone: tzinfo) -> bool:
    """Whether an instant lies in the quiet hours [begins, ends) of a zone. They may cross midnight (22:00–07:00); equal
    bounds mean that there are none."""
    clock = at.astimezone(zone).time()
    if begins == ends:
        return False
    if begins < ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def clear_of(at: datetime, begins: time, ends: time, zone: tzinfo) -> datetime:
    """The first instant from `at` on at which somebody may be rung: `at` itself, or the end of the quiet hours."""
    if not quiet(at, begins, ends, zone):
        return at
    here = at.astimezone(zone)
    day = here.date() if here.time() < ends else here.date() + timedelta(days=1)
    return datetime.combine(day, ends, tzinfo=zone).astimezone(at.tzinfo)
