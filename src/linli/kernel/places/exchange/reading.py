"""A file of places taken apart into lines, each with a row or with what is wrong with it.

A file that is no such file at all (HTML saved as CSV, an unknown encoding, no column of codes) is a `Fault`; a line
that does not fit is kept with its fault, and the lines beside it stay good.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linli.kernel.places.coordinates import Datum
from linli.kernel.places.exchange.fields import FIELDS, row_from
from linli.kernel.places.rows import PlaceRow
from linli.kernel.places.sentences import Fault, Sentence

_LONGEST_CELL = 16 * 1024 * 1024
_ENCODINGS = (("utf-8-sig", "UTF-8"), ("gb18030", "GBK"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number as an editor shows it (a feature's number in GeoJSON), its code as written."""

    number: int
    code: str
    row: PlaceRow | None = None
    fault: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A file's lines, and the encoding it was written in."""

    lines: list[Line]
    encoding: str


def read(data: bytes, *, columns: Mapping[str, str] | None = None, datum: Datum = Datum.WGS84) -> Batch:
    """CSV or GeoJSON, told apart by content. Raises `Fault` when it is neither."""
    text, _ = decode(data)
    if text.lstrip().startswith("{"):
        return read_geojson(data, datum=datum)
    return read_csv(data, columns=columns, datum=datum)


def read_csv(data: bytes, *, columns: Mapping[str, str] | None = None, datum: Datum = Datum.WGS84) -> Batch:
    """Read CSV with a heading. `columns` maps our field names to the file's headings where they differ.

    Headings in our names, English or Chinese, need no mapping; other columns are not looked at.
    """
    text, encoding = decode(data)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading = next(_records(reader), (0, [], None))[1]
    fields = _fields(heading, columns or {})
    lines = [_line(number, cells, problem, heading, fields, datum) for number, cells, problem in _records(reader)]
    return Batch(lines, encoding)


def read_geojson(data: bytes, *, datum: Datum = Datum.WGS84) -> Batch:
    """Read a FeatureCollection whose properties bear our field names; a polygon is a boundary."""
    text, encoding = decode(data)
    try:
        whole = json.loads(text)
    except ValueError:
        raise Fault("这不是完整的 GeoJSON：读不出 JSON。") from None
    if not isinstance(whole, dict) or not isinstance(whole.get("features"), list):
        raise Fault("GeoJSON 里没有要素集合（FeatureCollection）。")
    return Batch([_feature(n, feature, datum) for n, feature in enumerate(whole["features"], start=1)], encoding)


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8, else GBK. Raises `Fault` for what is no text file of ours."""
    if not data.strip():
        raise Fault("文件是空的。")
    if b"\0" in data[:4096]:
        raise Fault("这不是文本文件；Excel 表格请先另存为 CSV。")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise Fault("这是网页或 XML，不是 CSV 或 GeoJSON；请重新下载。")
    for codec, name in _ENCODINGS:
        try:
            return data.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise Fault("文件的编码认不出来，请存成 UTF-8 或 GBK。")


def _records(reader: Any) -> Iterator[tuple[int, list[str], Sentence | None]]:
    """Records with the line they begin on. A quote that never closes is a fault of its line and ends the file."""
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield begins, [], Sentence("这一行的引号没有配对，后面的内容读不出来。")
            return
        if any(cell.strip() for cell in cells):
            yield begins, cells, None


def _fields(heading: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Where each of our fields stands in a record."""
    said = [cell.strip() for cell in heading]
    fields = {}
    for ours, chinese in FIELDS.items():
        wanted = [columns[ours]] if ours in columns else [ours, chinese]
        places = [said.index(name) for name in wanted if name in said]
        if places:
            fields[ours] = places[0]
        elif ours in columns:
            raise Fault("文件里没有“%(column)s”这一列。", column=columns[ours])
    if missing := [FIELDS[f] for f in ("code", "name") if f not in fields]:
        raise Fault("文件里没有“%(columns)s”这样的列。", columns="、".join(missing))
    return fields


def _line(
    number: int,
    cells: list[str],
    problem: Sentence | None,
    heading: list[str],
    fields: Mapping[str, int],
    datum: Datum,
) -> Line:
    if problem is None and len(cells) != len(heading):
        values = {"count": len(cells), "wanted": len(heading)}
        problem = Sentence("这一行有 %(count)s 列，而表头有 %(wanted)s 列。", values)
    code = cells[fields["code"]].strip() if len(cells) > fields["code"] else ""
    if problem is not None:
        return Line(number, code, fault=problem)
    return _made(number, code, {ours: cells[at] for ours, at in fields.items()}, datum)


def _feature(number: int, feature: Any, datum: Datum) -> Line:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return Line(number, "", fault=Sentence("这个要素没有属性（properties）。"))
    known = _known(properties, FIELDS.items())
    geometry = feature.get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        spot = geometry.get("coordinates")
        if not isinstance(spot, list) or len(spot) < 2:
            return Line(number, str(known.get("code", "")), fault=Sentence("这个点没有经纬度。"))
        known["lon"], known["lat"] = spot[0], spot[1]
    elif geometry is not None:
        known["boundary"] = geometry
    return _made(number, str(known.get("code", "")), known, datum)


def _known(properties: Mapping[str, Any], fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {
        ours: properties.get(ours, properties.get(chinese))
        for ours, chinese in fields
        if ours in properties or chinese in properties
    }


def _made(number: int, code: str, cells: Mapping[str, Any], datum: Datum) -> Line:
    try:
        return Line(number, code, row=row_from(cells, datum))
    except Fault as fault:
        return Line(number, code, fault=fault.sentence)
