"""规则: every rule that watches, with what it found in thirty days; and one of them whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.declare import Rule
from linli.kernel.readings.queries import history
from linli.parts import rules as told
from linli.parts.doors import for_staff
from linli.parts.words import listed, word

from ...shell import draw

MONTH = timedelta(days=30)
_ORDERS = ("name", "warnings", "false")


@require_GET
@for_staff
def rules_page(request: HttpRequest) -> HttpResponse:
    """All rules; by name, by how many warnings they raised, or by the share of false alarms."""
    actor: Actor = request.actor
    require(actor, "rules.read")
    model, text = request.GET.get("model", ""), request.GET.get("text", "").strip()[:60]
    order = request.GET.get("order", "")
    order = order if order in _ORDERS else "name"
    found = history.figures_of_rules(actor, now() - MONTH)
    rows = [_row(rule, found.get(rule.name, history.Figures())) for rule in catalogue().rules.values()]
    models = sorted({m for rule in catalogue().rules.values() for m in rule.of}, key=lambda m: word("device", m))
    rows = [
        row for row in rows
        if (not model or model in row["of"]) and text.lower() in f"{row['words']}{row['sentence']}".lower()
    ]  # fmt: skip
    context: dict[str, Any] = {
        "heading": pgettext("nav", "规则"),
        "rows": sorted(rows, key=_ordering(order)),
        "order": order,
        "model": model if model in models else "",
        "text": text,
        "models": [(name, word("device", name)) for name in models],
    }
    return draw(request, "desk/sensing/rules.html", context, here="desk:rules")


def _row(rule: Rule, figures: history.Figures) -> dict[str, Any]:
    return {
        "name": rule.name,
        "words": word("rule", rule.name),
        "sentence": told.sentence(rule),
        "of": rule.of,
        "models": listed(word("device", model) for model in rule.of[:3]),
        "more": len(rule.of) - 3,
        "grades": [int(rule.severity), *(int(severity) for severity, _step in rule.steps)],
        "opens": word("matter", rule.opens) if rule.opens else "",
        "figures": figures,
        "share": figures.share_real,
    }


def _ordering(order: str) -> Any:
    if order == "warnings":
        return lambda row: (-row["figures"].warnings, row["words"])
    if order == "false":
        return lambda row: (row["share"] if row["share"] is not None else 2.0, -row["figures"].false)
    return lambda row: (-max(row["grades"]), row["words"])
