"""GCJ-02 and BD-09 to WGS-84 and back. Linli keeps WGS-84; the others exist only on the wire.

GCJ-02 is the obfuscated datum Chinese maps must use; BD-09 is Baidu's shift on top of it. Neither is
officially published; the formulas are those known from public reverse engineering (eviltransform and others,
2010-2013). They agree with the maps' own offsets to about one metre. Our inverses are iterated until they
undo our forward formula to well under a millimetre, so a round trip adds nothing to that metre.

Every function takes and gives (longitude, latitude) in degrees. Outside the rectangle in which the shift is
applied, GCJ-02 equals WGS-84.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from math import atan2, cos, hypot, pi, sin, sqrt

Point = tuple[float, float]

_SEMI_MAJOR = 6378245.0  # Krasovsky 1940, metres
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_PI = pi * 3000.0 / 180.0
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_CLOSE = 1e-10  # degrees, about 0.01 mm
_STEPS = 30


class Datum(StrEnum):
    """How longitude and latitude on the wire are meant."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(lon: float, lat: float, datum: Datum) -> Point:
    """A point as Linli keeps it."""
    if datum is Datum.GCJ02:
        return gcj02_to_wgs84(lon, lat)
    if datum is Datum.BD09:
        return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    return lon, lat


def from_wgs84(lon: float, lat: float, datum: Datum) -> Point:
    """A point as the other side wants it."""
    if datum is Datum.GCJ02:
        return wgs84_to_gcj02(lon, lat)
    if datum is Datum.BD09:
        return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    return lon, lat


def is_shifted(lon: float, lat: float) -> bool:
    """Whether GCJ-02 differs from WGS-84 here."""
    return _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH


def wgs84_to_gcj02(lon: float, lat: float) -> Point:
    return _shift(lon, lat) if is_shifted(lon, lat) else (lon, lat)


def gcj02_to_wgs84(lon: float, lat: float) -> Point:
    return _undo(_shift, lon, lat) if is_shifted(lon, lat) else (lon, lat)


def gcj02_to_bd09(lon: float, lat: float) -> Point:
    radius = hypot(lon, lat) + 0.00002 * sin(lat * _BD_PI)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BD_PI)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def bd09_to_gcj02(lon: float, lat: float) -> Point:
    return _undo(gcj02_to_bd09, lon, lat)


def _shift(lon: float, lat: float) -> Point:
    x, y = lon - 105.0, lat - 35.0
    radians = lat / 180.0 * pi
    curve = 1 - _ECCENTRICITY_2 * sin(radians) ** 2
    metres_per_lat = _SEMI_MAJOR * (1 - _ECCENTRICITY_2) / (curve * sqrt(curve)) * pi / 180.0
    metres_per_lon = _SEMI_MAJOR / sqrt(curve) * cos(radians) * pi / 180.0
    return lon + _metres_east(x, y) / metres_per_lon, lat + _metres_north(x, y) / metres_per_lat


def _metres_north(x: float, y: float) -> float:
    metres = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    metres += _ripple(x)
    metres += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    return metres + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0


def _metres_east(x: float, y: float) -> float:
    metres = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    metres += _ripple(x)
    metres += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    return metres + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0


def _ripple(x: float) -> float:
    return (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0


def _undo(forward: Callable[[float, float], Point], lon: float, lat: float) -> Point:
    """Solve forward(p) = (lon, lat) by fixed-point steps: the shift changes slower than the point moves."""
    guess_lon, guess_lat = lon, lat
    for _ in range(_STEPS):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        miss_lon, miss_lat = there_lon - lon, there_lat - lat
        guess_lon, guess_lat = guess_lon - miss_lon, guess_lat - miss_lat
        if abs(miss_lon) < _CLOSE and abs(miss_lat) < _CLOSE:
            break
    return guess_lon, guess_lat
