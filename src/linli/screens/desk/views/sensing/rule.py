"""One rule on one page: in words what it does, every number with who set it where, and how much it found was real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.kernel.access import Actor, Invalid, NotFound, Refused, holds, require
from linli.kernel.catalogue.language import in_chinese
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.declare import Rule
from linli.kernel.places import queries as places
from linli.kernel.readings.backtest import backtest
from linli.kernel.readings.queries import history, whose
from linli.kernel.readings.verbs import numbers
from linli.kernel.things.models import Thing
from linli.parts import rules as told
from linli.parts.doors import for_staff
from linli.parts.words import word

from ... import tuning
from ...shell import draw, paint
from .rules import MONTH

DAYS = 28
SHORT, LONG = 15.0, 60.0
"""Seconds a trial may take: at first, and when somebody asks for more."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where the numbers are looked at and changed: a place, or one thing."""

    place_code: str
    thing: Thing | None
    words: str

    @property
    def key(self) -> dict[str, Any]:
        """As the verbs want it."""
        return {"thing": self.thing.id} if self.thing else {"place_code": self.place_code}

    @property
    def query(self) -> str:
        return f"thing={self.thing.id}" if self.thing else f"place={self.place_code}"


@require_http_methods(["GET", "POST"])
@for_staff
def rule_page(request: HttpRequest, name: str) -> HttpResponse:
    """The page; POST tries other numbers, saves them, or takes what was set back."""
    actor: Actor = request.actor
    rule = _asked(actor, name)
    data = request.POST if request.method == "POST" else request.GET
    where = where_of(actor, data, rule)
    act = request.POST.get("act", "")
    if act == "back":
        return _take_back(request, rule)
    context = whole(actor, rule, where)
    if act in ("try", "save"):
        typed = tuning.read(rule, request.POST, context["held"])
        if act == "save" and _save(request, rule, where, typed):
            messages.success(request, _("已保存，一秒内生效。之前报的预警不会收回。"))
            return HttpResponseRedirect(f"{request.path}?{where.query}#numbers", status=303)
        context |= _trial(request, rule, where, typed) if act == "try" else {}
        context["typed"] = typed
    refused = context["typed"].refusal or (422 if context["typed"].faults else None)
    status = refused.status if isinstance(refused, Refused) else refused or 200
    return draw(request, "desk/sensing/rule.html", context, here="desk:rules", status=status)


@require_POST
@for_staff
def rule_trial(request: HttpRequest, name: str) -> HttpResponse:
    """Only what a trial came to, for the page that stands: what would have happened with the numbers typed."""
    actor: Actor = request.actor
    rule = _asked(actor, name)
    where = where_of(actor, request.POST, rule)
    context = whole(actor, rule, where)
    typed = tuning.read(rule, request.POST, context["held"])
    found = _trial(request, rule, where, typed)
    return paint(
        request,
        "desk/sensing/rule_form.html",
        {**context, **found, "typed": typed},
        status=422 if typed.faults or typed.refusal else 200,
    )


def _asked(actor: Actor, name: str) -> Rule:
    require(actor, "rules.read")
    rule = catalogue().rules.get(name)
    if rule is None:
        raise NotFound(_("没有这条规则。"))
    return rule


def _trial(request: HttpRequest, rule: Rule, where: Where, typed: tuning.Typed) -> dict[str, Any]:
    if not typed.numbers and not typed.faults:
        typed.refusal = Invalid(_("没有改动任何参数。改一个参数，再回测。"))
    if typed.faults or typed.refusal:
        return {}
    try:
        numbers.check(by=request.actor, rule=rule.name, numbers=typed.numbers, **where.key)
        found = backtest(
            by=request.actor,
            at=now(),
            rule=rule.name,
            numbers=typed.numbers,
            days=DAYS,
            longest=LONG if request.POST.get("long") else SHORT,
            **where.key,
        )
    except Refused as refused:
        typed.refusal, typed.faults = refused, dict(refused.fields)
        return {}
    return {
        "trial": found,
        "told": tuning.told(found),
        "covered": tuning.covered(found),
        "days": tuning.by_day(found),
        "subjects": tuning.by_subject(found, rule),
        "changed": [
            (told.number_words(rule, rule.tunable()[name]), told.number_value(rule, rule.tunable()[name], value))
            for name, value in typed.numbers.items()
        ],
    }


def _save(request: HttpRequest, rule: Rule, where: Where, typed: tuning.Typed) -> bool:
    if typed.faults:
        return False
    try:
        if not typed.numbers:
            raise Invalid(_("没有改动任何参数。"))
        if not typed.reason:
            raise Invalid("", fields={"reason": _("请写明为什么改，以后的人要看。")})
        numbers.tune(
            by=request.actor, at=now(), rule=rule.name, numbers=typed.numbers, reason=typed.reason, **where.key
        )
    except Refused as refused:
        typed.refusal, typed.faults = refused, dict(refused.fields)
        return False
    return True


def _take_back(request: HttpRequest, rule: Rule) -> HttpResponse:
    where = where_of(request.actor, request.POST, rule)
    name = request.POST.get("name", "")
    try:
        numbers.untune(by=request.actor, at=now(), rule=rule.name, names=[name], **where.key)
        messages.success(request, _("已取消，用回上一级的参数。"))
    except Refused as refused:
        messages.error(request, " ".join([refused.sentence, *refused.fields.values()]))
    return HttpResponseRedirect(f"{request.path}?{where.query}#numbers", status=303)


def whole(actor: Actor, rule: Rule, where: Where) -> dict[str, Any]:
    """Everything the page of a rule shows for a place or a thing."""
    at = now()
    here = whose.in_force([rule.name], where.place_code, where.thing.id if where.thing else None)
    settings = {name: s for name, s in here.get(rule.name, {}).items() if name in rule.tunable()}
    held = rule.with_numbers({name: setting.value for name, setting in settings.items()})
    placed = [p for p in whose.all_of(actor, rule.name) if p.name in rule.tunable()]
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
        "held": {name: one.value for name, one in held.tunable().items()},
        "numbers": [_number(rule, one, settings, names) for one in rule.tunable().values()],
        "placed": [_placed(rule, p, names, actor) for p in placed],
        "figures": figures,
        "counted": [(cause, n) for cause, n in counted.items() if cause],
        "most": max(counted.values(), default=1),
        "places": _places(actor),
        "may_tune": holds(actor, "rules.tune") and not (where.thing and rule.level),
        "typed": tuning.Typed(),
        "trial": None,
        "span_days": DAYS,
        "short": int(SHORT),
        "long": int(LONG),
    }


def where_of(actor: Actor, data: QueryDict, rule: Rule) -> Where:
    """The thing or place that was asked for, where the actor may see it; else the actor's own place."""
    if found := _thing(data.get("thing", ""), rule):
        return Where(found.place_code, found, found.name)
    code = data.get("place", "")
    own = actor.scope if actor.scope.isdigit() else ""
    if not (code.isdecimal() and code.startswith(own) and len(code) <= 30 and places.exists(code)):
        code = own
    return Where(code, None, places.label(code) if code else _("所有地点"))


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


def _placed(rule: Rule, placed: whose.Placed, names: dict[str, str], actor: Actor) -> dict[str, Any]:
    one = rule.tunable()[placed.name]
    own = placed.thing_id is not None or placed.place_code.startswith(actor.scopes)
    return {
        "may": holds(actor, "rules.tune") and own,
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
