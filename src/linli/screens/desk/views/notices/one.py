"""One notice on the desk: what it says on each screen, how far it is, its reach, and the verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.kernel.access import NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.notices import verbs
from linli.kernel.notices.flow import VERBS
from linli.kernel.notices.models import Level
from linli.kernel.notices.queries import desk, mine, reach
from linli.kernel.notices.queries.ringing import Ringing, ringing
from linli.kernel.people.words import role_word
from linli.parts.doors import for_staff

from ...shell import draw
from .form import CHANNEL_WORDS

_DONE = {
    "submit": gettext_lazy("已提交，等另一个人审核。"),
    "approve": gettext_lazy("已审核通过。"),
    "give_back": gettext_lazy("已退回。"),
    "publish": gettext_lazy("已发布。"),
    "review": gettext_lazy("已复核。"),
    "approve_correction": gettext_lazy("更正已生效。"),
    "refuse_correction": gettext_lazy("更正没有采用，原来的内容不变。"),
    "lift": gettext_lazy("已解除。"),
    "withdraw": gettext_lazy("已撤下。"),
}
_WORDS = {"give_back": "why", "review": "words", "refuse_correction": "why", "lift": "words", "withdraw": "why"}


@never_cache
@require_safe
@for_staff
def notice_page(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    return _page(request, notice_id)


@require_POST
@for_staff
def act(request: HttpRequest, notice_id: UUID, verb: str) -> HttpResponse:
    """One verb. Refused, the page comes back with the sentence and what was written."""
    if verb not in _DONE:
        raise NotFound(_("没有这个操作。"))
    doing: Callable[..., Any] = getattr(verbs, verb)
    given: dict[str, Any] = {_WORDS[verb]: request.POST.get("words", "")} if verb in _WORDS else {}
    seen = request.POST.get("changes", "")
    try:
        doing(
            notice_id=notice_id,
            by=request.actor,
            at=now(),
            changes=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
            **given,
        )
    except NotFound:
        raise
    except Refused as refused:
        return _page(request, notice_id, verb, refused)
    messages.success(request, str(_DONE[verb]))
    return redirect("desk:notice", notice_id)


@never_cache
@require_safe
@for_staff
def notices_now(request: HttpRequest) -> HttpResponse:
    """Emergencies over the desk, unread notices for this post, and how many wait for its approval."""
    return JsonResponse(_now(request))


@require_POST
@for_staff
def away(request: HttpRequest, notice_id: UUID, verb: str) -> HttpResponse:
    """'Read', on the banner."""
    if verb != "away":
        raise NotFound(_("没有这个操作。"))
    verbs.put_away(notice_id=notice_id, by=request.actor, at=now(), channel="desk")
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(_now(request))
    return redirect("phone:notice", notice_id)


def _now(request: HttpRequest) -> dict[str, object]:
    at = now()
    alarms = mine.alarms(request.actor, at=at, screen="desk")
    given = {"alarms": alarms, "page": "phone:notice", "away": "desk:notice_away"}
    html = render_to_string("parts/alarm.html", given, request=request) if alarms else ""
    return {
        "unread": mine.unread(request.actor, at=at, screen="desk"),
        "waiting": desk.waiting(request.actor),
        "alarms": len(alarms),
        "html": html,
    }


def _page(request: HttpRequest, notice_id: UUID, verb: str = "", refused: Refused | None = None) -> HttpResponse:
    by, at = request.actor, now()
    found = desk.detail(notice_id, by=by, at=at)
    notice = found.notice
    waiting = not notice.standing and notice.state in ("draft", "returned", "submitted", "approved")
    context = {
        "found": found,
        "n": notice,
        "version": found.version,
        "reach": reach.reach(notice_id, by=by, at=at) if notice.standing else None,
        "roster": _roster(request, found) if waiting else None,
        "rings": _rings(found) if waiting else None,
        "unconfirmed": reach.unconfirmed(notice_id, by=by, at=at),
        "hindered": _hindered(found),
        "channel_words": CHANNEL_WORDS,
        "channels_said": [str(CHANNEL_WORDS[name]) for name in notice.channels],
        "role_words": [role_word(role) for role in notice.roles],
        "refused": refused,
        "refused_verb": verb,
        "typed": request.POST.get("words", ""),
    }
    return draw(
        request, "desk/notices/one.html", context, here="desk:notices", status=refused.status if refused else 200
    )


def _hindered(found: desk.Detail) -> list[tuple[str, str]]:
    """What somebody will look for here and cannot do now, with why."""
    n = found.notice
    looked_for = {
        "approve": n.state == "submitted",
        "publish": n.state in ("draft", "returned"),
        "withdraw": n.state == "published" and n.level == Level.EMERGENCY,
        "review": n.at_once and n.reviewed_at is None,
    }
    return [
        (str(VERBS[verb].word), found.hindered[verb])
        for verb, wanted in looked_for.items()
        if wanted and verb in found.hindered
    ]


def _rings(found: desk.Detail) -> Ringing:
    """What phones will ring with, and when."""
    n = found.notice
    return ringing(
        title=found.version.title, body=found.version.body, unit=n.unit.name, level=n.level, drill=n.drill,
        channels=n.channels, starts_at=n.starts_at, at=now(),
    )  # fmt: skip


def _roster(request: HttpRequest, found: desk.Detail) -> reach.Roster | None:
    """How many it will reach, for who may publish it or write it."""
    n = found.notice
    try:
        return reach.preview(n, kind=n.kind, urgent=n.level == Level.EMERGENCY, by=request.actor, at=now())
    except Refused:
        return None
