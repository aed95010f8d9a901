"""家门口服务站: kept on the desk by who runs them, found on the phone by whoever lives near."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.clock.now import now
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.parts.doors import for_residents, for_staff
from linli.parts.frames import draw
from linli.parts.office import Act, Field, Kind, serve

from .. import verbs
from ..models import Station
from ..queries import stations as q
from ..verbs.common import day_of
from .parts import WORDS, day, hidden_number, home_of, line, lines, on_phone, pick, text, whose, with_number

HERE = "party_building:stations"
_HOURS = _("一行一段，例如“周一至周五 8:30-11:30 13:30-17:00”。")


@require_http_methods(["GET", "POST"])
@for_staff
def listing(request: HttpRequest) -> HttpResponse:
    """Every station of ours: open or not, who is there, how many came."""
    actor: Actor = request.actor
    require(actor, "party.read")
    response, forms, status = serve(request, _new(actor))
    if response:
        return response
    rows = q.kept(actor, now())
    context: dict[str, Any] = {
        **WORDS,
        "rows": rows,
        "labels": places.labels({one.row.station.place_code for one in rows}),
        "forms": forms,
    }
    return draw("desk", request, "party_building/desk/stations.html", context, here=HERE, status=status)


def _new(actor: Actor) -> tuple[Act, ...]:
    organisations = whose(actor)
    if not organisations:
        return ()
    return (
        Act(
            key="open", words=_("登记服务站"), done=_("已登记，居民在手机上和电子屏上看得到。"), verb=partial(_open, actor),
            fields=(
                pick("organisation_id", _("哪个组织"), "whose", Kind.ID), line("name", _("名称")), line("address", _("地址")),
                line("place_code", _("在哪个居村或小区"), hint=_("名字或代码；不填就是组织所在的居村。"), optional=True), *_OFFERS,
            ),
            options={"whose": organisations}, starts={"organisation_id": str(organisations[0][0])},
        ),
    )  # fmt: skip


_OFFERS = (
    line("phone", _("电话"), optional=True),
    text("services", _("有什么服务"), hint=_("一行一项。")),
    text("opening", _("什么时候开放"), hint=_HOURS),
)


def _open(actor: Actor, *, services: str, place_code: str = "", **given: Any) -> Station:
    code = place_named(place_code, actor, field="place_code") if place_code else ""
    return verbs.open_station(services=lines(services), place_code=code, **given)


@require_http_methods(["GET", "POST"])
@for_staff
def one(request: HttpRequest, station_id: int) -> HttpResponse:
    """One station: count who comes, the roster, what hangs at its door."""
    actor: Actor = request.actor
    found = q.whole(actor, station_id, now())
    response, forms, status = serve(request, _acts(found))
    if response:
        return response
    context: dict[str, Any] = {
        **WORDS,
        "w": found,
        "station": found.row.station,
        "place": places.label(found.row.station.place_code),
        "forms": forms,
        "clock": q.hours.clock,
        "today": day_of(now()),
    }
    return draw("desk", request, "party_building/desk/station.html", context, here=HERE, status=status)


def _acts(found: q.Whole) -> tuple[Act, ...]:
    station = found.row.station
    mine: dict[str, Any] = {"station_id": station.pk}
    written = "\n".join(q.hours.words(found.row.spans))
    count = Act(
        key="count", words=_("记人次"), done=_("已记下，没有记是谁。"), verb=partial(_count, **mine),
        fields=(pick("service", _("办什么"), "services"), Field(name="count", label=_("几人次"), kind=Kind.NUMBER, hint=_("多记了填负数。"))),
        options={"services": [(one, one) for one in station.services]}, starts={"count": "1", "service": station.services[0]},
    )  # fmt: skip
    watch = Act(
        key="watch", words=_("排一班"), done=_("已排上。"), verb=partial(verbs.put_on_watch, **mine),
        fields=(day("day", _("日期")), line("times", _("时间"), hint=_("例如 8:30-11:30。")), line("who", _("谁值班"), hint=_("门口公布的名字。"))),
        starts={"day": day_of(now()).isoformat()},
    )  # fmt: skip
    off = Act(
        key="off", words=_("撤下"), done=_("已撤下。"), tone="", verb=with_number(verbs.take_off_watch, "watch_id"),
        fields=(hidden_number("watch_id"),),
    )  # fmt: skip
    change = Act(
        key="change", words=_("修改"), done=_("已修改。"), verb=partial(_change, **mine), fields=(line("address", _("地址")), *_OFFERS),
        starts={"address": station.address, "phone": station.phone, "services": "\n".join(station.services), "opening": written},
    )  # fmt: skip
    shut = Act(
        key="shut", words=_("暂停开放"), done=_("已暂停，手机和电子屏上马上看得到。"), tone="", verb=partial(verbs.shut_station, **mine),
        fields=(day("until", _("到哪天")), line("reason", _("原因"))),
    )  # fmt: skip
    reopen = Act(
        key="reopen", words=_("恢复开放"), done=_("已恢复。"), verb=partial(verbs.reopen_station, **mine), fields=()
    )  # fmt: skip
    end = Act(
        key="end", words=_("撤掉服务站"), done=_("已撤掉。"), tone="", verb=partial(verbs.end_station, **mine), fields=(line("reason", _("原因")),)
    )  # fmt: skip
    return (count, watch, off, change, reopen if found.row.state == "shut" else shut, end)


def _change(*, services: str, **given: Any) -> Station:
    return verbs.change_station(services=lines(services), **given)


def _count(*, count: float, **given: Any) -> Any:
    return verbs.count_visits(count=int(count) if count == int(count) else 0, **given)


@require_http_methods(["GET", "POST"])
@never_cache
@for_residents
def near(request: HttpRequest) -> HttpResponse:
    """Stations near me. Where I am is sent with the page's own button, used for this one answer, and kept nowhere."""
    home = home_of(request.actor)
    spot, here = _spot(request), True
    if spot is None:
        place, here = places.at(home[:12]) if len(home) >= 12 else None, False
        spot = (place.lon, place.lat) if place and place.lon is not None and place.lat is not None else None
    context: dict[str, Any] = {
        "rows": q.near(home[:6], now(), spot=spot),
        "here": here,
        "known": spot is not None,
    }
    return on_phone(request, "party_building/phone/stations.html", context, here="home", refused=None)


def _spot(request: HttpRequest) -> tuple[float, float] | None:
    try:
        lon, lat = float(request.POST.get("lon", "")), float(request.POST.get("lat", ""))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None
