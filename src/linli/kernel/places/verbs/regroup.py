"""Codes that change: a place gets another code, several become one, one becomes several.

A code is also the prefix of everything below it, so the whole subtree moves with it: every row is closed on the
day and a new row begins under the new code, joined by a `Succession`. No code that was ever used is given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry import shape
from shapely.ops import unary_union

from linli.kernel import access
from linli.kernel.access import Actor, Conflict, Invalid
from linli.kernel.places import codes, geometry, recoding
from linli.kernel.places.models import Place, Succession
from linli.kernel.places.rows import PlaceRow
from linli.kernel.places.sentences import Fault
from linli.kernel.places.verbs import bulk, ground
from linli.kernel.places.words import refusing, say

# Children and parents move in one statement; the foreign key to the parent is checked at commit.
_MOVE = """
WITH moved AS MATERIALIZED (
  SELECT p.*, uuidv7() AS new_id, m.new || substr(p.code, length(m.old) + 1) AS new_code,
         p.code = m.old AS is_top
  FROM unnest(%(old)s::text[], %(new)s::text[]) m(old, new)
  JOIN places_place p ON p.code >= m.old COLLATE "C" AND p.code < (m.old || ':') COLLATE "C"
  WHERE p.valid_to IS NULL
), closed AS (
  UPDATE places_place p SET valid_to = %(day)s, version = p.version + 1 FROM moved m WHERE p.id = m.id
  RETURNING p.id
), opened AS (
  INSERT INTO places_place (id, code, parent_id, name, aliases, lon, lat, boundary, road, lane, number, building,
    unit, room, valid_from, valid_to, source, version)
  SELECT m.new_id, m.new_code, CASE WHEN m.is_top THEN %(parent)s ELSE above.new_id END, m.name, m.aliases,
    m.lon, m.lat, m.boundary, m.road, m.lane, m.number, m.building, m.unit, m.room, %(day)s, NULL, m.source, 1
  FROM moved m LEFT JOIN moved above ON above.id = m.parent_id
  RETURNING id
)
INSERT INTO places_succession (id, predecessor_id, successor_id, kind, at, heir)
SELECT uuidv7(), m.id, m.new_id, 'recode', %(day)s, true FROM moved m
"""


@transaction.atomic
def recode_place(
    *, by: Actor, at: datetime, code: str, new_code: str, on: date | None = None, version: int | None = None
) -> Place:
    """Another code for a place and all below it, on the same level."""
    with refusing("new_code"):
        _same_level(code, [new_code])
    for touched in (code, new_code):
        access.require(by, ground.PERMISSION, touched)
    day = ground.day_of(at, on)
    ground.lock()
    place = ground.current(code, version)
    _must_be_unused(new_code)
    above = codes.parent(new_code)
    parent = None if above is None else ground.current(above)
    _move({code: new_code}, parent, day)
    fresh = ground.current(new_code)
    before, after = {"code": code}, {"code": new_code, "on": day.isoformat()}
    record = ground.record("recode", place, by=by, at=at, before=before, after=after)
    ground.recoded(record, recoding.of_recode(code, new_code), at)
    return fresh


@transaction.atomic
def merge_places(
    *, by: Actor, at: datetime, codes_from: Sequence[str], into: str | PlaceRow, on: date | None = None
) -> Place:
    """Several places become one from a day on; what lies below them moves below it under free codes.

    `into` is the code of a standing place on the same level (it may be one of those merged: it stays), or the
    row of a new one. When all of them have boundaries the result gets the union, unless it brings its own.
    """
    target_code = into if isinstance(into, str) else into.code
    leaving = [code for code in dict.fromkeys(codes_from) if code != target_code]
    for touched in (*leaving, target_code):
        access.require(by, ground.PERMISSION, touched)
    day = ground.day_of(at, on)
    with refusing("codes_from"):
        _same_level(target_code, leaving)
    if not leaving:
        said = _("请至少选择一个要并入的地点。")
        raise Invalid(said, fields={"codes_from": said})
    ground.lock()
    places = [ground.current(code) for code in leaving]
    for place in places:
        ground.must_have_begun(place, day)
    # Closed first: the new one lies where they lay, and would overlap them.
    _close(places, day)
    target = ground.current(into) if isinstance(into, str) else _open(into, day, at)
    moves: dict[str, str] = {}
    for place in places:
        moves |= _below(place, target.code, taken=moves.values())
    _move(moves, target, day)
    _unite(places, target, day, stood=isinstance(into, str))
    Succession.objects.bulk_create(
        Succession(predecessor=place, successor=target, kind=Succession.Kind.MERGE, at=day) for place in places
    )
    after = {"from": leaving, "into": target.code, "on": day.isoformat(), "recoded": moves}
    record = ground.record("merge", target, by=by, at=at, after=after)
    ground.recoded(record, recoding.of_merge(leaving, target.code, moves), at)
    return target


@transaction.atomic
def split_place(
    *,
    by: Actor,
    at: datetime,
    code: str,
    into: Sequence[PlaceRow],
    children: Mapping[str, str],
    heir: str | None = None,
    on: date | None = None,
    version: int | None = None,
) -> list[Place]:
    """One place becomes several new ones from a day on.

    `children` says for each place right below it which of the new codes it goes to; each must be named. `heir` is the
    part that takes what lay at the place itself (its units, matters known no nearer); the first when none is given.
    A part that brings no boundary gets the union of those of its children, when all of them have one.
    """
    for touched in (code, *(row.code for row in into)):
        access.require(by, ground.PERMISSION, touched)
    day = ground.day_of(at, on)
    with refusing("into"):
        _same_level(code, [row.code for row in into])
    if len(into) < 2:
        raise Invalid(_("拆分要有至少两个新地点。"), fields={"into": _("拆分要有至少两个新地点。")})
    heir = into[0].code if heir is None else heir
    if heir not in {row.code for row in into}:
        said = _("承继原地点的，要是新地点中的一个。")
        raise Invalid(said, fields={"heir": said})
    ground.lock()
    place = ground.current(code, version)
    ground.must_have_begun(place, day)
    _every_child_is_placed(place, children, {row.code for row in into})
    # Closed first: the parts lie where it lay, and would overlap it.
    _close([place], day)
    parts = [_open(row, day, at) for row in into]
    moved: dict[str, str] = {}
    for part in parts:
        going = [child for child, to in children.items() if to == part.code]
        moves = _free(going, part.code, taken=())
        _move(moves, part, day)
        _bound_by_children(part)
        moved |= moves
    Succession.objects.bulk_create(
        Succession(predecessor=place, successor=part, kind=Succession.Kind.SPLIT, at=day, heir=part.code == heir)
        for part in parts
    )
    codes_of = [part.code for part in parts]
    after = {"into": codes_of, "heir": heir, "on": day.isoformat(), "recoded": moved}
    record = ground.record("split", place, by=by, at=at, before={"name": place.name}, after=after)
    ground.recoded(record, recoding.of_split(code, codes_of, heir, moved), at)
    return parts


def _same_level(code: str, others: Sequence[str]) -> None:
    level = codes.level_of(code)
    for other in others:
        if codes.level_of(other) is not level:
            raise Fault("%(code)s 和 %(other)s 不在同一级。", code=code, other=other)


def _must_be_unused(code: str) -> None:
    if Place.objects.filter(code=code).exists():
        said = _("代码 %(code)s 用过了，代码不重复使用。") % {"code": code}
        raise Conflict(said, code="code-used", fields={"new_code": said})


def _open(row: PlaceRow, day: date, at: datetime) -> Place:
    """Register a new place that begins on the day."""
    _must_be_unused(row.code)
    begun = PlaceRow(
        code=row.code, name=row.name, aliases=row.aliases, lon=row.lon, lat=row.lat, boundary=row.boundary,
        address=row.address, valid_from=day, source=row.source,
    )  # fmt: skip
    for why in bulk.faults_of([begun], at=at).values():
        said = say(why)
        raise Invalid(said, fields={"into": said})
    bulk.copy_rows([begun], timezone.localdate(at))
    return ground.current(row.code)


def _close(places: Sequence[Place], day: date) -> None:
    Place.objects.filter(pk__in=[p.pk for p in places]).update(valid_to=day, version=F("version") + 1)


def _unite(places: Sequence[Place], target: Place, day: date, *, stood: bool) -> None:
    """Give the target the union of the boundaries, when all are known and it did not bring its own."""
    shapes = [place.boundary for place in places] + ([target.boundary] if stood else [])
    if None in shapes or (target.boundary is not None and not stood):
        return
    if stood:
        ground.keep_history(target, day, Succession.Kind.REDRAW)
    united = geometry.checked_boundary(unary_union([shape(s) for s in shapes]))
    target.boundary = geometry.to_geojson(united)
    target.version += 1
    target.save(update_fields=["boundary", "version"])


def _bound_by_children(part: Place) -> None:
    if part.boundary is not None:
        return
    shapes = list(Place.objects.filter(parent=part, valid_to=None).values_list("boundary", flat=True))
    if not shapes or None in shapes:
        return
    united = geometry.checked_boundary(unary_union([shape(s) for s in shapes]))
    part.boundary, part.version = geometry.to_geojson(united), part.version + 1
    part.save(update_fields=["boundary", "version"])


def _below(place: Place, target: str, *, taken: Iterable[str]) -> dict[str, str]:
    """Old and new codes of what lies right below `place`, under `target`."""
    going = Place.objects.filter(parent=place, valid_to=None).order_by("code").values_list("code", flat=True)
    return _free(list(going), target, taken=taken)


def _free(going: Sequence[str], target: str, *, taken: Iterable[str]) -> dict[str, str]:
    """A new code under `target` for each of `going`: its own last digits when they were never used there."""
    used = set(Place.objects.filter(parent_code=target).values_list("code", flat=True)) | set(taken)
    moves: dict[str, str] = {}
    for old in going:
        width = codes.level_of(old).own_digits
        new = target + old[-width:]
        if new in used:
            free = (target + str(n).zfill(width) for n in range(1, 10**width))
            new = next((code for code in free if code not in used), "")
        if not new:
            raise Conflict(_("%(code)s 下面没有空余的代码了。") % {"code": target})
        used.add(new)
        moves[old] = new
    return moves


def _every_child_is_placed(place: Place, children: Mapping[str, str], parts: set[str]) -> None:
    standing = dict(Place.objects.filter(parent=place, valid_to=None).values_list("code", "name"))
    fields = {
        code: _("请说明“%(name)s”归到哪一个新地点。") % {"name": name}
        for code, name in standing.items()
        if children.get(code) not in parts
    }
    fields |= {
        code: _("%(code)s 不在要拆分的地点下面。") % {"code": code} for code in children.keys() - standing.keys()
    }
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)


def _move(moves: Mapping[str, str], parent: Place | None, day: date) -> None:
    """Close the subtrees of the old codes on the day and open them under the new ones, below `parent`."""
    if not moves:
        return
    _all_have_begun(list(moves), day)
    values: dict[str, Any] = {"old": list(moves), "new": list(moves.values()), "day": day}
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, values | {"parent": parent and parent.pk})


def _all_have_begun(tops: Sequence[str], day: date) -> None:
    for top in tops:
        late = Place.objects.filter(code__startswith=top, valid_to=None, valid_from__gte=day).first()
        if late is not None:
            ground.must_have_begun(late, day)
