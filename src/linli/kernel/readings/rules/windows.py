"""Windows of the local day and hours of the local week, of instants in milliseconds. Safe where clocks are changed:
every instant is asked what the local clock shows."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from linli.kernel.declare import Hours

MINUTE = 60_000
DAY = 86_400_000
QUARTER = 15 * MINUTE  # no zone of today differs from another by less


class Window:
    """An `Hours` in a time zone."""

    __slots__ = ("_days", "_minutes", "_tables", "_zone")

    def __init__(self, hours: Hours, zone: tzinfo) -> None:
        self._minutes = hours.minutes
        self._days = frozenset(hours.days)
        self._zone = zone
        self._tables: dict[int, tuple[bool, list[int]]] = {}

    def holds(self, at: int) -> bool:
        first, flips = self._table(at // DAY)
        return first ^ (bisect_right(flips, at) & 1 == 1)

    def flip(self, at: int) -> int | None:
        """The next instant after `at` at which it opens or shuts; None for one that never does."""
        day = at // DAY
        for later in range(day, day + 9):
            for flip in self._table(later)[1]:
                if flip > at:
                    return flip
        return None

    def _table(self, day: int) -> tuple[bool, list[int]]:
        """Whether it held just before a day (UTC) began, and when in it that changed."""
        table = self._tables.get(day)
        if table is None:
            if len(self._tables) > 200:
                self._tables.clear()
            first = was = self._shows(day * DAY - MINUTE)
            flips = []
            for at in range(day * DAY, (day + 1) * DAY, MINUTE):
                if self._shows(at) != was:
                    was = not was
                    flips.append(at)
            table = self._tables[day] = (first, flips)
        return table

    def _shows(self, at: int) -> bool:
        begins, ends = self._minutes
        local = datetime.fromtimestamp(at // 1000, self._zone)
        minute = local.hour * 60 + local.minute
        today = local.isoweekday() in self._days
        if begins < ends:
            return today and begins <= minute < ends
        yesterday = (local.date() - timedelta(days=1)).isoweekday() in self._days
        return (today and minute >= begins) or (yesterday and minute < ends)


def hour_of_week(at: int, zone: tzinfo) -> int:
    """0 is Monday from midnight to one, 167 Sunday from eleven at night, by the local clock."""
    return _hour_of_week(at // QUARTER, zone)


@lru_cache(maxsize=100_000)
def _hour_of_week(quarter: int, zone: tzinfo) -> int:
    local = datetime.fromtimestamp(quarter * (QUARTER // 1000), zone)
    return local.weekday() * 24 + local.hour
