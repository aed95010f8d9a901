"""登记设备: one device; its secret, and the code of its label, are shown once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.clock.now import now
from linli.kernel.things import verbs
from linli.kernel.things.queries import strangers
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from . import told
from .common import EVERY, LAT, LON, MODEL, NAME, OWNER, PLACE, SPOT, models, owners, settled

_KEY = Field(
    name="key",
    label=_("设备编号"),
    hint=_("设备自己报的名字，也是 MQTT 的用户名。字母、数字和 . _ : - 。"),
)
_WAITS = Field(
    name="waits",
    label=_("还没有安装"),
    kind=Kind.TICK,
    hint=_("会得到一个安装码，打印成标签贴在设备上，安装的人在手机上扫码认领。"),
)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def register_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "things.change")
    response, forms, status = serve(request, [_act(request, actor)])
    if response:
        return response
    context = {"forms": forms, "told": told.once(request), "strangers": strangers.how_many(actor)}
    return draw(request, "desk/devices/register.html", context, here="desk:things", status=status)


def _act(request: HttpRequest, actor: Actor) -> Act:
    def register(**given: Any) -> verbs.Registered:
        return verbs.register(**settled(given, actor))

    def tells(made: verbs.Registered) -> str:
        told.keep(request, made.thing, secret=made.secret, code=made.code)
        return _t("“%(name)s”已登记。") % {"name": made.thing.name}

    return Act(
        key="register",
        words=_("登记"),
        fields=(_KEY, MODEL, PLACE, NAME, SPOT, LON, LAT, OWNER, EVERY, _WAITS),
        options={"models": models(), "owners": owners(actor, now())},
        starts={"place_code": actor.scope if len(actor.scope) > 6 else ""},
        verb=register,
        tells=tells,
    )
