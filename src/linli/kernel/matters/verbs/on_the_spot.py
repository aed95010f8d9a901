"""What a reading asks of a person: I go, I am here, this is what I found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid
from linli.kernel.places.geometry import checked_point, distance_m
from linli.kernel.places.sentences import Fault
from linli.kernel.readings.models import Cause
from linli.kernel.readings.verbs import warnings

from ..models import Matter
from .core import act, fitting

FAR = 300
"""Metres beyond which a position says that whoever sent it is somewhere else: a phone indoors errs by a hundred."""


def go(*, matter_id: UUID, by: Actor, at: datetime, version: int | None = None) -> Matter:
    """我去: whoever says it first leads it personally; the second is told who goes."""
    with warnings.held(matter_id), act("go", matter_id, by=by, at=at, version=version) as doing:
        doing.matter.lead_account_id = by.account_id
        _mine(doing.matter, account_id=by.account_id, went_at=at, arrived_at=None)
        warnings.seen(matter_id=matter_id, by=by, at=at)
    return doing.matter


def arrive(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    lon: float | None = None,
    lat: float | None = None,
    version: int | None = None,
) -> Matter:
    """我到了. A position (WGS-84) is compared with the place and forgotten: only how far it was is kept, to ten metres.

    Raises Invalid for half a position or one that is not on earth.
    """
    position = _position(lon, lat)
    with act("arrive", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        _mine(matter, arrived_at=at)
        if position and matter.lon is not None and matter.lat is not None:
            doing.says["metres"] = round(distance_m(position, (matter.lon, matter.lat)), -1)
    return doing.matter


def _position(lon: float | None, lat: float | None) -> tuple[float, float] | None:
    if lon is None and lat is None:
        return None
    try:
        return checked_point(lon, lat)
    except Fault as fault:
        raise Invalid(_("位置的经纬度不对。"), fields={"position": str(fault)}) from fault


def found(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    cause: str,
    text: str = "",
    files: Iterable[UUID] = (),
    version: int | None = None,
) -> Matter:
    """现场情况: real, or which false alarm, in words and photos; again, it corrects what was said before.

    The cause goes to the warnings, and with them into the figures of rule and device.
    """
    if cause not in Cause.values:
        raise Invalid(_("请选择现场情况。"), fields={"cause": _("请从列表中选择。")})
    fitting(text=text)
    with warnings.held(matter_id), act("found", matter_id, by=by, at=at, version=version) as doing:
        _mine(doing.matter, found_at=at, cause=cause, found=text.strip())
        warnings.found(matter_id=matter_id, by=by, at=at, cause=cause, note=text.strip())
        doing.says["found"] = {"cause": cause, "text": text.strip()}
        doing.attach(files, "proof")
    return doing.matter


def _mine(matter: Matter, **changes: Any) -> None:
    matter.assignments.filter(part="lead", given_back_at=None, replaced_at=None).update(**changes)
