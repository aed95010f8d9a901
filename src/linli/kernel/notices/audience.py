"""To whom a notice goes: one question, asked in batches by the outbox, counted by the preview and by the reach.

Persons are picked by where they are registered, staff by where their post stands, at the place or beneath it (in an emergency also
whose street or neighbourhood holds it), and by what else a notice may say of them: the role and unit of a post, being a volunteer, an age from 60 on. There is no way to say
more: health, belief, party, income or what somebody reported are no columns here (docs/rights.md, 2 and 6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

from linli.kernel.access import Role

from .models import Audience, Level

STREET = 9
"""Digits of a street: whoever works from there down over a place is told of an emergency at it as well."""
STAFF_ROLES = (
    Role.GRID_WORKER,
    Role.SOCIAL_WORKER,
    Role.DISPATCHER,
    Role.HANDLER,
    Role.UNIT_HEAD,
    Role.DUTY_OFFICER,
    Role.LEADER,
)


class Aimed(Protocol):
    """What of a notice says to whom it goes; a notice, or what a form says before there is one."""

    place_code: str
    audience: str
    level: str
    age_from: int | None

    @property
    def roles(self) -> Any: ...
    @property
    def unit_ids(self) -> Any: ...


_PERSONS = """
SELECT p.account_id AS account, p.id AS person, p.id AS human, p.place_code
FROM people_person p LEFT JOIN people_account a ON a.id = p.account_id
WHERE p.erased_at IS NULL AND p.place_code >= %(place)s AND p.place_code < %(place)s || ':'
  AND (a.id IS NULL OR a.is_active)
  AND (%(age)s::int IS NULL OR p.birth_year <= %(year)s - %(age)s)
  AND (NOT %(volunteers)s OR EXISTS (
    SELECT FROM people_post v WHERE v.account_id = a.id AND v.role = 'volunteer' AND v.valid @> %(at)s::timestamptz))
"""
_STAFF = """
SELECT DISTINCT a.id AS account, NULL::uuid AS person, a.id AS human, %(place)s::text COLLATE "C" AS place_code
FROM people_post s JOIN people_account a ON a.id = s.account_id
WHERE a.is_active AND s.valid @> %(at)s::timestamptz AND s.role = ANY(%(roles)s)
  AND (s.place_code >= %(place)s AND s.place_code < %(place)s || ':'
       OR (%(urgent)s AND length(s.place_code) >= %(street)s AND starts_with(%(place)s, s.place_code)))
  AND (%(units)s::uuid[] = '{}' OR s.unit_id = ANY(%(units)s::uuid[]))
"""


def sql(aimed: Aimed, at: datetime) -> tuple[str, dict[str, Any]]:
    """A query with the columns account (None: a person without one), person (None: staff), human, place_code. Needs
    the system's eyes."""
    parts = {
        Audience.EVERYONE: f"{_PERSONS} UNION ALL {_STAFF}",
        Audience.RESIDENTS: _PERSONS,
        Audience.VOLUNTEERS: _PERSONS,
        Audience.STAFF: _STAFF,
    }
    values = {
        "place": aimed.place_code,
        "at": at,
        "age": aimed.age_from,
        "year": at.year,
        "volunteers": aimed.audience == Audience.VOLUNTEERS,
        "roles": list(aimed.roles) or [role.value for role in STAFF_ROLES],
        "units": list(aimed.unit_ids),
        "urgent": aimed.level == Level.EMERGENCY,
        "street": STREET,
    }
    return parts[Audience(aimed.audience)], values


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody with an account whom a notice is for."""

    account: UUID
    person: UUID | None


_BATCH = """
SELECT account, (array_agg(person ORDER BY person NULLS LAST))[1] FROM ({audience}) x
WHERE account IS NOT NULL AND (%(after)s::uuid IS NULL OR account > %(after)s::uuid)
GROUP BY account ORDER BY account LIMIT %(limit)s
"""


def batch(aimed: Aimed, at: datetime, *, after: UUID | None, limit: int) -> list[Recipient]:
    """The next so many accounts in order behind `after`; each once, whatever posts it holds."""
    text, values = sql(aimed, at)
    with connection.cursor() as cursor:
        cursor.execute(_BATCH.format(audience=text), {**values, "after": after, "limit": limit})
        return [Recipient(*row) for row in cursor.fetchall()]


def everybody(aimed: Aimed, at: datetime, *, step: int = 1000) -> Iterator[Recipient]:
    """All of them, in batches."""
    after: UUID | None = None
    while found := batch(aimed, at, after=after, limit=step):
        yield from found
        after = found[-1].account
