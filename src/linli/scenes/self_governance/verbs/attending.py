"""Being there: check-in and check-out by a code that changes, near the place; by the organiser's hand; and what the worker
makes of a time that is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound, as_system, require
from linli.kernel.audit import Entry, append_each
from linli.kernel.people import guard
from linli.kernel.places.geometry import distance_m

from .. import codes, hours
from ..models import Activity, Shift, SignUp
from ..told import tell_missed
from .common import JOINS, act, organised, own, record

GUESSES = guard.Limit("volunteer-codes", 8, timedelta(minutes=10), timedelta(minutes=10))
DOUBT_M = 100.0
"""So much of a phone's own doubt is believed at the most, in metres: else whoever says they may be anywhere is near."""
COMING, LEAVING = "in", "out"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a phone says it is (WGS-84), and how many metres of doubt it has. Used, and kept nowhere."""

    lon: float
    lat: float
    doubt_m: float = 0.0


def check_in(*, by: Actor, at: datetime, sign_up_id: UUID, code: str, position: Position | None = None) -> SignUp:
    """签到 with the code on show at this moment, near the place. From an hour before the beginning until the end. Again: it
    is the first time that counts. Position is compared and not kept.

    Raises NotFound, Conflict (too early, over, elsewhere), Invalid (a code of another moment, too far, no position), TooMany.
    """
    if (stands := _stands(by, sign_up_id)).state == SignUp.State.ARRIVED:
        return stands
    _must_know(by, stands, COMING, code, at)
    with act():
        sign_up = own(sign_up_id, by, "check_in")
        must_be_time(sign_up.shift, at)
        _must_be_near(sign_up.shift.activity, position)
        _arrive(sign_up, at, SignUp.By.CODE)
        record(by, at, "check_in", sign_up, after={"in": at, "by": "code"})
    return sign_up


def check_out(*, by: Actor, at: datetime, sign_up_id: UUID, code: str, position: Position | None = None) -> SignUp:
    """签退 with the code for leaving, which is not the one for coming. Again: it is the first time that counts."""
    if (stands := _stands(by, sign_up_id)).state == SignUp.State.LEFT:
        return stands
    _must_know(by, stands, LEAVING, code, at)
    with act():
        sign_up = own(sign_up_id, by, "check_out")
        _must_be_near(sign_up.shift.activity, position)
        _leave(sign_up, at)
        record(by, at, "check_out", sign_up, after={"in": sign_up.in_at, "out": at})
    return sign_up


def mark_arrived(*, by: Actor, at: datetime, sign_up_id: UUID) -> SignUp:
    """代签到: the organiser saw somebody come who has no phone with them. Nobody marks themselves."""
    with act():
        sign_up = organised(sign_up_id, by, "check_in")
        _not_themselves(by, sign_up)
        must_be_time(sign_up.shift, at)
        _arrive(sign_up, at, SignUp.By.HAND)
        record(by, at, "mark_arrived", sign_up, after={"in": at, "by": "hand"})
    return sign_up


def mark_left(*, by: Actor, at: datetime, sign_up_id: UUID) -> SignUp:
    """代签退: the organiser saw them leave."""
    with act():
        sign_up = organised(sign_up_id, by, "check_out")
        _not_themselves(by, sign_up)
        _leave(sign_up, at)
        record(by, at, "mark_left", sign_up, after={"in": sign_up.in_at, "out": sign_up.out_at})
    return sign_up


def close_over(*, at: datetime, limit: int = 100) -> int:
    """Times that are over: who did not check out is signed out at the end, unverified; who did not come is marked; who
    waited waits no more. The worker calls it each minute; returns how many times."""
    with act():
        over = list(
            Shift.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(cancelled_at=None, over_at=None, lasts__endswith__lte=at - hours.LATE)
            .order_by("id")[:limit]
        )
        for shift in over:
            _close(shift, at)
    return len(over)


def _close(shift: Shift, at: datetime) -> None:
    forgot, missed, waited = [], [], []
    for sign_up in shift.sign_ups.select_for_update().filter(state__in=("applied", "waiting", "in", "arrived")):
        if sign_up.state == SignUp.State.ARRIVED:
            sign_up.state, sign_up.unverified = SignUp.State.LEFT, True
            sign_up.out_at = max(shift.ends_at, sign_up.in_at or shift.ends_at)
            forgot.append(sign_up)
        elif sign_up.state == SignUp.State.IN:
            sign_up.state = SignUp.State.NO_SHOW
            missed.append(sign_up)
        else:
            sign_up.state, sign_up.cancelled_at, sign_up.reason = SignUp.State.CANCELLED, at, _("没有轮到")
            waited.append(sign_up)
        sign_up.save(update_fields=["state", "unverified", "out_at", "cancelled_at", "reason"])
    shift.over_at = at
    shift.save(update_fields=["over_at"])
    for verb, found in (("close_forgotten", forgot), ("miss", missed), ("waited_in_vain", waited)):
        append_each(
            (Entry(s.stream, s.place_code, person_ids=(s.person_id,), after={"state": s.state}) for s in found),
            by=SYSTEM, at=at, verb=f"self_governance.{verb}",
        )  # fmt: skip
    tell_missed(missed, shift, at)


def _stands(by: Actor, sign_up_id: UUID) -> SignUp:
    """Their own sign-up as it stands. Raises NotFound, NotAllowed (a proxy is not there for somebody else)."""
    require(by, JOINS)
    if by.on_behalf:
        raise NotAllowed(_("签到签退要本人到场。没有手机，请组织者登记。"), code="own")
    with as_system():
        found = SignUp.objects.filter(pk=sign_up_id, person=by.person_id).first() if by.person_id else None
    if found is None:
        raise NotFound(_("没有这个报名，或者它不是您的。"))
    return found


def must_be_time(shift: Shift, at: datetime) -> None:
    if at < shift.starts_at - hours.EARLY:
        raise Conflict(_("还没到时间：开始前一小时起可以签到。"), code="early")
    if at >= shift.ends_at:
        raise Conflict(_("这个时段已经结束。确实来过，请告诉组织者。"), code="over")


def about(shift_id: UUID, way: str) -> str:
    """What a code is for: one shift, coming or leaving."""
    return f"shift:{shift_id}:{way}"


def key() -> bytes:
    return f"linli.volunteering:{settings.SECRET_KEY}".encode()


def _must_know(by: Actor, sign_up: SignUp, way: str, code: str, at: datetime) -> None:
    """The code of this moment. A try is counted before it is compared, outside of the verb's transaction, which a refusal
    takes back: six digits are not to be guessed."""
    subject = f"{by.account_id}:{sign_up.shift_id}"
    guard.spend(GUESSES, subject, at, account_id=by.account_id)
    what = about(sign_up.shift_id, way)
    if codes.holds(key(), what, code, at):
        guard.forgive(GUESSES, subject)
        return
    other = about(sign_up.shift_id, LEAVING if way == COMING else COMING)
    if codes.holds(key(), other, code, at):
        words = _("这是签退码，现在要扫签到码。") if way == COMING else _("这是签到码，现在要扫签退码。")
    elif codes.was(key(), what, code, at):
        words = _("这个码已经过时：码每 30 秒换一次，拍下来的照片不能用。请扫现场正在显示的码。")
    else:
        words = _("码不对。请扫或输入现场正在显示的码。")
    raise Invalid(words, code="code", fields={"code": words})


def _must_be_near(activity: Activity, position: Position | None) -> None:
    if activity.lon is None or activity.lat is None:
        return
    if position is None:
        words = _("签到要确认您在现场附近：请允许使用位置，或请组织者代为登记。")
        raise Invalid(words, code="position", fields={"position": words})
    if not (-180 <= position.lon <= 180 and -90 <= position.lat <= 90):
        words = _("位置不对，请再试一次。")
        raise Invalid(words, code="position", fields={"position": words})
    away = distance_m((activity.lon, activity.lat), (position.lon, position.lat))
    if away - min(max(position.doubt_m, 0.0), DOUBT_M) > activity.near_m:
        words = _("您离集合地点约 %(away)s，签到要在 %(near)s以内。") % {
            "away": far(away),
            "near": far(activity.near_m),
        }
        raise Invalid(words, code="far", fields={"position": words})


def far(metres: float) -> str:
    """A distance in words: to ten metres, and from a kilometre on to a tenth of one."""
    if metres < 1000:
        whole = max(10, round(metres / 10) * 10)
        return ngettext("%(n)d 米", "%(n)d 米", whole) % {"n": whole}
    return _("%(n)s 公里") % {"n": f"{metres / 1000:.1f}"}


def _arrive(sign_up: SignUp, at: datetime, how: str) -> None:
    sign_up.state, sign_up.in_at, sign_up.in_by = SignUp.State.ARRIVED, at, how
    sign_up.save(update_fields=["state", "in_at", "in_by"])


def _leave(sign_up: SignUp, at: datetime) -> None:
    """A clock that went back makes no hours: nobody leaves before they came."""
    assert sign_up.in_at is not None
    sign_up.state, sign_up.out_at = SignUp.State.LEFT, max(at, sign_up.in_at)
    sign_up.save(update_fields=["state", "out_at"])


def _not_themselves(by: Actor, sign_up: SignUp) -> None:
    if sign_up.person.account_id is not None and sign_up.person.account_id == by.account_id:
        raise NotAllowed(_("自己的签到要由别人登记。"), code="two-persons")
