"""设备健康: how many devices are silent, weak or wrong, by place and by model; and whom to send where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, holds
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.declare.conditions import Silent
from linli.kernel.places import queries as places
from linli.kernel.readings.queries import health
from linli.kernel.readings.queries.looking import BATTERY_LOW, FEW, OFTEN, SIGNAL_POOR, UNWELL, Asked
from linli.parts.doors import for_staff
from linli.parts.sensing import number
from linli.parts.words import listed, word

from ... import exporting, watched
from ...shell import draw

_STREET, _HOOD = 9, 12
_COUNTED = ("things", "judged", "unheard", "unwell", *UNWELL)


@require_GET
@for_staff
def health_page(request: HttpRequest) -> HttpResponse:
    """Two tables of the same count: by place, and by model. A number is the list of the devices behind it."""
    actor: Actor = request.actor
    place = watched.asked_of(request.GET).place
    digits = _STREET if len(place or actor.scope.strip("*")) < _STREET else _HOOD
    found = health.groups(actor, at=now(), place=place, digits=digits)
    names = places.names({group.place_code for group in found})
    by_place = [
        {
            **row,
            "name": names.get(row["key"], row["key"]),
            "open": _opening(actor, row, names),
            "links": _links(place=row["key"]),
        }
        for row in _summed(found, "place_code")
    ]
    by_model = [
        {**row, "name": word("device", row["key"]), "links": _links(place=place, model=row["key"])}
        for row in _summed(found, "model")
    ]
    query = watched.query(watched.asked_of(request.GET)) if place else ""
    context: dict[str, Any] = {
        "ways": _ways(),
        "all": next(iter(_summed(found, "")), None),
        "links": _links(place=place),
        "by_place": by_place,
        "by_model": sorted(by_model, key=lambda row: -row["unwell"]),
        "place": place,
        "place_name": places.label(place) if place else "",
        "narrower": digits < _HOOD,
        "choices": watched.choices(actor)["place"],
        "export": [(form, reverse(f"desk:things_health_{form}") + query) for form in exporting.FORMS],
    }
    return draw(request, "desk/sensing/health.html", context, here="desk:things_health")


@require_GET
@for_staff
def health_export(request: HttpRequest, form: str) -> HttpResponse:
    """Every unwell device as a row: for whoever goes round with new batteries."""
    place = watched.asked_of(request.GET).place
    at = now()
    found = health.unwell(request.actor, at=at, place=place)
    names = places.labels({thing.place_code[:_HOOD] for thing in found})
    heads = [
        _("地点"),
        _("位置"),
        _("设备"),
        _("型号"),
        _("编号"),
        _("情况"),
        _("最近上报"),
        _("电量") + " (%)",
        _("信号") + " (dBm)",
    ]
    rows = [
        [
            names.get(t.place_code[:_HOOD], t.place_code),
            t.spot,
            t.name,
            word("device", t.model),
            t.key,
            listed(watched.HEALTH_WORDS[way] for way in t.ways),
            exporting.wall(t.heard_at) if t.heard_at else "",
            t.battery,
            t.signal,
        ]
        for t in found
    ]
    name = f"device-health-{timezone.localtime(at):%Y%m%d-%H%M}.{form}"
    return exporting.table_file(form, name, _("设备健康"), heads, rows)


def _summed(found: Iterable[health.Group], by: str) -> list[dict[str, Any]]:
    """The groups put together by place or model; by nothing, all of them."""
    rows: dict[str, dict[str, Any]] = {}
    for group in found:
        key = getattr(group, by) if by else ""
        row = rows.setdefault(key, {"key": key, **dict.fromkeys(_COUNTED, 0)})
        for name in _COUNTED:
            row[name] += getattr(group, name)
    return list(rows.values())


def _links(place: str = "", model: str = "") -> dict[str, str]:
    """Way → the list of the devices that are unwell so."""
    return {
        way: reverse("desk:things") + watched.query(Asked(health=way, place=place, model=model))
        for way in (*UNWELL, "unheard")
    }


def _ways() -> list[tuple[str, Any, str]]:
    """(name, word, what is meant by it)."""
    meanings = {
        "silent": _("超过三倍上报间隔没有上报"),
        "battery": _("电量低于 %(n)d%%") % {"n": BATTERY_LOW},
        "signal": _("信号弱于 %(n)s dBm") % {"n": number(SIGNAL_POOR, 0)},
        "few": _("昨天的到报率低于 %(n)d%%") % {"n": FEW * 100},
        "clock": _("近 7 天时钟不准 %(n)d 次以上") % {"n": OFTEN},
        "dead": _("近 7 天有 %(n)d 条以上读不懂的") % {"n": OFTEN},
    }
    return [(way, watched.HEALTH_WORDS[way], meanings[way]) for way in UNWELL]


def _opening(actor: Actor, row: dict[str, Any], names: dict[str, str]) -> str:
    """The address of a new matter about the unwell devices of a place; "" when there are none, or no kind for it."""
    kind = upkeep_kind()
    if not kind or not row["unwell"] or not holds(actor, "matters.open"):
        return ""
    said = [
        _("%(what)s %(n)d 台") % {"what": watched.HEALTH_WORDS[way], "n": row[way]} for way in UNWELL if row[way]
    ]
    place = names.get(row["key"], row["key"])
    values = {
        "kind": kind,
        "title": _("%(place)s有 %(n)d 台设备需要检修") % {"place": place, "n": row["unwell"]},
        "body": _("%(what)s。清单在“设备健康”里导出。") % {"what": listed(said)},
        "address": place,
    }
    return f"{reverse('desk:new')}?{urlencode(values)}"


def upkeep_kind() -> str:
    """The kind of matter that a device's silence opens: what a scene declares for its upkeep."""
    rules = catalogue().rules.values()
    return next((rule.opens for rule in rules if isinstance(rule.when, Silent) and rule.opens), "")
