"""A place has another code: what it set about its calendar holds where it held.

First the rows are set at the new codes as well, so that a deadline finds them under either; when every room is
through, the old ones go (`leave`). What stands at the new code already was said later, and wins. Done again, each
finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from linli.kernel import audit
from linli.kernel.access import Actor, Moves, require, under
from linli.kernel.audit.ids import uuid7
from linli.kernel.clock.models import CalendarDay, OfficeHours
from linli.kernel.clock.verbs import new_version


def copy(*, by: Actor, at: datetime, moves: Moves) -> int:
    """Set what the old codes set at the new ones. Returns how many rows were made."""
    require(by, "*")
    with transaction.atomic():
        new_version()  # its lock first: calendar changes happen one by one
        days, hours = list(_days(moves)), list(_hours(moves))
        CalendarDay.objects.bulk_create(days)
        OfficeHours.objects.bulk_create(hours)
        if days or hours:
            made = sorted({row.place_code for row in days} | {row.place_code for row in hours})
            _append(by, at, moves, {"days": len(days), "hours": len(hours), "at": made})
    return len(days) + len(hours)


def leave(*, by: Actor, at: datetime, moves: Moves) -> int:
    """Take away what is set at the old codes. Returns how many rows."""
    require(by, "*")
    with transaction.atomic():
        new_version()
        left = [*CalendarDay.objects.filter(under(moves.roots)), *OfficeHours.objects.filter(under(moves.roots))]
        for row in left:
            row.delete()
        if left:
            _append(by, at, moves, {"left": [str(row) for row in left]})
    return len(left)


def _days(moves: Moves) -> Iterator[CalendarDay]:
    """The deepest first: what a place below set itself stands before what held there from above."""
    known = set(CalendarDay.objects.values_list("place_code", "date"))
    for row in sorted(CalendarDay.objects.filter(under(moves.roots)), key=lambda row: -len(row.place_code)):
        for code in moves.rules(row.place_code):
            if (code, row.date) not in known:
                known.add((code, row.date))
                yield CalendarDay(id=uuid7(), place_code=code, date=row.date, working=row.working, name=row.name)


def _hours(moves: Moves) -> Iterator[OfficeHours]:
    """Hours hold until the next of the same place; what held from above ends where a place's own begin."""
    known = set(OfficeHours.objects.values_list("place_code", "valid_from"))
    rows = sorted(
        OfficeHours.objects.filter(under(moves.roots)), key=lambda row: (-len(row.place_code), row.valid_from)
    )
    for _length, level in groupby(rows, key=lambda row: len(row.place_code)):
        own: dict[str, date] = {}
        for code, since in known:
            own[code] = min(since, own.get(code, since))
        for row in level:
            for code in moves.rules(row.place_code):
                from_above = row.place_code in moves.rests
                if (code, row.valid_from) in known or (from_above and row.valid_from >= own.get(code, date.max)):
                    continue
                known.add((code, row.valid_from))
                yield OfficeHours(id=uuid7(), place_code=code, valid_from=row.valid_from, hours=row.hours)


def _append(by: Actor, at: datetime, moves: Moves, after: dict[str, Any]) -> None:
    root = next(iter(moves.roots))
    code = next(iter([*moves.trees.values(), *moves.rests.values()]))
    audit.append(
        by=by, at=at, verb="clock.recode", stream=f"clock:{root}", place_code=code, after={**after, "from": root}
    )
