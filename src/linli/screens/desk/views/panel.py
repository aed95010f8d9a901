"""The demo's panel: start a fire, a leak, a crowd, and see what the house makes of it. Only in the demo, for everybody.

What can be started lies with the demo (settings.LINLI_DEMO_PANEL names its module); this page only shows it.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.access import Refused
from linli.kernel.clock.now import now
from linli.kernel.readings.queries.sentences import sentence
from linli.parts.doors import for_staff
from linli.parts.words import word

from ..shell import draw, paint
from ..warned import WORDS

MOST = 80
"""Places offered to choose from; anywhere is one of them."""


def _panel() -> Any:
    if not settings.LINLI_DEMO_PANEL:
        raise Http404
    return import_module(settings.LINLI_DEMO_PANEL)


@never_cache
@require_GET
@for_staff
def panel_page(request: HttpRequest) -> HttpResponse:
    """What can be started, and what runs; the latter asks for itself again every two seconds."""
    panel = _panel()
    if request.htmx:
        return paint(request, "desk/panel_running.html", _running(panel))
    ready = panel.is_ready()
    offers = [(offer, panel.places(offer)[:MOST]) for offer in panel.OFFERS] if ready else []
    context = {"ready": ready, "offers": offers, "pace": panel.pace(), "speeds": panel.SPEEDS, **_running(panel)}
    return draw(request, "desk/panel.html", context, here="desk:panel")


@require_POST
@for_staff
def panel_start(request: HttpRequest) -> HttpResponse:
    panel = _panel()
    try:
        panel.start(
            by=request.actor, at=now(), kind=request.POST.get("kind", ""), place_code=request.POST.get("place", "")
        )
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, _("已开始。预警一出现，下面就能看到。"))
    return redirect("desk:panel")


@require_POST
@for_staff
def panel_stop(request: HttpRequest, event_id: int) -> HttpResponse:
    panel = _panel()
    try:
        panel.stop(at=now(), event_id=event_id)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect("desk:panel")


@require_POST
@for_staff
def panel_pace(request: HttpRequest) -> HttpResponse:
    """How fast the district lives."""
    panel, speed = _panel(), request.POST.get("speed", "")
    try:
        panel.set_pace(by=request.actor, at=now(), speed=int(speed) if speed.isdecimal() else -1)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect("desk:panel")


def _running(panel: Any) -> dict[str, Any]:
    shown = panel.running(now()) if panel.is_ready() else []
    return {
        **WORDS,
        "running": [(one, [_told(warning, one.began_at) for warning in one.warnings]) for one in shown],
    }


def _told(warning: Any, began: datetime) -> dict[str, Any]:
    """A warning in a line: its grade, what was found, how soon it was written after the reading, and where it leads."""
    return {
        "rule": word("rule", warning.rule),
        "says": sentence(warning),
        "severity": warning.highest,
        "again": warning.recorded_at < began,
        "cleared": warning.cleared_at is not None,
        "milliseconds": round((warning.recorded_at - warning.raised_at).total_seconds() * 1000),
        "href": _page_of(warning),
    }


def _page_of(warning: Any) -> str:
    """Its own page, or that of the matter it opened."""
    for name, key in (("desk:warning", warning.id), ("desk:matter", warning.matter_id)):
        try:
            if key:
                return reverse(name, args=[key])
        except NoReverseMatch:
            continue
    return ""
