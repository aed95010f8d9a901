"""Changing a kind's numbers for a place. Matters already open keep what they were promised."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Invalid, look_as, require
from linli.kernel.audit import append
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Span
from linli.kernel.places import queries as places

from ..models import KindNumbers

_FIELDS = ("answer", "finish", "climb", "warn", "remind", "off")


def set_numbers(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    place_code: str,
    answer: str = "",
    finish: str = "",
    climb: str = "",
    warn: float | None = None,
    remind: float | None = None,
    off: bool = False,
) -> KindNumbers:
    """Set what differs at this place; "" and None mean: as in the wider place."""
    require(by, "kinds.change")
    place_code = places.now_called(place_code) or place_code
    places.require_at(by, "kinds.change", place_code)
    if kind not in catalogue().kinds:
        raise Invalid(_("没有这种事项。"), fields={"kind": _("请从列表中选择。")})
    _check(answer=answer, finish=finish, climb=climb, warn=warn, remind=remind)
    with transaction.atomic():
        look_as(SYSTEM)
        row, _made = KindNumbers.objects.select_for_update().get_or_create(kind=kind, place_code=place_code)
        before = {name: getattr(row, name) for name in _FIELDS}
        row.answer, row.finish, row.climb, row.warn, row.remind, row.off = answer, finish, climb, warn, remind, off
        row.save()
        append(
            by=by,
            at=at,
            verb="matters.set_numbers",
            stream=f"kind:{kind}:{place_code}",
            place_code=place_code,
            before=before,
            after={name: getattr(row, name) for name in _FIELDS},
        )
        look_as(by)
    return row


def _check(*, warn: float | None, remind: float | None, **spans: str) -> None:
    fields = {}
    for name, text in spans.items():
        if text:
            try:
                if Span.parse(text).amount <= 0:
                    raise ValueError(text)
            except ValueError:
                fields[name] = _("请填写大于零的时限，例如 3 个工作日。")
    for name, share in (("warn", warn), ("remind", remind)):
        if share is not None and not 0 < share < 1:
            fields[name] = _("请填写 0 到 1 之间的比例。")
    if warn is not None and remind is not None and warn >= remind:
        fields["remind"] = _("提醒要晚于预警。")
    if fields:
        raise Invalid(_("请检查填写的时限。"), fields=fields)
