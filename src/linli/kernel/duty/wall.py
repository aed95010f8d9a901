"""The clock on the wall: what a day, a week and a shift over midnight are, in the time people live by."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

DAY = timedelta(days=1)


def moment(day: date, at: time) -> datetime:
    """An instant by the wall's clock, in UTC: between two of one zone Python would count by the wall, not by time."""
    naive = datetime.combine(day, at)  # made aware in the next line
    return timezone.make_aware(naive).astimezone(UTC)


def span(day: date, begins: time, ends: time) -> DateTimeTZRange:
    """From `begins` on that day to `ends`: on the next day where that is not later."""
    return DateTimeTZRange(moment(day, begins), moment(day if ends > begins else day + DAY, ends))


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def midnight(day: date) -> datetime:
    return moment(day, time())


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week(monday: date) -> list[date]:
    return [monday + timedelta(days=n) for n in range(7)]


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def local(at: datetime) -> datetime:
    return timezone.localtime(at)
