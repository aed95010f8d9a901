"""The real series as devices would have said them: own clocks, spacing kept, shifted to lie in the last thirty days.

A series of years is cut into stretches of four weeks, each said by a device of its own; what is older than thirty days
intake would not believe. Of a car park an empty cell means that nothing changed: the last number is said again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

STRETCH = 28 * 86400
Row = tuple[float, dict[str, float]]


@dataclass(slots=True)
class Series:
    """One device's readings: seconds of its own clock, and values."""

    key: str
    model: str
    file: str
    rows: list[Row] = field(default_factory=list)

    def shifted(self, until: float) -> list[Row]:
        """The last row a minute before `until`."""
        by = until - 60 - self.rows[-1][0]
        return [(at + by, values) for at, values in self.rows]


@dataclass(frozen=True, slots=True)
class Told:
    """A file: what is in it and the devices that say it."""

    file: str
    rows: int
    series: list[Series]
    note: str = ""


def all_of(data: Path) -> Iterator[Told]:
    """Every file of ../shared/data/iot that is a series."""
    yield _smoke(data)
    yield _gas(data)
    yield _room(data)
    for name in ("speed_6005", "occupancy_6005", "TravelTime_387"):
        yield _plain(data, f"nab/realTraffic/{name}.csv", f"TR-{name.replace('_', '-')}", "replay-traffic")
    yield _plain(data, "nab/realKnownCause/machine_temperature_system_failure.csv", "MT", "replay-machine")
    yield _pedestrians(data)
    yield _air(data)
    yield _parking(data)


def _rows(path: Path, **how: object) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))[1:]


def _smoke(data: Path) -> Told:
    """One row a second; the file has no times."""
    rows = _rows(data / "smoke/smoke_detection_iot_4feat.csv")
    one = Series("SM", "replay-smoke", "smoke")
    for n, (_no, temperature, humidity, eco2, alarm) in enumerate(rows):
        said = {"temperature": temperature, "humidity": humidity, "eco2": eco2, "alarm": alarm}
        one.rows.append((float(n), {name: float(value) for name, value in said.items()}))
    return Told("smoke", len(rows), [one])


def _gas(data: Path) -> Told:
    rows = _rows(data / "gas_mq/Gas_Sensors_Measurements.csv")
    one = Series("GA", "replay-gas", "gas_mq")
    names = [f"mq{n}" for n in (2, 3, 5, 6, 7, 8, 135)]
    for n, row in enumerate(rows):
        one.rows.append((float(n), dict(zip(names, map(float, row[1:8]), strict=True))))
    return Told("gas_mq", len(rows), [one])


def _room(data: Path) -> Told:
    """The header has one column fewer than the rows."""
    rows = _rows(data / "room_occupancy/datatraining.txt")
    one = Series("RO", "replay-room", "room_occupancy")
    names = ("temperature", "humidity", "light", "co2")
    for _no, when, *values in rows:
        said = dict(zip(names, map(float, values[:4]), strict=True)) | {"occupied": float(values[5])}
        one.rows.append((_seconds(when), said))
    return Told("room_occupancy", len(rows), [one])


def _plain(data: Path, file: str, key: str, model: str) -> Told:
    rows = _rows(data / file)
    said = [(_seconds(when), {"value": float(value)}) for when, value in rows]
    return Told(file, len(rows), _cut(key, model, file, said))


def _pedestrians(data: Path) -> Told:
    """`Date_Time` is UTC; `Date` and `Time` are local and would say an hour twice in autumn."""
    file = "melbourne_pedestrian"
    rows = _rows(data / f"{file}/pedestrian_2015_2016.csv")
    by_sensor: dict[str, list[Row]] = {}
    for sensor, when, _date, _hour, count in rows:
        by_sensor.setdefault(sensor, []).append((_seconds(when), {"passing": float(count)}))
    series = [
        one
        for n, (_sensor, said) in enumerate(sorted(by_sensor.items()))
        for one in _cut(f"PD{n}", "replay-pedestrians", file, said)
    ]
    return Told(file, len(rows), series)


def _air(data: Path) -> Told:
    """Where PM2.5 is missing the other values stand alone."""
    file = "beijing_pm25"
    rows = _rows(data / f"{file}/PRSA_data_2010-2014.csv")
    said: list[Row] = []
    missing = 0
    for row in rows:
        when = datetime(*map(int, row[1:5]), tzinfo=UTC).timestamp()  # type: ignore[misc]
        values = {"dew": row[6], "temperature": row[7], "pressure": row[8], "wind": row[10], "pm25": row[5]}
        missing += not row[5] or row[5] == "NA"
        said.append((when, {name: float(v) for name, v in values.items() if v not in ("", "NA")}))
    return Told(file, len(rows), _cut("AQ", "replay-air", file, said), f"{missing:,} without PM2.5")


def _parking(data: Path) -> Told:
    """Every car park at every stamp from its first number on; an empty cell says the number before it again."""
    said: dict[str, list[Row]] = {}
    stamps = carried = 0
    last: dict[str, float] = {}
    for path in sorted((data / "parking_de").glob("2*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                stamps += 1
                at = datetime.fromisoformat(row.pop("timestamp")).timestamp()
                for place, cell in row.items():
                    if cell:
                        last[place] = float(cell)
                    elif place in last:
                        carried += 1
                    if place in last:
                        said.setdefault(place, []).append((at, {"free": last[place]}))
    series = [
        Series(f"PK-{n:04d}", "replay-parking", "parking_de", rows)
        for n, (_place, rows) in enumerate(sorted(said.items()))
    ]
    return Told("parking_de", stamps, series, f"{len(series)} car parks, {carried:,} cells carried forward")


def _cut(key: str, model: str, file: str, said: list[Row]) -> list[Series]:
    """Stretches of at most four weeks, in the order of time."""
    said = sorted(said, key=lambda row: row[0])
    series: list[Series] = []
    for at, values in said:
        if not series or at - series[-1].rows[0][0] > STRETCH:
            series.append(Series(f"{key}-{len(series):03d}", model, file))
        series[-1].rows.append((at, values))
    return series


def _seconds(when: str) -> float:
    """A time without a zone, taken as UTC: only its spacing is kept."""
    return datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp()
