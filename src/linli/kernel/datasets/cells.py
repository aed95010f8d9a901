"""A row as it came, read by a declaration: typed values, the key, or why it cannot be taken. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from linli.kernel.places.coordinates import to_wgs84
from linli.kernel.places.sentences import Fault, Sentence

from .declared import Column, Declared

LONGEST = 500
QUOTED = 40
_DATE = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})(?:[-/.年]?)(\d{1,2})月?")
_YES = {"是": True, "有": True, "y": True, "yes": True, "true": True, "1": True}
_NO = {"否": False, "无": False, "没有": False, "n": False, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Read:
    """What a row says: open values, sensitive ones apart, its key; `point` is WGS-84. `faults` are why it is refused."""

    key: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    sensitive: Mapping[str, Any] = field(default_factory=dict)
    point: tuple[float, float] | None = None
    faults: tuple[Sentence, ...] = ()

    @property
    def every(self) -> Mapping[str, Any]:
        return {**self.values, **self.sensitive}


def read_row(declared: Declared, cells: Mapping[str, Any], zone: ZoneInfo) -> Read:
    """Read one row; what is wrong with a field is told with its label, and a sensitive value is never quoted."""
    values: dict[str, Any] = {}
    faults: list[Sentence] = []
    for column in declared.columns:
        try:
            value = _value(column, _cell(column, cells), zone)
        except Fault as fault:
            faults.append(Sentence("“%(label)s”：%(why)s", {"label": column.label, "why": fault.sentence}))
            continue
        if value is None and (column.required or column.name in declared.key):
            faults.append(Sentence("缺少“%(label)s”。", {"label": column.label}))
        elif value is not None:
            values[column.name] = value
    point = None
    try:
        point = _point(declared, values)
    except Fault as fault:
        faults.append(fault.sentence)
    hidden = {column.name for column in declared.columns if column.sensitive}
    return Read(
        key=key_of(declared, values),
        values={name: value for name, value in values.items() if name not in hidden},
        sensitive={name: value for name, value in values.items() if name in hidden},
        point=point,
        faults=tuple(faults),
    )


def key_of(declared: Declared, values: Mapping[str, Any]) -> str:
    """What says which row this is: its key fields put together, spelled in one way."""
    return "|".join(unicodedata.normalize("NFKC", str(values.get(name, ""))).strip() for name in declared.key)


def at_path(given: Any, path: str) -> Sequence[Any]:
    """The list at a path ("data.items") of a JSON answer. Raises Fault."""
    for step in path.split(".") if path else ():
        given = given.get(step) if isinstance(given, dict) else None
    if not isinstance(given, list):
        raise Fault("JSON 里“%(path)s”不是一个列表。", path=path or "/")
    return given


def _cell(column: Column, cells: Mapping[str, Any]) -> Any:
    for source in column.source:
        cell = cells.get(source)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        return cell
    return None


def _value(column: Column, cell: Any, zone: ZoneInfo) -> Any:
    if cell is None:
        return None
    if column.type in ("date", "month", "moment") and isinstance(cell, date | datetime):
        return _READERS[column.type](column, _iso(cell, zone, column.type))
    text = _plain(cell)
    if not text:
        return None
    if len(text) > LONGEST:
        raise Fault("超过 %(n)s 个字。", n=LONGEST)
    if column.type == "moment":
        return _moment(column, text, zone)
    return _READERS[column.type](column, text)


def _iso(cell: date | datetime, zone: ZoneInfo, kind: str) -> str:
    if kind == "moment" and isinstance(cell, datetime):
        return (cell if cell.tzinfo else cell.replace(tzinfo=zone)).isoformat()
    return cell.isoformat()[:10] if kind != "month" else cell.isoformat()[:7]


def _plain(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and isfinite(cell) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False)
    return "".join(c for c in str(cell) if unicodedata.category(c)[0] != "C").strip()


def _quoted(column: Column, text: str) -> str:
    return "…" if column.sensitive else text[:QUOTED]


def _text(column: Column, text: str) -> str:
    return text


def _number(column: Column, text: str) -> float | int:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    unit = unicodedata.normalize("NFKC", column.unit)
    if unit and plain.endswith(unit):
        plain = plain.removesuffix(unit)
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise Fault("“%(said)s”不是数字。", said=_quoted(column, text))
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _date(column: Column, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    found = _DATE.match(plain)
    digits = [plain[:4], plain[4:6], plain[6:8]] if re.fullmatch(r"\d{8}", plain) else None
    parts = [int(part) for part in (digits or (found.groups() if found else ()))]
    try:
        return date(*parts).isoformat()
    except (TypeError, ValueError):
        raise Fault("“%(said)s”不是日期。", said=_quoted(column, text)) from None


def _month(column: Column, text: str) -> str:
    found = _MONTH.match(unicodedata.normalize("NFKC", text))
    if found is None or not 1 <= int(found[2]) <= 12:
        raise Fault("“%(said)s”不是月份。", said=_quoted(column, text))
    return f"{found[1]}-{int(found[2]):02d}"


def _moment(column: Column, text: str, zone: ZoneInfo) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("/", "-")
    try:
        at = datetime.fromisoformat(plain)
    except ValueError:
        raise Fault("“%(said)s”不是时间。", said=_quoted(column, text)) from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).isoformat()


def _code(column: Column, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if plain in column.codes:
        return column.codes[plain]
    if plain in column.codes.values():
        return plain
    raise Fault("代码“%(said)s”不在代码表里。", said=_quoted(column, text))


def _yes(column: Column, text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).lower()
    if plain in _YES or plain in _NO:
        return (_YES | _NO)[plain]
    raise Fault("“%(said)s”不是“是”或“否”。", said=_quoted(column, text))


_READERS: dict[str, Callable[[Column, str], Any]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "month": _month,
    "moment": _text,
    "code": _code,
    "yes": _yes,
}


def _point(declared: Declared, values: Mapping[str, Any]) -> tuple[float, float] | None:
    """The point of a row in WGS-84, when it says one. Raises Fault for one that is not on the globe."""
    parts = declared.match.get("place", {})
    lon, lat = values.get(parts.get("lon", "")), values.get(parts.get("lat", ""))
    if lon is None or lat is None:
        return None
    try:
        lon, lat = float(lon), float(lat)
    except (TypeError, ValueError):
        raise Fault("坐标不是数字。") from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Fault("坐标 %(lon)s, %(lat)s 不在地球上，经度和纬度可能写反了。", lon=lon, lat=lat)
    moved = to_wgs84(lon, lat, declared.datum)
    return round(moved[0], 7), round(moved[1], 7)
