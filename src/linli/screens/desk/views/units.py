"""Units: who has matters to do, at which place, for which department."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.people import verbs
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve
from linli.parts.words import word

from ..shell import draw

_UNIT = Field(name="unit_id", label="", kind=Kind.HIDDEN_ID)


@require_http_methods(["GET", "POST"])
@for_staff
def units_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "units.change")
    response, forms, status = serve(request, _acts(actor))
    if response:
        return response
    found = Unit.objects.filter(valid__contains=now()).order_by("place_code", "name")
    if actor.scope != "*":
        found = found.filter(place_code__startswith=actor.scope or "-")
    units = list(found[:1000])
    names = places.names({unit.place_code for unit in units})
    rows = [(unit, names.get(unit.place_code, unit.place_code), _t(Unit.Kind(unit.kind).label)) for unit in units]
    context = {"heading": pgettext_lazy("nav", "单位"), "rows": rows, "forms": forms}
    return draw(request, "desk/units.html", context, here="desk:units", status=status)


def _acts(actor: Actor) -> tuple[Act, ...]:
    def add(**given: Any) -> Any:
        return verbs.add_unit(**given)

    return (
        Act(
            key="add",
            words=_("增加单位"),
            done=_("已增加。"),
            fields=(
                Field(name="name", label=_("名称")),
                Field(name="kind", label=_("类型"), kind=Kind.SELECT, options="kinds"),
                Field(name="department", label=_("部门"), kind=Kind.SELECT, options="departments", optional=True),
                Field(name="place_code", label=_("地点代码"), hint=_("它管辖的范围。")),
                Field(name="phone", label=_("电话"), optional=True),
            ),
            options={
                "kinds": [(kind.value, _t(kind.label)) for kind in Unit.Kind],
                "departments": [("", "—"), *((d, word("department", d)) for d in catalogue().departments)],
            },
            starts={"place_code": actor.scope, "kind": "department"},
            verb=add,
        ),
        Act(
            key="rename",
            words=_("更名"),
            done=_("已更名。"),
            tone="small",
            fields=(_UNIT, Field(name="name", label=_("新名称"))),
            verb=verbs.rename_unit,
        ),
        Act(
            key="close",
            words=pgettext_lazy("unit", "撤销"),
            done=_("已撤销。"),
            tone="danger small",
            fields=(_UNIT,),
            verb=verbs.close_unit,
        ),
    )
