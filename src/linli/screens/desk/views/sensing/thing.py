"""One thing on one page: what and where, what it says, how that went, what was warned of, and how well it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, Invalid, NotAllowed, NotFound, holds, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.declare import Quantity, Rule
from linli.kernel.places import queries as places
from linli.kernel.readings.queries import fleet, health, history, whose
from linli.kernel.readings.queries.looking import BATTERY_LOW, SIGNAL_POOR
from linli.kernel.readings.queries.sentences import sentence
from linli.kernel.readings.queries.series import every, points
from linli.kernel.things import verbs
from linli.kernel.things.models import Thing
from linli.kernel.things.queries import agreements
from linli.kernel.things.texts import is_personal
from linli.parts import rules as told
from linli.parts.doors import for_staff
from linli.parts.sensing import bare, unit_after
from linli.parts.words import word

from ... import charting, exporting, watched
from ...shell import draw, paint

_MONTH = timedelta(days=30)
_RECENT = 20


@require_GET
@for_staff
def thing_page(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    """The page; only its chart, or only what it says now, when htmx asks for that."""
    actor: Actor = request.actor
    at = now()
    standing = fleet.thing(actor, thing_id, at=at)
    if standing is None:
        raise NotFound(_("没有这台设备，或者您无权查看。"))
    context: dict[str, Any] = {"t": standing, **_chart(request, standing, at)}
    if request.htmx and request.headers.get("HX-Target") == "chart":
        return paint(request, "desk/sensing/thing_chart.html", context)
    context["says"] = _says(standing, context["chosen"])
    if request.htmx and request.headers.get("HX-Target") == "says":
        return paint(request, "desk/sensing/thing_says.html", context)
    thing = Thing.objects.select_related("owner").get(id=thing_id)
    context |= {
        "thing": thing,
        "model": word("device", thing.model),
        "about": word("device", thing.model, "about"),
        "sign": watched.icon_of(thing.model),
        "commands": catalogue().devices[thing.model].commands if thing.model in catalogue().devices else (),
        "state": watched.STATE_WORDS[thing.state],
        "place": places.label(thing.place_code),
        "days": health.days(thing, at=at),
        "low": (standing.values.get("battery", 100.0) < BATTERY_LOW),
        "poor": (standing.values.get("signal", 0.0) < SIGNAL_POOR),
        "rules": _rules(thing),
        "agreement": agreements.about(actor, thing) if is_personal(thing.model) else None,
        "may": [p for p in ("things.read", "things.keys", "things.change") if holds(actor, p)],
        **_found(actor, thing, at),
    }
    if is_personal(thing.model) and watched.shown(thing.model, standing.warned_of):
        verbs.look(by=actor, at=at, thing_id=thing.id, purpose=_("有预警时查看设备"))
    return draw(request, "desk/sensing/thing.html", context, here="desk:things")


@require_GET
@for_staff
def thing_series(request: HttpRequest, thing_id: UUID) -> JsonResponse:
    """What the chart draws, as JSON; with `since` (milliseconds) only the points from then on."""
    actor: Actor = request.actor
    at = now()
    thing, quantity = _charted(request, thing_id, at)
    asked = charting.range_of(request.GET, at)
    since = request.GET.get("since", "")
    whole = not (since.isdecimal() and len(since) < 16)
    begin = asked.begin if whole else max(asked.begin, datetime.fromtimestamp(int(since) / 1000, at.tzinfo))
    found = points(thing, quantity.name, begin, asked.end) if begin < asked.end else []
    if not whole:
        return JsonResponse(
            charting.payload(thing.model, quantity, asked, found, (), (), every=every(thing), whole=False)
        )
    rules = [rule for rule, _settings in _ruling(thing)]
    about = {rule.name for rule in rules if quantity.name in _speaks_of(rule)}
    warnings = history.of_thing(actor, thing.id, asked.begin, asked.end) if holds(actor, "warnings.read") else ()
    marks = [warning for warning in warnings if warning.rule in about]
    limits = charting.limits_of(rules, quantity.name)
    answer = charting.payload(thing.model, quantity, asked, found, limits, marks, every=every(thing))
    return JsonResponse(answer)


@require_GET
@for_staff
def thing_export(request: HttpRequest, thing_id: UUID, form: str) -> HttpResponse:
    """The numbers of the range, as a table to take away."""
    at = now()
    thing, quantity = _charted(request, thing_id, at)
    if form not in exporting.FORMS:
        raise NotFound("")
    asked = charting.range_of(request.GET, at)
    if asked.fault:
        raise Invalid(asked.fault)
    found = points(thing, quantity.name, asked.begin, asked.end, most=exporting.MOST)
    return exporting.points_file(form, thing, quantity, found)


def _charted(request: HttpRequest, thing_id: UUID, at: datetime) -> tuple[Thing, Quantity]:
    """The thing and the quantity of a chart. Raises NotFound, and NotAllowed for what is somebody's home."""
    actor: Actor = request.actor
    require(actor, "things.read")
    thing = Thing.objects.filter(id=thing_id).first()
    quantity = next(
        (q for q in charting.quantities_shown(thing.model) if q.name == request.GET.get("quantity")), None
    ) if thing else None  # fmt: skip
    if thing is None or quantity is None:
        raise NotFound(_("没有这台设备，或者它不测这个量。"))
    if not _charts(thing.model, quantity.name):
        raise NotAllowed(_("这台设备在居民家里，只在有预警时显示读数，不画曲线，也不能导出。"))
    return thing, quantity


def _charts(model: str, quantity: str) -> bool:
    """Of a device in somebody's home only what it says about itself is drawn."""
    return watched.shown(model) or quantity in ("battery", "signal")


def _chart(request: HttpRequest, standing: fleet.Standing, at: datetime) -> dict[str, Any]:
    asked = charting.range_of(request.GET, at)
    offered = [q for q in charting.quantities_shown(standing.model) if _charts(standing.model, q.name)]
    wanted = request.GET.get("quantity", "")
    chosen = next((q for q in offered if q.name == wanted), offered[0] if offered else None)
    if chosen is None:
        return {"chosen": None, "asked": asked, "ranges": []}
    here = request.path
    return {
        "chosen": chosen,
        "asked": asked,
        "here": here,
        "quantities": [(q.name, word("quantity", q.name)) for q in offered],
        "series": charting.chart_address(standing.id, chosen.name, asked),
        "export": [(form, charting.chart_address(standing.id, chosen.name, asked, f"desk:thing_{form}")) for form in exporting.FORMS],
        "chart_title": word("quantity", chosen.name),
        "ranges": [(name, words, f"{here}?quantity={chosen.name}&range={name}") for name, (words, _span) in charting.RANGES.items()],
    }  # fmt: skip


def _says(standing: fleet.Standing, chosen: Quantity | None) -> list[dict[str, Any]]:
    """The present values, each with its range; the one that is drawn is marked."""
    device = catalogue().devices.get(standing.model)
    hidden = device is not None and not watched.shown(standing.model, standing.warned_of)
    return [
        {
            "name": q.name,
            "words": word("quantity", q.name),
            "value": bare(q, standing.values[q.name]) if q.name in standing.values else "",
            "unit": unit_after(q),
            "range": told.range_words(q),
            "chosen": chosen is not None and q.name == chosen.name,
            "charts": _charts(standing.model, q.name),
        }
        for q in charting.quantities_shown(standing.model)
        if not hidden or q.name in ("battery", "signal")
    ]  # fmt: skip


def _ruling(thing: Thing) -> list[tuple[Rule, dict[str, whose.Setting]]]:
    """The rules that hold for a thing, with the numbers in force for it, and which of them somebody set."""
    own = [rule for rule in catalogue().rules.values() if thing.model in rule.of]
    settings = whose.in_force((rule.name for rule in own), thing.place_code, thing.id)
    found = []
    for rule in own:
        here = {name: s for name, s in settings.get(rule.name, {}).items() if name in rule.tunable()}
        found.append((rule.with_numbers({name: s.value for name, s in here.items()}), here))
    return found


def _rules(thing: Thing) -> list[dict[str, Any]]:
    ruling = _ruling(thing)
    names = places.names({s.place_code for _rule, here in ruling for s in here.values() if s.place_code})
    return [
        {
            "name": rule.name,
            "words": word("rule", rule.name),
            "severity": int(rule.severity),
            "sentence": told.sentence(rule, thing.model),
            "set": [
                {
                    "words": told.number_words(rule, rule.tunable()[name]),
                    "value": told.number_value(rule, rule.tunable()[name], setting.value),
                    "where": names.get(setting.place_code, "") if setting.place_code else _("这台设备"),
                    "by": setting.set_by,
                    "at": setting.set_at,
                }
                for name, setting in here.items()
            ],
        }
        for rule, here in ruling
    ]


def _speaks_of(rule: Rule) -> set[str]:
    from linli.kernel.declare.conditions import parts, quantity_of
    from linli.kernel.declare.numbers import conditions_of

    return {quantity_of(part) for _before, condition in conditions_of(rule) for part in parts(condition)}


def _found(actor: Actor, thing: Thing, at: datetime) -> dict[str, Any]:
    if not holds(actor, "warnings.read"):
        return {"warnings": None, "figures": None}
    recent = history.of_thing(actor, thing.id, at - _MONTH, at, most=_RECENT)
    counted = history.figures_of_thing(actor, thing.id, at - _MONTH).values()
    every_one = history.Figures(
        sum(f.warnings for f in counted), sum(f.real for f in counted), sum(f.false for f in counted)
    )
    return {
        "warnings": [
            (w, word("rule", w.rule), said if (said := sentence(w)) != word("rule", w.rule) else "") for w in recent
        ],
        "figures": every_one,
    }
