"""What every verb stands on: the lock, the row as it is now, the day of the change, and history kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, Moves, NotFound
from linli.kernel.audit.ids import uuid7
from linli.kernel.places.models import Place, Recoding, Stamp, Succession

PERMISSION = "places.change"


def lock() -> None:
    """One place verb at a time. Neighbours and parents are compared, so two at once could each be right alone."""
    Stamp.objects.select_for_update().first()


def current(code: str, version: int | None = None) -> Place:
    """The row of `code` without an end. Raises NotFound; Conflict when the caller saw another version."""
    place = Place.objects.filter(code=code, valid_to=None).first()
    if place is None:
        raise NotFound(_("没有代码为 %(code)s 的有效地点。") % {"code": code})
    if version is not None and place.version != version:
        raise Conflict(_("“%(name)s”刚被别人改过，请刷新后再改。") % {"name": place.name}, code="stale")
    return place


def day_of(at: datetime, on: date | None) -> date:
    """The first day of a change: `on`, else the local day of `at`; never a day to come."""
    today = timezone.localdate(at)
    if on is not None and on > today:
        said = _("生效日期 %(day)s 还没有到，请到那天再改。") % {"day": on}
        raise Invalid(said, fields={"on": said})
    return on or today


def must_have_begun(place: Place, day: date) -> None:
    """A span of validity lasts a day at least."""
    if day <= place.valid_from:
        said = _("“%(name)s”自 %(begin)s 起有效，生效日期要晚于这一天。") % {
            "name": place.name,
            "begin": place.valid_from,
        }
        raise Conflict(said, code="too-early", fields={"on": said})


def keep_history(place: Place, day: date, kind: Succession.Kind) -> None:
    """Store what `place` was until `day` as a closed row, and let `place` begin on that day.

    On the very day it began there is nothing to keep: it is a correction.
    """
    if day == place.valid_from:
        return
    must_have_begun(place, day)
    began = place.valid_from
    Place.objects.filter(pk=place.pk).update(valid_from=day)
    place.valid_from = day
    before = Place.objects.get(pk=place.pk)
    before.pk, before.valid_from, before.valid_to = uuid7(), began, day
    before._state.adding = True
    before.save(force_insert=True)
    Succession.objects.create(predecessor=before, successor=place, kind=kind, at=day)


def record(
    verb: str,
    place: Place,
    *,
    by: Actor,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str | None = None,
) -> UUID:
    return audit.append(
        by=by,
        at=at,
        verb=f"places.{verb}",
        stream=f"place:{place.pk}",
        place_code=place.code,
        before=before,
        after=after,
        note=note,
    )


def recoded(record: UUID, moves: Moves, at: datetime) -> None:
    """These codes became those: from now on eyes see both, until every room has carried its rows over."""
    Recoding.objects.create(record=record, at=at, moves=moves.as_json())


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises Invalid when nothing is left or it is too long."""
    plain = " ".join(name.split())
    if not plain:
        said = _("请填写地点名称。")
    elif len(plain) > 64:
        said = _("地点名称最多 64 个字，现在有 %(count)s 个。") % {"count": len(plain)}
    else:
        return plain
    raise Invalid(said, fields={"name": said})
