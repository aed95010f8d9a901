"""微心愿 on the desk: checked by the neighbourhood's social worker, claimed by a secretary for their organisation."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Role, holds
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.frames import draw
from linli.parts.office import Act, Field, Kind, serve

from .. import verbs
from ..queries import wishes as q
from ..verbs.common import day_of
from .parts import WORDS, day, line, pick, text

HERE = "party_building:wishes"


@require_http_methods(["GET"])
@for_staff
def listing(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    checks = holds(actor, "wishes.check")
    scope = actor.scope[:9] if actor.role is Role.BRANCH_SECRETARY else actor.scope
    rows = q.listing(actor, place_code=scope if scope != "*" else "")
    context: dict[str, Any] = {
        **WORDS,
        "waiting": q.to_check(actor) if checks else [],
        "rows": rows,
        "mine": q.claimed(actor) if holds(actor, "wishes.claim") else [],
        "labels": places.labels({row.wish.place_code for row in rows}),
        "checks": checks,
        "today": day_of(now()),
    }
    return draw("desk", request, "party_building/desk/wishes.html", context, here=HERE)


@require_http_methods(["GET", "POST"])
@for_staff
def one(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    found = q.whole(actor, wish_id)
    checks = holds(actor, "wishes.check")
    asked = None
    if checks and found.row.wish.state in ("asked", "fulfilled"):
        asked = verbs.read_asker(by=actor, at=at, wish_id=wish_id, purpose=_t("核实微心愿"))
    response, forms, status = serve(
        request, _acts(found, checks=checks, claims=holds(actor, "wishes.claim")), files="wish"
    )
    if response:
        return response
    context: dict[str, Any] = {
        **WORDS, "w": found, "wish": found.row.wish, "asked": asked, "forms": forms,
        "place": places.label(found.row.wish.place_code), "today": day_of(at),
    }  # fmt: skip
    return draw("desk", request, "party_building/desk/wish.html", context, here=HERE, status=status)


def _acts(found: q.Whole, *, checks: bool, claims: bool) -> tuple[Act, ...]:
    wish = found.row.wish
    mine: dict[str, Any] = {"wish_id": wish.id}
    if wish.state == "asked" and checks:
        return (
            Act(
                key="publish", words=_("核实并公开"), done=_("已公开，等人认领。"), verb=partial(verbs.publish_wish, **mine),
                lead=_("用您的话改写：不写姓名、电话和门牌。"), fields=(line("title", _("标题")), text("text", _("说明"), optional=True)),
            ),
            Act(key="decline", words=_("不公开"), done=_("已答复。"), tone="", verb=partial(verbs.decline_wish, **mine), fields=(line("reason", _("原因")),)),
        )  # fmt: skip
    if wish.state == "published" and claims:
        return (
            Act(
                key="claim",
                words=_("认领"),
                done=_("已认领，联系请通过居委会。"),
                verb=partial(verbs.claim_wish, **mine),
                fields=(day("due_on", _("哪天前实现")),),
            ),
        )
    if wish.state == "claimed" and found.mine and claims:
        return (
            Act(
                key="fulfil", words=_("已经实现"), done=_("已提交，等许愿的人确认。"), verb=partial(_fulfil, wish.id),
                fields=(text("words", _("怎么实现的"), hint=_("不写对方的姓名和住址。")), Field(name="files", label=_("照片"), kind=Kind.FILES)),
            ),
            Act(key="back", words=_("退回"), done=_("已退回，别人可以认领。"), tone="", verb=partial(verbs.give_back, **mine), fields=(line("reason", _("原因")),)),
        )  # fmt: skip
    if wish.state == "fulfilled" and checks:
        return (
            Act(
                key="thank", words=_("替居民确认"), done=_("已确认实现。"), verb=partial(_thank, wish.id),
                fields=(pick("stars", _("几颗星"), "stars"), line("words", _("感谢的话"), optional=True)),
                options={"stars": [(str(n), "★" * n) for n in range(5, 0, -1)]},
            ),
            Act(key="not", words=_("没有实现"), done=_("已退给认领的人。"), tone="", verb=partial(verbs.not_fulfilled, **mine), fields=(line("reason", _("原因")),)),
        )  # fmt: skip
    return ()


def _fulfil(wish_id: UUID, *, files: Any = (), **given: Any) -> Any:
    return verbs.fulfil(wish_id=wish_id, files_=files, **given)


def _thank(wish_id: UUID, *, stars: str, **given: Any) -> Any:
    return verbs.thank(wish_id=wish_id, stars=int(stars) if stars.isdecimal() else 0, **given)
