"""Places written to a file that `reading` takes back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from linli.kernel.places.exchange.fields import FIELDS, as_text
from linli.kernel.places.models import Place
from linli.kernel.places.register import valid

BOM = "\ufeff"  # without it Excel reads the Chinese in UTF-8 as something else


def to_csv(scope: str, on: date) -> Iterator[str]:
    """The lines of a CSV file of the places inside a scope as they are on a day; UTF-8 with a byte order mark."""
    yield BOM + _record(FIELDS)
    for values in _values(scope, on):
        yield _record(as_text(values[ours]) for ours in FIELDS)


def to_geojson(scope: str, on: date) -> Iterator[str]:
    """The same as a FeatureCollection, a feature a line."""
    yield '{"type":"FeatureCollection","features":[\n'
    between = ""
    for values in _values(scope, on):
        boundary = values.pop("boundary")
        feature = {
            "type": "Feature",
            "id": values["code"],
            "geometry": boundary or _point(values),
            "properties": values | {day: as_text(values[day]) or None for day in ("valid_from", "valid_to")},
        }
        yield between + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        between = ",\n"
    yield "\n]}\n"


def _values(scope: str, on: date) -> Iterator[dict[str, Any]]:
    places = valid(on).order_by("level", "code")
    if scope != "*":
        places = places.filter(code__startswith=scope) if scope else places.none()
    for place in places.iterator(chunk_size=2000):
        yield _of(place)


def _of(place: Place) -> dict[str, Any]:
    values = {ours: getattr(place, ours) for ours in FIELDS if ours != "parent"}
    return values | {"level": place.kind.en, "parent": place.parent_code}


def _point(values: dict[str, Any]) -> dict[str, Any] | None:
    if values["lon"] is None:
        return None
    return {"type": "Point", "coordinates": [values["lon"], values["lat"]]}


def _record(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
