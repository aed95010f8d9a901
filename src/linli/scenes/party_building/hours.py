"""Hours of opening, as people write them at a door: "周一至周五 8:30-11:30 13:30-17:00". Pure: no clock, no database.

A span is (weekday, opens, closes): Monday is 1, minutes after midnight, the end not included.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

DAY = 24 * 60
NAMES = "一二三四五六日"
ENGLISH = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS = re.compile(r"(?:每天|周[一二三四五六日天](?:[至到\-~、,]?周?[一二三四五六日天])*|节?工作日)")
_TIMES = re.compile(r"(\d{1,2}):(\d{2})[\-~至到](\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    weekday: int
    opens: int
    closes: int


class Unreadable(ValueError):
    """A line that says no hours. `line` is what was written."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


def parse(text: str) -> list[Span]:
    """Lines of days and times, in order of the week. Raises Unreadable (a line without days or times, an end before its
    beginning, two that overlap)."""
    found: list[Span] = []
    for line in text.splitlines():
        plain = (
            unicodedata.normalize("NFKC", line)
            .replace("星期", "周")
            .replace("礼拜", "周")
            .replace("–", "-")
            .replace("—", "-")
        )
        plain = "".join(plain.split())
        if plain:
            found += _line(plain, line.strip())
    found.sort()
    for one, other in pairwise(found):
        if one.weekday == other.weekday and other.opens < one.closes:
            raise Unreadable(f"周{NAMES[one.weekday - 1]} {clock(other.opens)}")
    return found


def _line(plain: str, written: str) -> list[Span]:
    days, times = _DAYS.match(plain), list(_TIMES.finditer(plain))
    if not days or not times or _TIMES.sub("", plain[days.end() :]).strip("、,;:"):
        raise Unreadable(written)
    spans = []
    for weekday in _weekdays(days.group(0)):
        for time in times:
            begin_hour, begin_minute, end_hour, end_minute = map(int, time.groups())
            opens, closes = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
            if begin_minute > 59 or end_minute > 59 or not 0 <= opens < closes <= DAY:
                raise Unreadable(written)
            spans.append(Span(weekday, opens, closes))
    return spans


def _weekdays(words: str) -> list[int]:
    """周一至周五, 周一、三, 工作日, 每天."""
    if words == "每天":
        return list(range(1, 8))
    if words.endswith("工作日"):
        return list(range(1, 6))
    days: list[int] = []
    for step, name in re.findall(r"([至到\-~]?)周?([一二三四五六日天])", words.replace("、", "").replace(",", "")):
        number = NAMES.index(name.replace("天", "日")) + 1
        days += range(days[-1] + 1, number + 1) if step and days else [number]
    return sorted(set(days))


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def words(spans: Iterable[Span], *, english: bool = False) -> list[str]:
    """Days with the same times in one line: ["周一至周五 8:30–11:30 13:30–17:00", "周六 9:00–12:00"]. `parse` reads the Chinese
    back."""
    by_day: dict[int, list[str]] = {}
    for span in sorted(spans):
        by_day.setdefault(span.weekday, []).append(f"{clock(span.opens)}–{clock(span.closes)}")
    lines: list[tuple[list[int], str]] = []
    for weekday, times in by_day.items():
        said = " ".join(times)
        if lines and lines[-1][1] == said and lines[-1][0][-1] == weekday - 1:
            lines[-1][0].append(weekday)
        else:
            lines.append(([weekday], said))
    return [f"{_named(days, english)} {said}" for days, said in lines]


def _named(days: Sequence[int], english: bool) -> str:
    if english:
        first, last = ENGLISH[days[0] - 1], ENGLISH[days[-1] - 1]
        return "Every day" if len(days) == 7 else first if len(days) == 1 else f"{first} to {last}"
    if len(days) == 7:
        return "每天"
    first, last = NAMES[days[0] - 1], NAMES[days[-1] - 1]
    return f"周{first}" if len(days) == 1 else f"周{first}至周{last}"


def open_at(spans: Iterable[Span], local: datetime) -> Span | None:
    """The span a local time lies in."""
    weekday, minute = local.isoweekday(), local.hour * 60 + local.minute
    return next((s for s in spans if s.weekday == weekday and s.opens <= minute < s.closes), None)


def next_open(spans: Sequence[Span], local: datetime) -> tuple[int, Span] | None:
    """When it opens next after a local time: (days from today, span); None for who never opens."""
    minute = local.hour * 60 + local.minute
    for ahead in range(8):
        weekday = (local + timedelta(days=ahead)).isoweekday()
        later = [s for s in sorted(spans) if s.weekday == weekday and (ahead or s.opens > minute)]
        if later:
            return ahead, later[0]
    return None
