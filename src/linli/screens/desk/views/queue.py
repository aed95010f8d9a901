"""The queues: a page of matters, the numbers of the rail, saved filters, export."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.access import Actor, Invalid, holds
from linli.kernel.clock.now import now
from linli.kernel.matters.flow import VERBS
from linli.kernel.matters.models import State
from linli.kernel.matters.queries.counts import counts
from linli.kernel.matters.queries.export import export
from linli.kernel.matters.queries.filters import Filter, read
from linli.kernel.matters.queries.queue import queue
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.words import stage_word, state_word, urgency_word, word

from .. import rail, verbs
from ..forms import BULK
from ..nav import pages_of, works_with_matters
from ..rows import with_places, with_times
from ..shell import draw, entries, paint

_PAGE = 50


@for_staff
def home(request: HttpRequest) -> HttpResponse:
    """Where this role's day begins."""
    actor: Actor = request.actor
    if works_with_matters(actor):
        return HttpResponseRedirect(reverse("desk:queue", args=[rail.first_of(actor)]))
    pages = pages_of(actor)
    if not pages:
        return paint(request, "desk/not_yours.html", status=403)
    return HttpResponseRedirect(pages[0][1])


@require_GET
@for_staff
def queue_page(request: HttpRequest, name: str) -> HttpResponse:
    """One queue, narrowed by the query string; only its list when htmx asks for it."""
    actor: Actor = request.actor
    if name not in rail.WORDS:
        raise Http404
    narrowed, faults = read(_lists(request.GET))
    asked = rail.question(name, narrowed)
    page = queue(actor, asked, after=request.GET.get("after"), limit=_PAGE)
    rows = with_places(with_times(page.rows), actor.scope)
    context = {
        "name": name,
        "title": rail.WORDS[name],
        "rows": rows,
        "asked": narrowed,
        "faults": faults,
        "next": _address(name, narrowed, page.next_cursor) if page.next_cursor else "",
        "first": _address(name, narrowed) if request.GET.get("after") else "",
        "address": _address(name, narrowed),
        "elsewhere": _address(rail.ALL, narrowed) if name != rail.ALL else "",
        "narrowed": narrowed != Filter(),
        "turned": _address(name, narrowed.but(newest=not narrowed.newest)),
        "bulk": [verb for verb in BULK if holds(actor, f"matters.{verb}") and _fits(verb, asked)],
        "may_export": holds(actor, "matters.export"),
        "export_query": urlencode({**narrowed.write(), "queue": name}, doseq=True),
    }
    if request.htmx and request.headers.get("HX-Target") == "list":
        return paint(request, "desk/list.html", context)
    return draw(request, "desk/queue.html", {**context, "choices": _choices(actor, name)}, here=name)


@require_GET
@for_staff
def rail_counts(request: HttpRequest) -> HttpResponse:
    """The rail with its numbers, asked for after the page stands and whenever something changes."""
    actor: Actor = request.actor
    numbers = counts(actor)
    return paint(
        request, "desk/rail.html", {"queues": entries(actor, numbers), "here": request.GET.get("here", "")}
    )


@require_POST
@for_staff
def save_filter(request: HttpRequest) -> HttpResponse:
    asked, _faults = read(_lists(request.POST))
    name = request.POST.get("queue", rail.ALL)
    question = rail.question(name if name in rail.WORDS else rail.ALL, asked)
    try:
        saved = verbs.save_filter(by=request.actor, at=now(), name=request.POST.get("name", ""), asked=question)
    except Invalid as refused:
        return draw(request, "desk/filter_refused.html", {"refusal": refused}, status=refused.status)
    return HttpResponseRedirect(
        reverse("desk:queue", args=[rail.ALL]) + "?" + urlencode(saved.params, doseq=True), status=303
    )


@require_POST
@for_staff
def remove_filter(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    verbs.remove_filter(by=request.actor, at=now(), filter_id=filter_id)
    return HttpResponseRedirect(reverse("desk:home"), status=303)


@require_GET
@for_staff
def export_page(request: HttpRequest) -> HttpResponse:
    """The question on the screen as a workbook."""
    narrowed, _faults = read(_lists(request.GET))
    at = now()
    path, _count = export(request.actor, rail.question(request.GET.get("queue", ""), narrowed), at=at, word=word)
    file = path.open("rb")
    path.unlink()  # the open file lives until it is sent
    name = _("事项") + timezone.localtime(at).strftime("-%Y%m%d-%H%M") + ".xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


def _fits(verb: str, asked: Filter) -> bool:
    """Whether a verb belongs to a state that the list may show."""
    return not set(asked.states).isdisjoint(VERBS[verb].states)


def _lists(data: QueryDict) -> dict[str, list[str]]:
    return {name: data.getlist(name) for name in data}


def _address(name: str, asked: Filter, after: str | None = None) -> str:
    query = {**asked.write(), **({"after": [after]} if after else {})}
    return reverse("desk:queue", args=[name]) + (f"?{urlencode(query, doseq=True)}" if query else "")


def _choices(actor: Actor, name: str) -> dict[str, list[tuple[str, str]]]:
    """What the filter bar offers. States only where the queue does not fix them."""
    from linli.kernel.catalogue.registry import catalogue
    from linli.kernel.declare import Urgency

    below = places.children(actor.scope) if actor.scope.isdigit() else ()
    return {
        "state": [(s.value, state_word(s.value)) for s in State] if name == rail.ALL else [],
        "stage": [(str(n), stage_word(n)) for n in range(4)],
        "kind": sorted(((k, word("matter", k)) for k in catalogue().kinds), key=lambda pair: pair[1]),
        "department": [(d, word("department", d)) for d in catalogue().departments],
        "urgency": [(u.value, urgency_word(u.value)) for u in Urgency],
        "place": [(p.code, p.name) for p in below],
    }
