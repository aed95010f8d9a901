"""How things stand: a page of them with what they said last and what is the matter, and the same as marks on a map."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.things.queries.resting import RESTING

from . import looking, slots
from .looking import Asked, Part
from .storms import STANDS

MOST = 500
BOUND = 1000
"""Counted up to here and no further: beyond it the exact number helps nobody."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing and what it said last. `severity`: of the gravest of its `warnings` that stand now (0: none);
    `unclosed`: warnings whose reading is normal again and that nobody has closed yet."""

    id: UUID
    no: int
    key: str
    model: str
    name: str
    state: str
    place_code: str
    spot: str
    lon: float | None
    lat: float | None
    maintained: bool
    at: datetime | None
    heard_at: datetime | None
    values: Mapping[str, float]
    silent: bool
    unheard: bool
    severity: int
    warnings: int
    unclosed: int

    @property
    def warned_of(self) -> bool:
        """Whether a warning of it is open, also one that has cleared: somebody is still about it (rights.md, 4)."""
        return self.severity > 0 or self.unclosed > 0


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Standing]
    next_cursor: str | None


_HEAD = (
    "id", "no", "key", "model", "name", "state", "place_code", "spot", "lon", "lat", "maintained", "at", "heard_at",
)  # fmt: skip
# Open warnings of a thing stand in the index that allows one of each rule: looked up, not counted.
_WARNED = f"""LEFT JOIN LATERAL (
  SELECT max(w.severity) FILTER (WHERE {STANDS.format("w")}) AS severity,
    count(*) FILTER (WHERE {STANDS.format("w")}) AS n, count(*) FILTER (WHERE w.state = 'cleared') AS unclosed
  FROM readings_warning w
  WHERE w.rule = ANY(%s) AND w.subject = t.no::text AND w.closed_at IS NULL
) w ON true"""  # noqa: S608 - of our parts


def things(actor: Actor, asked: Asked, *, at: datetime, after: str | None = None, limit: int = 50) -> Page:
    """One page of the things asked for, by model and key: three queries, however many there are.

    `after` is the `next_cursor` of the page before. Raises NotAllowed, and Invalid for a cursor we did not write.
    """
    require(actor, "things.read")
    where = looking.where(actor, asked, at)
    cursor_at = _read_cursor(after)
    if where is None:
        return Page((), None)
    limit = max(1, min(limit, MOST))
    declared, places = looking.declared(), slots.of(catalogue().devices)
    if cursor_at:
        where = Part(f"{where.sql} AND (t.model, t.key) > (%s, %s)", (*where.values, *cursor_at))
    # Cut before the warnings are looked up: fifty times instead of for every thing.
    text = f"""
        SELECT t.id, t.no, t.key, t.model, t.name, t.state, t.place_code, t.spot, t.lon_now, t.lat_now, t.kept,
               t.at, t.received_at, t."values", t.silent, t.unheard, coalesce(w.severity, 0), coalesce(w.n, 0), coalesce(w.unclosed, 0)
        FROM (
          SELECT t.*, l.at, l.received_at, l."values", coalesce({looking.SILENT}, false) AS silent,
            {looking.UNHEARD} AS unheard, {looking.LON_NOW} AS lon_now, {looking.LAT_NOW} AS lat_now, {RESTING} AS kept
          FROM things_thing t LEFT JOIN {declared.sql} ON d.model = t.model
          {looking.SOURCES}
          WHERE {where.sql} ORDER BY t.model, t.key LIMIT {limit + 1}
        ) t {_WARNED} ORDER BY t.model, t.key
    """  # noqa: S608 - made of the parts of looking.py; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(text, [at, at, at, *declared.values, *where.values, list(catalogue().rules)])
        found = [_standing(row, places) for row in cursor.fetchall()]
    more = len(found) > limit
    del found[limit:]
    return Page(found, _write_cursor(found[-1]) if more else None)


def thing(actor: Actor, thing_id: UUID, *, at: datetime) -> Standing | None:
    """One thing as it stands; None when there is none, or none this actor may see. Raises NotAllowed."""
    require(actor, "things.read")
    declared, places = looking.declared(), slots.of(catalogue().devices)
    text = f"""
        SELECT t.id, t.no, t.key, t.model, t.name, t.state, t.place_code, t.spot, {looking.LON_NOW},
               {looking.LAT_NOW}, {RESTING}, l.at, l.received_at, l."values", coalesce({looking.SILENT}, false), {looking.UNHEARD},
               coalesce(w.severity, 0), coalesce(w.n, 0), coalesce(w.unclosed, 0)
        FROM things_thing t LEFT JOIN {declared.sql} ON d.model = t.model
        {looking.SOURCES} {_WARNED} WHERE t.id = %s
    """  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(text, [at, at, at, *declared.values, list(catalogue().rules), thing_id])
        row = cursor.fetchone()
    return _standing(row, places) if row else None


def count(actor: Actor, asked: Asked, *, at: datetime) -> int:
    """How many things are asked for, up to BOUND. Raises NotAllowed."""
    require(actor, "things.read")
    where = looking.where(actor, asked, at)
    if where is None:
        return 0
    declared = looking.declared()
    text = f"""
        SELECT count(*) FROM (SELECT FROM things_thing t LEFT JOIN {declared.sql} ON d.model = t.model
        {looking.SOURCES} WHERE {where.sql} LIMIT {BOUND}) bounded
    """  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(text, [*declared.values, *where.values])
        return int(cursor.fetchone()[0])


def _standing(row: tuple[Any, ...], places: dict[str, dict[str, int]]) -> Standing:
    *head, values, silent, unheard, severity, warnings, unclosed = row
    held = values or []
    said = {
        quantity: held[slot]
        for quantity, slot in places.get(head[3], {}).items()
        if slot < len(held) and held[slot] is not None
    }
    known = dict(zip(_HEAD, head, strict=True))
    return Standing(
        **known,
        values=said,
        silent=silent,
        unheard=unheard,
        severity=severity,
        warnings=warnings,
        unclosed=unclosed,
    )


def _write_cursor(last: Standing) -> str:
    return base64.urlsafe_b64encode(f"{last.model} {last.key}".encode()).decode()


def _read_cursor(cursor: str | None) -> tuple[str, str] | None:
    if not cursor:
        return None
    try:
        model, space, key = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        if not space or "\0" in model + key:
            raise ValueError(cursor)
    except (ValueError, UnicodeError, binascii.Error):
        raise Invalid(_("这个翻页位置无效，请从第一页重新开始。"), fields={"after": _("无效")}) from None
    return model, key
