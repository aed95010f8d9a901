"""Periods: days of the display's time zone, and what of them is whole months, whole days, and the day that is not over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from linli.kernel.access import Invalid

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to another, both in it."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            from django.utils.translation import gettext as _

            raise Invalid(_("结束日期早于开始日期。"), fields={"until": _("请选择晚一些的日期。")})

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The one to compare with: the month before of a whole month; of a month or a year up to some day the one before
        up to the same day; else as many days before."""
        if self.is_month:
            return month_of(self.first - DAY)
        if (
            (self.first.month, self.first.day) == (1, 1)
            and self.first.year == self.last.year
            and self.last.month > 1
        ):
            return Period(self.first.replace(year=self.first.year - 1), _same_day(self.last, self.last.year - 1))
        if self.first.day == 1 and self.last <= month_of(self.first).last:
            month = month_of(self.first - DAY)
            return Period(month.first, min(month.last, month.first + (self.days - 1) * DAY))
        return Period(self.first - self.days * DAY, self.first - DAY)

    @property
    def is_month(self) -> bool:
        return self.first.day == 1 and self.last == month_of(self.first).last

    @property
    def is_year(self) -> bool:
        return (self.first.month, self.first.day, self.last) == (1, 1, date(self.first.year, 12, 31))

    def until(self, day: date) -> Period | None:
        """What of it lies before a day; None when nothing does."""
        return None if day <= self.first else Period(self.first, min(self.last, day - DAY))


def _same_day(day: date, year: int) -> date:
    """The same day of another year; the 28th for a 29th of February there is none of."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, (first + 32 * DAY).replace(day=1) - DAY)


def today_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def months_and_days(period: Period) -> tuple[list[date], list[Period]]:
    """The whole months in it by their first days, and the rest as periods of days."""
    months: list[date] = []
    rest: list[Period] = []
    day = period.first
    while day <= period.last:
        month = month_of(day)
        part = Period(day, min(month.last, period.last))
        if part == month:
            months.append(day)
        else:
            rest.append(part)
        day = month.last + DAY
    return months, rest


def weeks(period: Period) -> Iterator[Period]:
    """Weeks from Monday to Sunday, cut to the period."""
    day = period.first
    while day <= period.last:
        sunday = day + (6 - day.weekday()) * DAY
        yield Period(day, min(sunday, period.last))
        day = sunday + DAY
