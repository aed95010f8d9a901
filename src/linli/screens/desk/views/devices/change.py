"""改登记: what a device is called, where it hangs, whose it is; taken out of use and back."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.things import verbs
from linli.kernel.things.models import State, Thing
from linli.kernel.things.queries import one
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from . import told
from .common import EVERY, LAT, LON, OWNER, PLACE, SPOT, owners, settled


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def change_page(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "things.change")
    thing = one.find(actor, thing_id)
    response, forms, status = serve(request, _acts(request, thing, actor))
    if response:
        return response
    context = {
        "thing": thing,
        "place": places.label(thing.place_code),
        "forms": forms,
        "told": told.once(request),
        "retired": thing.state == State.RETIRED,
    }
    return draw(request, "desk/devices/change.html", context, here="desk:things", status=status)


def _acts(request: HttpRequest, thing: Thing, actor: Actor) -> tuple[Act, ...]:
    def move(**given: Any) -> Thing:
        return verbs.move(thing_id=thing.id, **settled(given, actor))

    def set_interval(*, every: float | None = None, **given: Any) -> Thing:
        return verbs.set_interval(thing_id=thing.id, **settled({"every": every, **given}, actor))

    def change_owner(*, owner_id: UUID | None = None, **given: Any) -> Thing:
        return verbs.change_owner(thing_id=thing.id, unit_id=owner_id, **given)

    def tells(made: verbs.Registered) -> str:
        told.keep(request, made.thing, secret=made.secret, code=made.code)
        return _t("已恢复使用。新密钥在下面，只显示这一次。")

    return (
        Act(
            key="rename",
            words=_("更名"),
            done=_("已更名。"),
            fields=(Field(name="name", label=_("名称")),),
            starts={"name": thing.name},
            verb=partial(verbs.rename, thing_id=thing.id),
        ),
        Act(
            key="move",
            words=_("移位"),
            done=_("已移位。"),
            fields=(PLACE, SPOT, LON, LAT),
            starts={
                "place_code": thing.place_code,
                "spot": thing.spot,
                "lon": "" if thing.lon is None else thing.lon,
                "lat": "" if thing.lat is None else thing.lat,
            },
            verb=move,
        ),
        Act(
            key="owner",
            words=_("换归属"),
            done=_("已换归属。"),
            fields=(OWNER,),
            options={"owners": [("", "—"), *owners(actor, now())]},
            starts={"owner_id": thing.owner_id or ""},
            verb=change_owner,
        ),
        Act(
            key="every",
            words=_("改上报间隔"),
            done=_("已更改。"),
            fields=(EVERY,),
            starts={"every": thing.every or ""},
            verb=set_interval,
        ),
        Act(
            key="retire",
            words=_("停用"),
            lead=_("拆下来了，或坏了：密钥和安装码立即失效，历史读数都留着。"),
            done=_("已停用。"),
            tone="danger",
            fields=(Field(name="reason", label=_("原因"), optional=True),),
            verb=partial(verbs.retire, thing_id=thing.id),
        ),
        Act(
            key="return",
            words=_("恢复使用"),
            fields=(Field(name="waits", label=_("要重新安装"), kind=Kind.TICK, hint=_("会得到一个新的安装码。")),),
            verb=partial(verbs.return_to_use, thing_id=thing.id),
            tells=tells,
        ),
    )
