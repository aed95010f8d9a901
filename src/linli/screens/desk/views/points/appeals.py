"""申诉: who objects to what, why, what was decided against them; taken and decided by somebody else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, holds
from linli.kernel.points import verbs
from linli.kernel.points.queries import offices
from linli.kernel.points.words import language
from linli.parts.doors import for_staff
from linli.parts.jinja import address
from linli.parts.office import Act, Field, Kind, serve

from .common import draw_tab, name_of

_WHICH = Field(name="appeal_id", label="", kind=Kind.HIDDEN_ID)


@require_http_methods(["GET", "POST"])
@for_staff
def appeals_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    decided = request.GET.get("tab") == "decided"
    response, forms, status = serve(request, _acts(actor))
    if response:
        return response
    rows = offices.appeals(actor, decided=decided)
    here = address("desk:points_appeals")
    return draw_tab(
        request,
        "appeals",
        codes=(row.place_code for row in rows),
        status=status,
        rows=rows,
        decided=decided,
        spoken=language(),
        name_of=name_of,
        forms=forms,
        me=actor.account_id,
        kinds=[(here, _("待复核"), not decided), (f"{here}?tab=decided", _("已有结论"), decided)],
    )


def _acts(actor: Actor) -> tuple[Act, ...]:
    if not holds(actor, "points.review"):
        return ()
    return (
        Act(
            key="take",
            words=_("由我复核"),
            done=_("已由您复核。"),
            fields=(_WHICH,),
            verb=verbs.take_appeal,
            tone="",
        ),
        Act(
            key="decide",
            words=_("作出结论"),
            done=_("已答复本人。"),
            fields=(
                _WHICH,
                Field(name="uphold", label=_("结论"), kind=Kind.YES_NO, options="uphold"),
                Field(
                    name="answer",
                    label=_("理由"),
                    kind=Kind.TEXT,
                    hint=_("本人会看到。支持的，积分立即退回或补记。"),
                ),
            ),
            options={"uphold": [("yes", _("支持")), ("no", _("不支持"))]},
            verb=verbs.decide_appeal,
        ),
    )
