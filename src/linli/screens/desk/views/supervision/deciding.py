"""要我定的: what waits for this post, the oldest first: requests, answers to judge, what it owes, who does not answer.

Each part is one query of its room and is left out where the post has no say in it. A row leads to the form that decides it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, Sees, holds
from linli.kernel.clock.now import now
from linli.kernel.duty.queries import deciding as of_duty
from linli.kernel.matters import flow
from linli.kernel.matters.models import Phase
from linli.kernel.matters.models.steps import Request
from linli.kernel.matters.queries import briefing, orders
from linli.kernel.notices.queries import desk as notices
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.times import promise_words

from ... import supervising
from ...rail import shown
from ...rows import with_places, with_times
from ...shell import draw

SHOWN = 8
_VERBS = ("settle_order", "return_order", "reply_order", "pass_order", "urge_order")


@require_GET
@for_staff
def deciding_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    asked = briefing.requests_waiting(actor) if holds(actor, "matters.decide_extension") else []
    parts = _orders(actor)
    counts = orders.tallies(actor, parts, at=at)
    plans = holds(actor, "duty.change")
    swaps, leaves = (of_duty.swaps(actor, at), of_duty.leaves(actor, at)) if plans else ([], [])
    context: dict[str, Any] = {
        **supervising.WORDS,
        "at": at,
        "requests": [_request(one) for one in asked[:SHOWN]],
        "requests_more": max(0, len(asked) - SHOWN),
        "places": places.labels({one.matter.place_code for one in asked[:SHOWN]}),
        "orders": {name: _rows(actor, question, at) for name, question in parts.items() if counts[name]},
        "counts": {name: shown(number) for name, number in counts.items()},
        "addresses": {name: supervising.orders_address(question) for name, question in parts.items()},
        "notices": notices.waiting(actor),
        "duty": (len(swaps), len(leaves)),
        "nothing": not (asked or any(counts.values()) or notices.waiting(actor) or swaps or leaves),
        "verb_words": {verb: flow.VERBS[verb].word for verb in _VERBS},
        "tabs": supervising.tabs("deciding", actor),
    }
    return draw(request, "desk/supervision/deciding.html", context, here="desk:deciding")


def _orders(actor: Actor) -> dict[str, orders.Asked]:
    """The questions about orders in which this post has the next word."""
    found: dict[str, orders.Asked] = {}
    if actor.unit_id and holds(actor, "matters.reply_order"):
        found["owed"] = orders.Asked(side="owed")
    if holds(actor, "matters.settle_order") and actor.sees is not Sees.UNIT:
        found["judge"] = orders.Asked(side="given", phase=Phase.ANSWERED.value)
        found["silent"] = orders.Asked(side="given", late=True)
    return found


def _rows(actor: Actor, question: orders.Asked, at: Any) -> list[dict[str, Any]]:
    page = orders.orders(actor, question, at=at, limit=SHOWN)
    return with_places(with_times(page.rows), actor.scope)


def _request(one: Request) -> dict[str, Any]:
    return {
        "verb": "decide_extension" if one.what == Request.What.EXTENSION else "decide_write_off",
        "matter": one.matter,
        "unit": one.unit.name if one.unit else "",
        "more": promise_words(one.span) if one.span else "",
        "reason": one.reason,
        "asked_at": one.asked_at,
    }
