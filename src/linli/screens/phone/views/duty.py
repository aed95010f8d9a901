"""The phone of whoever is on duty: my alarms, and one of them in four steps, also where there is no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, Refused, holds
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.queries import duty as queries
from linli.kernel.matters.queries import nearest
from linli.kernel.matters.queries.story import story
from linli.kernel.places import queries as places
from linli.kernel.readings.models import Cause
from linli.kernel.readings.words import cause_word, severity_word
from linli.kernel.things.queries import resting
from linli.parts import pages
from linli.parts.doors import said, wants_json
from linli.parts.words import word

from .. import photos, pictures
from ..door import for_duty
from ..frame import draw

SHAPES = {1: "blue", 2: "yellow", 3: "orange", 4: "red"}
TONES = {1: "paused", 2: "warned", 3: "reminded", 4: "supervised"}
WORDS: dict[str, Any] = {
    "severity_word": severity_word,
    "cause_word": cause_word,
    "severity_shape": lambda severity: SHAPES.get(severity, "warned"),
    "severity_tone": lambda severity: TONES.get(severity, "warned"),
}


@never_cache
@for_duty
def alarms(request: HttpRequest) -> HttpResponse:
    """What my unit has to go to."""
    found = queries.alarms(request.actor, now())
    quiet = resting.running(request.actor, at=now()) if holds(request.actor, "things.read") else []
    labels = places.labels({one.place_code for one in (*found, *quiet)})
    waiting = sum(alarm.went_at is None and alarm.calls_me for alarm in found)
    later = any(alarm.went_at is None and not alarm.calls_me for alarm in found)
    groups = pages.pages_of(request.actor, "phone")
    context = {
        "alarms": found,
        "labels": labels,
        "waiting": waiting,
        "later": later,
        "resting": quiet,
        "groups": groups,
    }
    return _page(request, "phone/duty.html", context)


@never_cache
@for_duty
def alarm(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    return _alarm(request, matter_id)


@for_duty
def act(request: HttpRequest, matter_id: UUID, verb: str) -> HttpResponse:
    """One of the four steps. A program (the outbox) is answered in JSON; what it had done already is done."""
    if request.method != "POST":
        return redirect("phone:alarm", matter_id)
    doing = _STEPS.get(verb)
    if doing is None:
        raise NotFound(_("没有这个操作。"))
    try:
        doing(request, matter_id)
    except NotFound:
        raise
    except Refused as refused:
        if not (isinstance(refused, Conflict) and queries.did_already(verb, matter_id, request.actor, now())):
            return _refused(request, matter_id, verb, refused)
    if wants_json(request):
        return JsonResponse({"url": reverse("phone:alarm", args=[matter_id])})
    return redirect("phone:alarm", matter_id)


@require_POST
@for_duty
def photo(request: HttpRequest) -> HttpResponse:
    """One photo from the outbox, before the step that shows it."""
    return photos.kept_proof(request)


def _go(request: HttpRequest, matter_id: UUID) -> None:
    verbs.go(matter_id=matter_id, by=request.actor, at=now())


def _arrive(request: HttpRequest, matter_id: UUID) -> None:
    lon, lat = request.POST.get("lon", ""), request.POST.get("lat", "")
    position = {"lon": _degrees(lon), "lat": _degrees(lat)} if lon or lat else {}
    verbs.arrive(matter_id=matter_id, by=request.actor, at=now(), **position)


def _found(request: HttpRequest, matter_id: UUID) -> None:
    verbs.found(
        matter_id=matter_id,
        by=request.actor,
        at=now(),
        cause=request.POST.get("cause", ""),
        text=request.POST.get("text", ""),
        files=photos.proofs(request),
    )


def _report_done(request: HttpRequest, matter_id: UUID) -> None:
    verbs.report_done(
        matter_id=matter_id,
        by=request.actor,
        at=now(),
        outcome=request.POST.get("outcome", ""),
        result=request.POST.get("result", ""),
        files=photos.proofs(request),
    )


_STEPS: dict[str, Callable[[HttpRequest, UUID], None]] = {
    "go": _go,
    "arrive": _arrive,
    "found": _found,
    "report_done": _report_done,
}


def _degrees(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        raise Invalid(_("位置的经纬度不对。")) from None


def _refused(request: HttpRequest, matter_id: UUID, verb: str, refused: Refused) -> HttpResponse:
    if wants_json(request):
        return said(refused)
    return _alarm(request, matter_id, verb, refused)


def _alarm(request: HttpRequest, matter_id: UUID, verb: str = "", refused: Refused | None = None) -> HttpResponse:
    actor: Actor = request.actor
    spot = queries.on_the_spot(matter_id, actor, now())
    standing = spot.facts.standing
    kind = catalogue().kinds.get(spot.matter.kind)
    steps = story(matter_id, actor)
    files = [file for step in steps for file in step.files]
    shown = dict(zip(files, pictures.of_files(files), strict=False))
    context = {
        "spot": spot,
        "matter": spot.matter,
        "warning": spot.warnings[0] if spot.warnings else None,
        "present": standing.present if standing and standing.now is not None else "",
        "advice": word("rule", spot.warnings[0].rule, "advice") if spot.warnings else "",
        "place": places.label(spot.matter.place_code),
        "causes": [(cause, cause_word(cause)) for cause in Cause.values],
        "outcomes": [(reason, word("reason", reason)) for reason in (kind.reasons if kind else ())],
        "steps": steps,
        "pictures": {step.id: [shown[f] for f in step.files if f in shown] for step in steps if step.files},
        "why_me": None if steps and spot.steps[0].at else _why_me(actor, spot),
        "refused_verb": verb,
        "refused": refused,
        "typed": request.POST,
    }
    return _page(request, "phone/alarm.html", context, status=refused.status if refused else 200)


def _why_me(actor: Actor, spot: queries.OnTheSpot) -> list[str]:
    """The reasons whoever assigns reads beside the reader's name; nothing where they are not on shift."""
    matter = spot.matter
    asked = {
        "place_code": matter.place_code, "department": matter.department, "lon": matter.lon, "lat": matter.lat,
    }  # fmt: skip
    found = nearest.of_me(actor, asked, now())
    return found.reasons if found is not None else []


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return draw(request, template, {**WORDS, **context}, status=status)
