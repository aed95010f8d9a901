"""应急 on the phone: for who lives inside what to do now and how they are; for who works in it their tasks and the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.access import REPORTERS, Actor, Invalid, NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.queries import course, looking, mine, roll
from linli.kernel.emergencies.words import grade_word, state_word
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.parts.doors import for_readers, said, wants_json

from .. import photos, pictures, sent
from ..frame import draw

WORDS: dict[str, Any] = {"emergency_state": state_word, "grade_word": grade_word}
_LINES = 30


@never_cache
@require_GET
@for_readers
def emergencies(request: HttpRequest) -> HttpResponse:
    """Those that stand, and what was lately."""
    actor: Actor = request.actor
    if _lives(actor):
        rows = [(one.emergency, one.emergency.area) for one in mine.mine(actor, at=now())]
    else:
        rows = [(one, one.area) for one in looking.lately(actor)]
    return _page(request, "phone/emergencies.html", {"rows": rows})


@never_cache
@for_readers
def emergency(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    return _one(request, emergency_id)


@for_readers
def act(request: HttpRequest, emergency_id: UUID, verb: str) -> HttpResponse:
    """A resident's answer, a step of a task, a line in the log. A program (the outbox) is answered in JSON; what waited on
    the phone and was sent twice is done once."""
    if request.method != "POST":
        return redirect("phone:emergency", emergency_id)
    doing = _ACTS.get(verb)
    if doing is None:
        raise NotFound(_("没有这个操作。"))
    try:
        doing(request, emergency_id)
    except NotFound:
        raise
    except Refused as refused:
        if wants_json(request):
            return said(refused)
        return _one(request, emergency_id, refused)
    if wants_json(request):
        return JsonResponse({"url": reverse("phone:emergency", args=[emergency_id])})
    return redirect("phone:emergency", emergency_id)


@require_POST
@for_readers
def photo(request: HttpRequest) -> HttpResponse:
    """One photo from the outbox, before the task it proves is reported done."""
    return photos.kept_proof(request)


def _answer(request: HttpRequest, emergency_id: UUID) -> None:
    given = request.POST
    verbs.answer(
        emergency_id=emergency_id, by=request.actor, at=now(), kind=given.get("kind", ""), text=given.get("text", ""),
        household=given.get("household") == "1",
    )  # fmt: skip


def _take(request: HttpRequest, emergency_id: UUID) -> None:
    verbs.take_task(emergency_id=emergency_id, task_id=_task(request), by=request.actor, at=now())


def _arrive(request: HttpRequest, emergency_id: UUID) -> None:
    verbs.arrive_task(
        emergency_id=emergency_id,
        task_id=_task(request),
        by=request.actor,
        at=now(),
        told_at=sent.written_at(request),
    )


def _finish(request: HttpRequest, emergency_id: UUID) -> None:
    verbs.finish_task(
        emergency_id=emergency_id, task_id=_task(request), by=request.actor, at=now(), told_at=sent.written_at(request),
        result=request.POST.get("result", ""), files=photos.proofs(request),
    )  # fmt: skip


def _say(request: HttpRequest, emergency_id: UUID) -> None:
    text = request.POST.get("text", "").replace("\0", " ")
    verbs.say(emergency_id=emergency_id, by=request.actor, at=now(), text=text, key=sent.key_of(request))


_ACTS: dict[str, Callable[[HttpRequest, UUID], None]] = {
    "answer": _answer,
    "take": _take,
    "arrive": _arrive,
    "finish": _finish,
    "say": _say,
}


def _task(request: HttpRequest) -> UUID:
    found = sent.uuid_of(request.POST.get("task"))
    if found is None:
        raise Invalid(_("请从列表中重新选择。"))
    return found


def _lives(actor: Actor) -> bool:
    return actor.person_id is not None and actor.role in REPORTERS


def _one(request: HttpRequest, emergency_id: UUID, refused: Refused | None = None) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    page = _resident(actor, emergency_id, at) if _lives(actor) else _worker(actor, emergency_id, at)
    template = "phone/emergency_home.html" if _lives(actor) else "phone/emergency_work.html"
    context = {**page, "at": at, "refused": refused, "typed": request.POST}
    return _page(request, template, context, status=refused.status if refused else 200)


def _resident(actor: Actor, emergency_id: UUID, at: datetime) -> dict[str, Any]:
    found = mine.my(actor, emergency_id, at=at)
    hood = found.home[: Level.NEIGHBOURHOOD.digits]
    committee = Unit.objects.filter(kind=Unit.Kind.COMMITTEE, place_code=hood, valid__contains=at).first()
    return {
        "emergency": found.emergency,
        "mine": found,
        "home": places.label(found.home, Level.COMPOUND),
        "committee": committee if committee and committee.phone else None,
        "task": mine.task_of(found),
    }


def _worker(actor: Actor, emergency_id: UUID, at: datetime) -> dict[str, Any]:
    emergency = looking.one(actor, emergency_id)
    every = looking.tasks(emergency)
    own = [task for task in every if task.unit_id is not None and task.unit_id == actor.unit_id]
    return {
        "emergency": emergency,
        "own": [task for task in own if task.is_open],
        "own_over": [task for task in own if not task.is_open],
        "others": [task for task in every if task not in own],
        "helps": {task.id: roll.help_of(task, actor) for task in own if task.answer_id},
        "proofs": {task.id: pictures.of_files(task.files) for task in own if task.files},
        "counts": roll.counts(emergency, actor, at=at) if emergency.stands else None,
        "lines": course.course(emergency)[::-1][:_LINES],
    }


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    frame = "phone/shell.html" if _lives(request.actor) else "phone/duty_shell.html"
    return draw(request, template, {**WORDS, "frame": frame, **context}, status=status)
