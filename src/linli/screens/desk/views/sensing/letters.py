"""死信: what devices sent and could not be read, by reason; one of them whole; put aside, or read again."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.access import Actor, Refused, holds
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.readings.models import DeadLetter
from linli.kernel.readings.queries import letters
from linli.kernel.readings.queries.letters import Asked, Row
from linli.kernel.readings.verbs import letters as verbs
from linli.parts.doors import for_staff
from linli.parts.words import word

from ... import watched
from ...letter_words import WHAT_TO_DO, why_word
from ...shell import draw

_HOOD = 12
_WHYS = tuple(DeadLetter.Why.values)


@require_GET
@for_staff
def letters_page(request: HttpRequest) -> HttpResponse:
    """Letters of a filter, the latest first, and how many of each reason there are."""
    return _list(request, request.GET)


@require_POST
@for_staff
def replay_all(request: HttpRequest) -> HttpResponse:
    """All letters of a filter are read again, as many as one act takes; what came of it is said on the list."""
    asked = _asked(request.POST)
    try:
        done = verbs.replay_all(
            by=request.actor,
            at=now(),
            place_code=asked.place_code,
            why=asked.why,
            codec=asked.codec,
            thing_id=asked.thing_id,
        )
    except Refused as refused:
        return _list(request, request.POST, refused)
    messages.success(request, _result(done))
    return HttpResponseRedirect(reverse("desk:letters") + _query(asked), status=303)


@require_http_methods(["GET", "POST"])
@for_staff
def letter_page(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """One letter: what came, what is wrong with it in words, what to do; and the two acts."""
    actor: Actor = request.actor
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            messages.success(request, _act(request, letter_id))
            return HttpResponseRedirect(reverse("desk:letter", args=[letter_id]), status=303)
        except Refused as refused:
            refusal = refused
    found = letters.letter(actor, letter_id)
    row = found.row
    context: dict[str, Any] = {
        "letter": found,
        "row": row,
        "why": why_word(row.why),
        "advice": WHAT_TO_DO.get(row.why, ""),
        "model": word("device", row.model) if row.model else "",
        "place": places.label(row.place_code) if row.place_code else "",
        "may_act": holds(actor, verbs.PERMISSION) and row.settled_at is None,
        "refusal": refusal,
        "note": request.POST.get("note", ""),
        "back": reverse("desk:letters"),
    }
    return draw(
        request, "desk/sensing/letter.html", context, here="desk:letters", status=refusal.status if refusal else 200
    )


def _act(request: HttpRequest, letter_id: UUID) -> str:
    if request.POST.get("act") == "replay":
        return _result(verbs.replay(by=request.actor, at=now(), letter_id=letter_id))
    verbs.settle(by=request.actor, at=now(), letter_id=letter_id, note=request.POST.get("note", ""))
    return _("已处理，原因记在这封死信上。")


def _result(done: verbs.Replayed) -> str:
    values = {"stored": done.stored, "settled": done.settled, "stay": done.stay}
    if not done.settled:
        return _("重新解读过，仍然读不懂，%(stay)d 封留在这里。") % values
    if done.stay:
        return (
            _("重新解读完：存入 %(stored)d 条读数，%(settled)d 封处理完，%(stay)d 封仍然读不懂，留在这里。")
            % values
        )
    return _("重新解读完：存入 %(stored)d 条读数，%(settled)d 封处理完。") % values


def _list(request: HttpRequest, data: QueryDict, refusal: Refused | None = None) -> HttpResponse:
    actor: Actor = request.actor
    asked = _asked(data)
    page = letters.page(actor, asked, after=data.get("after"))
    tally = Counter[str]()
    for count in letters.counts(
        actor, Asked(place_code=asked.place_code, thing_id=asked.thing_id, settled=asked.settled)
    ):
        tally[count.why] += count.n
    here = reverse("desk:letters")
    tabs = [(here + _query(asked, why=""), _("全部"), not asked.why, sum(tally.values()))]
    tabs += [
        (here + _query(asked, why=why), why_word(why), asked.why == why, n)
        for why, n in sorted(tally.items(), key=lambda pair: -pair[1])
    ]
    if asked.why and asked.why not in tally:
        tabs.append((here + _query(asked), why_word(asked.why), True, 0))
    context: dict[str, Any] = {
        "rows": _rows(page.rows),
        "tabs": tabs,
        "asked": asked,
        "narrowed": asked != Asked(),
        "choices": watched.choices(actor)["place"],
        "next": here + _query(asked, after=page.next_cursor) if page.next_cursor else "",
        "first": here + _query(asked) if data.get("after") else "",
        "advice": WHAT_TO_DO.get(asked.why, ""),
        "replayable": holds(actor, verbs.PERMISSION) and asked.settled is False and asked.why not in letters.NEVER_REPLAYED,
        "refusal": refusal,
    }  # fmt: skip
    return draw(
        request,
        "desk/sensing/letters.html",
        context,
        here="desk:letters",
        status=refusal.status if refusal else 200,
    )


def _asked(data: QueryDict) -> Asked:
    why, place = data.get("why", ""), data.get("place", "")
    return Asked(
        place_code=place if place.isdecimal() and len(place) <= 30 else "",
        why=why if why in _WHYS else "",
        codec=data.get("codec", "").replace("\0", "")[:32],
        thing_id=_uuid(data.get("thing", "")),
        settled=data.get("settled") == "1",
    )


def _query(asked: Asked, *, why: str | None = None, after: str | None = None) -> str:
    from urllib.parse import urlencode

    given = {
        "why": asked.why if why is None else why,
        "place": asked.place_code,
        "codec": asked.codec,
        "thing": str(asked.thing_id or ""),
        "settled": "1" if asked.settled else "",
        "after": after or "",
    }
    kept = {name: value for name, value in given.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def _rows(found: list[Row]) -> list[dict[str, Any]]:
    names = places.labels({row.place_code[:_HOOD] for row in found if row.place_code})
    return [{"row": row, "why": why_word(row.why), "place": names.get(row.place_code[:_HOOD], "")} for row in found]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
