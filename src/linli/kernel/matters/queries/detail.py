"""One matter with everything that hangs on it: one query, JSON written by PostgreSQL, however long its story."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, Sees, require
from linli.kernel.access.prepared import ask

from . import public


def _many(table: str, order: str, columns: str, joins: str = "") -> str:
    """A JSON array of one matter's steps; `s` is the step's row."""
    return (
        f"(SELECT coalesce(json_agg(json_build_object({columns}) ORDER BY s.{order}, s.id), '[]')"  # noqa: S608
        f" FROM matters_{table} s {joins} WHERE s.matter_id = m.id)"
    )


_WHO = "LEFT JOIN people_account w ON w.id = s.{0}_id"
_UNIT = "LEFT JOIN people_unit u ON u.id = s.unit_id"
_BRIEF = (
    "'id', o.id, 'number', o.number, 'title', o.title, 'state', o.state, 'stage', o.stage, 'kind', o.kind,"
    " 'opened_at', o.opened_at, 'due_at', o.due_at, 'paused_at', o.paused_at, 'address', o.address"
)

_ASSIGNMENTS = _many(
    "assignment",
    "assigned_at",
    "'id', s.id, 'unit_id', s.unit_id, 'unit', u.name, 'account_id', s.account_id, 'account', w.name,"
    " 'part', s.part, 'task', s.task, 'due_at', s.due_at, 'assigned_at', s.assigned_at, 'finished_at', s.finished_at,"
    " 'result', s.result, 'given_back_at', s.given_back_at, 'replaced_at', s.replaced_at",
    f"{_UNIT} {_WHO.format('account')}",
)
_QUESTIONS = _many(
    "question",
    "asked_at",
    "'id', s.id, 'text', s.text, 'asked_at', s.asked_at, 'asked_by', w.name, 'pauses', s.pauses,"
    " 'answer', s.answer, 'answered_at', s.answered_at",
    _WHO.format("asked_by"),
)
_PAUSES = _many(
    "pause",
    "from_at",
    "'id', s.id, 'reason', s.reason, 'words', s.words, 'from_at', s.from_at, 'until_at', s.until_at, 'by', w.name,"
    " 'due_before', s.due_before, 'due_after', s.due_after, 'arithmetic', s.arithmetic",
    _WHO.format("by"),
)
_REQUESTS = _many(
    "request",
    "asked_at",
    "'id', s.id, 'what', s.what, 'span', s.span, 'reason', s.reason, 'asked_at', s.asked_at, 'asked_by', w.name,"
    " 'asked_by_id', s.asked_by_id, 'unit', u.name, 'granted', s.granted, 'decided_at', s.decided_at,"
    " 'decision', s.decision, 'arithmetic', s.arithmetic",
    f"{_UNIT} {_WHO.format('asked_by')}",
)
_ORDERS = _many(
    "order",
    "ordered_at",
    "'id', s.id, 'level', s.level, 'automatic', s.automatic, 'text', s.text, 'ordered_at', s.ordered_at,"
    " 'ordered_by', w.name, 'unit', u.name, 'unit_id', s.unit_id, 'addressed', s.addressed, 'passed_from', s.passed_from_id,"
    " 'reply_due', s.reply_due, 'reply', s.reply, 'replied_at', s.replied_at, 'returned', s.returned,"
    " 'missed_at', s.missed_at, 'settled_at', s.settled_at, 'withdrawn', s.withdrawn",
    f"{_UNIT} {_WHO.format('ordered_by')}",
)
_ATTACHMENTS = _many(
    "attachment",
    "added_at",
    "'id', s.id, 'file_id', s.file_id, 'purpose', s.purpose, 'added_at', s.added_at, 'added_by', w.name,"
    " 'for_reporter', s.for_reporter",
    _WHO.format("added_by"),
)
# Linked from either side; what the reader may not see is left out by the row policy.
_LINKS = f"""(SELECT coalesce(json_agg(json_build_object('words', l.words, 'linked_at', l.linked_at, {_BRIEF})
    ORDER BY l.linked_at, l.id), '[]')
  FROM matters_link l
  JOIN matters_matter o ON o.id = CASE l.matter_id WHEN m.id THEN l.other_id ELSE l.matter_id END
  WHERE l.matter_id = m.id OR l.other_id = m.id)"""  # noqa: S608


def _others(condition: str) -> str:
    return (
        f"(SELECT coalesce(json_agg(json_build_object({_BRIEF}) ORDER BY o.opened_at, o.id), '[]')"  # noqa: S608
        f" FROM matters_matter o WHERE {condition})"
    )


# The contact itself stays sealed: it is shown by a verb of its own that asks for a reason.
_QUERY = f"""
SELECT ((to_jsonb(m) - '{{contact_sealed,p4,p6,p9,p12,source_key,state_before}}'::text[]) || jsonb_build_object(
    'unit', u.name, 'unit_place', u.place_code, 'unit_phone', u.phone, 'account', a.name,
    'has_contact', m.contact_sealed IS NOT NULL)
  || CASE WHEN m.anonymous THEN '{{"reporter_id": null, "person_ids": []}}'::jsonb ELSE '{{}}'::jsonb END)::text,
  json_build_object('assignments', {_ASSIGNMENTS}, 'questions', {_QUESTIONS}, 'pauses', {_PAUSES},
    'requests', {_REQUESTS}, 'orders', {_ORDERS}, 'attachments', {_ATTACHMENTS}, 'links', {_LINKS},
    'duplicates', {_others("o.merged_into_id = m.id")}, 'parts', {_others("o.part_of_id = m.id")},
    'merged_into', {_others("o.id = m.merged_into_id")} -> 0,
    'part_of', {_others("o.id = m.part_of_id")} -> 0)::text
FROM matters_matter m
LEFT JOIN people_unit u ON u.id = m.lead_unit_id
LEFT JOIN people_account a ON a.id = m.lead_account_id
WHERE m.id = %s
"""  # noqa: S608 - put together from the parts of this file; the id is a parameter


def detail_json(actor: Actor, matter_id: UUID) -> tuple[bytes, bytes]:
    """The matter's own fields and what hangs on it, each a JSON object; for a gateway that passes them on.

    Raises NotFound when there is none or the actor does not see it, NotAllowed for a role that reads none.
    """
    require(actor, "matters.read")
    outside = actor.sees is Sees.PUBLIC
    rows = ask(public.DETAIL if outside else _QUERY, [matter_id])
    if not rows:
        raise NotFound(_("没有找到这件事，或者您无权查看。"))
    own, hanging = (rows[0][0], public.NOTHING_HANGS) if outside else rows[0]
    return own or b"{}", hanging or b"{}"


def detail(actor: Actor, matter_id: UUID) -> dict[str, Any]:
    """Everything about a matter as plain values: its fields, and lists `assignments`, `questions`, `pauses`,
    `requests`, `orders`, `attachments`, `links`, `duplicates`, `parts`; `merged_into` and `part_of` or None.
    Instants are ISO strings in UTC."""
    own, hanging = detail_json(actor, matter_id)
    return {**orjson.loads(own), **orjson.loads(hanging)}
