"""Which calendar holds at a place.

The overrides are few and every deadline needs them, so each process keeps them all, and asks one row by its
key whether they changed (some 0.1 ms; a stale calendar would promise a wrong date, and a promise stays).
Places under the same overrides share one calendar and its tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from linli.kernel.access.prepared import ask
from linli.kernel.clock import china
from linli.kernel.clock.calendar import OFFICE_HOURS, WorkingCalendar
from linli.kernel.clock.models import CalendarDay, OfficeHours
from linli.kernel.clock.years import Hours


def calendar_for(place_code: str) -> WorkingCalendar:
    """The working calendar of a place: national holidays, changed by the nearest overrides above it."""
    return calendars().at(place_code)


def calendars() -> Calendars:
    """Every place's calendar as of now. Many deadlines at once: ask this once and then `.at(place_code)`."""
    global _kept
    rows = ask("SELECT token FROM clock_version WHERE id = 1")
    token = rows[0][0] if rows else None
    if _kept is None or _kept.token != token or _kept.zone != settings.TIME_ZONE:
        # Read after the token: rows newer than their token are read again next time, never kept for good.
        _kept = Calendars(token, settings.TIME_ZONE, list(CalendarDay.objects.all()), list(_all_hours()))
    return _kept


def days_set_above(place_code: str, year: int) -> QuerySet[CalendarDay]:
    """The overrides of one year that can hold at a place, its own and those of the places around it."""
    return CalendarDay.objects.filter(place_code__in=prefixes(place_code), date__year=year).order_by("date")


def hours_set_above(place_code: str) -> QuerySet[OfficeHours]:
    """The office hours that can hold at a place, its own and those of the places around it."""
    return _all_hours().filter(place_code__in=prefixes(place_code))


@dataclass(frozen=True, slots=True)
class Day:
    """One day as an administrator's calendar page shows it."""

    date: date
    working: bool
    name: str
    announced: bool


def days_of(place_code: str, first: date, last: date) -> list[Day]:
    """Every day from `first` to `last` as it holds at a place."""
    calendar = calendar_for(place_code)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [Day(d, calendar.is_working(d), calendar.day_name(d), china.known(d.year)) for d in days]


def prefixes(place_code: str) -> list[str]:
    """Every prefix of a place code, "" first."""
    return [place_code[:length] for length in range(len(place_code) + 1)]


@dataclass(frozen=True)
class Calendars:
    """The overrides of one version, and the calendars made from them so far."""

    token: bytes | None
    zone: str
    days: Iterable[CalendarDay]
    hours: Iterable[OfficeHours]
    _made: dict[tuple[str, ...], WorkingCalendar] = field(default_factory=dict)

    def at(self, place_code: str) -> WorkingCalendar:
        used = {day.place_code for day in self.days} | {row.place_code for row in self.hours}
        around = tuple(prefix for prefix in prefixes(place_code) if prefix in used)
        if around not in self._made:
            self._made[around] = self._make(around)
        return self._made[around]

    def _make(self, around: tuple[str, ...]) -> WorkingCalendar:
        nearest: dict[date, CalendarDay] = {}
        for day in sorted(self.days, key=lambda day: len(day.place_code)):
            if day.place_code in around:
                nearest[day.date] = day

        def working_day(day: date) -> bool:
            row = nearest.get(day)
            return china.working_day(day) if row is None else row.working

        def day_name(day: date) -> str:
            row = nearest.get(day)
            return china.day_name(day) if row is None else row.name

        rows = [row for row in self.hours if row.place_code in around]
        return WorkingCalendar(
            OFFICE_HOURS, working_day, ZoneInfo(self.zone), day_name, china.known, _changes(rows)
        )


def _changes(rows: list[OfficeHours]) -> tuple[tuple[date, Hours], ...]:
    """From each date on, the hours of the nearest place that has any by then, the latest of them."""
    changes = []
    for since in sorted({row.valid_from for row in rows}):
        valid = [row for row in rows if row.valid_from <= since]
        best = max(valid, key=lambda row: (len(row.place_code), row.valid_from))
        changes.append((since, read_hours(best.hours)))
    return tuple(changes)


def read_hours(written: Iterable[Iterable[str]]) -> Hours:
    """Office hours from their stored form, `[["09:00", "12:00"], ...]`. Raises ValueError for anything else."""
    return tuple((time.fromisoformat(o), time.fromisoformat(c)) for o, c in written)


def _all_hours() -> QuerySet[OfficeHours]:
    return OfficeHours.objects.order_by("valid_from", "place_code")


_kept: Calendars | None = None
