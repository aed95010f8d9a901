"""Followers of what ends: the matters merged into a matter end with it, and so do the warnings that opened it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import F, Q

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.audit import append
from linli.kernel.audit.models import Record
from linli.kernel.readings.verbs import warnings

from .models import FINAL, OPEN, Matter

TELLS = frozenset({"matters.close", "matters.decide_write_off"})
"""What a reporter of a duplicate is to read as well."""

ENDS = frozenset(
    f"matters.{verb}"
    for verb in ("close", "decline", "decide_write_off", "withdraw", "alarm_cleared", "ended_with")
)
"""What may leave warnings behind that are over."""


def tell_duplicates(records: Sequence[Record]) -> None:
    """Copy outcome and reply to the duplicates of each matter that ended; the same record twice changes nothing.

    Of a thousand matters that end few have duplicates, so one question finds those of a whole batch.
    """
    look_as(SYSTEM)
    told = {
        UUID(record.stream.partition(":")[2]): record for record in records if (record.after or {}).get("reply")
    }
    for duplicate in (
        Matter.objects.select_for_update(of=("self",))
        .select_related("merged_into")
        .filter(merged_into_id__in=told, words_erased_at=None)
        .exclude(reply=F("merged_into__reply"))
        .order_by("id")
    ):
        _tell(duplicate, told)


def _tell(duplicate: Matter, told: Mapping[UUID, Record]) -> None:
    primary = duplicate.merged_into
    if primary is None or primary.is_open:
        return
    duplicate.outcome, duplicate.reply = primary.outcome, primary.reply
    duplicate.version += 1
    duplicate.save(update_fields=["outcome", "reply", "version"])
    append(
        by=SYSTEM,
        at=told[primary.id].happened_at,
        verb="matters.ended_with",
        stream=duplicate.stream,
        place_code=duplicate.place_code,
        unit_ids=duplicate.unit_ids,
        person_ids=duplicate.person_ids,
        after={"outcome": primary.outcome, "reply": primary.reply, "with": primary.number},
    )


def end_warnings(records: Sequence[Record]) -> None:
    """Close what is over of the warnings of matters that have ended, and of those merged into them.

    The same record twice changes nothing. What came back meanwhile has opened its matter again and stays open.
    """
    look_as(SYSTEM)
    told = [UUID(record.stream.partition(":")[2]) for record in records]
    ended = Matter.objects.filter(Q(id__in=told) | Q(merged_into_id__in=told), state__in=FINAL)
    over = ended.exclude(merged_into__state__in=OPEN).values_list("id", flat=True)
    if ids := list(over):
        warnings.end_with(matter_ids=ids, at=max(record.happened_at for record in records))
