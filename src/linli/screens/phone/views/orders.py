"""督办 on the phone of whoever must answer: what my unit owes, late first; one order, and the written answer with photos."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, Level, NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Phase
from linli.kernel.matters.queries import orders
from linli.kernel.places import queries as places
from linli.parts.doors import said, wants_json

from .. import photos, sent
from ..door import for_duty
from ..frame import draw

_MOST = 50
_INSTANTS = ("ordered_at", "reply_due", "replied_at", "returned_at", "due_after")


@never_cache
@require_GET
@for_duty
def orders_page(request: HttpRequest) -> HttpResponse:
    """What my unit must answer, and what it has answered and nobody has judged yet."""
    actor: Actor = request.actor
    waiting, answered = (
        orders.orders(actor, orders.Asked(side="owed", phase=phase.value), at=now(), limit=_MOST).rows
        for phase in (Phase.WAITING, Phase.ANSWERED)
    )
    context = {"waiting": list(map(_timed, waiting)), "answered": list(map(_timed, answered))}
    return _page(request, "phone/orders.html", context)


@never_cache
@require_GET
@for_duty
def owed(request: HttpRequest) -> HttpResponse:
    """How many wait, for the page of duty; nothing while none does."""
    mine = orders.Asked(side="owed")
    found = orders.tallies(request.actor, {"all": mine, "late": mine.but(late=True)}, at=now())
    return render(request, "phone/orders_owed.html", {"found": found})


@never_cache
@require_http_methods(["GET", "POST"])
@for_duty
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order; POST answers it. What was typed stays when the answer is refused, with the sentence that says why.

    A program (the outbox) is answered in JSON: a reply that waited on the phone and was sent twice is one reply.
    """
    actor: Actor = request.actor
    if request.method != "POST":
        return _order(request, order_id)
    text = request.POST.get("text", "").replace("\0", "")
    try:
        found = orders.whole(actor, order_id)
        if not _had_already(found, text, sent.written_at(request)):
            verbs.reply_order(
                matter_id=UUID(found.order["matter_id"]), by=actor, at=now(), order_id=order_id, text=text,
                files=photos.proofs(request, "order"),
            )  # fmt: skip
    except NotFound:
        raise
    except Refused as refused:
        if wants_json(request):
            return said(refused)
        return _order(request, order_id, refused)
    if wants_json(request):
        return JsonResponse({"url": reverse("phone:order", args=[order_id])})
    return redirect("phone:order", order_id)


def _had_already(found: orders.Whole, text: str, written: datetime | None) -> bool:
    """Whether these very words stand as the reply, or were one that was sent back after they were written: a phone that lost
    the answer to its first try sends them again."""
    plain = text.strip()
    if found.order.get("reply") == plain != "":
        return True
    before = (parse_datetime(one["replied_at"]) for one in found.sent_back if one["reply"] == plain)
    return written is not None and any(at is not None and written <= at for at in before)


def _order(request: HttpRequest, order_id: UUID, refused: Refused | None = None) -> HttpResponse:
    actor: Actor = request.actor
    found = orders.whole(actor, order_id)
    row = _timed(found.order)
    context = {
        "order": row,
        "mine": row["phase"] == Phase.WAITING and row["unit_id"] in (str(actor.unit_id), None),
        "sent_back": [_timed(one) for one in found.sent_back],
        "place": places.label(row["place_code"]),
        "refused": refused,
        "typed": request.POST.get("text", ""),
    }
    return _page(request, "phone/order.html", context, status=refused.status if refused else 200)


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its instants as times."""
    return row | {name: parse_datetime(row[name]) for name in _INSTANTS if row.get(name)}


def level_word(level: int) -> str:
    words = {Level.NEIGHBOURHOOD: _("居村"), Level.STREET: _("街镇"), Level.DISTRICT: _("区"), Level.CITY: _("市")}
    return words.get(Level(level), "") if level in set(Level) else ""


def order_text(row: dict[str, Any]) -> str:
    """The clock's own words in the reader's language, a person's as they wrote them."""
    text = str(row["text"])
    return _(text) if row["automatic"] else text


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    words = {"level_word": level_word, "order_text": order_text, "at": now()}
    return draw(request, template, {**words, **context}, status=status)
