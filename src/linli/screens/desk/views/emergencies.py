"""应急 on the desk: those there are, declaring one, one of them with its tasks and log, and what its course was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from shapely.geometry import shape

from linli.kernel.access import Actor, Conflict, allows, holds, require
from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.models import Emergency, Task
from linli.kernel.emergencies.queries import course, looking, roll
from linli.kernel.emergencies.queries import review as reviewing
from linli.kernel.emergencies.queries.within import within
from linli.kernel.emergencies.words import (
    CATEGORIES,
    grade_word,
    state_word,
)
from linli.kernel.figures.report import NoFont
from linli.kernel.matters.models import Matter
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.parts.doors import for_staff
from linli.parts.office import serve

from ..review import paper
from ..shell import draw, paint
from .commanding import acts
from .declaring import declaring, origin_of

_WORDS = {"grade_word": grade_word, "emergency_state": state_word, "CATEGORIES": CATEGORIES}


@require_GET
@for_staff
def emergencies_page(request: HttpRequest) -> HttpResponse:
    """Those that stand first, then those that are over, the newest first."""
    actor: Actor = request.actor
    every = list(looking.lately(actor))
    context = {
        **_WORDS,
        "standing": [one for one in every if one.stands],
        "over": [one for one in every if not one.stands],
        "may_declare": holds(actor, "emergencies.command"),
    }
    return draw(request, "desk/emergencies/list.html", context, here="desk:emergencies")


@require_http_methods(["GET", "POST"])
@for_staff
def declare_page(request: HttpRequest) -> HttpResponse:
    """Declare one: from a warning, a matter or a place (`warning`, `matter`, `place`), or on the map."""
    actor: Actor = request.actor
    require(actor, "emergencies.command")
    origin = origin_of(request)
    response, forms, status = serve(request, (declaring(actor, origin),))
    if response:
        newest = Emergency.objects.filter(commander_id=actor.account_id).order_by("-declared_at").first()
        return HttpResponseRedirect(reverse("desk:emergency", args=[newest.id]), status=303) if newest else response
    context = {**_WORDS, "form": forms["declare"], "origin": origin, "ground": _ground(origin.code)}
    return draw(request, "desk/emergencies/declare.html", context, here="desk:emergencies", status=status)


def _ground(code: str) -> str:
    return f"{reverse('desk:map_places')}?{urlencode({'at': code})}" if len(code) >= Level.STREET.digits else ""


@require_http_methods(["GET", "POST"])
@for_staff
def emergency_page(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """One: how far it is, its tasks, its log, and whatever can be done now."""
    actor: Actor = request.actor
    emergency = looking.one(actor, emergency_id)
    at = now()
    response, forms, status = serve(request, acts(actor, emergency, at))
    if response:
        return response
    tasks = looking.tasks(emergency)
    context: dict[str, Any] = {
        **_WORDS,
        "emergency": emergency,
        "forms": forms,
        "at": at,
        "tasks": tasks,
        "course": course.course(emergency),
        "inside": within(emergency, actor, at=at),
        "counts": roll.counts(emergency, actor, at=at) if emergency.stands else None,
        "may_call": roll.may_call(emergency, actor, at),
        "own_unit": actor.unit_id,
        "numbers": _numbers(tasks),
        "ground": _ground(emergency.place_code),
        "zone_at": _middle(emergency),
        "zone_json": orjson.dumps(emergency.zone).decode(),
        "commands": allows(actor, "emergencies.command", emergency.place_code),
        "hood": places.label(emergency.place_code, Level.DISTRICT),
    }
    if request.htmx and request.headers.get("HX-Target") == "emergency-now":
        return paint(request, "desk/emergencies/now.html", context)
    return draw(request, "desk/emergencies/one.html", context, here="desk:emergencies", status=status)


def _numbers(tasks: Sequence[Task]) -> dict[UUID, str]:
    """The numbers of the matters that tasks became, of those the looker sees."""
    made = [task.matter_id for task in tasks if task.matter_id]
    return dict(Matter.objects.filter(pk__in=made).values_list("id", "number")) if made else {}


def _middle(emergency: Emergency) -> tuple[float, float]:
    spot = shape(emergency.zone).representative_point()
    return (spot.x, spot.y)


@require_GET
@for_staff
def roll_page(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """点名: who has not been heard of, old people living alone first; who asked for help; who is safe. Reading it is
    written down, for each person on the page."""
    actor: Actor = request.actor
    only, page = request.GET.get("only", roll.Only.SILENT), request.GET.get("page", "1")
    number = int(page) if page.isdecimal() and 0 < len(page) < 5 else 1
    at = now()
    emergency = looking.one(actor, emergency_id)
    rows = verbs.read_roll(
        emergency_id=emergency_id, by=actor, at=at, only=only, offset=(max(number, 1) - 1) * roll.PAGE
    )
    context = {
        **_WORDS,
        "emergency": emergency,
        "only": only if only in set(roll.Only) else roll.Only.SILENT,
        "rows": rows,
        "page": max(number, 1),
        "more": len(rows) == roll.PAGE,
        "counts": roll.counts(emergency, actor, at=at),
        "at": at,
    }
    return draw(request, "desk/emergencies/roll.html", context, here="desk:emergencies")


@require_GET
@for_staff
def course_page(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """复盘: when what happened and how long it took, what was given to whom and what became of it, what was learnt, the log."""
    actor: Actor = request.actor
    emergency = looking.one(actor, emergency_id)
    found = reviewing.review(emergency, actor)
    context = {
        **_WORDS,
        "emergency": emergency,
        "review": found,
        "begun": found.instants[0].at if found.instants else emergency.declared_at,
        "took": paper.took,
        "task_words": paper.task_words(found),
        "people_words": paper.people_words(emergency, found),
        "tasks": sorted(looking.tasks(emergency), key=lambda task: task.set_at),
        "course": course.course(emergency),
    }
    return draw(request, "desk/emergencies/course.html", context, here="desk:emergencies")


@require_GET
@for_staff
def course_pdf(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """The same on paper. Without a font with Chinese characters the answer says what to do."""
    actor: Actor = request.actor
    emergency = looking.one(actor, emergency_id)
    every = sorted(looking.tasks(emergency), key=lambda task: task.set_at)
    try:
        made = paper.review_pdf(emergency, reviewing.review(emergency, actor), every, course.course(emergency))
    except NoFont as missing:
        raise Conflict(str(missing), code="font") from None
    name = quote(f"{emergency.event}-{timezone.localtime(emergency.declared_at):%Y-%m-%d}.pdf")
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
