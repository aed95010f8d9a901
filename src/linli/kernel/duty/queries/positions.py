"""Where those on duty are: for the wall of a place, and for whoever looks for the nearest person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed, as_system, holds
from linli.kernel.access.prepared import read

from ..models import Position
from ..positions import FRESH, KEPT, Point, opened
from .on_duty import prefixes

MOST = 500
SEES = ("command.read", "duty.change")
"""Who sees where people are: walls and those who plan. Whoever assigns a matter is told how far somebody is, no more."""

_LATEST = """
SELECT DISTINCT ON (s.id) s.id, s.account_id, a.name, u.name, s.place_code, upper(s.lasts), p.sealed, p.at
FROM duty_shift s
JOIN duty_position p ON p.shift_id = s.id AND p.at >= s.shared_at AND p.at > %s::timestamptz
JOIN duty_roster r ON r.id = s.roster_id
JOIN people_unit u ON u.id = r.unit_id
JOIN people_account a ON a.id = s.account_id
WHERE s.in_at IS NOT NULL AND s.out_at IS NULL AND s.shared_at IS NOT NULL AND s.unshared_at IS NULL
  AND s.cancelled_at IS NULL AND upper(s.lasts) > %s::timestamptz AND {}
ORDER BY s.id, p.at DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The latest position of somebody on duty; `fresh` says whether it is where they are, or only where they were."""

    shift_id: UUID
    account_id: UUID
    name: str
    unit: str
    place_code: str
    until: datetime
    point: Point
    fresh: bool


def latest(by: Actor, scope: str, at: datetime) -> list[Whereabouts]:
    """The latest position of each who is on duty now in a scope and shares it. One query; row level security asks again.

    Whoever left or switched it off is not among them, from that moment. Raises NotAllowed.
    """
    if not any(holds(by, permission) for permission in SEES):
        raise NotAllowed(_("您现在的岗位没有做这件事的权限。"), code="role")
    return _read("s.place_code ^@ ANY (%s)", prefixes(by, scope), at)


def points_of(shift_ids: Iterable[UUID], at: datetime) -> dict[UUID, Point]:
    """The latest point by shift, of those who are on duty and share theirs. For rooms above that show no coordinates: how
    far somebody is, not where."""
    wanted = list(shift_ids)
    if not wanted:
        return {}
    with as_system():
        return {one.shift_id: one.point for one in _read("s.id = ANY (%s)", wanted, at)}


def _read(where: str, values: list[str] | list[UUID], at: datetime) -> list[Whereabouts]:
    rows = read(_LATEST.format(where), [at - KEPT, at, values, MOST])
    found = []
    for shift, account, name, unit, code, until, sealed, when in rows:
        found.append(Whereabouts(shift, account, name, unit, code, until, opened(sealed, when), at - when <= FRESH))
    return found


@dataclass(frozen=True, slots=True)
class Sent:
    """When one's own position was taken last, and when it will be erased. Where it was is not read for that."""

    at: datetime
    gone_at: datetime


def last_sent(by: Actor, shift_id: UUID, at: datetime) -> Sent | None:
    """Of one's own shift; None while none was taken, or all are erased. One query."""
    with as_system():
        own = Position.objects.filter(shift_id=shift_id, account=by.account_id, at__gt=at - KEPT)
        last = own.order_by("-at").values_list("at", flat=True).first()
    return Sent(last, last + KEPT) if last is not None else None
