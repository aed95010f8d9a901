"""我的组织生活 on a member's phone: meetings, leave, minutes to confirm, dues, where I reported; and checking in."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Invalid, Refused
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.points import queries as points
from linli.parts.doing import done
from linli.parts.doors import for_residents
from linli.parts.jinja import address

from .. import codes, verbs
from ..dues import next_month, yuan
from ..queries import dues as dues_of
from ..queries import knowledge, near
from ..queries import meetings as q
from ..queries.own import mine
from .parts import choices, fen, home_of, id_in, on_phone


@require_http_methods(["GET", "POST"])
@never_cache
@for_residents
def page(request: HttpRequest) -> HttpResponse:
    """Everything of one's own membership; for who is in no branch, a sentence and a way on."""
    by, at = request.actor, now()
    doings = {"base": _declare, "report_in": _report_in, "join": _join, "say_done": _say_done}
    response, refused = done(request, doings, address("party_building:mine"))
    if response:
        return response
    own = mine(by)
    ahead, past = q.own_meetings(by, at)
    reporting = near.own_reporting(by, at)
    context: dict[str, Any] = {
        "own": own,
        "ahead": ahead,
        "past": past[:12],
        "dues": dues_of.own_dues(by, 6),
        "account": _account(by),
        "unread": sum(not read for _document, read in knowledge.to_read(by)),
        "reporting": reporting,
        "reported_at": places.label(reporting.reported.place_code) if reporting and reporting.reported else "",
        "home": _home(by),
        "categories": choices("category"),
        "yuan": yuan,
        "at": at,
        "typed": request.POST,
    }
    return on_phone(request, "party_building/phone/mine.html", context, here="me", refused=refused)


def _declare(request: HttpRequest) -> str:
    at, sent = now(), request.POST
    this = timezone.localdate(at).replace(day=1)
    since = next_month(this) if sent.get("next") == "1" else this
    base = _yuan(sent.get("base", ""), "base")
    verbs.declare_base(by=request.actor, at=at, category=sent.get("category", ""), base=base, since=since)
    return _("已申报，支部按它核定党费。")


def _report_in(request: HttpRequest) -> str:
    place, offers, pledge = (request.POST.get(name, "") for name in ("place", "offers", "pledge"))
    verbs.report_in(by=request.actor, at=now(), place_code=place, offers=offers, pledge=pledge)
    return _("已报到。")


def _join(request: HttpRequest) -> str:
    verbs.join_task(by=request.actor, at=now(), task_id=id_in(request, "task"))
    return _("已报名。")


def _say_done(request: HttpRequest) -> str:
    note = request.POST.get("note", "")
    verbs.say_done(by=request.actor, at=now(), task_id=id_in(request, "task"), note=note)
    return _("已提交，等居村党组织确认。")


@require_http_methods(["GET", "POST"])
@never_cache
@for_residents
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting I am expected at: agenda, leave, minutes to confirm. Raises NotFound."""
    by, at = request.actor, now()
    doings = {"leave": partial(_leave, meeting_id), "confirm": partial(_confirm, meeting_id)}
    response, refused = done(request, doings)
    if response:
        return response
    context = {"o": q.own_meeting(by, meeting_id), "at": at, "account": by.account_id}
    return on_phone(request, "party_building/phone/meeting.html", context, here="me", refused=refused)


def _leave(meeting_id: UUID, request: HttpRequest) -> str:
    verbs.ask_leave(by=request.actor, at=now(), meeting_id=meeting_id, reason=request.POST.get("reason", ""))
    return _("已请假，等书记批。")


def _confirm(meeting_id: UUID, request: HttpRequest) -> str:
    verbs.confirm_minutes(by=request.actor, at=now(), meeting_id=meeting_id)
    return _("会议记录已确认。")


@require_http_methods(["GET", "POST"])
@never_cache
@for_residents
def check_in(request: HttpRequest) -> HttpResponse:
    """签到: what the code on the screen leads to. It is done at once when the phone sends it; the page says how it went."""
    code = request.POST.get("c") or request.GET.get("c", "")
    row, refused = None, None
    if request.method == "POST":
        try:
            row = verbs.check_in(by=request.actor, at=now(), code=code)
        except Refused as found:
            refused = found
    context = {"code": code, "row": row, "holds": codes.holds(code, now())}
    return on_phone(request, "party_building/phone/check_in.html", context, here="me", refused=refused)


def _account(by: Any) -> Any:
    """One's account of organisational life; None for who did not agree that there is one."""
    found = points.mine(by, ledger="party-life")
    return found[0].account if found else None


def _home(by: Any) -> tuple[str, str] | None:
    code = home_of(by)[:12]
    return (code, places.label(code)) if len(code) == 12 else None


def _yuan(text: str, field: str) -> int:
    try:
        return fen(float(text), field)
    except (ValueError, OverflowError):
        sentence = _("请填写数字。")
        raise Invalid(sentence, fields={field: sentence}) from None
