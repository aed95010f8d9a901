"""A place has another code: reports asked there and sheets owed there go along. What was signed names no place.

Where two neighbourhoods became one, it owes one sheet of a report, which fills itself from both; what each had sent stays.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, require, under
from linli.kernel.audit.carrying import carry_rows, rows_left_behind
from linli.kernel.audit.verbs import append

from .models import Report, Sheet

_VERB = "reports.recode"


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch; returns how many rows, 0 when none is left that nobody holds."""
    require(by, "*")
    dropped = _drop_doubled(by, at, moves, recoding)
    if dropped:
        return dropped
    for table in (Report, Sheet):
        if moved := carry_rows(table, verb=_VERB, by=by, at=at, moves=moves, recoding=recoding, limit=limit):
            return moved
    return 0


def _drop_doubled(by: Actor, at: datetime, moves: Moves, recoding: UUID) -> int:
    """Sheets not sent yet that would be owed a second time under the new code. Returns how many went."""
    owed = ~Q(state__in=(Sheet.State.SENT, Sheet.State.ACCEPTED))
    with transaction.atomic():
        look_as(SYSTEM)
        moving = list(
            Sheet.objects.select_for_update().filter(under(moves.roots), owed).order_by("place_code", "id")
        )
        reports = {sheet.report_id for sheet in moving}
        there = set(
            Sheet.objects.filter(owed, report__in=reports)
            .exclude(pk__in=[sheet.pk for sheet in moving])
            .values_list("report_id", "place_code")
        )
        doubled: list[UUID] = []
        for sheet in moving:
            key = (sheet.report_id, moves.now(sheet.place_code))
            if key in there:
                doubled.append(sheet.id)
            there.add(key)
        if doubled:
            Sheet.objects.filter(pk__in=doubled).delete()
            append(
                by=by, at=at, verb=_VERB, stream=f"recoding:{recoding}", place_code=moves.now(moving[0].place_code),
                after={"sheets_owed_once": len(doubled)},
            )  # fmt: skip
    return len(doubled)


def left_behind(moves: Moves) -> bool:
    look_as(SYSTEM)
    return rows_left_behind(Report, moves) or rows_left_behind(Sheet, moves)
