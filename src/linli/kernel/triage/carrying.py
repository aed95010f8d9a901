"""A place has another code: where suggestions are switched off, and where staff decided, go along."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, require, under
from linli.kernel.audit import append
from linli.kernel.audit.carrying import carry_rows, rows_left_behind

from .models import Decision, Switch, TopicSheet


def copy_switches(*, by: Actor, at: datetime, moves: Moves) -> int:
    """Switch off or on at the new codes what was at the old ones; what was said there since wins."""
    require(by, "*")
    with transaction.atomic():
        look_as(SYSTEM)
        known = set(Switch.objects.values_list("place_code", flat=True))
        made = []
        for row in sorted(Switch.objects.filter(under(moves.roots)), key=lambda row: -len(row.place_code)):
            for code in moves.rules(row.place_code):
                if code not in known:
                    known.add(code)
                    made.append(Switch(place_code=code, on=row.on))
        Switch.objects.bulk_create(made)
        for row in made:
            _record(row, by, at, after={"on": row.on})
    return len(made)


def leave(*, by: Actor, at: datetime, moves: Moves) -> int:
    """Take away the switches of the old codes, and topics counted for them: they are counted anew when asked for."""
    require(by, "*")
    with transaction.atomic():
        look_as(SYSTEM)
        rows = list(Switch.objects.filter(under(moves.roots)))
        for row in rows:
            _record(row, by, at, after=None)
            row.delete()
        TopicSheet.objects.filter(under(moves.roots)).delete()
    return len(rows)


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch of decisions; returns how many, 0 when none is left that nobody holds."""
    return carry_rows(Decision, verb="triage.recode", by=by, at=at, moves=moves, recoding=recoding, limit=limit)


def left_behind(moves: Moves) -> bool:
    """Whether a decision lies under an old code still."""
    return rows_left_behind(Decision, moves)


def _record(row: Switch, by: Actor, at: datetime, *, after: dict[str, object] | None) -> None:
    append(
        by=by,
        at=at,
        verb="triage.recode_switch",
        stream=f"triage:{row.place_code}",
        place_code=row.place_code,
        before=None if after else {"on": row.on},
        after=after,
    )
