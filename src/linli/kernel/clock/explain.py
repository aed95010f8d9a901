"""The arithmetic of a deadline, line by line (see `Step`): what counted, what did not, where it ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from linli.kernel.clock.reckoning import Line, Step, line
from linli.kernel.declare import Span, Unit

if TYPE_CHECKING:
    from linli.kernel.clock.calendar import WorkingCalendar

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SATURDAY = 5


def of_span(calendar: WorkingCalendar, start: datetime, span: Span, due: datetime) -> list[Line]:
    """The lines of a span that runs from `start` to `due`."""
    here, end = calendar.local(start), calendar.local(due)
    lines = [line(Step.START, at=here, amount=span.amount, unit=span.unit.value)]
    match span.unit:
        case Unit.DAY:
            lines.extend(_moved(calendar, here.date() + span.amount * DAY, end.date()))
        case Unit.WORKING_DAY:
            lines.extend(_days_off(calendar, here.date() + DAY, end.date()))
            return [*lines, line(Step.NTH, n=span.amount, at=end)]
        case Unit.WORKING_HOUR:
            lines.extend(_worked(calendar, start, due))
    return [*lines, line(Step.DUE, at=end)]


def of_move(calendar: WorkingCalendar, unit: Unit, resumed: datetime, due: datetime) -> list[Line]:
    """The lines from the end of a pause to the new deadline."""
    lines: list[Line] = []
    if unit in (Unit.WORKING_DAY, Unit.WORKING_HOUR):
        lines.extend(_worked(calendar, resumed, due))
    return [*lines, line(Step.DUE, at=calendar.local(due))]


def _moved(calendar: WorkingCalendar, last: date, to: date) -> Iterator[Line]:
    if to != last:
        yield line(Step.MOVED, day=last, name=calendar.day_name(last), to=to)


def _days_off(calendar: WorkingCalendar, first: date, last: date) -> list[Line]:
    """Festivals as ranges, extra working days singly, all ordinary weekends in one line, by first date."""
    weekend: list[date] = []
    festivals: list[tuple[str, list[date]]] = []
    lines: list[Line] = []
    for day in calendar.notable(first, last):
        name = calendar.day_name(day)
        if calendar.is_working(day):
            lines.append(line(Step.EXTRA, day=day, name=name))
        elif not name and day.weekday() >= SATURDAY:
            weekend.append(day)
        elif festivals and festivals[-1][0] == name and festivals[-1][1][-1] == day - DAY:
            festivals[-1][1].append(day)
        else:
            festivals.append((name, [day]))
    lines.extend(line(Step.HOLIDAY, first=days[0], last=days[-1], name=name) for name, days in festivals)
    if weekend:
        lines.append(line(Step.WEEKEND, first=weekend[0], last=weekend[-1], count=len(weekend)))
    return sorted(lines, key=lambda item: str(item.values.get("first") or item.values.get("day")))


def _worked(calendar: WorkingCalendar, start: datetime, due: datetime) -> Iterator[Line]:
    """Working time of the first day, of whole days between (with the days off), and of the last day."""
    first, last = calendar.local(start).date(), calendar.local(due).date()
    if first == last:
        yield from _part(calendar, first, start, due)
        return
    yield from _part(calendar, first, start, _midnight(calendar, first + DAY))
    yield from _days_off(calendar, first + DAY, last)
    whole = calendar.count_days(first + DAY, last - DAY)
    if whole:
        minutes = calendar.minutes_between(_midnight(calendar, first + DAY), _midnight(calendar, last))
        yield line(Step.WHOLE, count=whole, minutes=round(minutes))
    yield from _part(calendar, last, _midnight(calendar, last), due)


def _part(calendar: WorkingCalendar, day: date, since: datetime, until: datetime) -> Iterator[Line]:
    minutes = round(calendar.minutes_between(since, until))
    if minutes > 0:
        yield line(Step.PART, day=day, minutes=minutes)


def _midnight(calendar: WorkingCalendar, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=calendar.tz)
