"""评分: the declared formula with its weights, each score with its parts; a rank only with enough cases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, Sees, allows, require
from linli.kernel.clock.now import now
from linli.kernel.figures import scoring, sentences, verbs
from linli.kernel.figures.definitions import BY_NAME, Better
from linli.kernel.figures.queries import Group, count, scope_of
from linli.kernel.figures.queries.counting import below
from linli.kernel.figures.queries.weighing import formula_at
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff

from ... import figured
from ...shell import draw
from .overview import subpages

TABLES = (Group.UNIT, Group.PLACE)


@require_http_methods(["GET", "POST"])
@for_staff
def scores_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "figures.read")
    at = now()
    asked = figured.read(request.GET, actor, at)
    place = figured.place_of(asked, actor)
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            _set(request, actor, place)
            messages.success(request, _("权重已设置，以后的评分按新的权重计算。"))
            return redirect(reverse("desk:figures_scores") + asked.write())
        except Invalid as refused:
            faults = dict(refused.fields)
    scope = scope_of(actor, asked.place)
    groups = [group for group in TABLES if group is Group.UNIT or (below(scope) and actor.sees is not Sees.UNIT)]
    group = asked.table if asked.table in groups else Group.UNIT
    formula = formula_at(actor, place)
    found = count(scope, asked.period, at, group)
    found.pop("-", None)  # what nobody leads is nobody's
    ranked = scoring.ranked(found, formula)
    names = figured.names(group, found)
    context: dict[str, Any] = {
        "asked": asked,
        "says": figured.SAYS,
        "at": at,
        "place": place,
        "place_name": places.label(place) if place else _("全部地点"),
        "period": sentences.period_word(asked.period),
        "periods": [(name, words, asked.but(name=name).write()) for name, words in figured.PERIODS.items()],
        "groups": [(one, figured.TABLES[one], asked.but(table=one).write(table=one.value)) for one in groups],
        "group": group,
        "formula": formula,
        "formula_place": places.label(formula.place_code) if formula.place_code else "",
        "parts": [(BY_NAME[name], weight) for name, weight in formula.weights.items() if weight],
        "less": Better.LESS,
        "few": scoring.FEW,
        "ranked": [_line(one, names) for one in ranked if one.rank],
        "others": [_line(one, names) for one in ranked if not one.rank],
        "may_set": bool(place) and allows(actor, "figures.change", place),
        "given": {name: request.POST.get(name, formula.weights.get(name, 0)) for name in scoring.WEIGHTS},
        "least": request.POST.get("least", formula.least),
        "faults": faults,
        "by_name": BY_NAME,
        "subpages": subpages(actor, asked),
    }
    return draw(request, "desk/figures/scores.html", context, here="desk:figures", status=422 if faults else 200)


def _set(request: HttpRequest, actor: Actor, place: str) -> None:
    weights, faults = {}, {}
    for name in (*scoring.WEIGHTS, "least"):
        text = request.POST.get(name, "").strip()
        if not (text.isdecimal() and text.isascii() and len(text) <= 6):
            faults["least" if name == "least" else "weights"] = _("请写整数。")
        else:
            weights[name] = int(text)
    if faults:
        raise Invalid(_("请写整数。"), fields=faults)
    verbs.set_weights(by=actor, at=now(), place_code=place, weights=weights, least=weights.pop("least"))


def _line(one: scoring.Score, names: dict[str, str]) -> dict[str, Any]:
    return {
        "rank": one.rank,
        "name": names.get(one.key, one.key),
        "score": "—" if one.score is None else f"{one.score:.1f}",
        "value": one.score,
        "due": one.due,
        "parts": [
            {
                "value": "—" if part.value is None else f"{part.value:.1f}",
                "made_of": f"{part.top:,} / {part.bottom:,}",
                "known": part.value is not None,
            }
            for part in one.parts
        ],
    }
