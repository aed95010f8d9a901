"""合作商户 on the desk: enrolled, closed, settled by the month."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, holds
from linli.kernel.clock.now import now
from linli.kernel.people.homes import place_named
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from .. import verbs
from ..queries import shopping
from .common import draw


@require_http_methods(["GET", "POST"])
@for_staff
def partners(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    response, forms, status = serve(request, _acts(actor))
    if response:
        return response
    context = {"rows": shopping.partners(actor, at=now()), "forms": forms}
    return draw("desk", request, "desk/partners.html", context, here="self_governance:partners", status=status)


def _acts(actor: Actor) -> tuple[Act, ...]:
    which = Field(name="shop_id", label="", kind=Kind.HIDDEN_ID)
    acts: list[Act] = []
    if holds(actor, "volunteering.organise"):
        keeper = (
            Field(name="keeper_name", label=_("收积分的人"), hint=_("已登记的居民，用自己的手机收。")),
            Field(name="keeper_phone", label=_("此人的手机号")),
        )
        acts += [
            Act(
                key="enrol", words=_("登记商户"), done=_("已登记，店家的手机上有收积分的页面了。"),
                fields=(
                    Field(name="name", label=_("店名")),
                    Field(name="place_code", label=_("在哪里"), hint=_("居村、小区的名字或代码。")),
                    Field(name="offers", label=_("积分可以换什么"), hint=_("例如：馄饨一碗 60 分。")),
                    *keeper,
                    Field(name="single", label=_("一次最多（分）"), kind=Kind.NUMBER),
                    Field(name="daily", label=_("一位顾客一天最多（分）"), kind=Kind.NUMBER),
                ),
                starts={"place_code": actor.scope, "single": 300, "daily": 600}, verb=partial(_enrol, actor),
            ),
            Act(key="keeper", words=_("加一个收积分的人"), tone="small", done=_("已加上。"), fields=(which, *keeper), verb=verbs.add_keeper),
            Act(
                key="close", words=_("停收"), tone="danger small", done=_("已停收。"),
                fields=(which, Field(name="reason", label=_("为什么停收"))), verb=verbs.close_shop,
            ),
        ]  # fmt: skip
    if holds(actor, "volunteering.review"):
        month = Field(name="month", label=_("哪个月"), kind=Kind.DATE, hint=_("那个月的任意一天；要等那个月结束。"))
        acts.append(
            Act(
                key="settle",
                words=_("结算"),
                tone="small",
                done=_("已结算。"),
                fields=(which, month),
                verb=verbs.settle_shop,
            )
        )
    return tuple(acts)


def _enrol(actor: Actor, *, place_code: str, single: float, daily: float, **given: Any) -> Any:
    code = place_named(place_code, actor, field="place_code")
    return verbs.enrol_shop(place_code=code, single=int(single), daily=int(daily), **given)
