"""A thing becomes known: one at a time. Many at once are `many.register_many`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, require
from linli.kernel.catalogue.registry import catalogue

from ..models import Claim, Credential, Thing
from ..proofs import new_code, new_secret
from . import common


@dataclass(frozen=True, slots=True)
class Registered:
    """A thing and what is told once: its secret, and the code for its label where it waits to be installed."""

    thing: Thing
    secret: str
    code: str = ""


def register(
    *,
    by: Actor,
    at: datetime,
    key: str,
    model: str,
    place_code: str,
    name: str = "",
    spot: str = "",
    lon: float | None = None,
    lat: float | None = None,
    owner_id: UUID | None = None,
    every: int | None = None,
    waits: bool = False,
) -> Registered:
    """A device of a declared model at a place. Needs `things.change` there.

    With `waits` it is not installed yet: it has a code on its label, and whoever installs it claims it. One of a personal
    model waits for an agreement (`agreeing`). Without a name it is called as its model. Raises Invalid (by field),
    Conflict (the key is taken).
    """
    model = common.clean_model(model)
    lon, lat = common.clean_position(lon, lat)
    words = common.one_line(name, common.NAME_LENGTH, "name") or catalogue().word("device", model, "zh")
    thing = Thing(
        key=common.clean_key(key),
        model=model,
        name=words,
        spot=common.one_line(spot, common.SPOT_LENGTH, "spot"),
        lon=lon,
        lat=lat,
        every=common.clean_every(every),
        state=common.state_of(model, waits=waits),
        registered_at=at,
        installed_at=None if waits else at,
    )
    code = common.clean_place(place_code)
    require(by, "things.change", code)
    thing.place_code, thing.shard = code, common.shard_of(code)
    with taken_key(), common.act():
        thing.owner_id = common.clean_owner(owner_id, at)
        thing.save(force_insert=True)
        secret, digest = new_secret()
        Credential.objects.create(thing=thing, digest=digest, issued_at=at)
        label = _label(thing, at) if waits else ""
        common.let_in([thing.key], at, "unknown")
        common.record(by, at, "register", thing, after=said(thing))
    return Registered(thing, secret, label)


def said(thing: Thing) -> dict[str, object]:
    """What the record of a registration says."""
    return {
        "key": thing.key,
        "model": thing.model,
        "name": thing.name,
        "place_code": thing.place_code,
        "spot": thing.spot,
        "state": str(thing.state),
    }


def _label(thing: Thing, at: datetime) -> str:
    code, digest = new_code()
    Claim.objects.create(thing=thing, digest=digest, issued_at=at)
    return code


class taken_key:  # noqa: N801 - reads as a clause of `with`
    """The unique key speaks, as a sentence."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, IntegrityError) and "things_thing_key" in str(error):
            sentence = _("已经有这个编号的设备。")
            raise Conflict(sentence, code="key", fields={"key": sentence}) from None
