"""Doorstep stations: opened, changed, shut for a while, watched by somebody; and who came is counted, never named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, NotFound, require
from linli.kernel.places import queries as places

from .. import hours
from ..models import Opening, Organisation, Station, Visits, Watch
from .common import CHANGES, act, day_of, organisation_of, over, record, refuse, text_of

MOST_AT_ONCE = 500
"""Visits counted in one go: more is a slip of the keyboard."""


def open_station(
    *, by: Actor, at: datetime, organisation_id: UUID, name: str, address: str, services: Sequence[str], opening: str,
    place_code: str = "", phone: str = "", lon: float | None = None, lat: float | None = None,
) -> Station:  # fmt: skip
    """A station of an organisation, at its place unless another within it is named. Without a position it takes its place's.

    Needs `party.change` over the organisation. Raises Invalid by field, NotAllowed, NotFound.
    """
    title, offered, spans = text_of(name, 64, "name"), _services(services), _spans(opening)
    with act():
        owner = organisation_of(organisation_id, by, CHANGES)
        code = _place(place_code, owner)
        if Station.objects.filter(organisation=owner, name=title, ended_on=None).exists():
            refuse("name", _("已有同名的服务站。"))
        made = Station.objects.create(
            organisation=owner, name=title, place_code=code, address=text_of(address, 120, "address"),
            phone=text_of(phone, 24, "phone", needed=False), services=offered, **_position(code, lon, lat),
        )  # fmt: skip
        _set_hours(made, spans)
        record(by, at, "open_station", owner, after={"name": title, "place": code, "services": offered})
    return made


def change_station(
    *, by: Actor, at: datetime, station_id: int, address: str, services: Sequence[str], opening: str, phone: str = "",
) -> Station:  # fmt: skip
    """What it offers, when, where it is found. Raises Invalid, NotFound."""
    offered, spans = _services(services), _spans(opening)
    with act():
        found = _held(station_id, by)
        before = {"services": found.services, "hours": hours.words(_read(found))}
        found.address, found.services = text_of(address, 120, "address"), offered
        found.phone = text_of(phone, 24, "phone", needed=False)
        found.save(update_fields=["address", "phone", "services"])
        found.openings.all().delete()
        _set_hours(found, spans)
        after = {"name": found.name, "services": offered, "hours": hours.words(spans)}
        record(by, at, "change_station", found.organisation, before=before, after=after)
    return found


def shut_station(*, by: Actor, at: datetime, station_id: int, until: date, reason: str) -> Station:
    """Closed from today through a day, and why: that is said at once on phones and boards. Raises Invalid, NotFound."""
    why = text_of(reason, 120, "reason")
    with act():
        found = _held(station_id, by)
        if not 0 <= (until - day_of(at)).days <= 366:
            refuse("until", _("请选择今天起一年以内的日期。"))
        found.shut_until, found.shut_for = until, why
        found.save(update_fields=["shut_until", "shut_for"])
        record(by, at, "shut_station", found.organisation, after={"name": found.name, "until": until}, note=why)
    return found


def reopen_station(*, by: Actor, at: datetime, station_id: int) -> Station:
    """Open again by its hours. Raises Conflict (it is not shut), NotFound."""
    with act():
        found = _held(station_id, by)
        if found.shut_until is None:
            raise Conflict(_("服务站没有暂停。"), code="open")
        found.shut_until, found.shut_for = None, ""
        found.save(update_fields=["shut_until", "shut_for"])
        record(by, at, "reopen_station", found.organisation, after={"name": found.name})
    return found


def end_station(*, by: Actor, at: datetime, station_id: int, reason: str) -> Station:
    """It is no more. Raises NotFound."""
    why = text_of(reason, 120, "reason")
    with act():
        found = _held(station_id, by)
        found.ended_on = day_of(at)
        found.save(update_fields=["ended_on"])
        record(by, at, "end_station", found.organisation, after={"name": found.name}, note=why)
    return found


def put_on_watch(*, by: Actor, at: datetime, station_id: int, day: date, times: str, who: str) -> Watch:
    """Somebody is on duty there on a day, "8:30-11:30". Raises Invalid, NotFound."""
    name = text_of(who, 40, "who")
    span = _times(times)
    with act():
        found = _held(station_id, by)
        if not 0 <= (day - day_of(at)).days <= 92:
            refuse("day", _("值班表排今天起三个月以内。"))
        row, _made = Watch.objects.update_or_create(
            station=found, day=day, begins=span.opens, who=name, defaults={"ends": span.closes}
        )
        record(by, at, "put_on_watch", found.organisation, after={"station": found.name, "day": day})
    return row


def take_off_watch(*, by: Actor, at: datetime, watch_id: int) -> None:
    """Raises NotFound."""
    with act():
        row = Watch.objects.select_for_update(of=("self",)).filter(pk=watch_id).first()
        if row is None:
            raise NotFound(_("没有这一班。"))
        found = _held(row.station_id, by)
        record(by, at, "take_off_watch", found.organisation, before={"station": found.name, "day": row.day})
        row.delete()


def count_visits(*, by: Actor, at: datetime, station_id: int, service: str, count: int = 1) -> Visits:
    """So many came today for a service. What was counted too much is taken back by a negative number, never below nought.

    Raises Invalid, NotFound.
    """
    if not 0 < abs(count) <= MOST_AT_ONCE:
        refuse("count", _("请填写 1 到 %(n)d 之间的人次。") % {"n": MOST_AT_ONCE})
    with act():
        found = _held(station_id, by)
        if service not in found.services:
            refuse("service", _("请从这个站的服务里选。"))
        row, _made = Visits.objects.get_or_create(
            station=found, day=day_of(at), service=service, defaults={"count": 0}
        )
        row = Visits.objects.select_for_update().get(pk=row.pk)
        if row.count + count < 0:
            refuse("count", _("今天一共只记了 %(n)d 人次。") % {"n": row.count})
        Visits.objects.filter(pk=row.pk).update(count=F("count") + count)
        row.count += count
        after = {"station": found.name, "service": service, "count": count}
        record(by, at, "count_visits", found.organisation, after=after)
    return row


def _held(station_id: int, by: Actor) -> Station:
    require(by, CHANGES)
    found = (
        Station.objects.select_for_update(of=("self",)).select_related("organisation__parent")
        .filter(pk=station_id, ended_on=None).first()
    )  # fmt: skip
    if found is None or not over(by, found.organisation):
        raise NotFound(_("没有这个服务站，或者它不归您管。"))
    return found


def _services(services: Sequence[str]) -> list[str]:
    offered = list(dict.fromkeys(text_of(one, 40, "services") for one in services))
    if not 1 <= len(offered) <= 20:
        refuse("services", _("请写 1 到 20 项服务，一行一项。"))
    return offered


def _spans(text: str) -> list[hours.Span]:
    try:
        spans = hours.parse(text)
    except hours.Unreadable as fault:
        spans = []
        refuse(
            "opening",
            _("“%(line)s”看不懂或者重叠。请写成“周一至周五 8:30-11:30 13:30-17:00”。") % {"line": fault.line[:40]},
        )
    if not spans:
        refuse("opening", _("请写明什么时候开放。"))
    return spans


def _times(text: str) -> hours.Span:
    try:
        spans = hours.parse(f"周一 {text}")
    except hours.Unreadable:
        spans = []
    if len(spans) != 1:
        refuse("times", _("请写成“8:30-11:30”。"))
    return spans[0]


def _set_hours(station: Station, spans: Sequence[hours.Span]) -> None:
    Opening.objects.bulk_create(
        [Opening(station=station, weekday=s.weekday, opens=s.opens, closes=s.closes) for s in spans]
    )


def _read(station: Station) -> list[hours.Span]:
    return [hours.Span(o.weekday, o.opens, o.closes) for o in station.openings.all()]


def _place(place_code: str, owner: Organisation) -> str:
    code = places.now_called(place_code.strip()) if place_code.strip() else owner.place_code
    if not code or not code.startswith(owner.place_code):
        refuse("place_code", _("请选择本组织范围内的地点。"))
    return str(code)


def _position(code: str, lon: float | None, lat: float | None) -> dict[str, float | None]:
    if lon is not None and lat is not None:
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            refuse("lon", _("请在地图上重新选择位置。"))
        return {"lon": lon, "lat": lat}
    place = places.at(code)
    return {"lon": place.lon if place else None, "lat": place.lat if place else None}
