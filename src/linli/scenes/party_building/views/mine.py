"""我的组织生活 on a member's phone: meetings, leave, minutes to confirm, dues, where I reported; and checking in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Invalid, Refused
from linli.kernel.clock.now import now
from linli.kernel.people.models import Person
from linli.kernel.places import queries as places
from linli.kernel.points import queries as points
from linli.parts.doors import for_residents
from linli.parts.jinja import address

from .. import codes, verbs
from ..dues import next_month, yuan
from ..queries import dues as dues_of
from ..queries import meetings as q
from ..queries import near
from ..queries.own import mine
from .parts import choices, fen, on_phone


@require_http_methods(["GET", "POST"])
@never_cache
@for_residents
def page(request: HttpRequest) -> HttpResponse:
    """Everything of one's own membership; for who is in no branch, a sentence and a way on."""
    by, at = request.actor, now()
    refused = None
    if request.method == "POST":
        try:
            messages.success(request, _done(request))
            return HttpResponseRedirect(address("party_building:mine"), status=303)
        except Refused as found:
            refused = found
    own = mine(by)
    ahead, past = q.own_meetings(by, at)
    reporting = near.own_reporting(by, at)
    context: dict[str, Any] = {
        "own": own,
        "ahead": ahead,
        "past": past[:12],
        "dues": dues_of.own_dues(by, 6),
        "balance": _balance(by),
        "reporting": reporting,
        "reported_at": places.label(reporting.reported.place_code) if reporting and reporting.reported else "",
        "home": _home(by),
        "categories": choices("category"),
        "yuan": yuan,
        "at": at,
        "typed": request.POST,
    }
    return on_phone(request, "party_building/phone/mine.html", context, here="me", refused=refused)


def _done(request: HttpRequest) -> str:
    """Does what one of the page's forms asks. Raises Refused."""
    by, at, sent = request.actor, now(), request.POST
    act = sent.get("act", "")
    if act == "base":
        base = _yuan(sent.get("base", ""), "base")
        since = (
            next_month(timezone.localdate(at).replace(day=1))
            if sent.get("next") == "1"
            else timezone.localdate(at).replace(day=1)
        )
        verbs.declare_base(by=by, at=at, category=sent.get("category", ""), base=base, since=since)
        return _("已申报，支部按它核定党费。")
    if act == "report_in":
        verbs.report_in(
            by=by,
            at=at,
            place_code=sent.get("place", ""),
            offers=sent.get("offers", ""),
            pledge=sent.get("pledge", ""),
        )
        return _("已报到。")
    if act == "join":
        verbs.join_task(by=by, at=at, task_id=_id(sent.get("task", "")))
        return _("已报名。")
    if act == "say_done":
        verbs.say_done(by=by, at=at, task_id=_id(sent.get("task", "")), note=sent.get("note", ""))
        return _("已提交，等居村党组织确认。")
    raise Invalid(_("请刷新页面再试。"))


@require_http_methods(["GET", "POST"])
@never_cache
@for_residents
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting I am expected at: agenda, leave, minutes to confirm. Raises NotFound."""
    by, at = request.actor, now()
    refused = None
    if request.method == "POST":
        try:
            if request.POST.get("act") == "leave":
                verbs.ask_leave(by=by, at=at, meeting_id=meeting_id, reason=request.POST.get("reason", ""))
                messages.success(request, _("已请假，等书记批。"))
            else:
                verbs.confirm_minutes(by=by, at=at, meeting_id=meeting_id)
                messages.success(request, _("会议记录已确认。"))
            return HttpResponseRedirect(request.path, status=303)
        except Refused as found:
            refused = found
    context = {"o": q.own_meeting(by, meeting_id), "at": at, "account": by.account_id}
    return on_phone(request, "party_building/phone/meeting.html", context, here="me", refused=refused)


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


def _balance(by: Any) -> int | None:
    found = points.mine(by, ledger="party-life")
    return found[0].account.balance if found else None


def _home(by: Any) -> tuple[str, str] | None:
    code = (Person.objects.filter(pk=by.person_id).values_list("place_code", flat=True).first() or "")[:12]
    return (code, places.label(code)) if len(code) == 12 else None


def _yuan(text: str, field: str) -> int:
    try:
        return fen(float(text), field)
    except (ValueError, OverflowError):
        sentence = _("请填写数字。")
        raise Invalid(sentence, fields={field: sentence}) from None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("请刷新页面再试。")) from None
