"""Claiming: whoever installs a device says with the code on its label that it is here, and where exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, as_system, require
from linli.kernel.files import verbs as files
from linli.kernel.people import guard
from linli.kernel.places import queries as places

from ..models import Claim, State, Thing, Upkeep
from ..proofs import new_code, plain_code, print_of
from ..texts import is_personal
from . import common
from .ending import in_force
from .upkeep import jot

TRIES = guard.Limit("device-codes", 10, timedelta(minutes=15), timedelta(minutes=15))
"""Codes hold eighty bits: ten wrong ones in a quarter of an hour are slips of the finger, more are not."""
MOST_PHOTOS = 6


def claim(
    *,
    by: Actor,
    at: datetime,
    code: str,
    place_code: str,
    spot: str = "",
    lon: float | None = None,
    lat: float | None = None,
    name: str = "",
    photos: Sequence[UUID] = (),
) -> Thing:
    """The device with this code is installed at a place. Needs `things.install` there; it must lie within the place
    for which the device was registered. `photos` are files the actor sent. A code is good once. One of a personal model
    that nobody has agreed to hangs there and is not listened to until somebody has (`agreeing`).

    Raises NotFound (no such code, used already), TooMany, Conflict (retired meanwhile), Invalid by field.
    """
    where = common.clean_place(place_code)
    require(by, "things.install", where)
    lon, lat = common.clean_position(lon, lat)
    spot = common.one_line(spot, common.SPOT_LENGTH, "spot")
    name = common.one_line(name, common.NAME_LENGTH, "name")
    if len(photos) > MOST_PHOTOS:
        sentence = _("最多放 %(n)s 张照片。") % {"n": MOST_PHOTOS}
        raise Invalid(sentence, fields={"photos": sentence})
    with _counted(by, at), common.act():
        found = _waiting(code)
        thing = common.held(found.thing_id)
        common.must_be_in_use(thing)
        _fits(thing, where)
        before = {"place_code": thing.place_code, "state": str(thing.state)}
        found.used_at = at
        found.save(update_fields=["used_at"])
        thing.place_code, thing.shard = where, common.shard_of(where)
        thing.spot, thing.name = spot or thing.spot, name or thing.name
        if lon is not None:
            thing.lon, thing.lat = lon, lat
        thing.state, thing.installed_at = _listened(thing), at
        common.save(thing, "place_code", "shard", "spot", "name", "lon", "lat", "state", "installed_at")
        jot(thing, Upkeep.What.INSTALL, by, at)
        common.let_in([thing.key], at, "waiting")
        if photos:
            files.attach(
                by=by,
                at=at,
                file_ids=photos,
                subject_type="thing",
                subject_id=thing.id,
                place_code=thing.place_code,
            )
        after = {"place_code": where, "state": str(thing.state), "spot": thing.spot, "photos": len(photos)}
        common.record(by, at, "claim", thing, before=before, after=after)
    return thing


def peek(*, by: Actor, at: datetime, code: str) -> Thing:
    """The device a code belongs to, before it is claimed: is it the one in my hand? Needs `things.install`.

    Counts as a try. Raises NotFound, TooMany.
    """
    require(by, "things.install")
    with _counted(by, at), as_system():
        return _waiting(code, lock=False).thing


def issue_codes(*, by: Actor, at: datetime, thing_ids: Iterable[UUID]) -> list[tuple[Thing, str]]:
    """New codes for the labels of things that wait to be installed, in the order of their keys. Needs `things.change`
    where each is registered. Codes given before are good no more: a label is printed once.

    Raises NotFound for one that is not there, Conflict for one that does not wait.
    """
    require(by, "things.change")
    wanted = set(thing_ids)
    with common.act():
        things = list(Thing.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("key"))
        if len(things) != len(wanted):
            raise NotFound(_("没有这台设备，或者不在您的管辖范围内。"))
        for thing in things:
            require(by, "things.change", thing.place_code)
            if thing.state != State.WAITING:
                raise Conflict(_("“%(name)s”不在等待安装，不需要安装码。") % {"name": thing.key}, code="state")
        made = add_codes(things, at)
        for thing, _code in made:
            common.record(by, at, "label", thing)
    return made


def add_codes(things: Sequence[Thing], at: datetime) -> list[tuple[Thing, str]]:
    """Within a verb: a code for each, in place of one that waits unused."""
    Claim.objects.filter(thing__in=things, used_at=None).delete()
    made = [(thing, *new_code()) for thing in things]
    Claim.objects.bulk_create(
        [Claim(thing=thing, digest=digest, issued_at=at) for thing, _code, digest in made], batch_size=2000
    )
    return [(thing, code) for thing, code, _digest in made]


def _waiting(code: str, *, lock: bool = True) -> Claim:
    plain = plain_code(code)
    rows = Claim.objects.select_for_update(of=("self",)) if lock else Claim.objects.select_related("thing")
    found = rows.filter(digest=print_of(plain)).first() if plain else None
    if found is None:
        sentence = _("没有这个安装码。请对照标签再输一次。")
        raise NotFound(sentence, code="code", fields={"code": sentence})
    if found.used_at is not None:
        sentence = _("这个安装码已经用过了。要移位或换设备，请联系数据管理员。")
        raise Conflict(sentence, code="used", fields={"code": sentence})
    return found


def _listened(thing: Thing) -> State:
    """Working, unless it is about somebody who has not agreed. One may agree before it hangs there."""
    if is_personal(thing.model) and not in_force(thing):
        return State.ASKING
    return State.WORKING


def _fits(thing: Thing, where: str) -> None:
    if not where.startswith(thing.place_code) and not thing.place_code.startswith(where):
        sentence = _("这台设备登记在%(place)s，不能装到别处。") % {"place": places.label(thing.place_code)}
        raise Conflict(sentence, code="place", fields={"place_code": sentence})


class _counted:  # noqa: N801 - reads as a clause of `with`
    """A try is counted before it is looked at, outside the transaction; a right one is forgiven."""

    def __init__(self, by: Actor, at: datetime) -> None:
        self.subject, self.at = f"account:{by.account_id}", at

    def __enter__(self) -> None:
        guard.spend(TRIES, self.subject, self.at)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, NotFound):
            guard.forgive(TRIES, self.subject)
