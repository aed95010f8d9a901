"""What waits: facts that differ, and what persons contest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import NotFound, Refused, holds, require
from linli.kernel.clock.now import now
from linli.kernel.registers import defined, verbs
from linli.kernel.registers.queries import queues
from linli.parts.doors import for_staff

from ...shell import draw
from .common import HERE, WORDS, tabs


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def queue_page(request: HttpRequest) -> HttpResponse:
    require(request.actor, "registers.read")
    if request.method == "POST":
        try:
            row = _answer(request)
        except Refused as refused:
            return _page(request, refused)
        messages.success(
            request, _("已更正，各处都按新的内容。") if row.state == "corrected" else _("已答复，本人看得到理由。")
        )
        return redirect("desk:registers_queue")
    return _page(request)


def _answer(request: HttpRequest) -> Any:
    try:
        contest = UUID(request.POST.get("contest", ""))
    except ValueError:
        raise NotFound(_("没有这个异议。")) from None
    values = request.POST.getlist("value")
    return verbs.answer_contest(
        by=request.actor,
        at=now(),
        contest_id=contest,
        corrected=request.POST.get("corrected") == "yes",
        answer=request.POST.get("answer", ""),
        value=values if len(values) > 1 else "".join(values),
    )


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    contests = queues.contests(request.actor)
    context: dict[str, Any] = {
        **WORDS,
        "tabs": tabs(request.actor, "queue"),
        "conflicts": queues.conflicts(request.actor),
        "contests": contests,
        "elements": defined.elements(row.element for row in contests),
        "may_decide": holds(request.actor, "registers.decide"),
        "refused": refused,
        "typed": request.POST,
    }
    status = refused.status if refused else 200
    return draw(request, "desk/registers/queue.html", context, here=HERE, status=status)
