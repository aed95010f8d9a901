"""Thousands of places at once, by COPY, with one audit record for the batch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon

from linli.kernel import access, audit
from linli.kernel.access import Actor, Invalid
from linli.kernel.access.sizes import know_the_size
from linli.kernel.audit.ids import uuid7
from linli.kernel.places import codes, geometry
from linli.kernel.places.models import Place, Succession
from linli.kernel.places.rows import ADDRESS_PARTS, PlaceRow
from linli.kernel.places.sentences import Fault, Sentence
from linli.kernel.places.verbs import boundaries, ground
from linli.kernel.places.words import say

_COLUMNS = (
    "id, code, parent_id, name, aliases, lon, lat, boundary, road, lane, number, building, unit, room,"
    " valid_from, valid_to, source, version"
)
_MOST_SAID = 20


def bulk_add(rows: Iterable[PlaceRow], *, by: Actor, at: datetime) -> int:
    """Register all rows or none; returns how many. Order does not matter: parents may come after children.

    Raises Invalid with the first faults by code, NotAllowed when one code lies outside the actor's scope.
    """
    given = sorted(rows, key=lambda row: (len(row.code), row.code))
    access.require(by, ground.PERMISSION)
    for row in given:
        access.require(by, ground.PERMISSION, row.code)
    if not given:
        return 0
    with transaction.atomic():
        ground.lock()
        if faults := faults_of(given, at=at):
            fields = {given[i].code: say(why) for i, why in list(faults.items())[:_MOST_SAID]}
            raise Invalid(
                _("%(count)s 个地点有错，一个也没有登记。第一个：%(first)s")
                % {"count": len(faults), "first": next(iter(fields.values()))},
                fields=fields,
            )
        copy_rows(given, timezone.localdate(at))
        together = codes.common([row.code for row in given]) or ""
        audit.append(
            by=by,
            at=at,
            verb="places.bulk_add",
            stream=f"places:{uuid7()}",
            place_code=together,
            after={"count": len(given), "first": given[0].code, "last": given[-1].code},
        )
    return len(given)


def faults_of(rows: Sequence[PlaceRow], *, at: datetime) -> dict[int, Sentence]:
    """What is wrong with which row, by its position; empty when all could be registered together.

    A row below a refused row is refused too. Reads only; the caller's scope is not looked at.
    """
    today = timezone.localdate(at)
    known = _known([row.code for row in rows])
    became = _became([row.code for row in rows])
    spans: dict[str, list[tuple[date, date]]] = {code: list(held) for code, (_, held) in known.items()}
    standing = {code for code, (is_open, _) in known.items() if is_open}
    faults: dict[int, Sentence] = {}
    drawn: dict[str, MultiPolygon] = {}
    for i in sorted(range(len(rows)), key=lambda i: (len(rows[i].code), rows[i].code)):
        row = rows[i]
        try:
            if row.code in became and row.code not in standing:
                raise Fault("代码 %(code)s 已改为 %(new)s，不重复使用。", code=row.code, new=became[row.code])
            boundary = _check(row, today, standing, spans)
        except Fault as fault:
            faults[i] = fault.sentence
            continue
        spans.setdefault(row.code, []).append(_span(row, today))
        if row.valid_to is None:
            standing.add(row.code)
            if boundary is not None:
                drawn[row.code] = boundary
    places = {rows[i].code: i for i in range(len(rows)) if i not in faults}
    for code, why in boundaries.misfits(drawn, {row.code: row.name for row in rows}):
        faults.setdefault(places[code], why)
    return faults


def _check(
    row: PlaceRow, today: date, standing: set[str], spans: Mapping[str, list[tuple[date, date]]]
) -> MultiPolygon | None:
    """The row's boundary, checked like everything else about it. Raises Fault."""
    above = codes.parent(row.code)
    if not row.name.strip():
        raise Fault("请填写地点名称。")
    if len(row.name) > 64:
        raise Fault("地点名称最多 64 个字，现在有 %(count)s 个。", count=len(row.name))
    if above is not None and above not in standing:
        raise Fault("上级地点 %(code)s 不存在。", code=above)
    begin, end = _span(row, today)
    if end <= begin:
        raise Fault("失效日期必须晚于生效日期。")
    if any(begin < other_end and other_begin < end for other_begin, other_end in spans.get(row.code, ())):
        raise Fault("代码 %(code)s 在这段时间里已经有地点。", code=row.code)
    if (row.lon is None) != (row.lat is None):
        raise Fault("经度和纬度要么都填，要么都不填。")
    if row.lon is not None:
        geometry.checked_point(row.lon, row.lat)
    check_lengths(row)
    return None if row.boundary is None else geometry.boundary_from_geojson(row.boundary)


def check_lengths(row: PlaceRow) -> None:
    if any(not alias.strip() or len(alias) > 64 for alias in row.aliases):
        raise Fault("别名不能为空，最多 64 个字。")
    for part in ADDRESS_PARTS:
        if len(getattr(row.address, part)) > (64 if part == "road" else 16):
            raise Fault("地址里的“%(text)s”太长。", text=getattr(row.address, part))


def _span(row: PlaceRow, today: date) -> tuple[date, date]:
    return row.valid_from or today, row.valid_to or date.max


def _known(given: list[str]) -> dict[str, tuple[bool, list[tuple[date, date]]]]:
    """Of the given codes and those right above: whether each stands now, and the spans it is taken for."""
    wanted = set(given)
    for code in given:
        for level in codes.Level:
            if level.digits < len(code):
                wanted.add(code[: level.digits])
    known: dict[str, tuple[bool, list[tuple[date, date]]]] = {}
    rows = Place.objects.filter(code__in=_one_of(wanted)).values_list("code", "valid_from", "valid_to")
    for code, begin, end in rows.iterator(chunk_size=5000):
        is_open, spans = known.get(code, (False, []))
        known[code] = (is_open or end is None, [*spans, (begin, end or date.max)])
    return known


def _one_of(given: Iterable[str]) -> RawSQL:
    """Thousands of codes as one value: as many of their own took more time to write down than to answer."""
    return RawSQL("SELECT unnest(%s::text[])", [list(given)])


def _became(given: list[str]) -> dict[str, str]:
    """Of the given codes those that were merged, split or recoded, and what they became: they are given to no other."""
    told = Succession.objects.filter(
        predecessor__code__in=_one_of(given),
        kind__in=[Succession.Kind.RECODE, Succession.Kind.MERGE, Succession.Kind.SPLIT],
    ).order_by("at", "heir")
    return dict(told.values_list("predecessor__code", "successor__code"))


def copy_rows(rows: Sequence[PlaceRow], today: date) -> None:
    """Write checked rows, sorted by length of code, so that a parent's id is known before its children's."""
    above = {code for row in rows if (code := codes.parent(row.code)) is not None}
    ids: dict[str | None, UUID] = dict(
        Place.objects.filter(code__in=_one_of(above), valid_to=None).values_list("code", "id")
    )
    fresh = [uuid7() for _ in rows]
    for row, row_id in zip(rows, fresh, strict=True):
        if row.valid_to is None:
            ids[row.code] = row_id
    with connection.cursor() as cursor, cursor.copy(f"COPY places_place ({_COLUMNS}) FROM STDIN") as copy:
        for row, row_id in zip(rows, fresh, strict=True):
            copy.write_row(_line(row, row_id, ids.get(codes.parent(row.code)), today))
    know_the_size(len(rows), "places_place")


def _line(row: PlaceRow, row_id: UUID, parent_id: UUID | None, today: date) -> tuple[object, ...]:
    lon, lat, boundary = row.lon, row.lat, None
    if row.boundary is not None:
        drawn = geometry.boundary_from_geojson(row.boundary)
        boundary = json.dumps(geometry.to_geojson(drawn))
        if lon is None:
            lon, lat = geometry.inner_point(drawn)
    if row.lon is not None:
        lon, lat = geometry.checked_point(row.lon, row.lat)
    parts = (getattr(row.address, part) for part in ADDRESS_PARTS)
    return (
        row_id, row.code, parent_id, row.name.strip(), list(row.aliases), lon, lat, boundary, *parts,
        row.valid_from or today, row.valid_to, row.source, 1,
    )  # fmt: skip
