"""How often a branch meets. The rules' own numbers, which a place may raise or lower (`Cadence`).

Source: 中国共产党支部工作条例（试行）2018: 党员大会一般每季度召开 1 次 (art. 11), 支委会、党小组会一般每月召开 1 次 (arts 12, 13),
党员集中学习的党课 and 主题党日每月相对固定 1 天 (arts 15, 16). How often 党课 is held the rules leave open; local sources say once a
quarter or twice a year, so it is a number a place sets. Pure: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Owed:
    """So many meetings in each stretch; `source` is where the number stands."""

    every: str
    times: int
    source: str


RULES: Mapping[str, Owed] = {
    "assembly": Owed("quarter", 1, "支部工作条例第十一条"),
    "committee": Owed("month", 1, "支部工作条例第十二条"),
    "group": Owed("month", 1, "支部工作条例第十三条"),
    "lecture": Owed("quarter", 1, "支部工作条例第十五条；次数由各地定"),
    "theme": Owed("month", 1, "支部工作条例第十六条"),
}


def stretch(every: str, day: date) -> tuple[date, date]:
    """The first and the last day of the stretch a day lies in: a month, a quarter, half a year, a year."""
    months = _MONTHS[every]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    month = first.month + months
    after = date(first.year + (month > 12), (month - 1) % 12 + 1, 1)
    return first, after - timedelta(days=1)


def before(every: str, first: date) -> tuple[date, date]:
    """The stretch before one that begins on `first`."""
    return stretch(every, first - timedelta(days=1))


def owed_at(place_code: str, rows: Iterable[tuple[str, str, str, int, date]], on: date) -> dict[str, Owed]:
    """What is owed at a place on a day, by kind: of the rows (place, kind, every, times, since) the nearest place's, else the
    rules'. Nothing for a kind that is owed no times."""
    found = dict(RULES)
    for place, kind, every, times, since in sorted(rows, key=lambda row: len(row[0])):
        if place_code.startswith(place) and since <= on:
            found[kind] = Owed(every, times, place)
    return {kind: owed for kind, owed in found.items() if owed.times}


def between(first: date, last: date, *, english: bool = False) -> str:
    """The words of a stretch by its first and last day."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    return words({n: every for every, n in _MONTHS.items()}.get(months, "year"), first, english=english)


def words(every: str, first: date, *, english: bool = False) -> str:
    """2026 年 9 月, 2026 年第 3 季度, 2026 年上半年, 2026 年; in English Sep 2026, Q3 2026, first half of 2026, 2026."""
    if every == "month":
        return f"{first:%b} {first.year}" if english else f"{first.year} 年 {first.month} 月"
    if every == "quarter":
        quarter = (first.month + 2) // 3
        return f"Q{quarter} {first.year}" if english else f"{first.year} 年第 {quarter} 季度"
    if every == "half":
        half, among = ("first", "上") if first.month == 1 else ("second", "下")
        return f"{half} half of {first.year}" if english else f"{first.year} 年{among}半年"
    return str(first.year) if english else f"{first.year} 年"
