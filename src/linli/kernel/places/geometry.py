"""Boundaries and points: GeoJSON checked, areas compared, and the place a point lies in.

Everything is WGS-84 (longitude, latitude) in degrees, as RFC 7946 has it. Distances are great-circle metres
on the mean sphere, good to 0.5 %; areas are taken on a local plane, good to 1 % up to a district.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Any

import shapely
from shapely import STRtree
from shapely.affinity import scale
from shapely.geometry import MultiPolygon, Point, Polygon, mapping, shape
from shapely.validation import explain_validity

from linli.kernel.places.sentences import Fault, Sentence

Lonlat = tuple[float, float]
GeoJSON = Mapping[str, Any]

_EARTH_M = 6_371_008.8  # IUGG mean radius
_METRES_PER_DEGREE = _EARTH_M * radians(1)
MOST_POINTS = 100_000
SLIVER = 0.01
"""Share of the smaller area that neighbours may overlap, or a child may stick out: hand-drawn lines do."""


def checked_point(lon: object, lat: object) -> Lonlat:
    """Longitude and latitude as finite numbers on the globe, to seven decimals (1 cm). Raises `Fault`."""
    try:
        x, y = float(str(lon)), float(str(lat))
    except ValueError:
        raise Fault("经纬度“%(lon)s，%(lat)s”不是数字。", lon=lon, lat=lat) from None
    if not (isfinite(x) and isfinite(y)):
        raise Fault("经纬度必须是有限的数字。")
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        if -90 <= x <= 90 and -180 <= y <= 180:
            raise Fault("经纬度 %(lon)s，%(lat)s 不在地球上，经度和纬度可能写反了。", lon=x, lat=y)
        raise Fault("经纬度 %(lon)s，%(lat)s 不在地球上。", lon=x, lat=y)
    return round(x, 7), round(y, 7)


def boundary_from_geojson(given: object) -> MultiPolygon:
    """A boundary from a GeoJSON Polygon, MultiPolygon or Feature (dict or text). Raises `Fault`.

    Rings are turned as RFC 7946 wants them (outer counter-clockwise); that alone is never refused.
    """
    form = _as_mapping(given)
    if form.get("type") == "Feature":
        form = _as_mapping(form.get("geometry"))
    if form.get("type") not in {"Polygon", "MultiPolygon"}:
        raise Fault("边界必须是多边形（Polygon 或 MultiPolygon），不是“%(kind)s”。", kind=form.get("type"))
    if "crs" in form and "84" not in json.dumps(form["crs"]):
        raise Fault("边界注明了别的坐标系；请先换算成 WGS-84。")
    _check_positions(form.get("coordinates"), 3 if form["type"] == "Polygon" else 4)
    try:
        drawn = shape(form)
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError):
        raise Fault("边界的坐标读不懂：每个环至少要有四个点，首尾相同。") from None
    return checked_boundary(drawn)


def boundary_from_wkt(text: str) -> MultiPolygon:
    """A boundary from well-known text. Raises `Fault`."""
    try:
        drawn = shapely.from_wkt(text)
    except shapely.errors.ShapelyError:
        raise Fault("边界的 WKT 文本读不懂。") from None
    if not isinstance(drawn, Polygon | MultiPolygon):
        kind = getattr(drawn, "geom_type", "")
        raise Fault("边界必须是多边形（Polygon 或 MultiPolygon），不是“%(kind)s”。", kind=kind)
    _check_positions(mapping(drawn)["coordinates"], 3 if drawn.geom_type == "Polygon" else 4)
    return checked_boundary(drawn)


def checked_boundary(drawn: Polygon | MultiPolygon) -> MultiPolygon:
    """The boundary if it encloses an area and does not cross itself. Raises `Fault` with the spot."""
    if drawn.is_empty or drawn.envelope.area == 0:
        raise Fault("边界没有围成任何面积。")
    if not drawn.is_valid:
        raise _why_invalid(drawn)
    parts = drawn.geoms if isinstance(drawn, MultiPolygon) else (drawn,)
    return MultiPolygon([shapely.geometry.polygon.orient(shapely.force_2d(part)) for part in parts])


def to_geojson(boundary: MultiPolygon) -> dict[str, Any]:
    """As stored and sent: a Polygon when there is one part, else a MultiPolygon; seven decimals (1 cm)."""
    drawn = boundary.geoms[0] if len(boundary.geoms) == 1 else boundary
    return {"type": drawn.geom_type, "coordinates": _rounded(mapping(drawn)["coordinates"])}


def inner_point(boundary: MultiPolygon) -> Lonlat:
    """A point that surely lies inside, unlike the centre of a crescent."""
    spot = boundary.representative_point()
    return checked_point(spot.x, spot.y)


def distance_m(a: Lonlat, b: Lonlat) -> float:
    """Great-circle distance in metres (haversine)."""
    lon_a, lat_a, lon_b, lat_b = map(radians, (*a, *b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_M * asin(min(1.0, sqrt(half)))


def area_m2(drawn: shapely.Geometry) -> float:
    """Area in square metres on a plane at the middle latitude."""
    if drawn.is_empty:
        return 0.0
    shrink = cos(radians(drawn.centroid.y))
    return float(scale(drawn, shrink, 1.0, origin=(0, 0)).area) * _METRES_PER_DEGREE**2


def overlap_share(a: MultiPolygon, b: MultiPolygon) -> float:
    """What share of the smaller of two areas lies in both, 0 to 1."""
    if not a.intersects(b):
        return 0.0
    return float(a.intersection(b).area / min(a.area, b.area))


def outside_share(child: MultiPolygon, parent: MultiPolygon) -> float:
    """What share of `child` sticks out of `parent`, 0 to 1."""
    return float(child.difference(parent).area / child.area)


@dataclass(frozen=True, slots=True)
class Near:
    """A place and how far away it is."""

    code: str
    metres: float


class GridIndex:
    """The deepest place a point lies in. Built once from (code, boundary), then read by many."""

    def __init__(self, rows: Iterable[tuple[str, MultiPolygon]]) -> None:
        kept = list(rows)
        self._codes = [code for code, _ in kept]
        self._tree = STRtree([boundary for _, boundary in kept])

    def __len__(self) -> int:
        return len(self._codes)

    def locate(self, lon: float, lat: float) -> str | None:
        """The deepest code whose boundary holds the point (its edge counts); None outside all.

        On an edge that two neighbours share, the smaller code: always the same answer.
        """
        found = [self._codes[i] for i in self._tree.query(Point(lon, lat), predicate="intersects")]
        return min(found, key=lambda code: (-len(code), code), default=None)


class PointIndex:
    """The places whose point lies nearest. Built once from (code, lon, lat)."""

    def __init__(self, rows: Iterable[tuple[str, float, float]]) -> None:
        kept = list(rows)
        self._rows = kept
        self._tree = STRtree([Point(lon, lat) for _, lon, lat in kept])

    def nearest(self, lon: float, lat: float, *, within_m: float, limit: int = 5) -> list[Near]:
        """At most `limit` places within `within_m` metres, the nearest first."""
        high = within_m / _METRES_PER_DEGREE
        wide = high / max(cos(radians(min(abs(lat) + high, 89.9))), 0.001)
        window = shapely.box(lon - wide, lat - high, lon + wide, lat + high)
        rows = (self._rows[i] for i in self._tree.query(window))
        near = (Near(code, distance_m((lon, lat), (x, y))) for code, x, y in rows)
        return sorted((n for n in near if n.metres <= within_m), key=lambda n: (n.metres, n.code))[:limit]


def _as_mapping(given: object) -> GeoJSON:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise Fault("边界不是 GeoJSON：读不出 JSON。") from None
    if not isinstance(given, Mapping):
        raise Fault("边界不是 GeoJSON 对象。")
    return given


def _check_positions(coordinates: object, depth: int) -> None:
    """Every position is two or three finite numbers on the globe, and there are not absurdly many."""
    nested: list[object] = [coordinates]
    for _ in range(depth - 1):
        deeper: list[object] = []
        for part in nested:
            if not isinstance(part, list | tuple) or not part:
                raise Fault("边界的坐标读不懂：每个环至少要有四个点，首尾相同。")
            deeper.extend(part)
        nested = deeper
    if len(nested) > MOST_POINTS:
        raise Fault("边界有 %(count)s 个点，最多 %(most)s 个；请先简化。", count=len(nested), most=MOST_POINTS)
    for position in nested:
        if not isinstance(position, list | tuple) or len(position) not in (2, 3):
            raise Fault("边界里有一个点不是“经度，纬度”。")
        checked_point(position[0], position[1])


def _rounded(part: Any) -> Any:
    return round(part, 7) if isinstance(part, float) else [_rounded(inner) for inner in part]


_REASONS = {
    "Self-intersection": Sentence("边线自交"),
    "Ring Self-intersection": Sentence("环自交"),
    "Hole lies outside shell": Sentence("洞在外环之外"),
    "Holes are nested": Sentence("洞套着洞"),
    "Nested shells": Sentence("两个部分互相套叠"),
    "Interior is disconnected": Sentence("内部被切断"),
    "Too few points in geometry component": Sentence("点太少"),
}


def _why_invalid(drawn: Polygon | MultiPolygon) -> Fault:
    """GEOS says "Self-intersection[121.41 31.21]"."""
    kind, _, spot = explain_validity(drawn).partition("[")
    why = _REASONS.get(kind, kind)
    return Fault("边界在（%(spot)s）处画得不对：%(why)s。", spot=spot.rstrip("]"), why=why)
