"""三会一课 on the desk: what is due and missing, the month, one meeting with its roll, and the code for the wall of the room."""

from __future__ import annotations

import io
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, Conflict, require
from linli.kernel.clock.now import now
from linli.parts.doors import for_staff
from linli.parts.frames import draw
from linli.parts.jinja import address
from linli.parts.office import Act, Field, Kind, serve

from .. import codes, verbs
from ..models import Meeting, MeetingKind
from ..queries import meetings as q
from ..queries import organisations as tree
from ..verbs.attending import OPENS
from .parts import WORDS, around, branch_asked, choices, hidden, line, lines, month_asked, pick, text

HERE = "party_building:meetings"


@require_http_methods(["GET", "POST"])
@for_staff
def listing(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "party.read")
    at = now()
    branches = tree.branches(actor)
    chosen = branch_asked(request, branches)
    if chosen is None:
        return draw("desk", request, "party_building/desk/no_branch.html", {**WORDS}, here=HERE)
    first = month_asked(request, at)
    keep = {"branch": str(chosen.id), "month": f"{first:%Y-%m}"}
    duties = q.duties(actor, at, chosen.id)
    response, forms, status = serve(request, _plans(chosen, duties), keep=keep)
    if response:
        return response
    before, after = around(first)
    context: dict[str, Any] = {
        **WORDS,
        "branches": branches,
        "chosen": chosen,
        "duties": duties,
        "every": q.duties(actor, at) if len(branches) > 1 else [],
        "rows": q.month(actor, chosen.id, first),
        "first": first,
        "before": before,
        "after": after,
        "forms": forms,
    }
    return draw("desk", request, "party_building/desk/meetings.html", context, here=HERE, status=status)


def _plans(chosen: Any, duties: list[q.Duty]) -> tuple[Act, ...]:
    groups = list(chosen.children.filter(dissolved_on=None).values_list("id", "name"))
    missed = [
        (str(d.missed.pk), f"{d.words} {d.word}")
        for d in duties
        if d.state == "missed" and d.missed and d.organisation.id == chosen.id
    ]
    fields = (
        pick("kind", _("哪种会"), "kinds"), pick("organisation_id", _("哪个组织"), "organisations", Kind.ID), line("title", _("名称")),
        Field(name="starts_at", label=_("开始"), kind=Kind.MOMENT), Field(name="ends_at", label=_("结束"), kind=Kind.MOMENT),
        line("venue", _("地点")), text("agenda", _("议程"), hint=_("一行一项。")),
        *((pick("makes_up", _("补开哪一次"), "missed", optional=True),) if missed else ()),
    )  # fmt: skip
    return (
        Act(
            key="plan", words=_("安排会议"), done=_("已安排，写好议程就可以通知。"), verb=_plan, fields=fields,
            options={"kinds": choices("meeting"), "organisations": [(chosen.id, chosen.name), *groups], "missed": missed},
            starts={"organisation_id": str(chosen.id)},
        ),
    )  # fmt: skip


def _plan(*, agenda: str = "", makes_up: str = "", **given: Any) -> Meeting:
    more = {"makes_up": int(makes_up)} if makes_up.isdecimal() else {}
    return verbs.plan_meeting(agenda=lines(agenda), **more, **given)


@require_http_methods(["GET", "POST"])
@for_staff
def one(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    found = q.whole(actor, meeting_id, at)
    response, forms, status = serve(request, _acts(found.meeting, at))
    if response:
        return response
    context: dict[str, Any] = {
        **WORDS,
        "w": found,
        "meeting": found.meeting,
        "forms": forms,
        "at": at,
        "kind_word": MeetingKind(found.meeting.kind).label,
    }
    return draw("desk", request, "party_building/desk/meeting.html", context, here=HERE, status=status)


def _acts(meeting: Meeting, at: datetime) -> tuple[Act, ...]:
    mine: dict[str, Any] = {"meeting_id": meeting.id}
    change = Act(
        key="change", words=_("修改"), done=_("已修改。"), verb=partial(_change, meeting.id),
        fields=(
            line("title", _("名称")), Field(name="starts_at", label=_("开始"), kind=Kind.MOMENT),
            Field(name="ends_at", label=_("结束"), kind=Kind.MOMENT), line("venue", _("地点")), text("agenda", _("议程"), hint=_("一行一项。")),
        ),
        starts={"title": meeting.title, "venue": meeting.venue, "agenda": "\n".join(meeting.agenda)},
    )  # fmt: skip
    cancel = Act(
        key="cancel", words=_("取消会议"), done=_("会议已取消。"), tone="", verb=partial(verbs.cancel_meeting, **mine),
        fields=(line("reason", _("原因")),),
    )  # fmt: skip
    tick = (
        Act(
            key="there", words=_("到会"), done=_("已登记。"), verb=partial(verbs.tick, there=True, **mine),
            fields=(hidden("member_id"), line("reason", _("为什么由书记登记"))),
        ),
        Act(
            key="absent", words=_("没有到"), done=_("已登记。"), tone="", verb=partial(verbs.tick, there=False, **mine),
            fields=(hidden("member_id"), line("reason", _("原因"))),
        ),
    )  # fmt: skip
    leave = tuple(
        Act(key=key, words=words, done=_("已答复。"), tone=tone, verb=partial(verbs.decide_leave, granted=granted, **mine), fields=(hidden("member_id"),))
        for key, words, tone, granted in (("grant", _("准假"), "primary", True), ("refuse", _("不准"), "", False))
    )  # fmt: skip
    if meeting.state == Meeting.State.PLANNED:
        return (
            Act(
                key="announce",
                words=_("通知党员"),
                done=_("已通知：应到党员在手机上看得到。"),
                verb=partial(verbs.announce_meeting, **mine),
                fields=(),
            ),
            change,
            cancel,
        )
    if meeting.state == Meeting.State.ANNOUNCED:
        end = Act(
            key="end",
            words=_("散会"),
            done=_("会议已结束，到会人数已核定。"),
            verb=partial(verbs.end_meeting, **mine),
            fields=(),
        )
        return (
            *((end,) if at >= meeting.starts_at else ()),
            *(tick if at >= meeting.starts_at - OPENS else ()),
            *leave,
            change,
            cancel,
        )
    if meeting.state == Meeting.State.HELD:
        write = Act(
            key="write", words=_("写会议记录"), done=_("已保存，请另一位到会党员确认。"), verb=partial(verbs.write_minutes, **mine),
            fields=(text("minutes", _("会议记录")),), starts={"minutes": meeting.minutes},
        )  # fmt: skip
        confirm = Act(
            key="confirm",
            words=_("确认会议记录"),
            done=_("会议记录已确认，不再改动。"),
            verb=partial(verbs.confirm_minutes, **mine),
            fields=(),
        )
        return (write, *((confirm,) if meeting.minutes else ()), *tick)
    return ()


def _change(meeting_id: UUID, *, agenda: str = "", **given: Any) -> Meeting:
    return verbs.change_meeting(meeting_id=meeting_id, agenda=lines(agenda), **given)


@require_GET
@never_cache
@for_staff
def screen(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The code for everybody in the room: it asks for itself again every few seconds. Raises NotFound, Conflict."""
    at = now()
    found = q.whole(request.actor, meeting_id, at)
    if not found.code:
        raise Conflict(str(_("现在不能签到：先通知，散会以后就关上了。")), code="state")
    link = request.build_absolute_uri(f"{address('party_building:check_in')}?c={found.code}")
    drawn = io.BytesIO()
    segno.make(link, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=False, scale=10, border=2, svgclass="code", lineclass=""
    )
    context: dict[str, Any] = {
        **WORDS,
        "meeting": found.meeting,
        "there": found.there,
        "expected": len(found.expected),
        "step": codes.STEP,
        "code": found.code,
        "picture": mark_safe(drawn.getvalue().decode()),  # noqa: S308 - drawn by segno from an address of ours
    }
    return draw("desk", request, "party_building/desk/screen.html", context, here=HERE)
