"""A place and everything below it is maintained for a time: a drill, a refurbishment. Nobody is warned of what is there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, covers, require

from ..models import PlaceUpkeep
from . import common
from .upkeep import check_span

PERMISSION = "things.change"
SMALLEST = 9
"""Digits of a street: to silence more than that at once is no maintenance."""


def maintain_place(
    *, by: Actor, at: datetime, place_code: str, ends: datetime, note: str, begins: datetime | None = None
) -> PlaceUpkeep:
    """Readings of everything at a place are kept, no warning is raised from them. It ends by itself.

    Needs `things.change` there; a street at most, ninety days at most, beginning within a year. Raises Invalid (by
    field), Conflict (there is one of this place at that time already).
    """
    begins = begins or at
    check_span(at, begins, ends)
    why = common.one_line(note, common.NOTE_LENGTH, "note")
    if not why:
        sentence = _("请写明为什么：收不到预警的人要知道。")
        raise Invalid(sentence, fields={"note": sentence})
    code = common.clean_place(place_code)
    require(by, PERMISSION, code)
    if len(code) < SMALLEST:
        sentence = _("范围太大：最多一个街道或者镇。")
        raise Invalid(sentence, fields={"place_code": sentence})
    with common.act():
        if PlaceUpkeep.objects.filter(place_code=code, lasts__overlap=(begins, ends)).exists():
            sentence = _("这个地点在这段时间里已经有一次维护。")
            raise Conflict(sentence, code="overlap", fields={"ends": sentence})
        row = PlaceUpkeep.objects.create(
            place_code=code, lasts=DateTimeTZRange(begins, ends), note=why, by_name=by.name[:64],
            by_account=by.account_id, set_at=at,
        )  # fmt: skip
        after = {"begins": begins.isoformat(), "ends": ends.isoformat()}
        _record(row, by, at, "maintain_place", after, why)
    return row


def end_place_maintenance(*, by: Actor, at: datetime, upkeep_id: UUID) -> PlaceUpkeep:
    """It is over earlier than was said, or does not take place. Needs `things.change` at the place. Raises NotFound,
    Conflict (it is over already)."""
    require(by, PERMISSION)
    with common.act():
        row = PlaceUpkeep.objects.select_for_update().filter(pk=upkeep_id).first()
        if row is None or not covers(by, row.place_code):
            raise NotFound(_("没有这次维护，或者不在您的管辖范围内。"))
        if row.lasts.isempty or row.lasts.upper <= at:
            raise Conflict(_("这次维护已经结束。"), code="over")
        # One that had not begun never was: an empty range.
        row.lasts = DateTimeTZRange(row.lasts.lower, max(at, row.lasts.lower))
        row.save(update_fields=["lasts"])
        _record(row, by, at, "end_place_maintenance", {"ends": at.isoformat()})
    return row


def _record(
    row: PlaceUpkeep, by: Actor, at: datetime, verb: str, after: dict[str, str], note: str | None = None
) -> None:
    audit.append(
        by=by, at=at, verb=f"things.{verb}", stream=row.stream, place_code=row.place_code, after=after, note=note
    )
