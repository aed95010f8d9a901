"""What this scene keeps about a person, why and how long; what a copy holds, and what goes when somebody asks to be forgotten.

Purpose: to run the service and to certify it (志愿服务条例 arts 19-21); basis: the duty of whoever organises to keep the
record, and for what is published the person's consent (art. 20). Kept as long as the person is registered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.verbs import erase
from linli.kernel.people.keepers import Chapter, Keeper, Leaving, Purpose

from .kinds import kind_word, skill_word
from .models import (
    Appeal,
    Card,
    Certificate,
    Charge,
    Commendation,
    Deduction,
    Line,
    Offer,
    Request,
    SignUp,
    Training,
    Volunteer,
)
from .models import Keeper as Counter
from .verbs.promises import call_off
from .words import charge_word, help_word, sign_up_word

PUBLISHING = "volunteering.publish"


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    return [
        _services(person_id), _appeals(person_id), _learned(person_id), _certificates(person_id), _charges(person_id), _helped(person_id),
        _deductions(person_id),
    ]  # fmt: skip


def _services(person_id: UUID) -> Chapter:
    rows = SignUp.objects.filter(person=person_id).select_related("shift__activity").order_by("joined_at", "id")
    columns = (
        ("title", _("活动名称")), ("kind", _("类别")), ("state", _("状态")), ("joined_at", _("报名时间")), ("in_at", _("签到")),
        ("out_at", _("签退")), ("minutes", _("认定分钟")), ("stars", _("评价")), ("note", _("说明")),
    )  # fmt: skip
    return Chapter("volunteer_services", _("志愿服务"), columns, [
        {
            "title": one.shift.activity.title, "kind": kind_word(one.shift.activity.kind),
            "state": sign_up_word(one.state), "joined_at": one.joined_at, "in_at": one.in_at, "out_at": one.out_at,
            "minutes": one.minutes, "stars": one.stars, "note": one.note or one.reason,
        }
        for one in rows
    ], _("签到时的位置只用来比对距离，没有保存。"))  # fmt: skip


def _appeals(person_id: UUID) -> Chapter:
    columns = (
        ("made_at", _("时间")),
        ("text", _("我说的")),
        ("reason", _("决定的理由")),
        ("minutes", _("认定分钟")),
    )
    rows = Appeal.objects.filter(sign_up__person=person_id).order_by("made_at")
    return Chapter("volunteer_appeals", _("时长复核"), columns, [
        {"made_at": one.made_at, "text": one.text, "reason": one.reason, "minutes": one.minutes_after} for one in rows
    ])  # fmt: skip


def _learned(person_id: UUID) -> Chapter:
    columns = (("on", _("日期")), ("title", _("名称")), ("what", _("内容")))
    rows = [
        {"on": one.held_on, "title": one.title, "what": skill_word(one.skill) if one.skill else ""}
        for one in Training.objects.filter(person=person_id).order_by("held_on")
    ]
    rows += [
        {"on": one.given_on, "title": one.title, "what": one.what}
        for one in Commendation.objects.filter(person=person_id).order_by("given_on")
    ]
    said = Volunteer.objects.filter(person=person_id).first()
    if said is not None and said.skills:
        rows.append({"on": None, "title": _("我会什么"), "what": [skill_word(one) for one in said.skills]})
    return Chapter("volunteer_record", _("志愿者培训、表彰和技能"), columns, rows)


def _certificates(person_id: UUID) -> Chapter:
    columns = (("number", _("编号")), ("issued_at", _("开具时间")), ("minutes", _("认定分钟")))
    rows = Certificate.objects.filter(person=person_id).order_by("issued_at")
    return Chapter("volunteer_certificates", _("志愿服务证明"), columns, [
        {"number": one.number, "issued_at": one.issued_at, "minutes": one.minutes} for one in rows
    ])  # fmt: skip


def _charges(person_id: UUID) -> Chapter:
    columns = (
        ("at", _("时间")),
        ("shop", _("在哪家店")),
        ("what", _("内容")),
        ("amount", _("积分")),
        ("state", _("状态")),
    )
    rows = Charge.objects.filter(person=person_id).select_related("shop__unit").order_by("asked_at")
    return Chapter("points_spent", _("在商户使用的积分"), columns, [
        {"at": one.asked_at, "shop": one.shop.unit.name, "what": one.what, "amount": one.amount, "state": charge_word(one.state)}
        for one in rows
    ])  # fmt: skip


def _helped(person_id: UUID) -> Chapter:
    columns = (("at", _("时间")), ("what", _("内容")), ("state", _("状态")), ("minutes", _("分钟")))
    rows = Request.objects.filter(Q(person=person_id) | Q(helper=person_id)).order_by("asked_at")
    return Chapter("time_bank", _("时间银行的互助"), columns, [
        {"at": one.asked_at, "what": one.what, "state": help_word(one.state), "minutes": one.moved} for one in rows
    ])  # fmt: skip


def _deductions(person_id: UUID) -> Chapter:
    columns = (
        ("proposed_at", _("时间")), ("reason", _("核实的情况")), ("answer", _("我说的")), ("takes", _("扣了")),
        ("why", _("决定的理由")), ("decided_at", _("决定时间")),
    )  # fmt: skip
    rows = Deduction.objects.filter(person=person_id).order_by("proposed_at")
    return Chapter("integrity_deductions", _("诚信积分的扣分"), columns, [
        {
            "proposed_at": one.proposed_at, "reason": one.reason, "answer": one.answer, "takes": one.takes,
            "why": one.why, "decided_at": one.decided_at,
        }
        for one in rows
    ])  # fmt: skip


def forget(leaving: Leaving, at: datetime) -> None:
    """What was to come is cancelled, what was served stays as a number of nobody's."""
    mine = SignUp.objects.filter(person_id=leaving.person_id)
    streams = [f"signup:{id_}" for id_ in mine.values_list("id", flat=True)]
    mine.filter(state__in=("applied", "waiting", "in")).update(state="cancelled", cancelled_at=at)
    mine.update(group_name="", heads=1, note="", reason="", stars=None, guardian=None, guardian_at=None)
    SignUp.objects.filter(guardian_id=leaving.person_id).update(guardian=None)
    open_ones = Charge.objects.filter(person_id=leaving.person_id, state="asked")
    for charge in open_ones:
        call_off(charge.transfer, at)
    open_ones.update(state="refused", settled_at=at)
    streams += [
        f"charge:{id_}" for id_ in Charge.objects.filter(person_id=leaving.person_id).values_list("id", flat=True)
    ]
    Charge.objects.filter(person_id=leaving.person_id).update(what="—")
    _let_go(leaving.person_id, at)
    streams += [
        f"help:{id_}" for id_ in Request.objects.filter(person_id=leaving.person_id).values_list("id", flat=True)
    ]
    Request.objects.filter(person_id=leaving.person_id).update(what="—", reason="")
    Card.objects.filter(person_id=leaving.person_id).delete()
    Counter.objects.filter(person_id=leaving.person_id).delete()
    Appeal.objects.filter(sign_up__person_id=leaving.person_id).delete()
    proposed = Deduction.objects.filter(person_id=leaving.person_id)
    streams += [f"deduction:{id_}" for id_ in proposed.values_list("id", flat=True)]
    proposed.delete()
    Line.objects.filter(certificate__person_id=leaving.person_id).delete()
    for table in (Certificate, Training, Commendation, Volunteer):
        table.objects.filter(person_id=leaving.person_id).delete()
    erase(at=at, streams=[*streams, f"volunteer:{leaving.person_id}", f"card:{leaving.person_id}"])


def _let_go(person_id: UUID, at: datetime) -> None:
    """What was asked or agreed to is called off: what was promised is free again, for whoever stays."""
    Offer.objects.filter(person_id=person_id).delete()
    waiting = Q(person=person_id) | Q(helper=person_id)
    for one in Request.objects.filter(waiting, state__in=("open", "agreed", "disputed")):
        if one.transfer is not None:
            call_off(one.transfer, at)
        one.state, one.ended_at = Request.State.CANCELLED, at
        one.save(update_fields=["state", "ended_at"])


KEEPER = Keeper(
    name="self_governance",
    copy=chapters,
    forget=forget,
    goes=(
        _("志愿服务的报名、培训、表彰、评价、复核和证明；证明上的编号此后查不到"),
        _("积分卡，在商户买了什么"),
    ),
    stays=(
        _("每个活动有多少人服务了多少分钟：只有数字，不知道是谁。"),
        _("每家店收了多少积分：只有数字，不知道是谁、买了什么。"),
    ),
    purposes=(
        Purpose(
            PUBLISHING,
            _("在电子屏和网页上公布我的志愿服务和表彰，署我的姓名"),
            _("不同意时只公布人数和总时长，不影响您参加服务、积分和证明。"),
        ),
    ),
    sayings={
        "self_governance.read_roster": _("在活动名单上看到了您"),
        "self_governance.read_integrity": _("办理诚信积分时看到了您"),
        "self_governance.read_record": _("查看了您的志愿服务档案"),
        "self_governance.grant_time": _("从社区公益池给您发放了时间"),
    },
)
