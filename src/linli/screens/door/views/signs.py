"""What was suggested about one's own home, which data were used, and how to say that it is not so."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from linli.kernel.access import Refused, require
from linli.kernel.clock.now import now
from linli.kernel.signs import queries, verbs
from linli.kernel.signs.sentences import sentence, sign_word, state_word

from .common import oneself, page


@oneself
def signs(request: HttpRequest) -> HttpResponse:
    """Every suggestion about the home, once somebody has decided; each can be contested once."""
    require(request.actor, "people.read_self")
    if request.method != "POST":
        return _page(request)
    words = request.POST.get("words", "").replace("\0", "")
    try:
        verbs.contest(by=request.actor, at=now(), suggestion_id=_asked(request), words=words)
    except Refused as refused:
        return _page(request, refused, words)
    return HttpResponseRedirect(reverse("door:signs"))


def _asked(request: HttpRequest) -> UUID:
    """Which suggestion the form is about; one that cannot be is nobody's."""
    try:
        return UUID(request.POST.get("suggestion", ""))
    except ValueError:
        return UUID(int=0)


def _page(request: HttpRequest, refused: Refused | None = None, typed: str = "") -> HttpResponse:
    found = queries.mine(request.actor.person_id) if request.actor.person_id else []
    rows = [
        {
            "s": one.suggestion,
            "sign": sign_word(one.suggestion.sign),
            "about": sign_word(one.suggestion.sign, "about"),
            "state": state_word(one.suggestion.state),
            "used": [sentence(one.suggestion.sign, said) for said in one.said],
        }
        for one in found
    ]
    return page(request, "signs", refused, rows=rows, typed=typed, asked=request.POST.get("suggestion", ""))
