"""Tables asked for in the demo district: one that waits to be filled, one of the district, one with a law behind it, one that is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from linli.kernel.access import Actor, Role
from linli.kernel.reports import verbs
from linli.kernel.reports.columns import AGE, Column, Cond, Kind, Op, Table
from linli.kernel.reports.models import Report, Sheet

from .books import SHOWN
from .crew import Crew

DAY = timedelta(days=1)

_ALONE = Cond("lives-alone", Op.IS, ("yes",))
_OLD = Cond(AGE, Op.LEAST, ("65",))
_MEALS = Cond("meal-service", Op.IS, ("yes",))
_BUTTON = Cond("call-button", Op.IS, ("yes",))
WINTER = Table(
    "person", True, (_ALONE,),
    (
        Column("姓名", Kind.NAME), Column("年龄", Kind.AGE), Column("住址", Kind.ADDRESS),
        Column("家里有呼叫按钮", Kind.VALUE, "call-button"), Column("助餐", Kind.VALUE, "meal-service"),
        Column("紧急联系人", Kind.VALUE, "emergency-contact"), Column("紧急联系电话", Kind.VALUE, "emergency-phone"),
    ),
)  # fmt: skip
AGEING = Table(
    "person", False, (),
    (
        Column("65 岁以上", Kind.COUNT, when=(_OLD,)), Column("其中独居", Kind.COUNT, when=(_OLD, _ALONE)),
        Column("独居的占比", Kind.SHARE, when=(_ALONE,), of=(_OLD,)), Column("享受助餐", Kind.COUNT, when=(_MEALS,)),
        Column("独居且有呼叫按钮", Kind.COUNT, when=(_ALONE, _BUTTON)),
    ),
)  # fmt: skip
FOLLOWED = Table(
    "person", True, (Cond("care-level", Op.IS, ("some-help", "much-help", "bedridden")), _ALONE),
    (
        Column("姓名", Kind.NAME), Column("年龄", Kind.AGE), Column("住址", Kind.ADDRESS),
        Column("照料需要", Kind.VALUE, "care-level"), Column("慢性病", Kind.VALUE, "illnesses"),
    ),
)  # fmt: skip
MEALS = Table(
    "person", False, (),
    (Column("享受助餐", Kind.COUNT, when=(_MEALS,)), Column("独居且享受助餐", Kind.COUNT, when=(_ALONE, _MEALS))),
)  # fmt: skip


def ask(crew: Crew, until: datetime) -> None:
    """The register is filled, so most cells are; in the neighbourhood of the start page there are gaps to fill."""
    street, district = crew.of_street(Role.DUTY_OFFICER, SHOWN), crew.actors["district", Role.DUTY_OFFICER]
    over = _asked(
        street,
        until - 26 * DAY,
        "社区食堂助餐人数",
        "核对十月的助餐补贴",
        MEALS,
        due=until - 12 * DAY,
        to=[SHOWN[:9]],
    )
    _done(crew, street, over, until - 20 * DAY)
    verbs.close_report(by=street, at=until - 12 * DAY, report_id=over.id)
    _asked(
        street,
        until - 2 * DAY,
        "独居老人过冬安排",
        "安排送炭火、查取暖设备",
        WINTER,
        due=until + 3 * DAY,
        to=[SHOWN[:9]],
    )
    _asked(
        district,
        until - 5 * DAY,
        "老年人情况季度统计",
        "编制养老设施规划",
        AGEING,
        due=until + 9 * DAY,
        to=[SHOWN[:9]],
    )
    _asked(
        street, until - DAY, "独居失能老人随访名单", "家庭医生冬季随访", FOLLOWED, due=until + 6 * DAY, to=[SHOWN],
        basis="基本医疗卫生与健康促进法；国家基本公共卫生服务规范（老年人健康管理）",
    )  # fmt: skip


def _asked(
    by: Actor,
    at: datetime,
    title: str,
    reason: str,
    table: Table,
    *,
    due: datetime,
    to: Sequence[str],
    basis: str = "",
) -> Report:
    day, evening = (
        timezone.localdate(at),
        timezone.localtime(due).replace(hour=18, minute=0, second=0, microsecond=0),
    )
    return verbs.ask_report(
        by=by, at=at, title=title, reason=reason, table=table, due_at=evening, begins_on=day.replace(day=1),
        ends_on=timezone.localdate(due), to=to, basis=basis,
    )  # fmt: skip


def _done(crew: Crew, street: Actor, report: Report, at: datetime) -> None:
    """Signed and sent by each neighbourhood that has somebody to sign, and taken."""
    for number, sheet in enumerate(Sheet.objects.filter(report=report).order_by("place_code")):
        social = crew.of_hood(Role.SOCIAL_WORKER, sheet.place_code)
        when = at + timedelta(hours=number)
        known = verbs.open_sheet(by=social, at=when, sheet_id=sheet.id).filled.known
        for column in range(1, len(report.table.columns) + 1):
            if not known.get(column):
                verbs.confirm_zero(by=social, at=when, sheet_id=sheet.id, column=column)
        verbs.sign_sheet(by=social, at=when, sheet_id=sheet.id)
        verbs.send_sheet(by=social, at=when + timedelta(minutes=5), sheet_id=sheet.id)
    verbs.accept_all(by=street, at=at + 4 * DAY, report_id=report.id)
