"""The line over every page of the phone while an emergency concerns whoever holds it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.template.loader import render_to_string

from linli.kernel.access import Actor, holds
from linli.kernel.emergencies.queries import looking, mine

LIFTED = timedelta(hours=2)
"""So long the line says that it is over; after that only the list does."""


def urgent(request: HttpRequest, at: datetime) -> str:
    """HTML, "" while nothing does. A resident sees those around their home, staff those they see at work."""
    actor: Actor = request.actor
    context: dict[str, object]
    if holds(actor, "emergencies.read"):
        standing = looking.standing(actor)
        if not standing:
            return ""
        tasks = looking.open_tasks(actor, standing)
        context = {"work": [(one, tasks.get(one.id, 0)) for one in standing]}
    else:
        found = [one for one in mine.mine(actor, at=at) if one.emergency.stands or _just(one, at)]
        if not found:
            return ""
        context = {"mine": found}
    return render_to_string("phone/urgent.html", context, request=request)


def _just(one: mine.Mine, at: datetime) -> bool:
    ended = one.emergency.ended_at
    return ended is not None and at - ended < LIFTED
