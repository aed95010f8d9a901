"""A place has another code: its warnings, incidents and dead letters go along, and what rules over places had begun.

Numbers that a place had set for rules hold where they held: set at the new codes first, taken from the old ones when
everything is through. Readings know things by number and stay where they are.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, require, under
from linli.kernel.audit import append
from linli.kernel.audit.carrying import carry_rows, rows_left_behind
from linli.kernel.things.shards import SHARDS

from . import carried
from .models import DeadLetter, Incident, RuleNumber, Warning

_TABLES = (Warning, Incident, DeadLetter)
# Two places become one and a rule over places has found something at both: one warning stays open there. The other is
# over, under the code it had; a person closes it as any other.
_TWICE = """
UPDATE readings_warning w SET state = 'cleared', cleared_at = %(at)s, version = version + 1
WHERE w.thing_id IS NULL AND w.closed_at IS NULL AND w.state <> 'cleared'
  AND w.subject >= %(root)s AND w.subject < %(root)s || ':' AND {clash}
"""
_CLASH = """EXISTS (SELECT FROM readings_warning o WHERE o.rule = w.rule AND o.closed_at IS NULL AND o.id <> w.id
  AND o.thing_id IS NULL AND linli_recoded(o.subject, %(olds)s, %(news)s, %(wholes)s)
    = linli_recoded(w.subject, %(olds)s, %(news)s, %(wholes)s)
  AND (o.subject = linli_recoded(w.subject, %(olds)s, %(news)s, %(wholes)s) OR o.id < w.id))"""
_SUBJECTS = """
UPDATE readings_warning w SET subject = linli_recoded(subject, %(olds)s, %(news)s, %(wholes)s), version = version + 1
WHERE w.thing_id IS NULL AND w.subject >= %(root)s AND w.subject < %(root)s || ':'
  AND (w.closed_at IS NOT NULL OR NOT {clash})
"""
# Likewise of incidents: the older takes no more.
_INCIDENTS = """
UPDATE readings_incident i SET closed_at = %(at)s
WHERE i.closed_at IS NULL AND i.place_code >= %(root)s AND i.place_code < %(root)s || ':'
  AND EXISTS (SELECT FROM readings_incident o WHERE o.rule = i.rule AND o.closed_at IS NULL AND o.id <> i.id
    AND linli_recoded(o.place_code, %(olds)s, %(news)s, %(wholes)s)
      = linli_recoded(i.place_code, %(olds)s, %(news)s, %(wholes)s)
    AND (o.place_code = linli_recoded(i.place_code, %(olds)s, %(news)s, %(wholes)s) OR o.id < i.id))
"""
# What a rule over a place had begun to count goes on under the new code. Something may be counted there already: things move
# before it does, and speak meanwhile. Where a warning stands at the new code, what is counted there is the warning's;
# else what came along with one is; else what runs out first.
_UNDER = "subject >= %(root)s AND subject < %(root)s || ':' AND length(subject) >= 9"
_COUNTED = f"SELECT 1 FROM readings_state WHERE {_UNDER} LIMIT 1"  # noqa: S608 - words of ours
_STANDS = "EXISTS (SELECT FROM readings_warning w WHERE w.rule = {rule} AND w.subject = {subject} AND w.closed_at IS NULL)"
_STATES = f"""
WITH gone AS (
  DELETE FROM readings_state WHERE {_UNDER}
  RETURNING rule, subject, state, due_at
), named AS (
  SELECT rule, linli_recoded(subject, %(olds)s, %(news)s, %(wholes)s) AS code, state, due_at,
    {_STANDS.format(rule="gone.rule", subject="gone.subject")} AS stands
  FROM gone
)
INSERT INTO readings_state AS s (rule, subject, shard, state, due_at)
SELECT DISTINCT ON (rule, code) rule, code, crc32(left(code, 12)::bytea) %% {SHARDS}, state, due_at FROM named
ORDER BY rule, code, stands DESC, due_at
ON CONFLICT (rule, subject) DO UPDATE SET shard = excluded.shard, state = excluded.state, due_at = excluded.due_at
WHERE NOT {_STANDS.format(rule="s.rule", subject="s.subject")}
  AND (EXISTS (SELECT FROM named n WHERE n.rule = s.rule AND n.code = s.subject AND n.stands)
    OR coalesce(excluded.due_at, 'infinity') < coalesce(s.due_at, 'infinity'))
"""  # noqa: S608 - made of a number and words of ours


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch of one table; returns how many rows, 0 when none is left that nobody holds."""
    require(by, "*")
    for root in moves.roots:
        if count := _subjects(root, moves, at):
            return count
    for table in _TABLES:
        verb = f"readings.recode_{table._meta.model_name}s"
        if count := carry_rows(table, verb=verb, by=by, at=at, moves=moves, recoding=recoding, limit=limit):
            return count
    return 0


def left_behind(moves: Moves) -> bool:
    """Whether a warning, an incident or a dead letter lies under an old code still."""
    look_as(SYSTEM)
    return any(rows_left_behind(table, moves) for table in _TABLES)


def _subjects(root: str, moves: Moves, at: datetime) -> int:
    """What is known by its place goes first: rows move afterwards. Few: one for a rule and a place."""
    values: dict[str, Any] = {**moves.arrays(), "root": root, "at": at}
    with transaction.atomic():
        look_as(SYSTEM)
        with connection.cursor() as cursor:
            count = _states(cursor, values)  # before the warnings, which say whose it is
            cursor.execute(_INCIDENTS, values)
            cursor.execute(_TWICE.format(clash=_CLASH), values)
            cursor.execute(_SUBJECTS.format(clash=_CLASH), values)
            return count + int(cursor.rowcount)


def _states(cursor: Any, values: dict[str, Any]) -> int:
    cursor.execute(_COUNTED, values)
    if not cursor.fetchone():
        return 0
    carried.begin()
    cursor.execute(_STATES, values)
    return int(cursor.rowcount)


def copy_numbers(*, by: Actor, at: datetime, moves: Moves) -> int:
    """Set what the old codes set for rules at the new ones; what stands there wins. Returns how many rows were made."""
    require(by, "*")
    with transaction.atomic():
        look_as(SYSTEM)
        made = 0
        rows = RuleNumber.objects.filter(under(moves.roots), thing=None).order_by("id")
        for row in sorted(rows, key=lambda row: -len(row.place_code)):
            for code in moves.rules(row.place_code):
                made += _set(row, code, by, at)
    return made


def leave_numbers(*, by: Actor, at: datetime, moves: Moves) -> int:
    """Take away what is set at the old codes. Returns how many rows."""
    require(by, "*")
    with transaction.atomic():
        look_as(SYSTEM)
        rows = list(RuleNumber.objects.select_for_update().filter(under(moves.roots), thing=None).order_by("id"))
        for row in rows:
            _record(row, by, at, before={row.name: row.value}, after=None)
            row.delete()
    return len(rows)


def _set(row: RuleNumber, code: str, by: Actor, at: datetime) -> bool:
    there, made = RuleNumber.objects.get_or_create(
        rule=row.rule,
        place_code=code,
        thing=None,
        name=row.name,
        defaults={"value": row.value, "set_at": row.set_at, "set_by": row.set_by},
    )
    if made:
        _record(there, by, at, before=None, after={there.name: there.value})
    return made


def _record(
    row: RuleNumber, by: Actor, at: datetime, *, before: dict[str, float] | None, after: dict[str, float] | None
) -> None:
    append(
        by=by,
        at=at,
        verb="readings.recode_numbers",
        stream=f"rule:{row.rule}:{row.place_code}",
        place_code=row.place_code,
        before=before,
        after=after,
    )
