"""Reckoning dues: pure, in whole fen.

关于中国共产党党费收缴、使用和管理的规定 (中组发〔2008〕3号), arts 1-7: a share of the whole base (not of what lies above a limit) by the
bracket the base falls into, the upper limit of a bracket belonging to it (“含”); a flat sum for some. The rule says nothing
of fractions of a fen: they are rounded to the nearest, half a fen up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MOST = 100_000_000_00
"""A base above a hundred million yuan a month is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Of a base above so many fen: a share in hundredths of a percent, or a flat sum in fen."""

    above: int
    per_myriad: int | None = None
    flat: int | None = None


@dataclass(frozen=True, slots=True)
class Reckoned:
    amount: int
    rate: Rate


def reckon(base: int, rates: Sequence[Rate]) -> Reckoned:
    """What is owed of a base in fen. `rates` are those of one category, the first above nought. Raises ValueError."""
    if not 0 <= base <= MOST:
        raise ValueError(f"no base: {base}")
    fitting = [rate for rate in sorted(rates, key=lambda r: r.above) if base > rate.above or rate.above == 0]
    if not fitting:
        raise ValueError("no bracket begins at nought")
    rate = fitting[-1]
    if rate.per_myriad is None:
        return Reckoned(rate.flat or 0, rate)
    return Reckoned((base * rate.per_myriad + 5_000) // 10_000, rate)


def first_of(day: date) -> date:
    return day.replace(day=1)


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def yuan(fen: int) -> str:
    """1234567 → 12,345.67"""
    return f"{fen // 100:,}.{fen % 100:02d}"
