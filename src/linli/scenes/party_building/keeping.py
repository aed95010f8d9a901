"""What this scene keeps about a person, and what becomes of it: a copy, who looked, and a farewell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.kernel.people.keepers import Chapter, Keeper, Leaving, Purpose
from linli.kernel.sealed import seal, unseal

from . import cards
from .dues import yuan
from .models import Asker, Attendance, DocumentVersion, Due, Member, Read, Reported, Stage, Taken, Transfer, Wish


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    return list(_chapters(person_id))


def _chapters(person_id: UUID) -> Iterator[Chapter]:
    members = list(Member.objects.filter(person_print=cards.person_print(person_id)).select_related("branch"))
    yield Chapter(
        "party_membership",
        _("党员登记"),
        (("branch", _("党支部")), ("stage", _("阶段")), ("since", _("从")), ("name", _("姓名")), ("phone", _("手机号"))),
        [
            {
                "branch": member.branch.name, "stage": str(Stage(member.stage).label), "since": member.stage_since.isoformat(),
                "name": cards.of(member).name, "phone": cards.of(member).phone,
            }
            for member in members
        ],
        _("由党组织按党章管理。"),
    )  # fmt: skip
    letters = Transfer.objects.filter(member__in=members).select_related("from_branch", "to_branch")
    yield Chapter(
        "party_transfers",
        _("组织关系转接"),
        (("number", _("介绍信")), ("from", _("从")), ("to", _("到")), ("on", _("日期")), ("state", _("结果"))),
        [
            {
                "number": one.number, "from": one.from_branch.name,
                "to": one.to_branch.name if one.to_branch else one.to_outside,
                "on": one.opened_on.isoformat(), "state": str(Transfer.State(one.state).label),
            }
            for one in letters.order_by("opened_on")
        ],
    )  # fmt: skip
    yield _attended(members)
    yield _dues(members)
    yield _learned(members)
    yield _wishes(person_id)


def _attended(members: Sequence[Member]) -> Chapter:
    rows = Attendance.objects.filter(member__in=members).select_related("meeting").order_by("meeting__starts_at")
    return Chapter(
        "party_attendance",
        _("组织生活"),
        (("meeting", _("会议")), ("on", _("日期")), ("state", _("到会")), ("reason", _("原因"))),
        [
            {
                "meeting": row.meeting.title, "on": row.meeting.starts_at, "state": str(Attendance.State(row.state).label),
                "reason": row.leave_reason or row.reason,
            }
            for row in rows
        ],
    )  # fmt: skip


def _dues(members: Sequence[Member]) -> Chapter:
    rows = Due.objects.filter(member__in=members).select_related("declared").order_by("month")
    return Chapter(
        "party_dues",
        _("党费"),
        (("month", _("月份")), ("base", _("计算基数")), ("owed", _("应交")), ("paid", _("实交"))),
        [
            {
                "month": f"{row.month:%Y-%m}", "base": yuan(int(unseal(row.declared.base_sealed))), "owed": yuan(row.owed),
                "paid": yuan(row.paid),
            }
            for row in rows
        ],
    )  # fmt: skip


def _learned(members: Sequence[Member]) -> Chapter:
    taken = {(row.member_id, row.version_id): row for row in Taken.objects.filter(member__in=members)}
    read = Read.objects.filter(member__in=members).select_related("version__document").order_by("at")
    rows = [
        {
            "title": row.version.document.title, "on": row.at,
            "right": f"{quiz.right} / {quiz.asked}" if (quiz := taken.pop((row.member_id, row.version_id), None)) else "",
        }
        for row in read
    ]  # fmt: skip
    titles = dict(
        DocumentVersion.objects.filter(pk__in=[v for _m, v in taken]).values_list("pk", "document__title")
    )
    rows += [
        {"title": titles[row.version_id], "on": row.at, "right": f"{row.right} / {row.asked}"}
        for row in taken.values()
    ]
    return Chapter(
        "party_learning",
        _("学习"),
        (("title", _("文件")), ("on", _("日期")), ("right", _("小测答对"))),
        rows,
        _("小测的结果只有您自己看得到。"),
    )  # fmt: skip


def _wishes(person_id: UUID) -> Chapter:
    rows = Asker.objects.filter(person=person_id).select_related("wish").order_by("wish__asked_at")
    return Chapter(
        "wishes",
        _("我的微心愿"),
        (("words", _("我说的")), ("title", _("公开的标题")), ("on", _("日期")), ("state", _("进展"))),
        [
            {
                "words": unseal(row.words_sealed), "title": row.wish.title, "on": row.wish.asked_at,
                "state": str(Wish.State(row.wish.state).label),
            }
            for row in rows
        ],
    )  # fmt: skip


def joined(alias: UUID, standing: UUID, _at: datetime) -> str | None:
    """Two registrations are one person: the membership linked with the first is the second's, who has none. Remembers which."""
    found = Member.objects.select_for_update().filter(person_print=cards.person_print(alias), gone_on=None).first()
    if found is None or Member.objects.filter(person_print=cards.person_print(standing), gone_on=None).exists():
        return None
    _link(found, standing)
    return str(found.pk)


def parted(alias: UUID, _standing: UUID, told: object, _at: datetime) -> None:
    found = Member.objects.select_for_update().filter(pk=str(told)).first() if told else None
    if found is not None:
        _link(found, alias)


def _link(member: Member, person_id: UUID) -> None:
    cards.put(member, replace(cards.of(member), person=str(person_id)))
    member.save(update_fields=["card_sealed", "identity_print", "person_print"])


def forget(leaving: Leaving, at: datetime) -> None:
    """The link with the register of persons and the phone go; the membership is the Party's, by its own constitution. Wishes
    that nobody claimed yet are withdrawn; of the others stays what everybody read, which names nobody."""
    for member in Member.objects.select_for_update().filter(person_print=cards.person_print(leaving.person_id)):
        card = cards.of(member)
        cards.put(member, replace(card, phone="", person=""))
        member.save(update_fields=["card_sealed", "identity_print", "person_print"])
        Reported.objects.filter(member=member).update(pledge="")
        Taken.objects.filter(member=member).delete()
    for asker in (
        Asker.objects.select_for_update(of=("self",)).filter(person=leaving.person_id).select_related("wish")
    ):
        if asker.wish.state in ("asked", "published"):
            Wish.objects.filter(pk=asker.wish_id).update(state="withdrawn", ended_at=at)
        asker.person, asker.words_sealed, asker.contact_sealed = None, seal(""), None
        asker.save(update_fields=["person", "words_sealed", "contact_sealed"])


def histories(person_id: UUID) -> Sequence[str]:
    """The streams in which this scene tells what was done about a person: who looked is read from them as well."""
    rows = Member.objects.filter(person_print=cards.person_print(person_id)).values_list("pk", flat=True)
    return [f"member:{pk}" for pk in rows]


POINTS = Purpose(
    "party-points",
    _("在积分账户里记下我的组织生活积分（看得到账户的人会知道我属于一个党支部）"),
    _("不记积分；到会、党费和别的都不受影响。"),
)
PLEDGES = Purpose(
    "party-pledge",
    _("在居村电子屏上公布我的姓名和党员承诺"),
    _("电子屏上不出现您；别的都不受影响。"),
)

KEEPER = Keeper(
    name="party",
    copy=chapters,
    forget=forget,
    histories=histories,
    joined=joined,
    parted=parted,
    goes=(
        _("党员登记里的手机号，以及它和您居民登记的关联"),
        _("您答过的小测的结果"),
        _("微心愿里您的姓名、电话和您说的话"),
    ),
    stays=(
        _("微心愿公开的标题和感谢：里面没有您的姓名和住址。"),
        _("您的党员登记：由党组织按党章管理，不因注销居民账号而结束。"),
    ),
    purposes=(POINTS, PLEDGES),
    sayings={
        "party.register_member": _("把您登记到党支部"),
        "party.import_member": _("从表格把您登记到党支部"),
        "party.enter_stage": _("登记了您的发展阶段"),
        "party.extend_probation": _("登记了预备期的延长"),
        "party.place_in_group": _("调整了您的党小组"),
        "party.correct_member": _("更正了%(fields)s"),
        "party.end_membership": _("登记了党员关系的结束"),
        "party.read_member": _("查看了您的党员登记"),
        "party.read_roll": _("查看了支部名册"),
        "party.unmask_member": _("查看了完整的%(fields)s"),
        "party.open_transfer": _("开出了组织关系介绍信"),
        "party.receive_transfer": _("接收了组织关系"),
        "party.send_back_transfer": _("退回了组织关系介绍信"),
        "party.take_back_transfer": _("撤回了组织关系介绍信"),
        "party.expire_transfer": _("介绍信过期"),
        "party.declare_base": _("登记了党费的计算基数"),
        "party.reckon_due": _("核定了您的党费"),
        "party.pay_due": _("登记了您交的党费"),
        "party.undo_payment": _("撤销了一笔登记错的党费"),
        "party.waive_due": _("批准了党费减免"),
        "party.report_in": _("登记了您的报到"),
        "party.report_out": _("登记了报到的结束"),
        "party.join_task": _("登记了您报名的任务"),
        "party.say_done": _("登记了您完成的任务"),
        "party.read_reported": _("查看了报到党员名单"),
        "wishes.read_asker": _("核实您的微心愿时查看了您的姓名和住址"),
        "party.read_document": _("登记了您读过的文件"),
        "party.pass_quiz": _("登记了您通过的小测"),
        "party.check_in": _("登记了您的签到"),
        "party.tick": _("登记了您是否到会"),
        "party.ask_leave": _("登记了您的请假"),
        "party.decide_leave": _("批了您的请假"),
    },
)
