"""What the verbs of this room share: finding the thing that is meant, checking what was typed, one record."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, covers, require
from linli.kernel.access import act as act
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare.commands import LONGEST_INTERVAL
from linli.kernel.people.models import Unit
from linli.kernel.people.verbs.common import INVISIBLE
from linli.kernel.places import queries as places

from ..models import State, Stranger, Thing
from ..shards import shard_of as shard_of
from ..texts import is_personal

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
NAME_LENGTH, SPOT_LENGTH, NOTE_LENGTH = 64, 120, 500
LONGEST_EVERY = LONGEST_INTERVAL


def locked(thing_id: UUID, by: Actor, permission: str) -> Thing:
    """The thing, held until the transaction ends. Raises NotFound where it lies outside the actor's scope,
    NotAllowed where the role may not do this."""
    require(by, permission)
    thing = Thing.objects.select_for_update(of=("self",), no_key=True).filter(pk=thing_id).first()
    if thing is None or not covers(by, thing.place_code):
        raise NotFound(_("没有这台设备，或者不在您的管辖范围内。"))
    return thing


def held(thing_id: UUID) -> Thing:
    """The thing, held, for a verb that has asked otherwise whether it may. A lighter lock than one that would keep
    an evaluator from writing a warning of it: the two would wait for each other."""
    return Thing.objects.select_for_update(of=("self",), no_key=True).get(pk=thing_id)


def must_be_in_use(thing: Thing) -> None:
    if thing.state == State.RETIRED:
        raise Conflict(_("这台设备已停用。要再用，请先恢复。"), code="retired")


def one_line(text: str, most: int, field: str) -> str:
    """Text as it is kept: one line, trimmed, no control characters. Raises Invalid when it is too long."""
    plain = " ".join(INVISIBLE.sub(" ", text).split())
    if len(plain) > most:
        sentence = _("最多 %(n)s 个字。") % {"n": most}
        raise Invalid(sentence, fields={field: sentence})
    return plain


def clean_key(text: str) -> str:
    """What a device calls itself: 1 to 64 letters, digits and . _ : - . Raises Invalid."""
    key = text.strip()
    if not KEY.fullmatch(key):
        sentence = _("设备编号用字母、数字和 . _ : - ，以字母或数字开头，最多 64 个。")
        raise Invalid(sentence, fields={"key": sentence})
    return key


def clean_model(name: str) -> str:
    """A declared model of device. Raises Invalid."""
    if name not in catalogue().devices:
        sentence = _("没有这种型号的设备。")
        raise Invalid(sentence, fields={"model": sentence})
    return name


def clean_place(code: str) -> str:
    """Where a thing can be: a place of today, a district or smaller. Raises Invalid."""
    standing = places.now_called(code.strip())
    if standing is None:
        raise Invalid(_("没有这个地点。"), fields={"place_code": _("没有这个地点。")})
    if len(standing) < 6:
        sentence = _("地点太大：至少要说明是哪个区。")
        raise Invalid(sentence, fields={"place_code": sentence})
    return standing


def clean_position(lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    """A WGS-84 position, whole or none at all. Raises Invalid."""
    if lon is None and lat is None:
        return None, None
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        sentence = _("经度和纬度要一起填写。")
    elif abs(lon) <= 180 and abs(lat) <= 90:
        return round(lon, 7), round(lat, 7)
    else:
        sentence = _("经度在 -180 到 180 之间，纬度在 -90 到 90 之间。")
    raise Invalid(sentence, fields={"lon": sentence})


def clean_owner(unit_id: UUID | None, at: datetime) -> UUID | None:
    """A unit that is there. Raises Invalid."""
    if unit_id is not None and not Unit.objects.filter(pk=unit_id, valid__contains=at).exists():
        sentence = _("没有这个单位，或者它已经撤销。")
        raise Invalid(sentence, fields={"owner": sentence})
    return unit_id


def clean_every(seconds: int | None) -> int | None:
    """How often it reports, in seconds, where it is not the model's: a second to thirty days. Raises Invalid."""
    if seconds is not None and not 1 <= seconds <= LONGEST_EVERY:
        sentence = _("上报间隔在 1 秒到 30 天之间。")
        raise Invalid(sentence, fields={"every": sentence})
    return seconds


def units_of(thing: Thing) -> list[UUID]:
    return [thing.owner_id] if thing.owner_id else []


def state_of(model: str, *, waits: bool) -> State:
    """What a thing is when it becomes known. One that is about somebody waits for them to agree."""
    if waits:
        return State.WAITING
    return State.ASKING if is_personal(model) else State.WORKING


def let_in(keys: Sequence[str], at: datetime, why: str) -> None:
    """Within a verb: what kept these out is over. Knocks one again for the same reason, it is noted again."""
    Stranger.objects.filter(key__in=keys, why=why, settled_at=None).update(settled_at=at)


def save(thing: Thing, *fields: str) -> None:
    """Write the changed fields and the next version."""
    thing.version += 1
    thing.save(update_fields=[*fields, "version"])


def record(
    by: Actor,
    at: datetime,
    verb: str,
    thing: Thing,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> None:
    """One record in the thing's own history."""
    audit.append(
        by=by,
        at=at,
        verb=f"things.{verb}",
        stream=thing.stream,
        place_code=thing.place_code,
        unit_ids=units_of(thing),
        before=before,
        after=after,
        note=note,
    )
