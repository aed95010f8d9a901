"""The State Council's holidays and 调休 working days, from the library `chinesecalendar`.

The library knows the years that have been announced. For any other year the week decides (Monday to Friday),
and whoever reckons must say so: see `Reckoning.assumed_years`.
"""

from __future__ import annotations

from datetime import date

from chinese_calendar.constants import holidays, workdays

SATURDAY = 5

# The library's own check of the year scans all its days at each call, so we ask its tables.
KNOWN_YEARS: frozenset[int] = frozenset(day.year for day in holidays)


def known(year: int) -> bool:
    """Whether the holidays of that year have been announced (in this version of the library)."""
    return year in KNOWN_YEARS


def working_day(day: date) -> bool:
    """Whether people work on that day; by the week alone in a year that is not `known`."""
    return day in workdays or (day.weekday() < SATURDAY and day not in holidays)


def day_name(day: date) -> str:
    """The festival a day off or a 调休 working day belongs to ("National Day"), or "" for an ordinary day."""
    return str(holidays.get(day) or workdays.get(day) or "")
