"""消息 on the phone: what was told to me alone, one of them, and which of them ring."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.kernel.access import Role
from linli.kernel.clock.now import now
from linli.kernel.messages import queries, verbs
from linli.kernel.messages.kinds import kinds
from linli.parts.doors import for_residents

from ..frame import draw
from .notices import KEPT_BY_WORKER


@never_cache
@for_residents
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    return draw(
        request, "phone/messages.html", {"mine": queries.mine(request.actor, before=before), "later": before}
    )


@never_cache
@for_residents
@require_safe
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One message. Opening it reads it; a worker that only keeps the page does not."""
    by = request.actor
    if KEPT_BY_WORKER in request.headers or request.method != "GET":
        told = queries.one(by, message_id)
    else:
        told = verbs.open_message(by=by, at=now(), message_id=message_id)
    return draw(request, "phone/message.html", {"told": told})


@for_residents
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    verbs.read_all(by=request.actor, at=now())
    return redirect("phone:messages")


@never_cache
@for_residents
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Which messages ring on my phone; what the house owes me always does."""
    by = request.actor
    if request.method == "POST":
        wanted = request.POST.getlist("kind")
        verbs.set_off(by=by, at=now(), off=[kind.name for kind in kinds.silenceable if kind.name not in wanted])
        return redirect("phone:messages")
    context = {
        "off": queries.off_of(by),
        "silenceable": kinds.silenceable,
        "owed": [kind for kind in kinds.known.values() if kind.owed],
        "own": by.role is not Role.PROXY,
    }
    return draw(request, "phone/messages_settings.html", context)
