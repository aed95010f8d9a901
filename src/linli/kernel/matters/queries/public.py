"""A matter as somebody sees it who sees only what may be shown to anybody: a partner with a key.

The same names as for staff, so that a program reads one shape. What a person wrote is not among the values, unless
staff approved it for everybody; nor who handles it by name, nor a place nearer than the compound.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from ..public import DEEPEST

_IN_A_COMPOUND = f"length(m.place_code) >= {DEEPEST}"
_SPOT = ", ".join(
    f"'{axis}', CASE WHEN {_IN_A_COMPOUND} THEN round(m.{axis}::numeric, 3) ELSE m.{axis}::numeric END"
    for axis in ("lon", "lat")
)

ROW = f"""
json_build_object(
  'id', m.id, 'number', m.number, 'version', m.version, 'kind', m.kind, 'department', m.department,
  'title', m.public_words, 'urgency', m.urgency, 'state', m.state, 'leg', m.leg, 'stage', m.stage,
  'climbed', m.climbed, 'place_code', left(m.place_code, {DEEPEST}), 'address', m.public_address, {_SPOT},
  'source', NULL, 'opened_at', m.opened_at, 'due_at', m.due_at, 'order_at', m.order_at,
  'paused_at', m.paused_at, 'done_at', m.done_at, 'ended_at', m.ended_at, 'outcome', m.outcome, 'rating', NULL,
  'reopened', m.reopened, 'given_back', m.given_back, 'extended', m.extended, 'ever_late', m.ever_late,
  'unit_id', m.lead_unit_id, 'unit', u.name, 'account_id', NULL, 'account', NULL)
"""

COLUMNS = ", ".join(dict.fromkeys(re.findall(r"\bm\.\w+", ROW))) + ", m.lead_account_id"
"""What the row is made of, and what the queue joins names by."""

DETAIL = f"""
SELECT ({ROW}::jsonb || jsonb_build_object('body', m.public_words, 'reply', m.public_reply,
    'answer_due', m.answer_due, 'finish_due', m.finish_due, 'finish_span', m.finish_span,
    'published_at', m.published_at, 'has_contact', false))::text
FROM matters_matter m LEFT JOIN people_unit u ON u.id = m.lead_unit_id
WHERE m.id = %s
"""  # noqa: S608 - made of the parts of this file; the id is a parameter

_LISTS = ("assignments", "questions", "pauses", "requests", "orders", "attachments", "links", "duplicates", "parts")
_NOTHING: dict[str, Any] = {**{name: [] for name in _LISTS}, "merged_into": None, "part_of": None}
NOTHING_HANGS = orjson.dumps(_NOTHING)
"""What hangs on a matter is told to nobody who sees it from outside."""
