"""The State Council's holidays and 调休 working days, from the library `chinesecalendar`.

The library knows the years that have been announced. In any other year the week decides (Monday to Friday),
except on the holidays whose date the law itself fixes, and whoever reckons must say so: see
`Reckoning.assumed_years`.
"""

from __future__ import annotations

from datetime import date

from chinese_calendar.constants import holidays, workdays

SATURDAY = 5

# The library's own check of the year scans all its days at each call, so we ask its tables.
KNOWN_YEARS: frozenset[int] = frozenset(day.year for day in holidays)
_LAST_KNOWN = max(KNOWN_YEARS)


# 全国年节及纪念日放假办法 (2025), art. 2: the days that need neither the moon nor an announcement.
FIXED_BY_LAW = {
    (1, 1): "New Year's Day",
    (5, 1): "Labour Day",
    (5, 2): "Labour Day",
    (10, 1): "National Day",
    (10, 2): "National Day",
    (10, 3): "National Day",
}


def known(year: int) -> bool:
    """Whether the holidays of that year have been announced (in this version of the library)."""
    return year in KNOWN_YEARS


def working_day(day: date) -> bool:
    """Whether people work on that day; in a year that is not `known`, by the week and the fixed holidays."""
    return day in workdays or (day.weekday() < SATURDAY and not day_name(day))


def day_name(day: date) -> str:
    """The festival a day off or a 调休 working day belongs to ("National Day"), or "" for an ordinary day."""
    named = holidays.get(day) or workdays.get(day)
    if not named and day.year > _LAST_KNOWN:
        named = FIXED_BY_LAW.get((day.month, day.day))
    return str(named or "")
