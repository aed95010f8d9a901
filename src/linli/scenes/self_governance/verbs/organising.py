"""An activity is planned, given its times, published, closed or cancelled by whoever organises it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, NotFound, require
from linli.kernel.audit import Entry, append_each
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places

from ..kinds import KINDS, SKILLS
from ..models import Activity, Shift, SignUp
from ..told import tell_dropped
from .common import ORGANISES, act, held, record, text_of, wrong

LONGEST = timedelta(hours=24)


def plan_activity(
    *,
    by: Actor,
    at: datetime,
    title: str,
    what: str,
    kind: str,
    place_code: str,
    skills: Sequence[str] = (),
    minors: str = Activity.Minors.NO,
    meet: str = "",
    lon: float | None = None,
    lat: float | None = None,
    near_m: int = 300,
    unit_id: UUID | None = None,
) -> Activity:
    """A draft of the actor's unit. Without a point the place's own is where one checks in. Raises Invalid by field."""
    require(by, ORGANISES)
    given = _checked(title, what, kind, skills, minors, meet, near_m)
    with act():
        code = places.now_called(place_code.strip())
        if code is None:
            raise wrong("place_code", _("没有这个地点。"))
        places.require_at(by, ORGANISES, code)
        unit = Unit.objects.filter(pk=unit_id or by.unit_id, valid__contains=at).first()
        if unit is None:
            raise wrong("unit_id", _("没有这个单位，或者它已经撤销。"))
        spot = places.at(code)
        if lon is None and lat is None and spot is not None:
            lon, lat = spot.lon, spot.lat
        activity = Activity.objects.create(
            **given, place_code=code, lon=lon, lat=lat, unit=unit, made_at=at, made_by_id=by.account_id
        )
        record(by, at, "plan_activity", activity, after={"title": activity.title, "kind": kind})
    return activity


def change_activity(
    *,
    by: Actor,
    at: datetime,
    activity_id: UUID,
    title: str,
    what: str,
    kind: str,
    skills: Sequence[str] = (),
    minors: str = Activity.Minors.NO,
    meet: str = "",
    near_m: int = 300,
) -> Activity:
    """Other words before it is over. Raises Invalid by field."""
    given = _checked(title, what, kind, skills, minors, meet, near_m)
    with act():
        activity = held(activity_id, by, "change")
        before = {"title": activity.title, "kind": activity.kind}
        for name, value in given.items():
            setattr(activity, name, value)
        activity.save()
        record(by, at, "change_activity", activity, before=before, after={"title": activity.title, "kind": kind})
    return activity


def add_shift(
    *, by: Actor, at: datetime, activity_id: UUID, starts_at: datetime, ends_at: datetime, seats: int
) -> Shift:
    """One more time. Also over midnight. Raises Invalid: it ends before it begins, lies in the past, lasts over a day."""
    if ends_at <= starts_at:
        raise wrong("ends_at", _("结束时间应在开始时间之后。"))
    if starts_at <= at:
        raise wrong("starts_at", _("开始时间已经过去了。"))
    if ends_at - starts_at > LONGEST:
        raise wrong("ends_at", _("一个时段最长 24 小时。"))
    if not 1 <= seats <= 500:
        raise wrong("seats", _("人数在 1 到 500 之间。"))
    with act():
        activity = held(activity_id, by, "add_shift")
        shift = Shift.objects.create(activity=activity, lasts=(starts_at, ends_at), seats=seats)
        record(by, at, "add_shift", activity, after={"starts": starts_at, "ends": ends_at, "seats": seats})
        shift.refresh_from_db()
    return shift


def publish_activity(*, by: Actor, at: datetime, activity_id: UUID) -> Activity:
    """From now on everybody sees it and may join. Raises Conflict while it has no time to come."""
    with act():
        activity = held(activity_id, by, "publish")
        if not activity.shifts.filter(cancelled_at=None, lasts__startswith__gt=at).exists():
            raise Conflict(_("还没有将来的时段：先加一个时段，再发布。"), code="empty")
        activity.state, activity.published_at = Activity.State.PUBLISHED, at
        activity.save(update_fields=["state", "published_at"])
        record(by, at, "publish_activity", activity, after={"title": activity.title})
    return activity


def close_activity(*, by: Actor, at: datetime, activity_id: UUID, summary: str) -> Activity:
    """It is over, and what came of it. Raises Conflict while a time is still to come or to be certified."""
    said = text_of(summary, 2000, "summary")
    with act():
        activity = held(activity_id, by, "close")
        if activity.shifts.filter(cancelled_at=None, over_at=None).exists():
            raise Conflict(_("还有时段没有结束。"), code="running")
        open_ones = SignUp.objects.filter(shift__activity=activity, state__in=("left", "appealed")).count()
        if open_ones:
            raise Conflict(_("还有 %(n)d 人的时长没有认定。") % {"n": open_ones}, code="uncertified")
        activity.state, activity.closed_at, activity.summary = Activity.State.CLOSED, at, said
        activity.save(update_fields=["state", "closed_at", "summary"])
        record(by, at, "close_activity", activity, after={"title": activity.title}, note=said)
    return activity


def cancel_shift(*, by: Actor, at: datetime, shift_id: UUID, reason: str) -> Shift:
    """One time does not take place; everybody who signed up for it is told why. Raises Conflict once somebody has come."""
    why = text_of(reason, 200, "reason")
    with act():
        found = Shift.objects.filter(pk=shift_id).values_list("activity_id", flat=True).first()
        if found is None:
            raise NotFound(_("没有这个时段。"))
        activity = held(found, by, "cancel_shift")
        shift = Shift.objects.select_for_update().get(pk=shift_id)
        if shift.cancelled_at is not None:
            return shift
        dropped = _drop(shift, why, at)
        record(by, at, "cancel_shift", activity, after={"starts": shift.starts_at, "dropped": dropped}, note=why)
    return shift


def cancel_activity(*, by: Actor, at: datetime, activity_id: UUID, reason: str) -> Activity:
    """It does not take place, or is broken off: what was served stays, what was to come is cancelled."""
    why = text_of(reason, 200, "reason")
    with act():
        activity = held(activity_id, by, "cancel")
        dropped = 0
        for shift in activity.shifts.select_for_update().filter(cancelled_at=None, over_at=None).order_by("id"):
            dropped += _drop(shift, why, at)
        activity.state, activity.cancelled_at, activity.reason = Activity.State.CANCELLED, at, why
        activity.save(update_fields=["state", "cancelled_at", "reason"])
        record(by, at, "cancel_activity", activity, after={"title": activity.title, "dropped": dropped}, note=why)
    return activity


def _drop(shift: Shift, why: str, at: datetime) -> int:
    """Cancel a time and every sign-up that still waits for it; a record in each of their histories."""
    if shift.sign_ups.filter(state__in=("arrived", "left", "certified", "appealed")).exists():
        raise Conflict(_("已经有人在这个时段服务过，不能取消。"), code="served")
    signed = list(shift.sign_ups.filter(state__in=("applied", "waiting", "in")).order_by("joined_at", "id"))
    for sign_up in signed:
        sign_up.state, sign_up.cancelled_at, sign_up.reason = SignUp.State.CANCELLED, at, why
        sign_up.save(update_fields=["state", "cancelled_at", "reason"])
    append_each(
        (Entry(s.stream, s.place_code, person_ids=(s.person_id,), note=why) for s in signed),
        by=SYSTEM, at=at, verb="self_governance.drop",
    )  # fmt: skip
    tell_dropped(signed, shift, why, at)
    shift.cancelled_at, shift.reason = at, why
    shift.save(update_fields=["cancelled_at", "reason"])
    return len(signed)


def _checked(
    title: str, what: str, kind: str, skills: Sequence[str], minors: str, meet: str, near_m: int
) -> dict[str, object]:
    if kind not in KINDS:
        raise wrong("kind", _("请选择服务类别。"))
    if unknown := [one for one in skills if one not in SKILLS]:
        raise wrong("skills", _("没有“%(name)s”这项技能。") % {"name": unknown[0][:20]})
    if minors not in Activity.Minors.values:
        raise wrong("minors", _("请选择未成年人能否参加。"))
    if not 50 <= near_m <= 5000:
        raise wrong("near_m", _("签到距离在 50 米到 5 公里之间。"))
    return {
        "title": text_of(title, 80, "title"),
        "what": text_of(what, 2000, "what"),
        "kind": kind,
        "skills": list(dict.fromkeys(skills)),
        "minors": minors,
        "meet": text_of(meet, 120, "meet", needed=False),
        "near_m": near_m,
    }
