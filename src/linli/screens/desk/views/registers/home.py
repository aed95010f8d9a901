"""台账: whose it is, found by a name, a number or an address; why somebody looks is asked first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Refused, holds, require
from linli.kernel.clock.now import now
from linli.kernel.registers import verbs
from linli.parts.doors import for_staff

from ...shell import draw
from .common import HERE, WORDS, purpose_of, say_purpose, tabs


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def registers_page(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    if not holds(actor, "registers.read") and holds(actor, "registers.change"):
        return redirect("desk:registers_elements")
    require(actor, "registers.read")
    typed = {"purpose": purpose_of(request), "text": ""}
    found, refused = None, None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in typed}
        try:
            found = verbs.find(by=actor, at=now(), **typed)
            say_purpose(request, typed["purpose"])
        except Refused as no:
            refused = no
    context: dict[str, Any] = {
        **WORDS,
        "tabs": tabs(actor, "find"),
        "typed": typed,
        "found": found,
        "refused": refused,
        "faults": dict(refused.fields) if refused else {},
        "may_enter": holds(actor, "registers.enter"),
    }
    status = refused.status if refused else 200
    return draw(request, "desk/registers/home.html", context, here=HERE, status=status)
