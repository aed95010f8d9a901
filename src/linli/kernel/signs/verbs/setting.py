"""A place switches a sign off, or asks for more or less evidence (docs/rights.md, 7)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, NotFound, require
from linli.kernel.access.lines import clean_line
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.places import queries as places

from ..models import Setting
from .common import act

LEAST = 0.5


def set_sign(
    *,
    by: Actor,
    at: datetime,
    sign: str,
    place_code: str,
    off: bool = False,
    raises: float | None = None,
    reason: str,
) -> Setting:
    """From the next night on, at and below a place. Needs `signs.change` there. Raises Invalid, NotFound."""
    require(by, "signs.change", place_code)
    declared = catalogue().signs.get(sign)
    if declared is None:
        raise NotFound(_("没有这种苗头。"))
    reason = clean_line(reason, "reason")
    most = sum(one.weight for one in declared.indications)
    if raises is not None and not LEAST <= raises <= most:
        sentence = _("证据分应在 %(least)s 到 %(most)s 之间：再高就不会有线索，再低处处都是。") % {
            "least": LEAST, "most": round(most, 2),
        }  # fmt: skip
        raise Invalid(sentence, fields={"raises": sentence})
    if not places.exists(place_code):
        raise Invalid(_("没有这个地点。"), fields={"place_code": _("没有这个地点。")})
    with act():
        before = Setting.objects.select_for_update().filter(sign=sign, place_code=place_code).first()
        row, _made = Setting.objects.update_or_create(
            sign=sign, place_code=place_code,
            defaults={"off": off, "raises": raises, "reason": reason, "set_at": at, "set_name": by.name},
        )  # fmt: skip
        audit.append(
            by=by, at=at, verb="signs.set_sign", stream=f"signs:{sign}", place_code=place_code,
            before={"off": before.off, "raises": before.raises} if before else None,
            after={"off": off, "raises": raises}, note=reason,
        )  # fmt: skip
    return row
