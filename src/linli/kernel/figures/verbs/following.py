"""A follower: whatever is recorded of a matter, its turns are reckoned anew and the counts moved by the difference.

A record says only that something happened; what holds is read from the matter. So the same record twice changes
nothing, records may be skipped over, and what was erased meanwhile is not missed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.conf import settings
from django.db import connection

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.audit.models import Record

from ..reckoning import PART, PARTS, TURN, TURNS
from ..spreading import ADD, SPREAD

FOLLOWS = frozenset(
    f"matters.{verb}"
    for verb in (
        *("open", "take_in", "accept", "decline", "reclassify", "move", "recode", "assign", "give_back"),
        *(
            "ask",
            "answer",
            "pause",
            "resume",
            "decide_extension",
            "decide_write_off",
            "report_done",
            "verify",
            "close",
        ),
        *(
            "rate",
            "reopen",
            "withdraw",
            "merge",
            "unmerge",
            "supervise",
            "supervised",
            "pass_order",
            "withdraw_order",
            "alarm_again",
            "alarm_stepped",
        ),
        *("reporter_left", "forget_words", "order_missed", "reminded"),
    )
)
"""Every verb after which a turn may be another. Not what is only said (a note, a link, who took it on)."""

LOCK = "SELECT pg_advisory_xact_lock(hashtext('linli.figures'))"
"""Followers and a recomputation take turns: sums can only be moved by one at a time."""

_TURN, _PART = ", ".join(TURN), ", ".join(PART)


def _upsert(table: str, columns: Sequence[str], key: Sequence[str], source: str) -> str:
    """Write rows as they are now; a row that is the same already is not written again."""
    rest = [name for name in columns if name not in key]
    return (
        f"INSERT INTO {table} AS k ({', '.join(columns)}) SELECT {', '.join(columns)} FROM {source}"  # noqa: S608
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in rest)}"
        f" WHERE ({', '.join(f'k.{n}' for n in rest)}) IS DISTINCT FROM ({', '.join(f'excluded.{n}' for n in rest)})"
    )


_MOVE = f"""
WITH turn_now AS MATERIALIZED ({TURNS.format(where="m.id = ANY(%(ids)s)")}),
part_now AS MATERIALIZED ({PARTS.format(where="m.id = ANY(%(ids)s)")}),
changed_turn AS MATERIALIZED (
  SELECT {_TURN}, 1 AS sign FROM turn_now
  UNION ALL SELECT {_TURN}, -1 FROM figures_turn WHERE matter_id = ANY(%(ids)s)),
changed_part AS MATERIALIZED (
  SELECT {_PART}, 1 AS sign FROM part_now
  UNION ALL SELECT {_PART}, -1 FROM figures_part WHERE matter_id = ANY(%(ids)s)),
turns AS ({_upsert("figures_turn", TURN, ("matter_id", "turn"), "turn_now")}),
parts AS ({_upsert("figures_part", PART, ("id",), "part_now")}),
no_turns AS (DELETE FROM figures_turn k WHERE matter_id = ANY(%(ids)s) AND NOT EXISTS (
  SELECT FROM turn_now n WHERE n.matter_id = k.matter_id AND n.turn = k.turn)),
no_parts AS (DELETE FROM figures_part k WHERE matter_id = ANY(%(ids)s) AND NOT EXISTS (
  SELECT FROM part_now n WHERE n.id = k.id)),
{SPREAD} {ADD}
"""  # noqa: S608 - made of our own constants


def follow(records: Sequence[Record]) -> None:
    """Bring the figures of the matters these records are about up to what holds now."""
    move({UUID(stream[7:]) for record in records if (stream := record.stream).startswith("matter:")})


def move(matters: Collection[UUID]) -> None:
    """In the caller's transaction: reckon these matters anew and move the counts by what changed."""
    if not matters:
        return
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(_MOVE, {"ids": sorted(matters), "zone": settings.TIME_ZONE})
