"""预测: what the next weeks may bring, with its error against the naive forecasts; one series drawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, require
from linli.kernel.datasets import queries
from linli.kernel.datasets.models import Forecast
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.words import word

from .frame import page

TAB = "desk:datasets_forecasts"
METHODS = {
    "model": gettext_lazy("季节和趋势模型"),
    "last": gettext_lazy("与上周相同"),
    "mean4": gettext_lazy("近四周平均"),
    "year": gettext_lazy("与去年同周相同"),
}
WIDTH, HEIGHT, FOOT = 640, 180, 20
DRAWN = 26


@require_GET
@for_staff
def forecasts_page(request: HttpRequest) -> HttpResponse:
    """Every kind of one place, or why there is none yet."""
    actor: Actor = request.actor
    require(actor, "datasets.read")
    codes = queries.forecast_places(actor)
    asked = request.GET.get("place", "")
    here = asked if asked in codes else next(iter(codes), "")
    found = queries.forecasts(actor, here) if here else []
    names = places.labels(codes)
    context: dict[str, Any] = {
        "chosen": here,
        "choices": [(code, names.get(code, code)) for code in codes],
        "rows": [(one, _kind(one), _shown(one), one.mase["last"]) for one in found],
        "run": queries.last_run(),
        "better": sum(one.beaten for one in found),
        "methods": METHODS,
    }
    return page(request, "forecasts.html", context, tab=TAB)


@require_GET
@for_staff
def forecast_page(request: HttpRequest, place: str, kind: str) -> HttpResponse:
    """One series: its last half year, what may come, and how wrong each method was."""
    found = queries.forecast_of(request.actor, place, "" if kind == "all" else kind)
    context = {
        "forecast": found,
        "kind": _kind(found),
        "where": places.label(found.place_code),
        "drawn": _drawn(found),
        "weeks": [(found.week + timedelta(weeks=n), *point) for n, point in enumerate(found.points)],
        "errors": sorted(((name, found.mae[name], found.mase[name]) for name in METHODS), key=lambda row: row[1]),
        "shown": (found.mae.get("shown", found.mae[found.method]), _shown(found)),
        "methods": METHODS,
        "width": WIDTH,
        "height": HEIGHT,
    }
    return page(request, "forecast.html", context, tab=TAB)


def _kind(found: Forecast) -> str:
    return word("matter", found.kind) if found.kind else _("全部类别")


def _shown(found: Forecast) -> float:
    """The error of what would have been shown week by week."""
    return float(found.mase.get("shown", found.mase[found.method]))


def _drawn(found: Forecast) -> dict[str, Any]:
    """Bars of the weeks before, and what is expected after them with its interval, in pixels."""
    past = found.past[-DRAWN:]
    top = max([*past, *(high for _mean, _low, high in found.points), 1])
    step = WIDTH / (len(past) + len(found.points))
    ground = HEIGHT - FOOT

    def y(value: float) -> float:
        return round(ground - (ground - 8) * value / top, 1)

    bars = [
        {
            "x": round(n * step + 1, 1),
            "y": y(count),
            "height": round(ground - y(count), 1),
            "count": count,
            "week": found.week - timedelta(weeks=len(past) - n),
        }
        for n, count in enumerate(past)
    ]
    ahead = [
        {
            "x": round((len(past) + n) * step + 1, 1),
            "mean": y(mean),
            "low": y(low),
            "high": y(high),
            "words": (mean, low, high),
            "week": found.week + timedelta(weeks=n),
        }
        for n, (mean, low, high) in enumerate(found.points)
    ]
    return {
        "bars": bars,
        "ahead": ahead,
        "bar": round(step - 2, 1),
        "ground": ground,
        "top": top,
        "now": ahead[0]["x"],
    }
