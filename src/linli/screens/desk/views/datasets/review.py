"""核对队列: what a row said beside what it may mean; decided by a person, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, Refused, allows, holds
from linli.kernel.clock.now import now
from linli.kernel.datasets import queries, verbs
from linli.kernel.datasets.models import Doubt
from linli.kernel.datasets.models.rows import SUBJECTS as EVERY
from linli.kernel.datasets.saying import told
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff

from .frame import SUBJECTS, page

TAB = "desk:datasets_review"


@require_GET
@for_staff
def review_page(request: HttpRequest) -> HttpResponse:
    """The questions of one's place, those that concern most rows first; or those that were decided."""
    actor: Actor = request.actor
    subject = request.GET.get("subject", "")
    subject = subject if subject in EVERY else ""
    decided = request.GET.get("decided") == "1"
    waiting = queries.open_count(actor)
    found = queries.doubts(actor, subject=subject, decided=decided)
    here = reverse(TAB)
    names = places.labels([d.chosen for d in found if d.subject == "place" and d.chosen])
    context = {
        "doubts": [(doubt, told(doubt.reasons), names.get(doubt.chosen, "")) for doubt in found],
        "decided": decided,
        "may_decide": holds(actor, verbs.DECIDING),
        "kinds": [
            (here, _("全部待核对"), not subject and not decided, sum(waiting.values())),
            *((f"{here}?subject={s}", SUBJECTS[s], subject == s and not decided, waiting.get(s, 0)) for s in EVERY),
            (f"{here}?decided=1", _("已核对"), decided, None),
        ],
    }
    return page(request, "review.html", context, tab=TAB)


@require_http_methods(["GET", "POST"])
@for_staff
def doubt_page(request: HttpRequest, doubt_id: UUID) -> HttpResponse:
    """One question, side by side. Opening one about a person is recorded for that person."""
    actor: Actor = request.actor
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            _decide(request, actor, doubt_id)
            return HttpResponseRedirect(_next(actor, doubt_id), status=303)
        except Refused as refused:
            refusal = refused
    doubt = verbs.open_doubt(by=actor, at=now(), doubt_id=doubt_id)
    context = {
        "doubt": doubt,
        "reasons": told(doubt.reasons),
        "candidates": queries.compared(doubt),
        "chosen": places.label(doubt.chosen) if doubt.subject == "place" and doubt.chosen else "",
        "may_decide": allows(actor, verbs.DECIDING, doubt.place_code),
        "refusal": refusal,
        "typed": request.POST,
    }
    return page(request, "doubt.html", context, tab=TAB, status=refusal.status if refusal else 200)


def _decide(request: HttpRequest, actor: Actor, doubt_id: UUID) -> None:
    given: dict[str, Any] = {"by": actor, "at": now(), "doubt_id": doubt_id}
    note = request.POST.get("note", "").replace("\0", "")
    match request.POST.get("act"):
        case "choose":
            ref = (request.POST.get("other") or request.POST.get("ref", "")).strip()
            verbs.choose(**given, ref=ref, note=note)
            messages.success(request, _("已确认，相关的行都对上了。"))
        case "neither":
            verbs.neither(**given, note=note)
            messages.success(request, _("已记下：都不是。"))
        case _:
            verbs.reopen(**given, reason=note)
            messages.success(request, _("已撤回，可以重新核对。"))


def _next(actor: Actor, doubt_id: UUID) -> str:
    """Back to the question when it was taken back, else to the queue: the next one is there."""
    still = Doubt.objects.filter(pk=doubt_id, state=Doubt.State.OPEN).exists()
    return reverse("desk:datasets_doubt", args=[doubt_id]) if still else reverse(TAB)
