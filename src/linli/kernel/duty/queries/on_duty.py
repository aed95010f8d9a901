"""Who is on duty now: asked by the command wall, the board's roster, alarms and whoever assigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed, require
from linli.kernel.access.prepared import read

MOST = 500

_ROWS = """
SELECT s.id, s.account_id, a.name, r.id, r.name, r.unit_id, u.name, u.phone, s.place_code,
  coalesce(sl.name, ''), lower(s.lasts), upper(s.lasts), s.in_at,
  s.shared_at IS NOT NULL AND s.unshared_at IS NULL AND s.out_at IS NULL
FROM duty_shift s
JOIN duty_roster r ON r.id = s.roster_id
JOIN people_unit u ON u.id = r.unit_id
JOIN people_account a ON a.id = s.account_id
LEFT JOIN duty_slot sl ON sl.id = s.slot_id
WHERE s.published_at IS NOT NULL AND s.cancelled_at IS NULL AND s.out_at IS NULL AND a.is_active
  AND s.day BETWEEN (%s::timestamptz - interval '3 days')::date AND (%s::timestamptz + interval '2 days')::date
  AND (s.lasts @> %s::timestamptz OR (s.in_at <= %s::timestamptz AND upper(s.lasts) > %s::timestamptz - interval '30 minutes'))
  AND {}
ORDER BY {} s.place_code, u.name, lower(s.lasts), s.id LIMIT %s
"""
_WITHIN = "s.place_code ^@ ANY (%s)"
_AROUND = "s.place_code = ANY (%s)"


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty: `present` says that they said so (到岗); `until` is the shift's end. `shares`: their position
    is taken now."""

    shift_id: UUID
    account_id: UUID
    name: str
    roster_id: UUID
    roster: str
    unit_id: UUID
    unit: str
    phone: str
    place_code: str
    slot: str
    since: datetime
    until: datetime
    in_at: datetime | None
    shares: bool

    @property
    def present(self) -> bool:
        return self.in_at is not None


def on_duty(by: Actor, scope: str, at: datetime) -> list[OnDuty]:
    """Who is on duty at an instant in a place and everything below it, by place and unit. One query.

    On duty is whose published shift holds the instant and who has not left it, and whoever came early or stays a little.
    Who is expected and did not come yet is among them, `present` False. Raises NotAllowed outside the actor's scope.
    """
    require(by, "duty.read")
    return _rows(_WITHIN, "", [prefixes(by, scope)], at)


def there(place_code: str, at: datetime, *, unit_id: UUID | None = None) -> list[OnDuty]:
    """Who is on duty for one place: in rosters of it and of the places around it, the nearest first, those who are there
    before those who are only expected. With a `unit_id` only its own. For rooms above, which have asked who may know."""
    above = [place_code[:length] for length in range(2, len(place_code) + 1)]
    found = _rows(_AROUND, "length(s.place_code) DESC, s.in_at IS NULL, ", [above], at)
    return [one for one in found if unit_id is None or one.unit_id == unit_id]


def serving_in(unit_id: UUID, at: datetime) -> list[OnDuty]:
    """Who of a unit is on duty now, in any of its rosters. For rooms above, which have asked who may know. One query."""
    return _rows("r.unit_id = %s", "", [unit_id], at)


def serving(account_id: UUID, at: datetime) -> list[OnDuty]:
    """The shifts somebody has now, in any roster. For rooms above. One query."""
    return _rows("s.account_id = %s", "", [account_id], at)


def _rows(where: str, order: str, values: Sequence[Any], at: datetime) -> list[OnDuty]:
    query = _ROWS.format(where, order)
    return [OnDuty(*row) for row in read(query, [at, at, at, at, at, *values, MOST])]


def prefixes(by: Actor, scope: str) -> list[str]:
    """The scope as asked, seen within the actor's own; a wider one than theirs is not theirs to see."""
    if by.scope == "*":
        return [scope.removesuffix("*")]
    if not by.scopes or not scope.startswith(by.scopes):
        raise NotAllowed(_("这个地方不在您的管辖范围内。"), code="scope")
    return [scope, *(also for also in by.also if scope in by.scopes)]
