"""The columns of a file of places, in both languages, and cells turned into values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from shapely import transform
from shapely.geometry import MultiPolygon

from linli.kernel.places import codes, geometry
from linli.kernel.places.coordinates import Datum, to_wgs84
from linli.kernel.places.rows import ADDRESS_PARTS, Address, PlaceRow
from linli.kernel.places.sentences import Fault

FIELDS: dict[str, str] = {
    "code": "代码",
    "name": "名称",
    "level": "级别",
    "parent": "上级代码",
    "aliases": "别名",
    "lon": "经度",
    "lat": "纬度",
    "road": "路",
    "lane": "弄",
    "number": "门牌号",
    "building": "楼号",
    "unit": "单元号",
    "room": "室号",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
    "source": "来源",
    "boundary": "边界",
}
BETWEEN_ALIASES = "|"
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")


def row_from(cells: Mapping[str, Any], datum: Datum = Datum.WGS84) -> PlaceRow:
    """A row from cells by our field names; raises `Fault` for the first cell that does not fit."""
    text = {key: "" if value is None else str(value).strip() for key, value in cells.items()}
    code = text.get("code", "")
    level = codes.level_of(code)
    _agree(text, code, level)
    lon, lat = _point(text, datum)
    return PlaceRow(
        code=code,
        name=text.get("name", ""),
        aliases=_aliases(cells.get("aliases")),
        lon=lon,
        lat=lat,
        boundary=_boundary(cells.get("boundary"), datum),
        address=Address(**{part: text.get(part, "") for part in ADDRESS_PARTS}),
        valid_from=_date(text.get("valid_from", "")),
        valid_to=_date(text.get("valid_to", "")),
        source=text.get("source", "")[:128],
    )


def _agree(text: Mapping[str, str], code: str, level: codes.Level) -> None:
    """Level and parent are in the code already; when they are given too, they must say the same."""
    said = text.get("level", "")
    if said and said.lower() not in (level.zh, level.en, str(int(level))):
        raise Fault(
            "代码 %(code)s 是%(level)s，而这一行写的级别是“%(said)s”。", code=code, level=level.word, said=said
        )
    parent = text.get("parent", "")
    if parent and parent != codes.parent(code):
        raise Fault("代码 %(code)s 的上级不是 %(parent)s。", code=code, parent=parent)


def _point(text: Mapping[str, str], datum: Datum) -> tuple[float | None, float | None]:
    lon, lat = text.get("lon", ""), text.get("lat", "")
    if not lon and not lat:
        return None, None
    if not lon or not lat:
        raise Fault("经度和纬度要么都填，要么都不填。")
    return geometry.checked_point(*to_wgs84(*geometry.checked_point(lon, lat), datum))


def _boundary(given: Any, datum: Datum) -> dict[str, Any] | None:
    if given is None or given == "":
        return None
    if isinstance(given, str) and not given.lstrip().startswith("{"):
        drawn = geometry.boundary_from_wkt(given)
    else:
        drawn = geometry.boundary_from_geojson(given)
    if datum is not Datum.WGS84:
        drawn = transform(drawn, lambda points: np.array([to_wgs84(x, y, datum) for x, y in points]))
    return geometry.to_geojson(MultiPolygon(drawn))


def _aliases(given: Any) -> tuple[str, ...]:
    parts = given if isinstance(given, list | tuple) else str(given or "").split(BETWEEN_ALIASES)
    return tuple(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))


def _date(text: str) -> date | None:
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        if match:
            return date(*map(int, match.groups()))
    except ValueError:
        pass
    raise Fault("日期“%(text)s”读不懂，请写成 2024-05-01。", text=text)


def as_text(value: Any) -> str:
    """A value as a CSV cell; the inverse of what `row_from` reads."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"))
    if isinstance(value, list | tuple):
        return BETWEEN_ALIASES.join(value)
    return str(value)
