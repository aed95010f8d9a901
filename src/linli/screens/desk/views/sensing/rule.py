"""One rule on one page: in words what it does, every number with who set it where, and how much it found was real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, NotFound, holds, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.declare import Rule
from linli.kernel.places import queries as places
from linli.kernel.readings.queries import history, whose
from linli.kernel.things.models import Thing
from linli.parts import rules as told
from linli.parts.times import in_chinese
from linli.parts.words import word

from ...door import for_staff
from ...shell import draw
from .rules import MONTH


@dataclass(frozen=True, slots=True)
class Where:
    """Where the numbers are looked at and changed: a place, or one thing."""

    place_code: str
    thing: Thing | None
    words: str

    @property
    def query(self) -> str:
        return f"thing={self.thing.id}" if self.thing else f"place={self.place_code}"


@require_GET
@for_staff
def rule_page(request: HttpRequest, name: str) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "rules.read")
    rule = catalogue().rules.get(name)
    if rule is None:
        raise NotFound(_("没有这条规则。"))
    where = where_of(actor, request.GET, rule)
    return draw(request, "desk/sensing/rule.html", whole(actor, rule, where), here="desk:rules")


def whole(actor: Actor, rule: Rule, where: Where) -> dict[str, Any]:
    """Everything the page of a rule shows for a place or a thing."""
    at = now()
    here = whose.in_force([rule.name], where.place_code, where.thing.id if where.thing else None)
    settings = {name: s for name, s in here.get(rule.name, {}).items() if name in rule.tunable()}
    held = rule.with_numbers({name: setting.value for name, setting in settings.items()})
    placed = whose.all_of(actor, rule.name)
    codes = {p.place_code for p in placed} | {s.place_code for s in settings.values()}
    names = places.names(codes - {""})
    counted = history.causes(actor, rule.name, at - MONTH)
    figures = history.Figures(
        sum(counted.values()), counted.get("real", 0), sum(n for c, n in counted.items() if c not in ("", "real"))
    )
    return {
        "rule": rule,
        "words": word("rule", rule.name),
        "about": word("rule", rule.name, "about"),
        "advice": word("rule", rule.name, "advice"),
        "standard": (rule.standard if in_chinese() else word("rule", rule.name, "standard")) or rule.standard,
        "grades": [int(rule.severity), *(int(severity) for severity, _step in rule.steps)],
        "models": [(model, word("device", model)) for model in rule.of],
        "lines": told.told(held),
        "where": where,
        "numbers": [_number(rule, one, settings, names) for one in rule.tunable().values()],
        "placed": [_placed(rule, p, names) for p in placed if p.name in rule.tunable()],
        "figures": figures,
        "counted": [(cause, n) for cause, n in counted.items() if cause],
        "most": max(counted.values(), default=1),
        "places": _places(actor),
        "may_tune": holds(actor, "rules.tune"),
    }


def where_of(actor: Actor, data: QueryDict, rule: Rule) -> Where:
    """The thing or place that was asked for, where the actor may see it; else the actor's own place."""
    if found := _thing(data.get("thing", ""), rule):
        return Where(found.place_code, found, found.name)
    code = data.get("place", "")
    own = actor.scope if actor.scope.isdigit() else ""
    if not (code.isdecimal() and code.startswith(own) and len(code) <= 30 and places.exists(code)):
        code = own
    return Where(code, None, places.label(code) if code else _("所有地方"))


def _thing(text: str, rule: Rule) -> Thing | None:
    try:
        return Thing.objects.filter(id=UUID(text), model__in=rule.of).first()
    except ValueError:
        return None


def _number(rule: Rule, one: Any, settings: dict[str, whose.Setting], names: dict[str, str]) -> dict[str, Any]:
    setting = settings.get(one.name)
    quantity = told.quantity_in(rule, one.quantity) if one.unit is None else None
    value = setting.value if setting else one.value
    return {
        "name": one.name,
        "words": told.number_words(rule, one),
        "declared": told.number_value(rule, one, one.value),
        "value": told.number_value(rule, one, value),
        "plain": "" if value is None else told.plain(value).replace("\u2212", "-").replace(",", ""),
        "unit": told.unit_words(rule, one),
        "range": told.range_words(quantity),
        "setting": setting,
        "by": setting.set_by if setting else "",
        "where": (names.get(setting.place_code, setting.place_code) or _("这台设备")) if setting else "",
    }


def _placed(rule: Rule, placed: whose.Placed, names: dict[str, str]) -> dict[str, Any]:
    one = rule.tunable()[placed.name]
    return {
        "placed": placed,
        "words": told.number_words(rule, one),
        "value": told.number_value(rule, one, placed.value),
        "where": placed.thing_name or names.get(placed.place_code, placed.place_code),
    }


def _places(actor: Actor) -> list[tuple[str, str]]:
    """Where the actor may look: their own place, and what lies right below."""
    if not actor.scope.isdigit():
        return []
    below = [(place.code, place.name) for place in places.children(actor.scope)]
    return [(actor.scope, places.label(actor.scope)), *below]
