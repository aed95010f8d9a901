"""A thing changes: where it hangs, what it is called, whose it is, how often it speaks; it is retired and comes back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, require
from linli.kernel.people.models import Unit

from ..models import Claim, State, Thing, Upkeep, Why
from . import common, ending
from .claiming import add_codes
from .following import take_interval
from .keys import add_secret, revoke_all
from .registering import Registered
from .upkeep import cut_short, jot


def move(
    *,
    by: Actor,
    at: datetime,
    thing_id: UUID,
    place_code: str,
    spot: str = "",
    lon: float | None = None,
    lat: float | None = None,
) -> Thing:
    """It hangs somewhere else now. Needs `things.install` where it was and where it is. Its spot and its position are
    what is given: those of the old place do not hold. Readings go on where they were; but what people agreed to was of
    their home: elsewhere a personal device begins anew, with nothing of what it said there."""
    where = common.clean_place(place_code)
    require(by, "things.install", where)
    lon, lat = common.clean_position(lon, lat)
    spot = common.one_line(spot, common.SPOT_LENGTH, "spot")
    with common.act():
        thing = common.locked(thing_id, by, "things.install")
        common.must_be_in_use(thing)
        before = {"place_code": thing.place_code, "spot": thing.spot}
        after = {"place_code": where, "spot": spot}
        if before == after and (lon, lat) == (thing.lon, thing.lat):
            return thing
        thing.place_code, thing.shard = where, common.shard_of(where)
        thing.spot, thing.lon, thing.lat = spot, lon, lat
        common.save(thing, "place_code", "shard", "spot", "lon", "lat")
        if not where.startswith(before["place_code"]):
            ending.end_standing(thing, Why.MOVED, at)
        jot(thing, Upkeep.What.MOVE, by, at)
        common.record(by, at, "move", thing, before=before, after=after)
    return thing


def rename(*, by: Actor, at: datetime, thing_id: UUID, name: str) -> Thing:
    """Another name. Needs `things.change`. Raises Invalid."""
    name = common.one_line(name, common.NAME_LENGTH, "name")
    if not name:
        raise Invalid(_("请填写名称。"), fields={"name": _("请填写名称。")})
    return _change(thing_id, by, at, "rename", "name", name)


def set_interval(*, by: Actor, at: datetime, thing_id: UUID, every: int | None) -> Thing:
    """How often it reports, in seconds, where it is not the model's; None: as the model says. Needs `things.change`."""
    every = common.clean_every(every)
    with common.act():
        thing = common.locked(thing_id, by, "things.change")
        take_interval(thing, every, by, at, "set_interval")
    return thing


def change_owner(*, by: Actor, at: datetime, thing_id: UUID, unit_id: UUID | None) -> Thing:
    """Whose it is: a unit, or nobody's in particular. Needs `things.change`. Raises Invalid."""
    with common.act():
        thing = common.locked(thing_id, by, "things.change")
        if thing.owner_id == unit_id:
            return thing
        common.clean_owner(unit_id, at)
        names = dict(Unit.objects.filter(pk__in=[thing.owner_id, unit_id]).values_list("id", "name"))
        before, after = ({"owner": names[unit] if unit else ""} for unit in (thing.owner_id, unit_id))
        thing.owner_id = unit_id
        common.save(thing, "owner")
        common.record(by, at, "change_owner", thing, before=before, after=after)
    return thing


def retire(*, by: Actor, at: datetime, thing_id: UUID, reason: str = "") -> Thing:
    """Taken down, or dead: no secret and no code of it is good any more, no maintenance goes on. What it said is kept,
    but for a device at somebody's home: their agreement ends.

    Needs `things.change`. Raises Conflict where it is retired already.
    """
    note = common.one_line(reason, common.NOTE_LENGTH, "reason")
    with common.act():
        thing = common.locked(thing_id, by, "things.change")
        if thing.state == State.RETIRED:
            raise Conflict(_("这台设备已经停用。"), code="retired")
        before = {"state": str(thing.state)}
        ending.end_standing(thing, Why.RETIRED, at)
        revoke_all(thing, at)
        Claim.objects.filter(thing=thing, used_at=None).delete()
        cut_short(thing, at)
        thing.state, thing.retired_at = State.RETIRED, at
        common.save(thing, "state", "retired_at")
        jot(thing, Upkeep.What.REMOVE, by, at, note)
        common.record(by, at, "retire", thing, before=before, after={"state": "retired"}, note=note or None)
    return thing


def return_to_use(*, by: Actor, at: datetime, thing_id: UUID, waits: bool = False) -> Registered:
    """In use again, with a new secret; with `waits` it is to be installed anew and has a code for its label.

    Needs `things.change`. Raises Conflict where it is not retired.
    """
    with common.act():
        thing = common.locked(thing_id, by, "things.change")
        if thing.state != State.RETIRED:
            raise Conflict(_("这台设备没有停用。"), code="state")
        thing.state = common.state_of(thing.model, waits=waits)
        thing.retired_at = None
        thing.installed_at = None if waits else thing.installed_at or at
        common.save(thing, "state", "retired_at", "installed_at")
        secret = add_secret(thing, at)
        common.let_in([thing.key], at, "retired")
        code = add_codes([thing], at)[0][1] if waits else ""
        common.record(
            by, at, "return_to_use", thing, before={"state": "retired"}, after={"state": str(thing.state)}
        )
    return Registered(thing, secret, code)


def _change(thing_id: UUID, by: Actor, at: datetime, verb: str, field: str, value: str) -> Thing:
    with common.act():
        thing = common.locked(thing_id, by, "things.change")
        before = getattr(thing, field)
        if before != value:
            setattr(thing, field, value)
            common.save(thing, field)
            common.record(by, at, verb, thing, before={field: before}, after={field: value})
    return thing
