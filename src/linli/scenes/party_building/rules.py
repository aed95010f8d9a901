"""What the Party's own rules say in numbers: least periods of the stages, lengths of terms, validity of a letter.

Frozen values, with the day from which they hold and where they stand. Sources: 中国共产党章程 arts 1, 6, 7 (probation of a year);
发展党员工作细则 (2014, revised May 2026: the same numbers in both), arts 5, 13, 28-33; 支部工作条例（试行）2018, art. 22;
基层组织选举工作条例 2020, art. 5; 关于进一步加强党员组织关系管理的意见 (中组发〔2004〕10号): a letter up to three months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

ADULT = 18
"""年满十八岁: on the day of the application (党章 art. 1)."""
LETTER_LONGEST, LETTER_USUAL = 90, 30
"""Days a letter is valid: usually, and at most."""
PUT_OFF_LONGEST = 12
"""Months an election may be put off with approval (选举工作条例 art. 7: 一般不超过 1 年)."""


@dataclass(frozen=True, slots=True)
class Least:
    """At least so many months in one stage before the next may be entered."""

    months: int
    source: str


LEAST: dict[str, Least] = {
    "activist": Least(12, "细则第十三条：经过一年以上培养教育和考察"),
    "probationary": Least(12, "党章第七条：预备期一年"),
}
EXTENSION = (6, 12)
"""Probation may be extended once, by no less than half a year and no more than a year (党章 art. 7)."""

TERM_YEARS = {("committee", True): 5, ("committee", False): 5, ("general", True): 5, ("general", False): 3,
              ("branch", True): 5, ("branch", False): 3}  # fmt: skip
"""By kind, and whether it is of a village or neighbourhood (村、社区每届任期 5 年)."""


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last of a month that has no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def earliest(stage: str, since: date) -> date:
    """The first day on which the stage after `stage` may be entered."""
    least = LEAST.get(stage)
    return months_later(since, least.months) if least else since


def age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def term_ends(kind: str, residential: bool, elected: date) -> date:
    return months_later(elected, 12 * TERM_YEARS[kind, residential])
