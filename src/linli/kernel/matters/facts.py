"""What the transition table must know beside the matter's own row, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from linli.kernel.access.prepared import ask
from linli.kernel.clock.now import now
from linli.kernel.readings.queries.standing import Standing, standing

from .models import Matter

READING = "reading"
"""The source of a matter that a warning opened."""

_QUERY = """
SELECT json_build_array(
  (SELECT count(*) FROM matters_assignment WHERE matter_id = this.id AND part = 'help'
     AND finished_at IS NULL AND given_back_at IS NULL AND replaced_at IS NULL),
  (SELECT array_agg(unit_id) FROM matters_assignment WHERE matter_id = this.id AND part = 'help'
     AND finished_at IS NULL AND given_back_at IS NULL AND replaced_at IS NULL),
  EXISTS (SELECT FROM matters_question WHERE matter_id = this.id AND answered_at IS NULL),
  (SELECT asked_by_id FROM matters_request WHERE matter_id = this.id AND what = 'extension' AND decided_at IS NULL),
  EXISTS (SELECT FROM matters_request WHERE matter_id = this.id AND what = 'extension' AND decided_at IS NULL),
  (SELECT asked_by_id FROM matters_request WHERE matter_id = this.id AND what = 'write_off' AND decided_at IS NULL),
  EXISTS (SELECT FROM matters_request WHERE matter_id = this.id AND what = 'write_off' AND decided_at IS NULL),
  (SELECT json_build_array(bool_or(phase = 0), bool_or(phase = 1), bool_or(phase = 0 AND NOT addressed),
     json_agg(unit_id) FILTER (WHERE phase = 0 AND addressed), max(level) FILTER (WHERE phase = 0 AND NOT addressed),
     min(level) FILTER (WHERE phase = 1), min(level))
   FROM matters_order WHERE matter_id = this.id AND phase < 2),
  EXISTS (SELECT FROM matters_matter WHERE merged_into_id = this.id),
  (SELECT place_code FROM people_unit WHERE id = this.unit),
  CASE WHEN this.alarmed THEN (
    SELECT json_build_array(w.name, s.went_at, s.arrived_at, s.found_at) FROM matters_assignment s
    LEFT JOIN people_account w ON w.id = s.account_id
    WHERE s.matter_id = this.id AND s.part = 'lead' AND s.given_back_at IS NULL AND s.replaced_at IS NULL) END,
  this.alarmed OR EXISTS (SELECT FROM readings_warning WHERE matter_id = this.id AND closed_at IS NULL))
FROM (SELECT %s::uuid AS id, %s::uuid AS unit, %s::boolean AS alarmed) this
"""


@dataclass(frozen=True, slots=True)
class Facts:
    open_parts: int = 0
    helpers: frozenset[UUID] = frozenset()
    asked: bool = False
    extension_asker: UUID | None = None
    extension: bool = False
    write_off_asker: UUID | None = None
    write_off: bool = False
    order_open: bool = False
    order_replied: bool = False
    order_lead: bool = False
    """Whoever leads the matter owes an answer; beside them the units in `order_units` do, whom an order names."""
    order_units: frozenset[UUID] = frozenset()
    order_level: int = 0
    """The highest level that waits for whoever leads."""
    replied_level: int = 0
    """The lowest level that has an answer to judge."""
    given_level: int = 0
    """The lowest level that has an order here which is not over."""
    has_duplicates: bool = False
    lead_place: str = ""
    goes: str = ""
    """Who said: I go. Their name; this and what follows only of matters that a reading opened."""
    went_at: datetime | None = None
    arrived_at: datetime | None = None
    found_at: datetime | None = None
    standing: Standing | None = None
    """The gravest of its warnings that has not cleared."""


def facts_of(matter: Matter, at: datetime | None = None) -> Facts:
    """`at`: the instant that is asked about, now when it is not given."""
    ((row,),) = ask(_QUERY, [matter.id, matter.lead_unit_id, matter.source == READING])
    *known, place, spot, alarmed = orjson.loads(row or b"")
    open_parts, helpers, asked, ext_asker, ext, off_asker, off, orders, duplicates = known
    order_open, order_replied, order_lead, order_units, order_level, replied_level, given_level = orders
    goes, went, arrived, found = spot or (None, None, None, None)
    return Facts(
        open_parts=open_parts,
        helpers=frozenset(map(UUID, helpers or ())),
        asked=asked,
        extension_asker=UUID(ext_asker) if ext_asker else None,
        extension=ext,
        write_off_asker=UUID(off_asker) if off_asker else None,
        write_off=off,
        order_open=bool(order_open),
        order_replied=bool(order_replied),
        order_lead=bool(order_lead),
        order_units=frozenset(map(UUID, order_units or ())),
        order_level=order_level or 0,
        replied_level=replied_level or 0,
        given_level=given_level or 0,
        has_duplicates=duplicates,
        lead_place=place or "",
        goes=(goes or "") if went else "",
        went_at=_instant(went),
        arrived_at=_instant(arrived),
        found_at=_instant(found),
        standing=standing(matter.id, at or now()) if alarmed else None,
    )


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
