"""Places: the tree, one place with its map, and changing it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, NotFound, allows, require
from linli.kernel.places import queries as places
from linli.kernel.places import verbs
from linli.kernel.places.codes import Level
from linli.kernel.places.rows import PlaceRow
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ..shell import draw
from .regroup import carrying

_ON = Field(
    name="on", label=gettext_lazy("从哪天起"), kind=Kind.DATE, optional=True, hint=gettext_lazy("不填则为今天。")
)


@require_GET
@for_staff
def places_home(request: HttpRequest) -> HttpResponse:
    """The place of one's own scope; or what was searched for."""
    actor: Actor = request.actor
    require(actor, "places.read")
    words = request.GET.get("text", "").strip()[:60]
    if not words:
        return HttpResponseRedirect(reverse("desk:place", args=[actor.scope if actor.scope.isdecimal() else "0"]))
    found = places.find(words, scope=actor.scope)
    return draw(request, "desk/places_found.html", {"found": found, "words": words}, here="desk:places")


@require_http_methods(["GET", "POST"])
@for_staff
def place_page(request: HttpRequest, code: str) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "places.read")
    place = places.at(code)
    if place is None and (became := places.now_called(code)):
        return HttpResponseRedirect(reverse("desk:place", args=[became]))
    if place is None:
        raise NotFound(_("没有编码为 %(code)s 的地方。") % {"code": code[:30]})
    response, forms, status = serve(request, _acts(place) if allows(actor, "places.change", code) else ())
    if response:
        return response
    names = places.path(code)
    line = [(step, name) for step, name in zip((*_above(code), code), names, strict=False)]
    context: dict[str, Any] = {
        "place": place,
        "line": line,
        "children": places.children(code),
        "forms": forms,
        "code": code,
        **carrying(code),
        "geojson": reverse("desk:place_geojson", args=[code]),
    }
    return draw(request, "desk/place.html", context, here="desk:places", status=status)


@require_GET
@for_staff
def place_geojson(request: HttpRequest, code: str) -> HttpResponse:
    """The boundaries right below a place, for its map and for taking away."""
    require(request.actor, "places.read")
    place = places.at(code)
    if place is None:
        raise NotFound(_("没有编码为 %(code)s 的地方。") % {"code": code[:30]})
    below = Level(min(int(place.level) + 1, int(max(Level))))
    response = HttpResponse(places.as_geojson(code, below), content_type="application/geo+json")
    if request.GET.get("save"):
        response.headers["Content-Disposition"] = f'attachment; filename="{code}.geojson"'
    return response


def _above(code: str) -> tuple[str, ...]:
    from linli.kernel.places.codes import ancestors

    return tuple(ancestors(code))


def _acts(place: Any) -> tuple[Act, ...]:
    def on_place(verb: Any) -> Any:
        return lambda **given: verb(code=place.code, version=place.version, **given)

    def add(*, by: Any, at: Any, code: str, name: str) -> Any:
        return verbs.add_place(by=by, at=at, row=PlaceRow(code=code, name=name))

    return (
        Act(
            key="rename",
            words=gettext_lazy("更名"),
            done=gettext_lazy("已更名，旧名称仍可查到。"),
            fields=(Field(name="name", label=gettext_lazy("新名称")), _ON),
            starts={"name": place.name},
            verb=on_place(verbs.rename_place),
        ),
        Act(
            key="boundary",
            words=gettext_lazy("更新边界"),
            done=gettext_lazy("边界已更新。"),
            lead=gettext_lazy(
                "粘贴 GeoJSON 的 Polygon 或 MultiPolygon，WGS-84 坐标。与相邻地点重叠或超出上级范围会被拒绝。"
            ),
            fields=(Field(name="boundary", label="GeoJSON", kind=Kind.TEXT), _ON),
            verb=on_place(verbs.move_boundary),
        ),
        Act(
            key="add",
            words=gettext_lazy("增加下级地点"),
            done=gettext_lazy("已增加。"),
            fields=(
                Field(name="code", label=gettext_lazy("代码"), hint=gettext_lazy("以上级代码开头的完整代码。")),
                Field(name="name", label=gettext_lazy("名称")),
            ),
            starts={"code": place.code},
            verb=add,
        ),
        Act(
            key="close",
            words=pgettext_lazy("place", "撤销"),
            done=gettext_lazy("已撤销。"),
            tone="danger",
            fields=(Field(name="note", label=gettext_lazy("原因"), kind=Kind.TEXT), _ON),
            verb=on_place(verbs.close_place),
        ),
    )
