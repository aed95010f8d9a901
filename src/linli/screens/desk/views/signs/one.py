"""One suggestion: what it rests on, and what a person decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Refused, allows
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.matters.models import Matter
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.signs import queries, verbs
from linli.kernel.signs.models import State
from linli.kernel.signs.sentences import address, indication_word, kind_word, period, sentence, sign_word, silence
from linli.kernel.signs.verbs.deciding import UNDECLARED_RESTS
from linli.parts.doors import for_staff

from .frame import HERE, drawn, page


@require_http_methods(["GET", "POST"])
@for_staff
def sign_page(request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
    """Opening one about a home is recorded for those who live there."""
    actor: Actor = request.actor
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_decide(request, actor, suggestion_id), status=303)
        except Refused as refused:
            refusal = refused
    else:
        verbs.open_suggestion(by=actor, at=now(), suggestion_id=suggestion_id)
    found = queries.one(actor, suggestion_id)
    suggestion = found.suggestion
    declared = catalogue().signs.get(suggestion.sign)
    may = allows(actor, "signs.decide", suggestion.place_code)
    context = {
        "s": suggestion,
        "sign": sign_word(suggestion.sign),
        "about": sign_word(suggestion.sign, "about"),
        "where": places.label(suggestion.place_code, Level.NEIGHBOURHOOD),
        "address": address(suggestion.place_code),
        "home": len(suggestion.place_code) >= Level.HOME.digits,
        "courses": [
            {
                "of": course,
                "said": course.said,
                "word": indication_word(course.said.name),
                "about": indication_word(course.said.name, "about"),
                "unit": indication_word(course.said.name, "unit"),
                "period": period(course.said),
                "sentence": sentence(suggestion.sign, course.said),
                "silence": "" if course.said.speaks else silence(course.said),
                "drawn": drawn(course.said),
            }
            for course in found.courses
        ],
        "missing": [
            indication_word(one.name)
            for one in (declared.indications if declared else ())
            if one.name not in {course.said.name for course in found.courses}
        ],
        "opens": kind_word(declared.opens) if declared else "",
        "rests": declared.rests if declared else UNDECLARED_RESTS,
        "before": found.before,
        "may_decide": may and suggestion.state == State.OPEN,
        "may_answer": may
        and suggestion.contested_at is not None
        and suggestion.answered_at is None
        and suggestion.decided_by != actor.account_id,
        "refusal": refusal,
        "typed": request.POST,
    }
    return page(request, "one.html", context, tab=HERE, status=refusal.status if refusal else 200)


def _decide(request: HttpRequest, actor: Actor, suggestion_id: UUID) -> str:
    """Do what was sent; returns where to go then."""
    given: dict[str, Any] = {"by": actor, "at": now(), "suggestion_id": suggestion_id}
    words = request.POST.get("words", "").replace("\0", "")
    here = reverse("desk:sign", args=[suggestion_id])
    match request.POST.get("act"):
        case "accept":
            matter: Matter = verbs.accept(**given, note=words)
            messages.success(request, _("已开出核查事项 %(number)s。") % {"number": matter.number})
            return here
        case "dismiss":
            verbs.dismiss(**given, reason=words)
            messages.success(request, _("已记下：不采纳。"))
            return reverse(HERE)
        case _:
            verbs.answer_contest(**given, words=words)
            messages.success(request, _("已答复，住户在手机上能看到。"))
            return here
