"""凭证: what a device proves itself with. Ages are shown, the secret once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.things import verbs
from linli.kernel.things.queries import one
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from . import told

_OVERLAPS = {"24": _("24 小时"), "1": _("1 小时"), "168": _("7 天"), "0": _("立即失效")}


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def keys_page(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "things.keys")
    response, forms, status = serve(request, _acts(request, thing_id))
    if response:
        return response
    found = one.detail(actor, thing_id, at=now())
    context = {
        "thing": found.thing,
        "found": found,
        "place": places.label(found.thing.place_code),
        "forms": forms,
        "told": told.once(request),
        "open": any(proof.ends_at is None for proof in found.proofs),
    }
    return draw(request, "desk/devices/keys.html", context, here="desk:things", status=status)


def _acts(request: HttpRequest, thing_id: UUID) -> tuple[Act, ...]:
    def rotate(*, overlap: str, **given: Any) -> verbs.Issued:
        hours = int(overlap) if overlap in _OVERLAPS else 24
        return verbs.rotate(thing_id=thing_id, overlap=timedelta(hours=hours), **given)

    def tells(made: verbs.Issued) -> str:
        told.keep(request, made.thing, secret=made.secret)
        return _t("新密钥在下面，只显示这一次。")

    return (
        Act(
            key="issue",
            words=_("签发密钥"),
            fields=(),
            verb=partial(verbs.issue, thing_id=thing_id),
            tells=tells,
        ),
        Act(
            key="rotate",
            words=_("更换密钥"),
            lead=_("马上得到新的；旧的还能用一段时间，好让设备换过来。"),
            fields=(Field(name="overlap", label=_("旧密钥再用"), kind=Kind.SELECT, options="overlaps"),),
            options={"overlaps": [*_OVERLAPS.items()]},
            starts={"overlap": "24"},
            verb=rotate,
            tells=tells,
        ),
        Act(
            key="revoke",
            words=_("撤销全部密钥"),
            lead=_("设备丢了，或密钥泄露了：立即连不上，不能恢复，只能再签发新的。"),
            tone="danger",
            fields=(Field(name="reason", label=_("原因"), optional=True),),
            verb=partial(verbs.revoke, thing_id=thing_id),
            done=pgettext_lazy("device", "已撤销，这台设备现在连不上。"),
        ),
    )
