"""Working time as a number that only grows, tabled by year.

`Table` answers, for any day, how many working days and how much working time lie before it. With that, every
question about deadlines is a subtraction or a binary search, whatever the length of the span.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise

Hours = tuple[tuple[time, time], ...]

BASE_YEAR = 2020  # where both counts are zero; only differences are ever used
FIRST_YEAR, LAST_YEAR = 1949, 2199
SATURDAY = 5
NOTHING = timedelta()


class OutOfCalendarError(ValueError):
    """A date or deadline outside the years a working calendar reckons with, or with no working day."""


def check_hours(hours: Hours) -> None:
    """Raise ValueError unless the intervals are there, run forward and follow each other."""
    edges = [edge for interval in hours for edge in interval]
    if not edges or any(len(interval) != 2 for interval in hours):
        raise ValueError("office hours need at least one interval of opening and closing")
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise ValueError("office hours must run forward and must not overlap or touch")


@lru_cache(maxsize=256)
def length(opening: time, closing: time) -> timedelta:
    return datetime.combine(date.min, closing) - datetime.combine(date.min, opening)


def day_length(hours: Hours) -> timedelta:
    return sum((length(*interval) for interval in hours), NOTHING)


@lru_cache(maxsize=256)
def since_midnight(hours: Hours) -> tuple[tuple[timedelta, timedelta], ...]:
    """The intervals as time since midnight, each with its length: (opening, length)."""
    return tuple((length(time.min, opening), length(opening, closing)) for opening, closing in hours)


@dataclass(frozen=True, slots=True)
class Day:
    """One day, ready to be reckoned with: all a deadline asks of it is one addition away."""

    midnight: datetime  # in the zone of the calendar, in which a difference is that of two clocks on the wall
    before: timedelta  # working time before it begins
    hours: tuple[tuple[timedelta, timedelta], ...]  # none on a day off

    def worked(self, here: datetime) -> timedelta:
        """Working time up to a moment of this day in the calendar's zone."""
        worked, at = self.before, here - self.midnight
        for opening, long in self.hours:
            if at <= opening:
                break
            since = at - opening
            worked += since if since < long else long
        return worked

    def when(self, worked: timedelta) -> datetime:
        """The earliest moment at which so much is worked, more than before this day began."""
        left = worked - self.before
        for opening, long in self.hours:
            if left <= long:
                return self.midnight + (opening + left)
            left -= long
        raise OutOfCalendarError("more working time than the day has")


@dataclass(frozen=True, slots=True)
class Year:
    """Counts before each day of one year, and after its last: both lists have one entry more than days."""

    start: date
    days: list[int]
    time: list[timedelta]
    notable: list[date]

    def day_of_count(self, count: int) -> date:
        """The first day at whose end `count` working days have passed."""
        return self.start + timedelta(days=bisect_left(self.days, count) - 1)

    def day_of_time(self, worked: timedelta) -> date:
        """The first day at whose end `worked` working time has passed."""
        return self.start + timedelta(days=bisect_left(self.time, worked) - 1)


class Table:
    """The years of one calendar, built when first asked for.

    Two threads may build the same year or day at once; they build equal values, so the last one stored is as good.
    """

    def __init__(self, working_day: Callable[[date], bool], hours_on: Callable[[date], Hours], tz: tzinfo) -> None:
        self._working_day = working_day
        self._hours_on = hours_on
        self._tz = tz
        self._years: dict[int, Year] = {}
        self._days: dict[date, Day] = {}

    def day(self, day: date) -> Day:
        found = self._days.get(day)
        if found is None:
            year, index = self._row(day)
            hours = since_midnight(self._hours_on(day)) if year.days[index + 1] > year.days[index] else ()
            found = self._days[day] = Day(datetime.combine(day, time.min, self._tz), year.time[index], hours)
        return found

    def year(self, number: int) -> Year:
        found = self._years.get(number)
        if found is None:
            if not FIRST_YEAR <= number <= LAST_YEAR:
                raise OutOfCalendarError(f"the year {number} lies outside {FIRST_YEAR} to {LAST_YEAR}")
            found = self._years[number] = self._build(number)
        return found

    def working(self, day: date) -> bool:
        days, index = self._row(day)
        return days.days[index + 1] > days.days[index]

    def notable(self, first: date, last: date) -> list[date]:
        """The days off and the worked weekend days from `first` to `last`."""
        found: list[date] = []
        for number in range(first.year, last.year + 1):
            days = self.year(number).notable
            found.extend(days[bisect_left(days, first) : bisect_right(days, last)])
        return found

    def days_through(self, day: date) -> int:
        """Working days up to and including `day`."""
        year, index = self._row(day)
        return year.days[index + 1]

    def find_day(self, count: int, near: int) -> date:
        """The day with which `count` working days are complete, at or after the year `near`."""
        year = self.year(near)
        while year.days[-1] < count:
            near += 1
            year = self.year(near)
        return year.day_of_count(count)

    def find_time(self, worked: timedelta, near: int) -> date:
        """The day in which `worked` working time is complete, at or after the year `near`.

        When it was complete before that year begins, that is the last working day before it.
        """
        year = self.year(near)
        while year.time[0] >= worked:
            near -= 1
            year = self.year(near)
        while year.time[-1] < worked:
            near += 1
            year = self.year(near)
        return year.day_of_time(worked)

    def _row(self, day: date) -> tuple[Year, int]:
        year = self.year(day.year)
        return year, (day - year.start).days

    def _build(self, number: int) -> Year:
        days, time = [0], [NOTHING]
        notable: list[date] = []
        start = date(number, 1, 1)
        for offset in range((date(number + 1, 1, 1) - start).days):
            day = start + timedelta(days=offset)
            working = self._working_day(day)
            if not working or day.weekday() >= SATURDAY:
                notable.append(day)
            days.append(days[-1] + working)
            time.append(time[-1] + (day_length(self._hours_on(day)) if working else NOTHING))
        count, worked = self._offset(number, days[-1], time[-1])
        return Year(start, [count + d for d in days], [worked + t for t in time], notable)

    def _offset(self, number: int, days: int, time: timedelta) -> tuple[int, timedelta]:
        if number == BASE_YEAR:
            return 0, NOTHING
        if number > BASE_YEAR:
            before = self.year(number - 1)
            return before.days[-1], before.time[-1]
        after = self.year(number + 1)
        return after.days[0] - days, after.time[0] - time
