"""联合行动 on the phone of those who take part: the plan, my steps ticked with a photo where one is asked, the log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.kernel.access import Invalid, NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.operations import verbs, words
from linli.kernel.operations.queries import looking
from linli.kernel.places import queries as places
from linli.parts.doors import wants_json

from .. import photos, sent
from ..door import for_serving
from ..frame import draw

WORDS: dict[str, Any] = {
    "operation_word": words.state_word,
    "operation_tone": lambda state: words.TONES[state],
    "operation_mark": lambda state: words.MARKS[state],
}


@never_cache
@for_serving
def operations(request: HttpRequest) -> HttpResponse:
    rows = looking.mine(request.actor, now())
    labels = places.labels({row.operation.place_code for row in rows})
    return _page(request, "phone/operations.html", {"rows": rows, "labels": labels})


@never_cache
@for_serving
def operation(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    return _one(request, operation_id)


@require_POST
@for_serving
def act(request: HttpRequest, operation_id: UUID, verb: str) -> HttpResponse:
    """Tick a step, say why not, or write a line. A program (the outbox) is answered in JSON."""
    by, at = request.actor, now()
    try:
        if verb == "tick":
            verbs.tick(
                by=by,
                at=at,
                step_id=_step(request),
                note=request.POST.get("note", ""),
                file_ids=photos.proofs(request),
            )
        elif verb == "excuse":
            verbs.excuse(by=by, at=at, step_id=_step(request), reason=request.POST.get("reason", ""))
        elif verb == "note":
            verbs.write_line(
                by=by, at=at, operation_id=operation_id, text=request.POST.get("text", ""), key=sent.key_of(request)
            )
        else:
            raise NotFound(_("没有这个操作。"))
    except NotFound:
        raise
    except Refused as refused:
        if wants_json(request):
            body = {"code": refused.code, "sentence": refused.sentence, "fields": refused.fields}
            return JsonResponse(body, status=refused.status)
        return _one(request, operation_id, refused)
    if wants_json(request):
        return JsonResponse({"url": reverse("phone:operation", args=[operation_id])})
    return redirect("phone:operation", operation_id)


def _step(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("step", ""))
    except ValueError:
        raise Invalid(_("请从列表中重新选择。")) from None


def _one(request: HttpRequest, operation_id: UUID, refused: Refused | None = None) -> HttpResponse:
    found = looking.whole(request.actor, operation_id)
    if not (found.takes_part or found.leads):
        raise NotFound(_("没有这次行动，或者您没有参加。"))
    mine = [step for step in found.steps if step.unit_id == request.actor.unit_id]
    context = {
        "w": found,
        "operation": found.operation,
        "mine": mine,
        "others": [step for step in found.steps if step not in mine],
        "place": places.label(found.operation.place_code),
        "refused": refused,
    }
    return _page(request, "phone/operation.html", context, status=refused.status if refused else 200)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return draw(request, template, {**WORDS, **context}, status=status)
