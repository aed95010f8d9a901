"""屏: the boards and televisions one looks after; a code confirmed, a board renamed, moved, looked at, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.clock.now import now
from linli.kernel.displays import queries, verbs
from linli.kernel.displays.models import Display
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ..shell import draw

_ID = Field(name="display_id", label="", kind=Kind.HIDDEN_ID)
_PLACE = Field(
    name="place_code", label=_("挂在哪里"), hint=_("地点代码，或写得完整的地址。屏上显示这个居村的内容。")
)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def displays_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "displays.change")
    response, forms, status = serve(request, _acts(request, actor))
    if response:
        return response
    rows = queries.listing(
        actor, at=now(), kind=request.GET.get("kind", ""), text=request.GET.get("text", "").strip()
    )
    names = places.labels({row.display.place_code for row in rows})
    context: dict[str, Any] = {
        "rows": [(row, names.get(row.display.place_code, row.display.place_code)) for row in rows],
        "forms": forms,
        "text": request.GET.get("text", ""),
        "away": sum(row.offline_since is not None for row in rows),
        "mute": sum(row.display.sound is False for row in rows),
    }
    return draw(request, "desk/displays.html", context, here="desk:displays", status=status)


def _acts(request: HttpRequest, actor: Actor) -> tuple[Act, ...]:
    def confirm(*, by: Actor, at: datetime, code: str, place_code: str, name: str) -> Display:
        place = place_named(place_code, by, field="place_code")
        return verbs.confirm_board(by=by, at=at, code=code, place_code=place, name=name)

    def move(*, by: Actor, at: datetime, display_id: Any, place_code: str) -> Display:
        place = place_named(place_code, by, field="place_code")
        return verbs.move(by=by, at=at, display_id=display_id, place_code=place)

    return (
        Act(
            key="confirm",
            words=_("确认这块屏"),
            lead=_("码在屏上，十分钟换一次。确认以后，屏几秒钟内开始显示。"),
            fields=(
                Field(name="code", label=_("屏上的码")),
                _PLACE,
                Field(name="name", label=_("名称"), hint=_("例如：一居门口、活动室。")),
            ),
            starts={
                "code": request.GET.get("code", "")[:8],
                "place_code": actor.scope if len(actor.scope) >= Level.NEIGHBOURHOOD.digits else "",
            },
            verb=confirm,
            tells=lambda display: _t("“%(name)s”已确认，几秒钟内开始显示。") % {"name": display.name},
        ),
        Act(
            key="rename",
            words=_("更名"),
            tone="small",
            fields=(_ID, Field(name="name", label=_("新名称"))),
            verb=verbs.rename,
            done=_("已更名。"),
        ),
        Act(
            key="move",
            words=_("移位"),
            tone="small",
            fields=(_ID, _PLACE),
            verb=move,
            done=_("已移位，屏上几秒钟内换成新地点的内容。"),
        ),
        Act(
            key="revoke",
            words=pgettext_lazy("display", "撤销"),
            lead=_("马上生效：屏上的内容几秒钟内消失，重新显示一个码。"),
            tone="danger small",
            fields=(_ID,),
            verb=verbs.revoke,
            done=_("已撤销。"),
        ),
    )
