"""Real series, where ../shared/data/iot lies beside the project: four of the devices say what was measured somewhere.

Nothing of them is kept: they are read when the fleet starts, and played by the clock of the demo. Where they are absent
those devices play their courses like all others.
"""

from __future__ import annotations

import csv
import os
from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from .happenings import Values
from .placing import Placed
from .sky import OFFSET

Said = Callable[[float], Values]
Series = list[tuple[float, float]]

HERE = Path(os.environ.get("LINLI_SHARED_DATA", Path(__file__).parents[6] / "shared" / "data")) / "iot"


def replays(fleet: Iterable[Placed], folder: Path = HERE) -> dict[str, Said]:
    """By the key of a device: what it says at an instant instead of its course. Empty where the series are not here."""
    if not folder.exists():
        return {}
    first: dict[str, Placed] = {}
    for placed in fleet:
        first.setdefault(placed.model, placed)
    made = {
        "air-station": _air(folder),
        "traffic-counter": _traffic(folder),
        "footfall-counter": _footfall(folder),
        "car-park": _parking(folder),
    }
    return {first[model].key: said for model, said in made.items() if model in first}


def _air(folder: Path) -> Said:
    """Beijing's fine dust of 2013, hour by hour of the year; a missing hour says the one before."""
    by_hour: dict[tuple[int, int, int], float] = {}
    last = 60.0
    for row in _rows(folder / "beijing_pm25/PRSA_data_2010-2014.csv"):
        if row["year"] == "2013":
            last = float(row["pm2.5"]) if row["pm2.5"] not in ("", "NA") else last
            by_hour[int(row["month"]), int(row["day"]), int(row["hour"])] = last

    def said(at: float) -> Values:
        when = _local(at)
        value = by_hour.get((when.month, min(when.day, 28) if when.month == 2 else when.day, when.hour), 60.0)
        return {"pm25": value, "pm10": round(value * 1.35 + 12)}

    return said


def _traffic(folder: Path) -> Said:
    """Seventeen days of a loop in Minnesota, over and over; miles an hour as kilometres."""
    series = [
        (_moment(row["timestamp"]), float(row["value"]) * 1.609) for row in _rows(folder / "nab/realTraffic/speed_6005.csv")
    ]  # fmt: skip
    begin, length = series[0][0], series[-1][0] - series[0][0]
    return lambda at: {"speed": round(_at(series, begin + (at - begin) % length), 1)}


def _footfall(folder: Path) -> Said:
    """A street of Melbourne in 2015, on the same weekday of the same week of the year, scaled to the demo's size."""
    by_hour: dict[str, list[float]] = {}
    for row in _rows(folder / "melbourne_pedestrian/pedestrian_2015_2016.csv"):
        if row["Sensor"].startswith("Southern Cross"):
            by_hour.setdefault(row["Date"], [0.0] * 24)[int(row["Time"])] = float(row["Count"])

    def said(at: float) -> Values:
        when = _local(at)
        _year, week, weekday = when.isocalendar()
        day = datetime.fromisocalendar(2015, min(week, 52), weekday)
        counts = by_hour.get(f"{day:%Y-%m-%d}")
        if counts is None:
            return {}
        share = when.minute / 60
        following = counts[(when.hour + 1) % 24]
        return {"passing": float(round(counts[when.hour] * (1 - share) + following * share))}

    return said


def _parking(folder: Path) -> Said:
    """Four August days of the car park that moves most; an empty cell means unchanged."""
    series: dict[str, list[Series]] = {}
    for path in sorted((folder / "parking_de").glob("2*.csv")):
        last: dict[str, float] = {}
        today: dict[str, Series] = {}
        for row in _rows(path):
            when = datetime.fromisoformat(row.pop("timestamp"))
            second = when.hour * 3600 + when.minute * 60 + when.second
            last |= {place: float(cell) for place, cell in row.items() if cell}
            for place, free in last.items():
                today.setdefault(place, []).append((second, free))
        for place, said_today in today.items():
            series.setdefault(place, []).append(said_today)
    whole = {place: days for place, days in series.items() if len(days) == 4}
    place = max(whole, key=lambda p: sum(a[1] != b[1] for day in whole[p] for a, b in pairwise(day)))
    days = whole[place]
    capacity = max(free for day in days for _second, free in day) or 1.0

    def said(at: float) -> Values:
        when = _local(at)
        second = when.hour * 3600 + when.minute * 60 + when.second
        free = _at(days[when.weekday() % 4], second, smooth=False)
        return {"free": free, "full": float(round(100 * (1 - free / capacity)))}

    return said


def _at(series: Series, moment: float, *, smooth: bool = True) -> float:
    """The value at a moment: on the line between two, or the last one said."""
    n = bisect_right(series, (moment, float("inf")))
    if n == 0:
        return series[0][1]
    (before, value) = series[n - 1]
    if n == len(series) or not smooth:
        return value
    (after, following) = series[n]
    return value + (following - value) * (moment - before) / max(1e-9, after - before)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def _local(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC) + timedelta(seconds=OFFSET)
