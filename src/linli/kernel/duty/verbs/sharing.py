"""Positions: taken only while somebody is on duty and shares them, looked at by few and never unseen (docs/adr/0020)."""

from __future__ import annotations

import math
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, require

from ..models import Position, Shift
from ..positions import KEPT, OFTEN, Point, closed, opened
from .common import PLANS, act, own_shift, planned_shift, reasoned, record, when


def share(*, by: Actor, at: datetime, shift_id: UUID) -> Shift:
    """They switch it on, after the page has told them what for, for how long and who sees it. Only between check-in and
    check-out. Again: it goes on. Raises NotFound, Conflict."""
    with act():
        shift = _served(own_shift(shift_id, by))
        if shift.sharing:
            return shift
        shift.shared_at, shift.unshared_at = at, None
        shift.save(update_fields=["shared_at", "unshared_at"])
        record(by, at, "share_position", shift, after=when(shift))
    return shift


def stop_sharing(*, by: Actor, at: datetime, shift_id: UUID) -> Shift:
    """They switch it off: nothing is taken from then on, and nothing shown. No reason is asked."""
    with act():
        shift = own_shift(shift_id, by)
        if not shift.sharing:
            return shift
        shift.unshared_at = at
        shift.save(update_fields=["unshared_at"])
        record(by, at, "stop_sharing", shift, after=when(shift))
    return shift


def tell_position(
    *, by: Actor, at: datetime, shift_id: UUID, lon: float, lat: float, doubt: float | None = None
) -> bool:
    """One position of their own phone (WGS-84). Whether it was written down: not more often than `OFTEN`.

    No audit record says it: a record that is kept for ever would be the very track that is to be forgotten.
    Raises Conflict where nothing is shared (the phone stops then), Invalid, NotFound.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise Invalid(_("位置的经纬度不对。"), fields={"lon": _("位置的经纬度不对。")})
    with act():
        shift = _served(own_shift(shift_id, by))
        assert shift.account_id is not None
        if not shift.sharing or shift.ends_at <= at:
            raise Conflict(_("没有在共享位置。"), code="not-shared")
        last = Position.objects.filter(shift=shift).order_by("-at").values_list("at", flat=True).first()
        if last is not None and at - last < OFTEN:
            return False
        metres = round(min(max(doubt, 0), 100_000)) if doubt is not None and math.isfinite(doubt) else None
        Position.objects.create(
            shift=shift,
            account_id=shift.account_id,
            place_code=shift.place_code,
            at=at,
            sealed=closed(lon, lat, metres),
        )
    return True


def look_at_track(*, by: Actor, at: datetime, shift_id: UUID, reason: str) -> list[Point]:
    """Where somebody was on a shift in the last twenty-four hours, the earliest first: with a reason, which they read.

    Needs `duty.change` over the roster. Raises NotFound, Invalid.
    """
    require(by, PLANS)
    why = reasoned(reason)
    with act():
        shift = planned_shift(shift_id, by)
        if shift.account_id is None:
            raise NotFound(_("这个班没有人值。"))
        rows = Position.objects.filter(shift=shift, at__gt=at - KEPT).order_by("at")
        points = [opened(row.sealed, row.at) for row in rows]
        record(by, at, "look_at_track", shift, after={**when(shift), "points": len(points)}, note=why)
    return points


def erase_old(*, at: datetime) -> int:
    """Positions older than twenty-four hours are erased. The worker calls it each minute; returns how many. No record
    says whose: that they were erased is the rule, proved by a test."""
    with act():
        count, _each = Position.objects.filter(at__lte=at - KEPT).delete()
    return count


def _served(shift: Shift) -> Shift:
    if shift.in_at is None:
        raise Conflict(_("到岗以后才能共享位置。"), code="not-in")
    if shift.out_at is not None:
        raise Conflict(_("已经离岗，不再共享位置。"), code="out")
    return shift
