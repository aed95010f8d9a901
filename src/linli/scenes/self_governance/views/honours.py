"""光荣榜, for everybody: volunteers by name who agreed to be named, the others as a number."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from linli.kernel.clock.now import now

from ..queries import finding, honours
from .common import draw


@never_cache
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Everywhere, or in my street or neighbourhood. Signed in or not."""
    near = finding.scopes_of(request.actor)
    asked = request.GET.get("near", "")
    scope = asked if asked in {prefix for prefix, _name in near} else ""
    context = {
        "b": honours.board(scope, at=now()),
        "near": near,
        "tabs": [(f"{reverse('self_governance:honours')}?near={code}", name, code == scope) for code, name in near],
        "scope": scope,
        "signed_in": request.actor.person_id is not None,
        "agrees": honours.agrees(request.actor.person_id),
    }
    return draw("phone", request, "phone/honours.html", context)
