"""What the transition table must know beside the matter's own row, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import orjson

from linli.kernel.access.prepared import ask

from .models import Matter

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
  EXISTS (SELECT FROM matters_order WHERE matter_id = this.id AND replied_at IS NULL AND settled_at IS NULL),
  EXISTS (SELECT FROM matters_order WHERE matter_id = this.id AND replied_at IS NOT NULL AND settled_at IS NULL),
  EXISTS (SELECT FROM matters_matter WHERE merged_into_id = this.id),
  (SELECT place_code FROM people_unit WHERE id = this.unit))
FROM (SELECT %s::uuid AS id, %s::uuid AS unit) this
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
    has_duplicates: bool = False
    lead_place: str = ""


def facts_of(matter: Matter) -> Facts:
    ((row,),) = ask(_QUERY, [matter.id, matter.lead_unit_id])
    known = orjson.loads(row or b"")
    open_parts, helpers, asked, ext_asker, ext, off_asker, off, order_open, order_replied, duplicates, place = known
    return Facts(
        open_parts=open_parts,
        helpers=frozenset(map(UUID, helpers or ())),
        asked=asked,
        extension_asker=UUID(ext_asker) if ext_asker else None,
        extension=ext,
        write_off_asker=UUID(off_asker) if off_asker else None,
        write_off=off,
        order_open=order_open,
        order_replied=order_replied,
        has_duplicates=duplicates,
        lead_place=place or "",
    )
