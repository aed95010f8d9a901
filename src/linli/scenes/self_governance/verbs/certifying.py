"""Hours are certified by whoever organised, contested by the volunteer, and decided by somebody else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, covers, require

from .. import hours
from ..models import Appeal, SignUp
from ..told import tell_certified, tell_decided
from .common import REVIEWS, act, must, organised, own, record, text_of, wrong
from .crediting import credit


def certify(
    *,
    by: Actor,
    at: datetime,
    sign_up_id: UUID,
    minutes: int | None = None,
    note: str = "",
    stars: int | None = None,
) -> SignUp:
    """认定 what was served: by default the minutes between coming and leaving, within the shift. Other minutes, those of a
    forgotten check-out, and any at all for somebody who was marked absent, need a note; never more than the shift lasted.

    Raises NotFound, NotAllowed (one's own), Conflict, Invalid.
    """
    why = text_of(note, 200, "note", needed=False)
    if stars is not None and not 1 <= stars <= 5:
        raise wrong("stars", _("评价在 1 到 5 之间。"))
    with act():
        sign_up = organised(sign_up_id, by, "certify")
        not_ones_own(by, sign_up)
        known = served(sign_up)
        given = known if minutes is None else minutes
        _must_fit(sign_up, given)
        if (given != known or sign_up.unverified or sign_up.state == SignUp.State.NO_SHOW) and not why:
            raise wrong("note", _("时长与签到签退不一致，或没有签退：请写明依据。"))
        sign_up.state, sign_up.minutes, sign_up.note, sign_up.stars = SignUp.State.CERTIFIED, given, why, stars
        sign_up.certified_at, sign_up.certified_by_id = at, by.account_id
        sign_up.save(update_fields=["state", "minutes", "note", "stars", "certified_at", "certified_by"])
        credit(sign_up, given, at=at, key="certified")
        record(by, at, "certify", sign_up, after={"minutes": given, "served": known}, note=why or None)
        tell_certified(sign_up, given, why, by=by, at=at)
    return sign_up


def appeal(*, by: Actor, at: datetime, sign_up_id: UUID, text: str) -> Appeal:
    """申请复核 of what was certified, or of having been marked absent. Somebody else decides. Raises Conflict."""
    said = text_of(text, 500, "text")
    with act():
        sign_up = own(sign_up_id, by, "appeal")
        if sign_up.appeals.exists():
            raise Conflict(_("已经复核过一次。还有异议，请到居委会窗口。"), code="again")
        sign_up.state = SignUp.State.APPEALED
        try:
            with transaction.atomic():
                sign_up.save(update_fields=["state"])
        except IntegrityError:
            raise Conflict(_("这段时间您有别的服务记录，不能再认定。"), code="overlap") from None
        made = Appeal.objects.create(
            sign_up=sign_up,
            text=said,
            made_at=at,
            minutes_before=sign_up.minutes,
            first_by_id=sign_up.certified_by_id,
        )
        record(by, at, "appeal", sign_up, before={"minutes": sign_up.minutes}, note=said)
    return made


def decide_appeal(*, by: Actor, at: datetime, sign_up_id: UUID, minutes: int, reason: str) -> Appeal:
    """复核: what stands from now on, and why: never less than was certified, for nobody loses by asking. Needs `volunteering.review` there; not whoever certified, and not one's own.

    Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    why = text_of(reason, 500, "reason")
    require(by, REVIEWS)
    with act():
        sign_up = SignUp.objects.select_for_update(of=("self",)).select_related("person", "shift__activity")
        sign_up = sign_up.filter(pk=sign_up_id).first()
        if sign_up is None or not covers(by, sign_up.place_code):
            raise NotFound(_("没有这个报名，或者不在您的管辖范围内。"))
        must("decide", sign_up)
        not_ones_own(by, sign_up)
        made = Appeal.objects.select_for_update().get(sign_up=sign_up, decided_at=None)
        if by.account_id is None or by.account_id == made.first_by_id:
            raise NotAllowed(_("复核要由认定人以外的人决定。"), code="two-persons")
        _must_fit(sign_up, minutes)
        if minutes < (made.minutes_before or 0):
            raise wrong("minutes", _("复核不会减少已经认定的时长。"))
        made.decided_at, made.decided_by_id, made.minutes_after, made.reason = at, by.account_id, minutes, why
        made.save()
        before = {"minutes": sign_up.minutes}
        sign_up.state, sign_up.minutes = SignUp.State.CERTIFIED, minutes
        sign_up.certified_at, sign_up.certified_by_id = at, by.account_id
        sign_up.save(update_fields=["state", "minutes", "certified_at", "certified_by"])
        credit(sign_up, minutes - (made.minutes_before or 0), at=at, key="appealed")
        record(by, at, "decide_appeal", sign_up, before=before, after={"minutes": minutes}, note=why)
        tell_decided(sign_up, minutes, why, by=by, at=at)
    return made


def served(sign_up: SignUp) -> int:
    """The minutes between coming and leaving, within the shift; 0 for who did not come."""
    if sign_up.in_at is None or sign_up.out_at is None:
        return 0
    return hours.served(sign_up.shift.starts_at, sign_up.shift.ends_at, sign_up.in_at, sign_up.out_at)


def not_ones_own(by: Actor, sign_up: SignUp) -> None:
    own_person = by.person_id is not None and by.person_id == sign_up.person_id
    own_account = by.account_id is not None and by.account_id == sign_up.person.account_id
    if own_person or own_account:
        raise NotAllowed(_("自己的时长要由别人认定。"), code="two-persons")


def _must_fit(sign_up: SignUp, minutes: int) -> None:
    most = hours.whole(sign_up.shift.starts_at, sign_up.shift.ends_at)
    if not 0 <= minutes <= most:
        words = _("时长在 0 到 %(n)d 分钟之间：不能超过这个时段。") % {"n": most}
        raise Invalid(words, fields={"minutes": words})
