"""点名: who inside has been heard of. Numbers for everybody who sees the emergency; names for those on duty for it.

Inside is who is registered at an address in the zone, and whoever answered. Living alone and old is reckoned when it is
asked, from the year of birth and the household, and written down nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed, allows, as_system, require
from linli.kernel.duty.queries.on_duty import serving
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level

from ..models import Answer, Emergency, Task
from .homes import roots

OLD = 60
"""Years: from here on somebody is old (老年人权益保障法, art. 2)."""
PAGE = 50


class Only(StrEnum):
    """Which part of the roll is asked for: nobody heard of them, asked for help, said that they are safe."""

    SILENT = "silent"
    HELP = "help"
    SAFE = "safe"


_INSIDE = """
WITH root AS (SELECT code FROM unnest(%(roots)s::text[]) r(code)),
living AS (
  SELECT DISTINCT ON (person) person, household, place_code FROM (
    SELECT r.person_id AS person, h.id AS household, h.place_code, 0 AS rank
    FROM root JOIN people_household h ON h.place_code >= root.code AND h.place_code < root.code || ':'
    JOIN people_residence r ON r.household_id = h.id AND r.valid @> %(at)s::timestamptz
    UNION ALL
    SELECT p.id, NULL, p.place_code, 1 FROM root
    JOIN people_person p ON p.place_code >= root.code AND p.place_code < root.code || ':'
    WHERE NOT EXISTS (SELECT FROM people_residence r WHERE r.person_id = p.id AND r.valid @> %(at)s::timestamptz)
    UNION ALL
    SELECT a.person_id, NULL, a.place_code, 2 FROM emergencies_answer a WHERE a.emergency_id = %(emergency)s) one
  ORDER BY person, rank),
roll AS (
  SELECT p.id, p.name, l.place_code, coalesce(a.kind, 'silent') AS kind, coalesce(a.text, '') AS text, a.at,
    s.name AS said_by, coalesce(t.done_at IS NOT NULL, false) AS helped,
    p.birth_year <= %(old)s AND l.household IS NOT NULL AND 1 = (
      SELECT count(*) FROM people_residence o
      WHERE o.household_id = l.household AND o.valid @> %(at)s::timestamptz) AS alone
  FROM living l JOIN people_person p ON p.id = l.person AND p.erased_at IS NULL
  LEFT JOIN emergencies_answer a ON a.person_id = p.id AND a.emergency_id = %(emergency)s
  LEFT JOIN people_person s ON s.id = a.said_by_id
  LEFT JOIN emergencies_task t ON t.answer_id = a.id)
"""
_COUNTS = (
    _INSIDE  # noqa: S608 - no value from outside
    + """SELECT count(*), count(*) FILTER (WHERE kind = 'safe'), count(*) FILTER (WHERE kind = 'help'),
  count(*) FILTER (WHERE kind = 'help' AND NOT helped), count(*) FILTER (WHERE kind = 'silent'),
  count(*) FILTER (WHERE kind = 'silent' AND alone) FROM roll"""
)
_ROWS = (
    _INSIDE  # noqa: S608 - no value from outside
    + """SELECT id, name, place_code, kind, text, at, said_by, helped, coalesce(alone, false) FROM roll
WHERE kind = %(only)s ORDER BY coalesce(alone, false) DESC, helped, at, place_code, id LIMIT %(limit)s OFFSET %(offset)s"""
)


@dataclass(frozen=True, slots=True)
class Counts:
    """`waiting`: asked for help and nobody has reported it done. `alone`: of the silent, old and living alone."""

    asked: int
    safe: int
    help: int
    waiting: int
    silent: int
    alone: int


@dataclass(frozen=True, slots=True)
class Called:
    """One on the roll. `home` is their address in words, `kind` as `Only`, `said_by` who answered for them."""

    person_id: UUID
    name: str
    place_code: str
    home: str
    kind: str
    text: str
    at: datetime | None
    said_by: str | None
    helped: bool
    alone: bool


def counts(emergency: Emergency, by: Actor, *, at: datetime) -> Counts | None:
    """How many have been heard of. None where the zone is a district or more: there nobody can be called one by one.

    Two queries.
    """
    require(by, "emergencies.read")
    return counted(emergency, at)


def counted(emergency: Emergency, at: datetime) -> Counts | None:
    """The same for the room itself, which has asked who may know."""
    if len(emergency.place_code) < Level.STREET.digits:
        return None
    with as_system():
        [row] = _read(_COUNTS, _values(emergency, at))
    return Counts(*row)


def may_call(emergency: Emergency, by: Actor, at: datetime) -> bool:
    """Whether somebody is on duty for this emergency: commands it, has a task in it, or is on duty where it is.

    While it stands, and no longer. One query.
    """
    if not emergency.stands:
        return False
    if allows(by, "emergencies.command", emergency.place_code) or by.unit_id in emergency.unit_ids:
        return True
    if by.account_id is None:
        return False
    shifts = [one.place_code for one in serving(by.account_id, at) if one.present]
    return any(code.startswith(shift) or shift.startswith(code) for shift in shifts for code in emergency.inside)


def need_call(emergency: Emergency, by: Actor, at: datetime) -> None:
    """Raises NotAllowed for who is not on duty for it."""
    if not may_call(emergency, by, at):
        raise NotAllowed(_("名单只有这次应急的值守人员在应急期间能看。"), code="roll")


def rows(emergency: Emergency, by: Actor, *, at: datetime, only: Only, offset: int = 0) -> list[Called]:
    """A page of the roll, old people living alone first. For `verbs.read_roll`, which writes down that it was read."""
    need_call(emergency, by, at)
    if len(emergency.place_code) < Level.STREET.digits:
        return []
    with as_system():
        values = _values(emergency, at) | {"only": only.value, "limit": PAGE, "offset": max(0, offset)}
        found = _read(_ROWS, values)
        names = places.labels({row[2] for row in found}, Level.COMPOUND)
    return [Called(row[0], row[1], row[2], names.get(row[2], ""), *row[3:]) for row in found]


def _values(emergency: Emergency, at: datetime) -> dict[str, Any]:
    return {"roots": roots(emergency), "emergency": emergency.id, "at": at, "old": at.year - OLD}


def _read(text: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Help:
    """A call for help as who goes reads it. `safe_now`: they have said since that they are safe."""

    name: str
    home: str
    text: str
    at: datetime
    safe_now: bool


def help_of(task: Task, by: Actor) -> Help | None:
    """Who asked for help and where, for who took the task; None for anybody else, and when the emergency is over."""
    if task.answer_id is None or task.account_id is None or task.account_id != by.account_id:
        return None
    with as_system():
        found = Answer.objects.select_related("person").filter(pk=task.answer_id).first()
        if found is None:
            return None
        home = places.label(found.place_code, Level.COMPOUND)
    return Help(found.person.name, home, found.text, found.at, found.kind == Answer.Kind.SAFE)
