"""整片维护: a place and everything below it rests for a time; what runs, what comes, what is over, and why."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, allows, holds
from linli.kernel.clock.now import now
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.kernel.things import verbs
from linli.kernel.things.queries import resting
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from .common import PLACE


@require_http_methods(["GET", "POST"])
@for_staff
def resting_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    found = resting.windows(actor, at=at)
    place = request.GET.get("place", "")
    response, forms, status = serve(request, _acts(actor, place if place.isdecimal() and len(place) <= 30 else ""))
    if response:
        return response
    names = places.labels({window.upkeep.place_code for window in found})
    context: dict[str, Any] = {
        "windows": [
            {
                "window": window,
                "name": names.get(window.upkeep.place_code, window.upkeep.place_code),
                "may_end": window.stands != "over" and allows(actor, "things.change", window.upkeep.place_code),
            }
            for window in found
        ],
        "forms": forms,
        "may": holds(actor, "things.change"),
    }
    return draw(request, "desk/devices/resting.html", context, here="desk:things_resting", status=status)


def _acts(actor: Actor, place: str) -> tuple[Act, ...]:
    return (
        Act(
            key="maintain",
            words=_("设置维护"),
            lead=_(
                "这个地点和它下面所有设备，期间照常收数据，不发预警，也不派人；到时间自己结束，还没有恢复的那时再报。"
            ),
            done=_("维护已登记。"),
            fields=(
                PLACE,
                Field(name="begins", label=_("从"), kind=Kind.MOMENT, optional=True, hint=_("不填就从现在开始。")),
                Field(name="ends", label=_("到"), kind=Kind.MOMENT, hint=_("最长 90 天。")),
                Field(
                    name="note", label=_("为什么"), hint=_("例如：消防演练；二次供水改造。收不到预警的人看得到。")
                ),
            ),
            starts={"place_code": place},
            verb=partial(_maintain, actor),
        ),
        Act(
            key="end",
            words=_("提前结束"),
            tone="small",
            done=_("维护已结束，预警照常。"),
            fields=(Field(name="upkeep_id", label="", kind=Kind.HIDDEN_ID),),
            verb=verbs.end_place_maintenance,
        ),
    )


def _maintain(actor: Actor, *, place_code: str, **given: Any) -> Any:
    return verbs.maintain_place(place_code=place_named(place_code, actor, field="place_code"), **given)
