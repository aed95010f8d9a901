"""安装与维护: what was done to a device, times of maintenance in which nobody is warned of it, photos."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, allows
from linli.kernel.clock.now import now
from linli.kernel.files.queries import shown
from linli.kernel.places import queries as places
from linli.kernel.things import verbs
from linli.kernel.things.models import Upkeep
from linli.kernel.things.queries import one
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw

_WHATS = (Upkeep.What.BATTERY, Upkeep.What.REPAIR, Upkeep.What.CHECK)
_NOTE = Field(name="note", label=_("备注"), kind=Kind.TEXT, optional=True)


@require_http_methods(["GET", "POST"])
@for_staff
def upkeep_page(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    one.find(actor, thing_id)
    response, forms, status = serve(request, _acts(thing_id))
    if response:
        return response
    at = now()
    found = one.detail(actor, thing_id, at=at)
    names = places.labels({row.place_code for row in found.around})
    context = {
        "thing": found.thing,
        "found": found,
        "place": places.label(found.thing.place_code),
        "rows": [
            (row, _t(Upkeep.What(row.what).label), _stands(row, at))
            for row in found.upkeep
            if not row.lasts.isempty
        ],
        "around": [
            {"upkeep": row, "now": row.lasts.lower <= at, "place": names.get(row.place_code, row.place_code)}
            for row in found.around
        ],
        "photos": shown(found.photos, at=at),
        "forms": forms,
        "may": allows(actor, "things.install", found.thing.place_code) and found.state != "retired",
    }
    return draw(request, "desk/devices/upkeep.html", context, here="desk:things", status=status)


def _stands(row: Upkeep, at: object) -> str:
    """ "coming", "now" or "over"; "" for what is an instant."""
    if row.what != Upkeep.What.MAINTENANCE:
        return ""
    if row.lasts.lower > at:
        return "coming"
    return "now" if row.lasts.upper > at else "over"


def _acts(thing_id: UUID) -> tuple[Act, ...]:
    return (
        Act(
            key="note",
            words=_("记一笔"),
            done=_("已记下。"),
            fields=(Field(name="what", label=_("做了什么"), kind=Kind.CHOICE, options="whats"), _NOTE),
            options={"whats": [(what.value, _t(what.label)) for what in _WHATS]},
            starts={"what": Upkeep.What.CHECK.value},
            verb=partial(verbs.note_upkeep, thing_id=thing_id),
        ),
        Act(
            key="maintain",
            words=_("开始维护"),
            lead=_("维护期间照常收数据，不发预警；到时间自己结束。"),
            done=_("维护已登记。"),
            fields=(
                Field(name="begins", label=_("从"), kind=Kind.MOMENT, optional=True, hint=_("不填就从现在开始。")),
                Field(name="ends", label=_("到"), kind=Kind.MOMENT),
                _NOTE,
            ),
            verb=partial(verbs.maintain, thing_id=thing_id),
        ),
        Act(
            key="end",
            words=_("提前结束"),
            tone="small",
            done=_("维护已结束。"),
            fields=(Field(name="upkeep_id", label="", kind=Kind.HIDDEN_ID),),
            verb=verbs.end_maintenance,
        ),
    )
