"""联合行动: what comes and runs, what is over, and the form for a new one."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, holds
from linli.kernel.clock.now import now
from linli.kernel.operations import verbs, words
from linli.kernel.operations.queries import looking
from linli.kernel.people.homes import place_named
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.jinja import address
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw

WORDS: dict[str, Any] = {
    "operation_word": words.state_word,
    "operation_tone": lambda state: words.TONES[state],
    "operation_mark": lambda state: words.MARKS[state],
}


@require_http_methods(["GET", "POST"])
@for_staff
def operations_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    ended = request.GET.get("tab") == "ended"
    response, forms, status = serve(request, _acts(actor))
    if response:
        return response
    rows = looking.listing(actor, ended=ended)
    context: dict[str, Any] = {
        **WORDS,
        "rows": rows,
        "ended": ended,
        "labels": places.labels({row.operation.place_code for row in rows}),
        "may": holds(actor, "operations.change"),
        "forms": forms,
        "tabs": [
            (address("desk:operations"), _("要做的和正在做的"), not ended),
            (address("desk:operations") + "?tab=ended", _("做完的"), ended),
        ],
    }
    return draw(request, "desk/operations/list.html", context, here="desk:operations", status=status)


def _acts(actor: Actor) -> tuple[Act, ...]:
    if not holds(actor, "operations.change"):
        return ()
    at = now()
    units = Unit.objects.filter(valid__contains=at)
    if actor.scope != "*":
        units = units.filter(place_code__startswith=actor.scope)
    return (
        Act(
            key="draft",
            words=_("新建行动"),
            done=_("草稿已建好，下一步写计划。"),
            fields=(
                Field(name="title", label=_("名称"), hint=_("例如：夜间占道经营联合整治。")),
                Field(name="purpose", label=_("目的"), kind=Kind.TEXT, hint=_("要做到什么程度，怎么算做到。")),
                Field(name="place_code", label=_("范围"), hint=_("街镇、居村的名字或代码。")),
                Field(name="starts_at", label=_("开始"), kind=Kind.MOMENT),
                Field(name="ends_at", label=_("结束"), kind=Kind.MOMENT),
                Field(name="meet", label=_("集合地点"), optional=True),
                Field(name="lead_id", label=_("负责人"), kind=Kind.ID, options="leaders"),
                Field(
                    name="unit_ids", label=_("参加单位"), kind=Kind.HELPERS, options="units",
                    hint=_("负责人的单位自动参加。"),
                ),
            ),
            options={
                "leaders": looking.leaders(actor, at),
                "units": list(units.order_by("place_code", "name").values_list("id", "name")[:120]),
            },
            starts={"place_code": actor.scope},
            verb=partial(_draft, actor),
        ),
    )  # fmt: skip


def _draft(actor: Actor, *, place_code: str, unit_ids: list[tuple[Any, ...]], **given: Any) -> Any:
    code = place_named(place_code, actor, field="place_code")
    return verbs.draft_operation(place_code=code, unit_ids=[unit for unit, _task, _due in unit_ids], **given)
