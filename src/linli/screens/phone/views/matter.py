"""One matter of mine: how far it is, what was promised, and what I can do."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.kernel.access import Invalid, NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries.mine import my_matter
from linli.kernel.matters.queries.story import story
from linli.kernel.places import queries as places
from linli.parts.doors import for_residents

from .. import photos, pictures
from ..door import print_of


@never_cache
@for_residents
def matter(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    return _page(request, matter_id)


@for_residents
def act(request: HttpRequest, matter_id: UUID, verb: str) -> HttpResponse:
    """One of the reporter's verbs. Refused, the page comes back with the sentence and what was written; that address
    opened again, from the history or after changing the language, is the matter's page."""
    if request.method != "POST":
        return redirect("phone:matter", matter_id)
    doing = _VERBS.get(verb)
    if doing is None:
        raise NotFound(_("没有这个操作。"))
    try:
        doing(request, matter_id)
    except NotFound:
        raise
    except Refused as refused:
        return _page(request, matter_id, verb, refused)
    return redirect("phone:matter", matter_id)


def _answer(request: HttpRequest, matter_id: UUID) -> Matter:
    files = photos.store_all(request)
    return verbs.answer(
        matter_id=matter_id, by=request.actor, at=now(), text=request.POST.get("text", ""), files=files
    )


def _rate(request: HttpRequest, matter_id: UUID) -> Matter:
    stars = request.POST.get("stars", "")
    if stars not in _STARS:
        raise Invalid(_("请选择一到五分。"), fields={"stars": _("请选择一到五分。")})
    return verbs.rate(
        matter_id=matter_id,
        by=request.actor,
        at=now(),
        stars=int(stars),
        words=request.POST.get("words", ""),
    )


def _reopen(request: HttpRequest, matter_id: UUID) -> Matter:
    return verbs.reopen(matter_id=matter_id, by=request.actor, at=now(), reason=request.POST.get("reason", ""))


def _withdraw(request: HttpRequest, matter_id: UUID) -> Matter:
    return verbs.withdraw(matter_id=matter_id, by=request.actor, at=now(), reason=request.POST.get("why", ""))


_STARS = ("1", "2", "3", "4", "5")
_VERBS: dict[str, Callable[[HttpRequest, UUID], Matter]] = {
    "answer": _answer,
    "rate": _rate,
    "reopen": _reopen,
    "withdraw": _withdraw,
}


def _page(request: HttpRequest, matter_id: UUID, verb: str = "", refused: Refused | None = None) -> HttpResponse:
    mine = my_matter(matter_id, request.actor)
    steps = story(matter_id, request.actor)
    context = {
        "mine": mine,
        "matter": mine.matter,
        "place": places.label(mine.matter.place_code),
        "steps": steps,
        "pictures": pictures.of_steps(steps, mine.photos),
        "refused_verb": verb,
        "refused": refused,
        "typed": request.POST,
        "sent": request.GET.get("sent") == "1",
        "who": print_of(request.actor),
    }
    return render(request, "phone/matter.html", context, status=refused.status if refused else 200)
