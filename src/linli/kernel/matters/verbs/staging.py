"""Writing a batch by set: COPY into a passing table, then INSERT … SELECT.

PostgreSQL copies into no table under row level security, and a trigger of its own chains each audit record, so
this is as bare as it gets without going round a lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from linli.kernel.access import Actor
from linli.kernel.audit.bulk import append_selected
from linli.kernel.audit.ids import uuid7

from .incoming import Past

COLUMNS = (
    "id", "number", "kind", "department", "title", "body", "urgency", "public", "source", "source_key",
    "reporter_id", "contact_sealed", "person_ids", "place_code", "lon", "lat", "address", "state", "opened_at",
    "accepted_at", "answered_at", "assigned_at", "done_at", "verified_at", "ended_at", "lead_unit_id",
    "lead_account_id", "unit_ids", "answer_due", "finish_due", "finish_span", "leg", "leg_from", "leg_span",
    "due_at", "order_at", "stage", "climbed", "next_tick_at", "outcome", "reply", "rating", "rating_words",
    "rated_at", "reopened", "given_back", "ever_late", "extended", "reopened_at",
)  # fmt: skip
_LIST = ", ".join(COLUMNS)

RecordRow = tuple[Any, ...]

_MATTERS = f"""
INSERT INTO matters_matter ({_LIST}, version, state_before, anonymous)
SELECT {_LIST}, 1, '', false FROM incoming_matter
ON CONFLICT (source, source_key) WHERE source_key <> '' DO NOTHING
"""  # noqa: S608 - made of our own column names
_PARTS = """
INSERT INTO matters_assignment
  (id, matter_id, unit_id, account_id, part, task, due_at, assigned_at, finished_at, result)
SELECT uuidv7(), i.id, i.lead_unit_id, i.lead_account_id, 'lead', '', i.finish_due,
       coalesce(i.assigned_at, i.opened_at),
       CASE WHEN i.state <> 'assigned' THEN coalesce(i.done_at, i.ended_at) END, i.result
FROM incoming_matter i WHERE i.lead_unit_id IS NOT NULL
"""
_TOLD = """
SELECT uuidv7() AS id, %s::timestamptz AS happened_at, 'matter:' || i.id AS stream, %s AS verb,
       %s::uuid AS actor_account, %s::uuid AS actor_post, %s::uuid AS actor_person, %s AS actor_role, %s AS actor_scope,
       %s AS actor_name, %s AS via, %s AS address, i.place_code, i.unit_ids, i.person_ids, NULL::jsonb AS before,
       jsonb_build_object('number', number, 'kind', kind, 'title', title, 'state', state, 'source', source,
         'source_key', source_key, 'opened_at', opened_at, 'ended_at', ended_at) AS after, %s AS note
FROM incoming_matter i WHERE untold ORDER BY number
"""


def numbers(count: int) -> list[int]:
    """As many running numbers of matters as there are rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('matters_number') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def insert_matters(rows: bytes, count: int) -> set[UUID]:
    """Insert matters and who leads them, given as lines for COPY; returns the ids of those that were there already.

    What came stays in the passing table, without them, for `told`; `done` puts it away.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE incoming_matter ON COMMIT DROP AS SELECT {_LIST}, body AS result, public AS untold"  # noqa: S608
            " FROM matters_matter WITH NO DATA"
        )
        with cursor.copy(f"COPY incoming_matter ({_LIST}, result, untold) FROM STDIN") as copy:
            copy.write(rows)
        cursor.execute(_MATTERS)
        known: set[UUID] = set()
        if cursor.rowcount < count:  # another batch or another import was faster by a moment
            cursor.execute(
                "DELETE FROM incoming_matter i WHERE NOT EXISTS (SELECT FROM matters_matter m WHERE m.id = i.id)"
                " RETURNING id"
            )
            known = {row[0] for row in cursor.fetchall()}
        cursor.execute(_PARTS)
    return known


def tell(by: Actor, at: datetime) -> None:
    """A record for each matter just inserted that brought no past of its own."""
    append_selected(_TOLD, [at, "matters.take_in", *_who(by), None])


def done() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE incoming_matter")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a record is about, and who may see it."""

    stream: str
    place_code: str
    unit_ids: list[UUID]
    person_ids: list[UUID]


def record(past: Past, seen: Seen) -> RecordRow:
    return (
        uuid7(), past.at, seen.stream, f"matters.{past.verb}", *_who(past.by), seen.place_code,
        seen.unit_ids, seen.person_ids, _json(past.before), _json(past.after), past.note,
    )  # fmt: skip


def _who(by: Actor) -> tuple[Any, ...]:
    """The columns of a record from `actor_account` to `address`."""
    return (
        by.account_id, by.post_id, by.person_id, by.role.value, by.scope, by.name or None, by.via.value,
        by.address or None,
    )  # fmt: skip


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(dict(value), option=orjson.OPT_NON_STR_KEYS).decode()
