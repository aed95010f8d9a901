"""Writing a notice, changing a draft, correcting what was published; with what each screen will show beside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.kernel.access import Invalid, NotAllowed, Refused, holds
from linli.kernel.clock.now import now
from linli.kernel.notices import flow, verbs
from linli.kernel.notices.models import Audience, Level
from linli.kernel.notices.queries import desk, reach
from linli.kernel.notices.queries.ringing import ringing
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff

from ...shell import draw, paint
from . import form


@require_http_methods(["GET", "POST"])
@for_staff
def write_page(request: HttpRequest) -> HttpResponse:
    """A new notice."""
    _may_write(request)
    if request.method == "GET":
        return _show(request, form.begun(request.actor), heading=_("写通知"))
    sent = form.Sent(request.POST)
    try:
        text, aim = sent.text(request, None), sent.aim()
        if sent.faults:
            raise Invalid("", fields=sent.faults)
        notice = verbs.write(by=request.actor, at=now(), text=text, aim=aim)
    except Refused as refused:
        return _again(request, sent, refused, heading=_("写通知"))
    return redirect("desk:notice", notice.id)


@require_http_methods(["GET", "POST"])
@for_staff
def change_page(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """A draft, or one that was given back."""
    _may_write(request)
    found = desk.detail(notice_id, by=request.actor, at=now())
    heading = _("修改通知")
    if request.method == "GET":
        starts = form.of_notice(found.notice, found.version)
        return _show(request, starts, heading=heading, found=found)
    sent = form.Sent(request.POST)
    try:
        text, aim = sent.text(request, found.version.picture_id), sent.aim()
        if sent.faults:
            raise Invalid("", fields=sent.faults)
        verbs.change(
            notice_id=notice_id, by=request.actor, at=now(), text=text, aim=aim, changes=_changes(request.POST)
        )
    except Refused as refused:
        return _again(request, sent, refused, heading=heading, found=found)
    return redirect("desk:notice", notice_id)


@require_http_methods(["GET", "POST"])
@for_staff
def correct_page(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """What was published, in a new version that says what it corrects."""
    _may_write(request)
    found = desk.detail(notice_id, by=request.actor, at=now())
    heading = _("更正通知")
    if request.method == "GET":
        starts = form.of_notice(found.notice, found.version)
        return _show(request, starts, heading=heading, found=found, correcting=True)
    sent = form.Sent(request.POST)
    try:
        text = sent.text(request, found.version.picture_id)
        if sent.faults:
            raise Invalid("", fields=sent.faults)
        verbs.correct(
            notice_id=notice_id,
            by=request.actor,
            at=now(),
            text=text,
            why=request.POST.get("why", ""),
            changes=_changes(request.POST),
        )
    except Refused as refused:
        return _again(request, sent, refused, heading=heading, found=found, correcting=True)
    return redirect("desk:notice", notice_id)


@require_POST
@for_staff
def reach_part(request: HttpRequest) -> HttpResponse:
    """How many it would reach, as the form stands: a part of the page."""
    sent = form.Sent(request.POST)
    aim = sent.aim()
    if sent.faults or aim.audience not in Audience.values or not places.exists(aim.place_code):
        return paint(request, "desk/notices/roster.html", {"roster": None})
    at = now()
    roster = reach.preview(aim, kind=aim.kind, urgent=aim.level == Level.EMERGENCY, by=request.actor, at=at)
    said = request.POST.get("title", "").strip(), request.POST.get("body", "").strip()
    rings = ringing(
        title=said[0] or _("标题写在这里"), body=said[1] or _("正文写在这里。"), unit=_unit(request), level=aim.level,
        drill=aim.drill, channels=aim.channels, starts_at=aim.starts_at, at=at,
    )  # fmt: skip
    context = {"roster": roster, "aim": aim, "channels": set(aim.channels), "rings": rings}
    return paint(request, "desk/notices/roster.html", context)


def _changes(data: QueryDict) -> int | None:
    text = data.get("changes", "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _may_write(request: HttpRequest) -> None:
    if not (holds(request.actor, flow.WRITE) or holds(request.actor, flow.APPROVE)):
        raise NotAllowed(_("您现在的岗位没有写通知的权限。"), code="role")


def _again(request: HttpRequest, sent: form.Sent, refused: Refused, **more: Any) -> HttpResponse:
    faults = dict(refused.fields) or {"": refused.sentence}
    return _show(request, form.of_sent(sent.data), faults=faults, status=refused.status, **more)


def _show(
    request: HttpRequest,
    starts: dict[str, Any],
    *,
    heading: str,
    faults: dict[str, str] | None = None,
    found: desk.Detail | None = None,
    correcting: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "heading": heading,
        "v": starts,
        "faults": faults or {},
        "offers": form.choices(request.actor),
        "found": found,
        "correcting": correcting,
        "unit": found.notice.unit.name if found else _unit(request),
        "second_words": _(
            "街镇以上、重要、紧急、公示、发短信的通知，要由另一个人审核；紧急通知可以先发，事后复核。"
        ),
    }
    return draw(request, "desk/notices/write.html", context, here="desk:notices", status=status)


def _unit(request: HttpRequest) -> str:
    unit = Unit.objects.filter(pk=request.actor.unit_id).first() if request.actor.unit_id else None
    return unit.name if unit else ""
