"""What this scene tells a volunteer: a seat became free, a time is cancelled, minutes are certified, an appeal is decided, a
deduction is proposed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import SYSTEM, Actor
from linli.kernel.messages.kinds import Fields, Kind
from linli.kernel.messages.verbs import Telling, tell, tell_each

from .models import Deduction, Request, Shift, SignUp

OWN = "self_governance:sign_up"
_TIME = ("activity", "starts")


def _noted(fields: Fields) -> Fields:
    return {**fields, "note": _t("说明：%(note)s。") % {"note": fields["note"]} if fields["note"] else ""}


MOVED = Kind(
    name="volunteering-moved-up",
    words=_("候补转正"),
    says=_("“%(activity)s”%(starts)s 有了名额，您已从候补转为正式报名。来不了的话请早些取消，好让别人来。"),
    fields=_TIME,
    leads=OWN,
)
DROPPED = Kind(
    name="volunteering-cancelled",
    words=_("志愿活动取消"),
    says=_("“%(activity)s”%(starts)s 取消了，您不用去了。原因：%(reason)s"),
    fields=(*_TIME, "reason"),
    leads=OWN,
)
CERTIFIED = Kind(
    name="volunteering-certified",
    words=_("服务时长的认定"),
    says=_(
        "“%(activity)s”%(starts)s 的服务认定了 %(minutes)s 分钟。%(note)s不同意的话，您可以申请复核，由另一个人决定。"
    ),
    fields=(*_TIME, "minutes", "note"),
    leads=OWN,
    owed=True,
    fill=_noted,
)
MISSED = Kind(
    name="volunteering-missed",
    words=_("登记为没有来"),
    says=_("“%(activity)s”%(starts)s 您报了名，没有签到记录，登记为没有来。不是这样的话，您可以申请复核。"),
    fields=_TIME,
    leads=OWN,
    owed=True,
)
DECIDED = Kind(
    name="volunteering-appeal-decided",
    words=_("时长复核的结论"),
    says=_("“%(activity)s”%(starts)s 的复核：认定 %(minutes)s 分钟。理由：%(reason)s"),
    fields=(*_TIME, "minutes", "reason"),
    leads=OWN,
    owed=True,
)
SETTLED = Kind(
    name="time-bank-decided",
    words=_("互助时长的决定"),
    says=_("%(when)s 的互助，双方说的时长不一样，居委会决定为 %(minutes)s 分钟。理由：%(reason)s"),
    fields=("when", "minutes", "reason"),
    leads="self_governance:bank",
    owed=True,
)
PROPOSED = Kind(
    name="integrity-proposed",
    words=_("提出扣诚信积分"),
    says=_(
        "“%(activity)s”%(starts)s 您报了名没有来，有人提出扣诚信积分。核实的情况：%(reason)s。请在 %(until)s 前说说您的情况，由另一个人决定。"
    ),
    fields=(*_TIME, "reason", "until"),
    leads="self_governance:my_integrity",
    owed=True,
)
SPARED = Kind(
    name="integrity-spared",
    words=_("不扣诚信积分"),
    says=_("“%(activity)s”%(starts)s 提出的扣分，决定不扣。理由：%(reason)s"),
    fields=(*_TIME, "reason"),
    leads="self_governance:my_integrity",
    owed=True,
)
KINDS = (MOVED, DROPPED, CERTIFIED, MISSED, DECIDED, SETTLED, PROPOSED, SPARED)


def tell_moved(moved: Iterable[SignUp], shift: Shift, at: datetime) -> None:
    tell_each(_each(moved, shift), by=SYSTEM, at=at, kind=MOVED)


def tell_dropped(dropped: Iterable[SignUp], shift: Shift, why: str, at: datetime) -> None:
    tell_each(_each(dropped, shift, reason=why), by=SYSTEM, at=at, kind=DROPPED)


def tell_missed(missed: Iterable[SignUp], shift: Shift, at: datetime) -> None:
    tell_each(_each(missed, shift), by=SYSTEM, at=at, kind=MISSED)


def tell_certified(sign_up: SignUp, minutes: int, note: str, *, by: Actor, at: datetime) -> None:
    _tell_one(CERTIFIED, sign_up, by, at, minutes=minutes, note=note)


def tell_decided(sign_up: SignUp, minutes: int, reason: str, *, by: Actor, at: datetime) -> None:
    _tell_one(DECIDED, sign_up, by, at, minutes=minutes, reason=reason)


def tell_settled(request: Request, minutes: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Both of them, whoever was right."""
    fields = {"when": request.lasts.lower, "minutes": minutes, "reason": reason}
    both = [person for person in (request.person_id, request.helper_id) if person is not None]
    told = [Telling(person_id=person, about=f"request:{request.id}", fields=fields) for person in both]
    tell_each(told, by=by, at=at, kind=SETTLED)


def tell_proposed(found: Deduction, *, by: Actor, at: datetime) -> None:
    _tell_of_deduction(PROPOSED, found, by, at, reason=found.reason, until=found.heard_until)


def tell_spared(found: Deduction, *, by: Actor, at: datetime) -> None:
    """What is taken is told by the books themselves, with its rule and its evidence."""
    _tell_of_deduction(SPARED, found, by, at, reason=found.why)


def _tell_of_deduction(kind: Kind, found: Deduction, by: Actor, at: datetime, **more: Any) -> None:
    shift = Shift.objects.select_related("activity").get(sign_ups=found.sign_up_id)
    tell(
        by=by, at=at, person_id=found.person_id, kind=kind, about=f"deduction:{found.id}", fields={**_time(shift), **more}
    )  # fmt: skip


def _each(sign_ups: Iterable[SignUp], shift: Shift, **more: Any) -> list[Telling]:
    return [
        Telling(
            person_id=one.person_id, about=f"sign-up:{one.id}", to=(one.id,), fields={**_time(shift), **more}
        )
        for one in sign_ups
    ]  # fmt: skip


def _tell_one(kind: Kind, sign_up: SignUp, by: Actor, at: datetime, **more: Any) -> None:
    tell(
        by=by, at=at, person_id=sign_up.person_id, kind=kind, about=f"sign-up:{sign_up.id}:{at.isoformat()}",
        to=(sign_up.id,), fields={**_time(sign_up.shift), **more},
    )  # fmt: skip


def _time(shift: Shift) -> dict[str, Any]:
    return {"activity": shift.activity.title, "starts": shift.starts_at}
