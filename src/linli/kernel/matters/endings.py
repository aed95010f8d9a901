"""A follower: when a matter ends, the matters merged into it end the same way, and their reporters read how."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.audit import append
from linli.kernel.audit.models import Record

from .models import Matter

TELLS = frozenset({"matters.close", "matters.decide_write_off"})
"""What a reporter of a duplicate is to read as well."""


def tell_duplicates(records: Sequence[Record]) -> None:
    """Copy outcome and reply to the duplicates of each matter that ended; the same record twice changes nothing."""
    look_as(SYSTEM)
    for record in records:
        if (record.after or {}).get("reply"):
            _tell(UUID(record.stream.partition(":")[2]), record)


def _tell(matter_id: UUID, record: Record) -> None:
    primary = Matter.objects.filter(id=matter_id).first()
    if primary is None or primary.is_open:
        return
    for duplicate in (
        Matter.objects.select_for_update()
        .filter(merged_into_id=matter_id, words_erased_at=None)
        .exclude(reply=primary.reply)
    ):
        duplicate.outcome, duplicate.reply = primary.outcome, primary.reply
        duplicate.version += 1
        duplicate.save(update_fields=["outcome", "reply", "version"])
        append(
            by=SYSTEM,
            at=record.happened_at,
            verb="matters.ended_with",
            stream=duplicate.stream,
            place_code=duplicate.place_code,
            unit_ids=duplicate.unit_ids,
            person_ids=duplicate.person_ids,
            after={"outcome": primary.outcome, "reply": primary.reply, "with": primary.number},
        )
