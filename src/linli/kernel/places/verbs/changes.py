"""One place at a time: add, rename, describe, move its boundary, close."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel import access
from linli.kernel.access import Actor, Conflict, Invalid
from linli.kernel.places import geometry
from linli.kernel.places.models import Place, Succession
from linli.kernel.places.rows import Address, PlaceRow
from linli.kernel.places.verbs import boundaries, bulk, ground
from linli.kernel.places.words import refusing, say


@transaction.atomic
def add_place(*, by: Actor, at: datetime, row: PlaceRow) -> Place:
    """Register one place below an existing one."""
    access.require(by, ground.PERMISSION, row.code)
    ground.lock()
    for why in bulk.faults_of([row], at=at).values():
        said = say(why)
        raise Invalid(said, fields={"row": said})
    bulk.copy_rows([row], timezone.localdate(at))
    place = Place.objects.get(code=row.code, valid_to=row.valid_to)
    ground.record("add", place, by=by, at=at, after={"code": place.code, "name": place.name})
    return place


@transaction.atomic
def rename_place(
    *, by: Actor, at: datetime, code: str, name: str, on: date | None = None, version: int | None = None
) -> Place:
    """Another name from a day on; the old one stays findable as an alias, and true for the days before."""
    access.require(by, ground.PERMISSION, code)
    new_name, day = ground.checked_name(name), ground.day_of(at, on)
    ground.lock()
    place = ground.current(code, version)
    old_name = place.name
    if new_name == old_name:
        raise Invalid(_("新名称与现在的名称相同。"), fields={"name": _("新名称与现在的名称相同。")})
    corrected = day == place.valid_from
    ground.keep_history(place, day, Succession.Kind.RENAME)
    place.name = new_name
    if not corrected and old_name not in place.aliases:
        place.aliases = [*place.aliases, old_name]
    _save(place, "name", "aliases")
    after = {"name": new_name, "on": day.isoformat()}
    ground.record("rename", place, by=by, at=at, before={"name": old_name}, after=after)
    return place


@transaction.atomic
def move_boundary(
    *,
    by: Actor,
    at: datetime,
    code: str,
    boundary: Mapping[str, Any] | str,
    on: date | None = None,
    version: int | None = None,
) -> Place:
    """Another boundary from a day on. Refused when it overlaps a neighbour, leaves its parent or loses a child."""
    access.require(by, ground.PERMISSION, code)
    day = ground.day_of(at, on)
    with refusing("boundary"):
        drawn = geometry.boundary_from_geojson(boundary)
    ground.lock()
    place = ground.current(code, version)
    for _where, why in boundaries.misfits({code: drawn}, {code: place.name}):
        said = say(why)
        raise Invalid(said, fields={"boundary": said})
    before = place.boundary
    if before is not None:
        ground.keep_history(place, day, Succession.Kind.REDRAW)
    place.boundary = geometry.to_geojson(drawn)
    if place.lon is None:
        place.lon, place.lat = geometry.inner_point(drawn)
    _save(place, "boundary", "lon", "lat")
    after = {"boundary": place.boundary, "on": day.isoformat()}
    ground.record("move_boundary", place, by=by, at=at, before={"boundary": before}, after=after)
    return place


@transaction.atomic
def change_details(
    *,
    by: Actor,
    at: datetime,
    code: str,
    point: tuple[float, float] | None = None,
    address: Address | None = None,
    aliases: tuple[str, ...] | None = None,
    version: int | None = None,
) -> Place:
    """Correct what is registered about a place: its point, address parts, aliases. Only what is given changes."""
    access.require(by, ground.PERMISSION, code)
    wanted: dict[str, Any] = {}
    if point is not None:
        with refusing("point"):
            wanted["lon"], wanted["lat"] = geometry.checked_point(*point)
    if address is not None:
        wanted |= asdict(address)
    if aliases is not None:
        wanted["aliases"] = list(aliases)
    with refusing("address"):
        bulk.check_lengths(PlaceRow(code=code, name="", address=address or Address(), aliases=aliases or ()))
    ground.lock()
    place = ground.current(code, version)
    changed = {key: value for key, value in wanted.items() if getattr(place, key) != value}
    if not changed:
        return place
    before = {key: getattr(place, key) for key in changed}
    for key, value in changed.items():
        setattr(place, key, value)
    _save(place, *changed)
    ground.record("change_details", place, by=by, at=at, before=before, after=changed)
    return place


@transaction.atomic
def close_place(
    *, by: Actor, at: datetime, code: str, note: str, on: date | None = None, version: int | None = None
) -> Place:
    """The place is no more from a day on (a compound torn down). Refused while places below it stand."""
    access.require(by, ground.PERMISSION, code)
    day = ground.day_of(at, on)
    ground.lock()
    place = ground.current(code, version)
    if below := Place.objects.filter(parent=place, valid_to=None).count():
        raise Conflict(
            _("“%(name)s”下面还有 %(count)s 个有效的地点，先处理它们。") % {"name": place.name, "count": below}
        )
    ground.must_have_begun(place, day)
    place.valid_to = day
    _save(place, "valid_to")
    ground.record("close", place, by=by, at=at, after={"valid_to": day.isoformat()}, note=note)
    return place


def _save(place: Place, *fields: str) -> None:
    place.version += 1
    place.save(update_fields=[*fields, "version"])
