"""Warnings that no reading can end any more: their thing is retired, or no rule watches what they are about.

A person should not have to find them: the worker asks for them when a thing was retired, and once a minute for what
came in between. Those with a matter are cleared, and the matter is told why, so that whoever is on it ends it by hand
and honestly; those without one are closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.access.prepared import ask, read
from linli.kernel.audit.verbs import Entry, append_each
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.places import queries as places

from ..raised import Told

Why = Literal["retired", "unwatched"]
UNWATCHED = timedelta(minutes=5)
"""What was raised longer ago than this and of which no rule holds a standing is watched by nobody."""
MOST = 500
"""Warnings in one transaction."""

# A rule that holds has its standing written in the transaction of the warning (`evaluating.writing`): where none is, nobody
# will clear it. Nor where the rule is no longer declared, or no thing is at work any more at the place that was judged.
_OVER = """
SELECT w.id, w.rule, w.subject, w.place_code, w.severity, w.matter_id, w.state, t.name,
  CASE WHEN t.state = 'retired' THEN 'retired' ELSE 'unwatched' END,
  CASE WHEN t.state = 'retired' THEN (
    SELECT u.note FROM things_upkeep u WHERE u.thing_id = t.id AND u.what = 'remove' ORDER BY u.id DESC LIMIT 1) END
FROM readings_warning w LEFT JOIN things_thing t ON t.id = w.thing_id
WHERE w.closed_at IS NULL AND w.state IN ('raised', 'acknowledged') AND (t.state = 'retired'
  OR w.recorded_at < %s::timestamptz
     AND (w.rule <> ALL (%s::text[])
       OR NOT EXISTS (SELECT FROM readings_state s WHERE s.rule = w.rule AND s.subject = w.subject)
          AND NOT EXISTS (SELECT FROM readings_unwell u WHERE u.rule = w.rule AND u.thing::text = w.subject)
       OR w.thing_id IS NULL AND NOT EXISTS (SELECT FROM things_thing b WHERE b.state = 'working'
         AND b.place_code >= w.subject AND b.place_code < w.subject || ':')))
ORDER BY w.rule, w.subject LIMIT %s FOR UPDATE OF w SKIP LOCKED
"""
_END = """
UPDATE readings_warning w SET version = version + 1, cleared_at = %s::timestamptz,
  state = CASE WHEN matter_id IS NULL THEN 'closed' ELSE 'cleared' END,
  closed_at = CASE WHEN matter_id IS NULL THEN %s::timestamptz END,
  says = w.says || jsonb_build_object('cleared', jsonb_build_object('why', k.why))
FROM unnest(%s::uuid[], %s::text[]) k(id, why) WHERE w.id = k.id
"""


@dataclass(frozen=True, slots=True)
class _Over:
    id: UUID
    rule: str
    subject: str
    place_code: str
    severity: int
    matter_id: UUID | None
    state: str
    name: str | None
    why: Why
    note: str | None


def end_unheard(*, at: datetime, limit: int = MOST) -> list[Told]:
    """Clear or close them, each with a record that says why. Returns what their matters are to be told."""
    with transaction.atomic():
        look_as(SYSTEM)
        over = [_Over(*row) for row in read(_OVER, [at - UNWATCHED, list(catalogue().rules), limit])]
        if over:
            ask(_END, [at, at, [one.id for one in over], [one.why for one in over]])
            append_each([_entry(one) for one in over], by=SYSTEM, at=at, verb="readings.cleared")
    return [_told(one, one.matter_id) for one in over if one.matter_id]


def _entry(one: _Over) -> Entry:
    after: dict[str, Any] = {"state": "cleared" if one.matter_id else "closed", "rule": one.rule, "why": one.why}
    before = {"state": one.state}
    return Entry(f"warning:{one.id}", one.place_code, before=before, after=after, note=one.note or None)


def _told(one: _Over, matter_id: UUID) -> Told:
    name = one.name or places.label(one.place_code)
    return Told("cleared", matter_id, one.id, name, one.rule, one.severity, {"why": one.why})
