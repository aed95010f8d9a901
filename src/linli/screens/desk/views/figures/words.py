"""定义: what each figure means, what is above and below the line, what is left out, and where it is read from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, require
from linli.kernel.clock.now import now
from linli.kernel.figures.definitions import DEFINITIONS, STANDING, VERSION
from linli.parts.doors import for_staff

from ... import figured
from ...shell import draw
from .overview import subpages


@require_GET
@for_staff
def words_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "figures.read")
    asked = figured.read(request.GET, actor, now())
    context = {"definitions": (*STANDING, *DEFINITIONS), "version": VERSION, "subpages": subpages(actor, asked)}
    return draw(request, "desk/figures/words.html", context, here="desk:figures")
