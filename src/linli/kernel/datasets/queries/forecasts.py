"""Forecasts as a page shows them."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require

from ..models import Forecast, ForecastRun
from ..verbs.foretelling import LEVELS


def forecast_places(by: Actor) -> list[str]:
    """The places the actor may have forecasts of: their own and those below it that have some, the widest first."""
    require(by, "datasets.read")
    found = Forecast.objects.filter(kind="")
    if by.scope != "*":
        found = found.filter(place_code__startswith=by.scope[: max(LEVELS)])
    return sorted(found.values_list("place_code", flat=True), key=lambda code: (len(code), code))


def forecasts(by: Actor, place_code: str) -> list[Forecast]:
    """Every kind below a place, what will come most first."""
    if place_code not in forecast_places(by):
        raise NotFound(_("这里没有预测，或者不在您的辖区内。"))
    return list(Forecast.objects.filter(place_code=place_code).order_by(F("points__0__0").desc(), "kind"))


def forecast_of(by: Actor, place_code: str, kind: str) -> Forecast:
    if place_code not in forecast_places(by):
        raise NotFound(_("这里没有预测，或者不在您的辖区内。"))
    found = Forecast.objects.filter(place_code=place_code, kind=kind).first()
    if found is None:
        raise NotFound(_("这一类在这里太少，没有预测。"))
    return found


def last_run() -> ForecastRun | None:
    return ForecastRun.objects.filter(made_at__isnull=False).order_by("-week").first()
