"""Why a matter is on a supervisor's list: what was said when it was given back, extended, paused, reopened, parted again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

_GIVEN_BACK = """
SELECT s.matter_id, s.given_back_at, u.name, s.result, NULL FROM matters_assignment s
JOIN people_unit u ON u.id = s.unit_id WHERE s.matter_id = ANY(%s) AND s.given_back_at IS NOT NULL
"""
_EXTENDED = """
SELECT s.matter_id, s.decided_at, u.name, s.reason, s.span FROM matters_request s
LEFT JOIN people_unit u ON u.id = s.unit_id WHERE s.matter_id = ANY(%s) AND s.what = 'extension' AND s.granted
"""
_PAUSED = """
SELECT s.matter_id, s.from_at, w.name, s.words, s.reason FROM matters_pause s
LEFT JOIN people_account w ON w.id = s.by_id WHERE s.matter_id = ANY(%s) AND s.until_at IS NULL
"""
_ORDERED = """
SELECT s.matter_id, s.replied_at, u.name, s.reply, s.level::text FROM matters_order s
LEFT JOIN people_unit u ON u.id = s.unit_id WHERE s.matter_id = ANY(%s) AND s.replied_at IS NOT NULL
"""
# What was said is in the records alone: read through the matter's story, whose reader sees the matter.
_TOLD = """
SELECT m.id, r.happened_at, u.name, coalesce(r.note, r.after -> 'check' ->> 'words', r.after ->> 'reason', ''), r.verb
FROM unnest(%s::uuid[]) AS m(id) CROSS JOIN LATERAL matters_story(m.id) r
LEFT JOIN people_post p ON p.id = r.actor_post LEFT JOIN people_unit u ON u.id = p.unit_id
WHERE r.verb = %s AND ({})
"""
_FAILED = "r.after -> 'check' ->> 'passed' = 'false'"


def reasons_of(name: str, ids: Sequence[UUID]) -> dict[str, list[dict[str, Any]]]:
    """For each matter what was said, earliest first: `at`, `unit` (or who), `words`, and `what` (a span, a reason, a level)."""
    if not ids:
        return {}
    if name == "returned":
        rows = [*_ask(_GIVEN_BACK, ids), *_ask(_TOLD.format(_FAILED), ids, "matters.verify")]
    elif name in ("extended", "extended_again"):
        rows = _ask(_EXTENDED, ids)
    elif name == "paused":
        rows = _ask(_PAUSED, ids)
    elif name in ("reopened", "unmerged"):
        rows = _ask(_TOLD.format("true"), ids, "matters.reopen" if name == "reopened" else "matters.unmerge")
    else:
        rows = _ask(_ORDERED, ids)
    found: dict[str, list[dict[str, Any]]] = {}
    for matter, at, unit, words, what in sorted(rows, key=lambda row: row[1]):
        found.setdefault(str(matter), []).append({"at": at, "unit": unit or "", "words": words, "what": what or ""})
    return found


def _ask(text: str, ids: Sequence[UUID], *more: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, [list(ids), *more])
        return list(cursor.fetchall())
