"""Real series with labels, as readings of devices declared here: read from ../shared/data/iot, never part of the project."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("LINLI_SHARED_DATA", ROOT.parent / "shared" / "data")) / "iot"


class Row(NamedTuple):
    """ms, values in the order of the device's quantities, and whether it was so."""

    at: int
    values: list[float | None]
    so: bool


def smoke() -> list[Row]:
    """eCO2, temperature, humidity once a second; the file has no times."""
    return [
        Row(n * 1000, [float(row[3]), float(row[1]), float(row[2])], row[4] == "1")
        for n, row in enumerate(_rows("smoke/smoke_detection_iot_4feat.csv"))
    ]


def rooms() -> list[Row]:
    """Light, CO2, temperature, humidity about once a minute; its header has one column fewer than its rows."""
    return [
        Row(_at(row[1]), [float(row[4]), float(row[5]), float(row[2]), float(row[3])], row[7] == "1")
        for row in _rows("room_occupancy/datatraining.txt")
    ]


def gas() -> list[Row]:
    """Seven sensors; smoke, and smoke with perfume, are what should be found. Told in blocks of 1,600."""
    return [
        Row(n * 2000, [float(value) for value in row[1:8]], row[8] in ("Smoke", "Mixture"))
        for n, row in enumerate(_rows("gas_mq/Gas_Sensors_Measurements.csv"))
    ]


def nab(name: str) -> list[Row]:
    """One quantity; so within the windows in which people saw something unusual."""
    windows = json.loads((DATA / "nab" / "windows.json").read_text())[f"{name}.csv"]
    spans = [(_at(begin[:19]), _at(end[:19])) for begin, end in windows]
    rows = []
    for row in _rows(f"nab/{name}.csv"):
        at = _at(row[0])
        rows.append(Row(at, [float(row[1])], any(begin <= at <= end for begin, end in spans)))
    return rows


def dust(limit: float = 150.0) -> list[Row]:
    """PM2.5 by the hour, an empty one where it was not measured; so on days whose mean was over the limit (HJ 633-2012:
    重度污染 from 150 µg/m³ as a mean of 24 hours), which is known when the day is over."""
    begun = datetime(1970, 1, 1, tzinfo=UTC)
    hours = []
    for row in _rows("beijing_pm25/PRSA_data_2010-2014.csv"):
        at = datetime(int(row[1]), int(row[2]), int(row[3]), int(row[4]), tzinfo=UTC)
        hours.append((at, float(row[5]) if row[5] not in ("", "NA") else None))
    heavy = {}
    for day, each in groupby(hours, key=lambda hour: hour[0].date()):
        known = [value for _at_, value in each if value is not None]
        heavy[day] = len(known) >= 12 and sum(known) / len(known) > limit
    return [Row((at - begun) // timedelta(milliseconds=1), [value], heavy[at.date()]) for at, value in hours]


def said_before(rows: list[Row], slots: Sequence[int], long: int = 60) -> list[bool]:
    """Which rows stand in a stretch of so many that the file has said already, by these values."""
    keys = [tuple(row.values[slot] for slot in slots) for row in rows]
    begins: dict[tuple[object, ...], int] = {}
    again = [False] * len(rows)
    for n in range(len(keys) - long + 1):
        stretch = tuple(keys[n : n + long])
        first = begins.setdefault(stretch, n)
        if n - first >= long:
            again[n : n + long] = [True] * long
    return again


def _rows(name: str) -> Iterator[list[str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        next(reader)
        yield from reader


def _at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
