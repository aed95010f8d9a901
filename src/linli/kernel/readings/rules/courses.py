"""What is usual at an hour of the week, and how far a quantity strays from that, out of the means of hours. Pure.

Robust: the median of the hour's means, and their median deviation from it, so that a storm or a broken sensor of one
day teaches nothing. An hour is known when three weeks of it are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median

FEWEST = 3
"""Weeks of an hour from which on it is known."""
NORMAL = 1.4826
"""The median deviation of what is spread normally, times this, is its standard deviation."""
FLOOR = 0.01
"""A quantity that never strayed may stray by this share of itself."""


def courses(
    rows: Iterable[tuple[int, int, int, float]],
) -> Mapping[tuple[int, int, int], tuple[int, float, float]]:
    """(thing, slot, hour of the week) → weeks, what is usual, deviation; from (thing, slot, hour, mean of an hour).

    One week of an hour says little about how far it strays, so the deviation is pooled over the same hour of the day:
    each hour's own where it is wider, never less than a hundredth of what is usual.
    """
    hours: dict[tuple[int, int], dict[int, list[float]]] = {}
    for thing, slot, how, mean in rows:
        hours.setdefault((thing, slot), {}).setdefault(how, []).append(mean)
    found: dict[tuple[int, int, int], tuple[int, float, float]] = {}
    for (thing, slot), weeks in hours.items():
        middle = {how: median(means) for how, means in weeks.items()}
        strayed: dict[int, list[float]] = {}
        for how, means in weeks.items():
            strayed.setdefault(how % 24, []).extend(abs(mean - middle[how]) for mean in means)
        usual_stray = {hour: median(strays) for hour, strays in strayed.items()}
        for how, means in weeks.items():
            if len(means) < FEWEST:
                continue
            own = median(abs(mean - middle[how]) for mean in means)
            spread = NORMAL * max(own, usual_stray[how % 24])
            found[thing, slot, how] = (len(means), middle[how], max(spread, FLOOR * abs(middle[how])))
    return found
