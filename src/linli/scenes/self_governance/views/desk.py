"""志愿服务 on the desk: activities, one with its times, who signed up for a time, reviews, a volunteer, figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, holds
from linli.kernel.clock.now import now
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.jinja import address
from linli.parts.office import Act, Field, Kind, serve

from .. import kinds, verbs
from ..models import Activity
from ..queries import organising
from ..words import minors_word
from .common import day_in, draw
from .time import granting

HERE = "self_governance:activities"


@require_http_methods(["GET", "POST"])
@for_staff
def activities(request: HttpRequest) -> HttpResponse:
    """What comes, or what is over; and the form for a new one."""
    actor: Actor = request.actor
    over = request.GET.get("tab") == "over"
    response, forms, status = serve(request, _plan(actor))
    if response:
        return response
    rows = organising.listing(actor, over=over)
    context = {
        "rows": rows,
        "over": over,
        "labels": places.labels({row.activity.place_code for row in rows}),
        "forms": forms,
        "tabs": [
            (address(HERE), _("要做的和正在做的"), not over),
            (address(HERE) + "?tab=over", _("做完的"), over),
        ],
    }
    return draw("desk", request, "desk/activities.html", context, here=HERE, status=status)


def _fields() -> tuple[Field, ...]:
    return (
        Field(name="title", label=_("名称"), hint=_("例如：陪独居老人去医院。")),
        Field(name="what", label=_("做什么"), kind=Kind.TEXT, hint=_("做什么、带什么、注意什么。")),
        Field(name="kind", label=_("类别"), kind=Kind.SELECT, options="kinds"),
        Field(name="meet", label=_("集合地点"), optional=True),
        Field(name="near_m", label=_("签到距离（米）"), kind=Kind.NUMBER, hint=_("离集合地点多远以内可以签到，50 到 5000。")),
        Field(name="minors", label=_("未成年人"), kind=Kind.SELECT, options="minors"),
        Field(name="skills", label=_("用得上的技能"), kind=Kind.CODES, options="skills", optional=True),
    )  # fmt: skip


def _options() -> dict[str, Any]:
    return {
        "kinds": [(one.name, str(one.word)) for one in kinds.KINDS.values()],
        "minors": [(value, minors_word(value)) for value in Activity.Minors.values],
        "skills": [(name, str(word)) for name, word in kinds.SKILLS.items()],
    }


def _plan(actor: Actor) -> tuple[Act, ...]:
    if not holds(actor, "volunteering.organise"):
        return ()
    place = Field(name="place_code", label=_("在哪里"), hint=_("居村、小区的名字或代码；签到以它的位置为准。"))
    fields = _fields()
    return (
        Act(
            key="plan", words=_("新建活动"), done=_("草稿已建好，下一步加时段，再发布。"),
            fields=(*fields[:3], place, *fields[3:]), options=_options(),
            starts={"place_code": actor.scope, "near_m": 300, "minors": Activity.Minors.NO},
            verb=partial(_planned, actor),
        ),
    )  # fmt: skip


def _planned(actor: Actor, *, place_code: str, near_m: float, **given: Any) -> Any:
    code = place_named(place_code, actor, field="place_code")
    return verbs.plan_activity(place_code=code, near_m=int(near_m), **given)


@require_http_methods(["GET", "POST"])
@for_staff
def one(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """One activity: its times, and what is possible now."""
    actor: Actor = request.actor
    found = organising.whole(actor, activity_id)
    response, forms, status = serve(request, _acts(found))
    if response:
        return response
    if status != 200:
        found = organising.whole(actor, activity_id)
    context = {"w": found, "activity": found.activity, "forms": forms, "at": now()}
    return draw("desk", request, "desk/activity.html", context, here=HERE, status=status)


def _acts(found: organising.Whole) -> tuple[Act, ...]:
    activity = found.activity
    one = {"activity_id": activity.id}
    reason = Field(name="reason", label=_("为什么取消"), hint=_("报了名的人都会看到。"))
    every = {
        "publish": Act(
            key="publish", words=_("发布"), done=_("已发布，居民的手机和电子屏上看得到。"), fields=(),
            lead=_("发布后人人看得到，可以报名。"), verb=partial(verbs.publish_activity, **one),
        ),
        "add_shift": Act(
            key="add_shift", words=_("加时段"), tone="", done=_("已加上。"),
            fields=(
                Field(name="starts_at", label=_("开始"), kind=Kind.MOMENT),
                Field(name="ends_at", label=_("结束"), kind=Kind.MOMENT, hint=_("可以跨过半夜，最长 24 小时。")),
                Field(name="seats", label=_("名额"), kind=Kind.NUMBER),
            ),
            verb=partial(_added, **one),
        ),
        "cancel_shift": Act(
            key="cancel_shift", words=_("取消时段"), tone="danger small", done=_("已取消，报了名的人会看到原因。"),
            fields=(Field(name="shift_id", label="", kind=Kind.HIDDEN_ID), reason), verb=verbs.cancel_shift,
        ),
        "close": Act(
            key="close", words=_("结束活动"), done=_("活动已结束。"),
            fields=(Field(name="summary", label=_("做成了什么"), kind=Kind.TEXT),),
            lead=_("所有时段都结束、时长都认定以后。"), verb=partial(verbs.close_activity, **one),
        ),
        "change": Act(
            key="change", words=_("改说明"), tone="", done=_("已保存。"), fields=_fields(), options=_options(),
            starts={
                "title": activity.title, "what": activity.what, "kind": activity.kind, "meet": activity.meet,
                "near_m": activity.near_m, "minors": activity.minors, "skills": activity.skills,
            },
            verb=partial(_changed, **one),
        ),
        "cancel": Act(
            key="cancel", words=_("取消活动"), tone="danger", done=_("已取消，报了名的人都会看到原因。"), fields=(reason,),
            verb=partial(verbs.cancel_activity, **one),
        ),
    }  # fmt: skip
    return tuple(act for key, act in every.items() if key in found.verbs)


def _added(*, seats: float, **given: Any) -> Any:
    return verbs.add_shift(seats=int(seats), **given)


def _changed(*, near_m: float, **given: Any) -> Any:
    return verbs.change_activity(near_m=int(near_m), **{"skills": [], "meet": "", **given})


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def roster(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """Who signed up for a time. Opening it is written down for each of them."""
    actor: Actor = request.actor
    acts = (*_marking(), _counter(shift_id)) if holds(actor, "volunteering.organise") else ()
    response, forms, status = serve(request, acts)
    if response:
        return response
    found = verbs.read_roster(by=actor, at=now(), shift_id=shift_id)
    context = {"w": found, "shift": found.shift, "activity": found.shift.activity, "forms": forms, "at": now()}
    return draw("desk", request, "desk/roster.html", context, here=HERE, status=status)


def _marking() -> tuple[Act, ...]:
    which = Field(name="sign_up_id", label="", kind=Kind.HIDDEN_ID)
    return (
        Act(key="arrived", words=_("代签到"), tone="small", done=_("已登记签到。"), fields=(which,), verb=verbs.mark_arrived),
        Act(key="left", words=_("代签退"), tone="small", done=_("已登记签退。"), fields=(which,), verb=verbs.mark_left),
        Act(
            key="certify", words=_("认定这次服务"), tone="primary small", done=_("已认定，积分已记到卡上。"),
            fields=(
                which,
                Field(name="minutes", label=_("分钟"), kind=Kind.NUMBER, optional=True, hint=_("不填，就按签到签退。")),
                Field(name="note", label=_("依据"), optional=True, hint=_("与签到签退不一致，或没有签退时要写。")),
                Field(name="stars", label=_("评价"), kind=Kind.SELECT, options="stars", optional=True),
            ),
            options={"stars": [("", "—"), *((str(n), "★" * n) for n in (5, 4, 3, 2, 1))]}, verb=_certified,
        ),
    )  # fmt: skip


def _counter(shift_id: UUID) -> Act:
    return Act(
        key="join", words=_("窗口代报名"), done=_("已替本人报名。"),
        lead=_("本人在窗口时用。姓名和手机号都要和登记的一样。"),
        fields=(Field(name="name", label=_("姓名")), Field(name="phone", label=_("手机号"))),
        verb=partial(verbs.join_for, shift_id=shift_id),
    )  # fmt: skip


def _certified(*, minutes: float | None = None, stars: str | None = None, **given: Any) -> Any:
    return verbs.certify(
        minutes=None if minutes is None else int(minutes), stars=int(stars) if stars else None, **given
    )


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def appeals(request: HttpRequest) -> HttpResponse:
    """What volunteers contest, for somebody else than who certified."""
    actor: Actor = request.actor
    decide = Act(
        key="decide", words=_("决定"), tone="primary small", done=_("已决定，本人会看到理由。"),
        fields=(
            Field(name="sign_up_id", label="", kind=Kind.HIDDEN_ID),
            Field(name="minutes", label=_("认定多少分钟"), kind=Kind.NUMBER),
            Field(name="reason", label=_("理由"), hint=_("写给本人看。")),
        ),
        verb=_decided,
    )  # fmt: skip
    response, forms, status = serve(request, (decide,))
    if response:
        return response
    found = organising.appeals(actor)
    context = {
        "appeals": found,
        "names": verbs.read_appeals(by=actor, at=now(), appeals=found),
        "forms": forms,
        "me": actor.account_id,
    }
    return draw("desk", request, "desk/appeals.html", context, here="self_governance:appeals", status=status)


def _decided(*, minutes: float, **given: Any) -> Any:
    return verbs.decide_appeal(minutes=int(minutes), **given)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def volunteer(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A volunteer's record; trainings and commendations are written down here, certificates issued."""
    actor: Actor = request.actor
    response, forms, status = serve(request, _recording(person_id) if holds(actor, "volunteering.organise") else ())
    if response:
        return response
    context = {
        "r": verbs.read_record(by=actor, at=now(), person_id=person_id),
        "forms": forms,
        "today": timezone.localtime(now()).date(),
    }
    return draw("desk", request, "desk/volunteer.html", context, here=HERE, status=status)


def _recording(person_id: UUID) -> tuple[Act, ...]:
    who = {"person_id": person_id}
    skills = [("", "—"), *((name, str(word)) for name, word in kinds.SKILLS.items())]
    return (
        Act(
            key="training", words=_("登记培训"), tone="", done=_("已登记。"), options={"skills": skills},
            fields=(
                Field(name="title", label=_("培训名称")),
                Field(name="held_on", label=_("日期"), kind=Kind.DATE),
                Field(name="minutes", label=_("分钟"), kind=Kind.NUMBER),
                Field(name="skill", label=_("哪项技能"), kind=Kind.SELECT, options="skills", optional=True),
                Field(name="expires_on", label=_("有效期到"), kind=Kind.DATE, optional=True),
            ),
            verb=partial(_trained, **who),
        ),
        Act(
            key="praise", words=_("登记表彰"), tone="", done=_("已登记。"),
            fields=(
                Field(name="title", label=_("表彰名称")),
                Field(name="what", label=_("因为什么")),
                Field(name="given_on", label=_("日期"), kind=Kind.DATE),
            ),
            verb=partial(verbs.record_commendation, **who),
        ),
        Act(
            key="issue", words=_("开证明"), tone="", done=_("已开具。"), tells=lambda made: made.number,
            fields=(
                Field(name="since", label=_("从哪天"), kind=Kind.DATE, optional=True),
                Field(name="until", label=_("到哪天"), kind=Kind.DATE, optional=True),
            ),
            lead=_("不收费；不填日期就是全部。"), verb=partial(verbs.issue_certificate, **who),
        ),
        granting(person_id),
    )  # fmt: skip


def _trained(*, minutes: float, **given: Any) -> Any:
    return verbs.record_training(minutes=int(minutes), **given)


@require_GET
@for_staff
def figures(request: HttpRequest) -> HttpResponse:
    """Certified service by kind between two days, small numbers hidden."""
    today = timezone.localtime(now()).date()
    since = day_in(request.GET.get("since", "")) or today.replace(month=1, day=1)
    until = day_in(request.GET.get("until", "")) or today
    zone = timezone.get_current_timezone()
    begins = datetime.combine(since, datetime.min.time(), zone)
    rows, total = organising.figures(
        request.actor, begins, datetime.combine(until, datetime.min.time(), zone) + timedelta(days=1)
    )
    context = {"rows": rows, "total": total, "since": since, "until": until, "small": organising.SMALL}
    return draw("desk", request, "desk/figures.html", context, here="self_governance:figures")
