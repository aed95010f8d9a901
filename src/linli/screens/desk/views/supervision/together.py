"""One answer to several orders, or several settled at once: each for itself, with a report of what was done and what not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.access import Actor, Refused
from linli.kernel.clock.now import now
from linli.kernel.matters import flow, verbs
from linli.kernel.matters.queries import orders
from linli.parts.doors import for_staff

from ... import supervising
from ...rows import with_times
from ...shell import draw
from .orders import TOGETHER

MOST = 200


@require_POST
@for_staff
def together(request: HttpRequest, verb: str) -> HttpResponse:
    """The form for the ticked orders, or (`step=do`) the doing. `chosen` holds the id of each."""
    if verb not in TOGETHER:
        raise Http404
    actor: Actor = request.actor
    rows = _chosen(request, actor)
    text = request.POST.get("text", "").replace("\0", "").strip()
    asks = verb == "reply_order"
    context: dict[str, Any] = {
        **supervising.WORDS,
        "verb": verb,
        "words": flow.VERBS[verb].word,
        "rows": with_times(rows),
        "asks": asks,
        "text": text,
        "fault": "",
        "report": None,
        "at": now(),
        "tabs": supervising.tabs("orders", actor),
    }
    status = 200
    if request.POST.get("step") == "do":
        if asks and not text:
            context["fault"], status = _("请填写这一项。"), 422
        else:
            context["report"] = _each(actor, verb, rows, {"text": text} if asks else {})
    return draw(request, "desk/supervision/together.html", context, here="desk:orders", status=status)


def _chosen(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    ids = []
    for value in request.POST.getlist("chosen")[:MOST]:
        try:
            ids.append(UUID(value))
        except ValueError:
            continue
    return orders.some(actor, ids)


def _each(actor: Actor, verb: str, rows: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
    done, refused = [], []
    for row in rows:
        try:
            getattr(verbs, verb)(
                matter_id=UUID(row["matter_id"]), by=actor, at=now(), order_id=UUID(row["id"]), **given
            )
            done.append(row)
        except Refused as why:
            refused.append((row, " ".join([why.sentence, *why.fields.values()])))
    return {"done": done, "refused": refused}
