"""区划调整: a place gets another code, takes others in, or becomes several; and how far carrying over has come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, Invalid, NotFound, require
from linli.kernel.places import queries as places
from linli.kernel.places import verbs
from linli.kernel.places.models import Place
from linli.kernel.places.recoding import ROOMS
from linli.kernel.places.rows import PlaceRow
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ..shell import draw, paint

_ON = Field(name="on", label=_("从哪天起"), kind=Kind.DATE, optional=True, hint=_("不填则为今天。"))
_CONFIRM = Field(name="confirm", label=_("填写这个地点的名称以确认"), hint=_("做了不能撤回：用过的代码不再使用。"))
_SURE = (_ON, _CONFIRM)


@require_http_methods(["GET", "POST"])
@for_staff
def regroup_page(request: HttpRequest, code: str) -> HttpResponse:
    """What can be done to a place's code, and what goes along."""
    actor: Actor = request.actor
    require(actor, "places.change", code)
    place = places.at(code)
    if place is None and places.now_called(code):  # done: the place's page leads on from an old code
        return HttpResponseRedirect(reverse("desk:place", args=[code]), status=303)
    if place is None:
        raise NotFound(_t("没有编码为 %(code)s 的地方。") % {"code": code[:30]})
    response, forms, status = serve(request, _acts(actor, place))
    if response:
        return HttpResponseRedirect(reverse("desk:place", args=[code]), status=303)
    context = {"place": place, "forms": forms, "below": [f"{level} {n}" for level, n in places.tally(code)]}
    return draw(request, "desk/regroup.html", context, here="desk:places", status=status)


@require_GET
@for_staff
def carried(request: HttpRequest, code: str) -> HttpResponse:
    """How far the rooms have come, asked for again and again while they are at it."""
    require(request.actor, "places.read")
    return paint(request, "desk/carried.html", {"code": code, **carrying(code)})


def carrying(code: str) -> dict[str, Any]:
    """What the pages of a place say about a change of its codes that is being carried over."""
    counts = places.carried(code)
    told = None if counts is None else [f"{ROOMS[room]} {n}" for room, n in counts.items() if room in ROOMS]
    return {"carrying": told}


def _acts(actor: Actor, place: Place) -> tuple[Act, ...]:
    beside = [(other.code, other.name) for other in places.beside(place.code, actor.scope)]
    below = [(child.code, child.name) for child in places.children(place.code)]

    def sure(given: dict[str, Any]) -> dict[str, Any]:
        if given.pop("confirm").strip() != place.name:
            said = _t("与这个地点的名称不一致。")
            raise Invalid(said, fields={"confirm": said})
        return given

    def recode(**given: Any) -> Any:
        return verbs.recode_place(code=place.code, version=place.version, **sure(given))

    def merge(
        *, by: Actor, at: datetime, codes: list[str], new_code: str = "", name: str = "", **given: Any
    ) -> Any:
        sure(given)
        on: date | None = given.get("on")
        if not new_code and not name:
            return verbs.merge_places(by=by, at=at, codes_from=codes, into=place.code, on=on)
        if not new_code or not name:
            said = _t("设立新地点要写明代码和名称；并入现有地点则两项都空着。")
            raise Invalid(said, fields={"name" if new_code else "new_code": said})
        row = PlaceRow(code=new_code, name=name)
        return verbs.merge_places(by=by, at=at, codes_from=[place.code, *codes], into=row, on=on)

    def split(*, into: dict[str, str], **given: Any) -> Any:
        rows = [PlaceRow(code=code, name=name) for code, name in into.items()]
        return verbs.split_place(code=place.code, version=place.version, into=rows, **sure(given))

    return (
        Act(
            key="merge",
            words=_("合并"),
            done=_("已合并。"),
            tone="danger",
            lead=_("勾选的地点并入这里；它们的下级搬到合并后的地点下面，末几位没有用过的保留。"),
            fields=(
                Field(name="codes", label=_("并入哪些地点"), kind=Kind.CODES, options="beside"),
                Field(
                    name="new_code",
                    label=_("新地点的代码"),
                    optional=True,
                    hint=_("都并入一个新设立的地点时才填。"),
                ),
                Field(name="name", label=_("新地点的名称"), optional=True),
                *_SURE,
            ),
            options={"beside": beside},
            verb=merge,
        ),
        Act(
            key="split",
            words=_("拆分"),
            done=_("已拆分。"),
            tone="danger",
            lead=_("每个下级都要说明归哪一个。原地点本身的东西归“承继”的那一个；没有写边界的，取其下级边界之和。"),
            fields=(
                Field(name="into", label=_("拆成哪些新地点"), kind=Kind.SHARES, options="below"),
                *_SURE,
            ),
            options={"below": below},
            verb=split,
        ),
        Act(
            key="recode",
            words=_("换码"),
            done=_("已换码，旧代码以后仍能找到这里。"),
            tone="danger",
            fields=(Field(name="new_code", label=_("新代码"), hint=_("同一级、没有用过的完整代码。")), *_SURE),
            starts={"new_code": place.code},
            verb=recode,
        ),
    )
