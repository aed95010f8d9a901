"""Changing the calendar of a place. Deadlines already promised stay; the next one is reckoned with the change."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, NotFound, require
from linli.kernel.audit.ids import uuid7
from linli.kernel.clock.models import NAME_LENGTH, CalendarDay, OfficeHours, Version
from linli.kernel.clock.years import FIRST_YEAR, LAST_YEAR, check_hours

PERMISSION = "clock.change"
_DIGITS = re.compile(r"[0-9]{0,30}")


def set_day(
    *, by: Actor, at: dt.datetime, place_code: str, date: dt.date, working: bool, name: str = ""
) -> CalendarDay:
    """Say that `date` is worked, or not, at a place and everywhere within it ("" = everywhere).

    Raises NotAllowed, and Invalid with the fields `place_code`, `date` or `name`.
    """
    require(by, PERMISSION, place_code)
    name = name.strip()
    _check(place_code=place_code, date=date)
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise Invalid(_("请检查日历名称。"), fields={"name": _("名称最多 60 个字，只能有一行。")})
    with transaction.atomic():
        new_version()
        row = CalendarDay.objects.filter(place_code=place_code, date=date).first()
        before = _day(row) if row else None
        row = row or CalendarDay(place_code=place_code, date=date)
        row.working, row.name = working, name
        if before != _day(row):
            row.save()
            _append(by, at, "clock.set_day", place_code, before, _day(row))
    return row


def clear_day(*, by: Actor, at: dt.datetime, place_code: str, date: dt.date) -> None:
    """Take an override back: the day is again what the places around it, or the nation, say."""
    require(by, PERMISSION, place_code)
    with transaction.atomic():
        new_version()
        row = CalendarDay.objects.filter(place_code=place_code, date=date).first()
        if row is None:
            raise NotFound(_("这一天在这个地方没有单独设置。"))
        before = _day(row)
        row.delete()
        _append(by, at, "clock.clear_day", place_code, before, None)


def set_hours(
    *, by: Actor, at: dt.datetime, place_code: str, hours: Sequence[tuple[dt.time, dt.time]], valid_from: dt.date
) -> OfficeHours:
    """Set the office hours of a place, and of all within it that set none, from a date on.

    Raises NotAllowed, and Invalid with the fields `place_code`, `valid_from` or `hours`.
    """
    require(by, PERMISSION, place_code)
    _check(place_code=place_code, valid_from=valid_from)
    try:
        check_hours(tuple(hours))
        if any(edge.second or edge.microsecond for interval in hours for edge in interval):
            raise ValueError("office hours are whole minutes")
    except ValueError as error:
        sentence = _("办公时间要有先后，各段之间不能重叠，例如 09:00–12:00、13:30–17:30。")
        raise Invalid(_("请检查办公时间。"), fields={"hours": sentence}) from error
    with transaction.atomic():
        new_version()
        row = OfficeHours.objects.filter(place_code=place_code, valid_from=valid_from).first()
        before = _hours(row) if row else None
        row = row or OfficeHours(place_code=place_code, valid_from=valid_from)
        row.hours = [[o.strftime("%H:%M"), c.strftime("%H:%M")] for o, c in hours]
        if before != _hours(row):
            row.save()
            _append(by, at, "clock.set_hours", place_code, before, _hours(row))
    return row


def clear_hours(*, by: Actor, at: dt.datetime, place_code: str, valid_from: dt.date) -> None:
    """Take office hours back: what held before them, or holds around the place, holds again."""
    require(by, PERMISSION, place_code)
    with transaction.atomic():
        new_version()
        row = OfficeHours.objects.filter(place_code=place_code, valid_from=valid_from).first()
        if row is None:
            raise NotFound(_("这个地方没有从这一天起的办公时间。"))
        before = _hours(row)
        row.delete()
        _append(by, at, "clock.clear_hours", place_code, before, None)


def new_version() -> None:
    """Tell every process to read again; the row's lock also lets calendar changes happen one by one."""
    Version.objects.update_or_create(pk=1, defaults={"token": uuid7()})


def _check(*, place_code: str, **dates: dt.date) -> None:
    fields = {
        name: _("日期要在 1950 年至 2198 年之间。")
        for name, day in dates.items()
        if not FIRST_YEAR < day.year < LAST_YEAR
    }
    if not _DIGITS.fullmatch(place_code):
        fields["place_code"] = _("地点代码只能是数字。")
    if fields:
        raise Invalid(_("请检查标出的内容。"), fields=fields)


def _append(
    by: Actor, at: dt.datetime, verb: str, place_code: str, before: dict[str, Any] | None, after: Any
) -> None:
    audit.append(
        by=by,
        at=at,
        verb=verb,
        stream=f"clock:{place_code}",
        place_code=place_code,
        before=before,
        after=after,
    )


def _day(row: CalendarDay) -> dict[str, Any]:
    return {"date": row.date.isoformat(), "working": row.working, "name": row.name}


def _hours(row: OfficeHours) -> dict[str, Any]:
    return {"valid_from": row.valid_from.isoformat(), "hours": row.hours}
