"""What an act on places did to their codes: read from its audit record, which is all that other rooms are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Moves
from linli.kernel.audit.models import Record

ROOMS = {
    "calendars": _("工作日历"),
    "numbers": _("类别的时限"),
    "rule_numbers": _("预警规则的阈值"),
    "switches": _("研判开关"),
    "units": _("单位"),
    "posts": _("岗位"),
    "filters": _("保存的筛选"),
    "persons": _("人和户"),
    "rosters": _("值班表"),
    "operations": _("联合行动"),
    "things": _("设备"),
    "warnings": _("预警"),
    "matters": _("事项"),
    "registers": _("台账"),
    "files": _("文件"),
    "displays": _("屏"),
    "notices": _("通知"),
    "datasets": _("数据集"),
    "reports": _("报表"),
    "signs": _("苗头线索"),
    "emergencies": _("应急"),
    "figures": _("评分和月报"),
    "points": _("积分"),
    "decisions": _("研判记录"),
    "scenes": _("场景自己的记录"),
}
"""What goes along, in this order: rules stand at the new codes before a deadline asks for them there; who works there,
before what they work on. Who carries each is named in `project.recoding`."""

VERBS = frozenset({"places.recode", "places.merge", "places.split"})


def of_recode(old: str, new: str) -> Moves:
    return Moves({old: new}, {}, {})


def of_merge(leaving: Sequence[str], into: str, recoded: Mapping[str, str]) -> Moves:
    return Moves(dict(recoded), dict.fromkeys(leaving, into), {})


def of_split(code: str, into: Sequence[str], heir: str, recoded: Mapping[str, str]) -> Moves:
    return Moves(dict(recoded), {code: heir}, {code: tuple(into)})


def moves_of(record: Record) -> Moves:
    """The moves a record of one of VERBS tells; none for any other.

    Records from before there were heirs name none: the first part of a split is it, as in the successions.
    """
    before: Mapping[str, Any] = record.before or {}
    after: Mapping[str, Any] = record.after or {}
    if record.verb == "places.recode":
        return of_recode(before["code"], after["code"])
    if record.verb == "places.merge":
        return of_merge(after["from"], after["into"], after["recoded"])
    if record.verb == "places.split":
        return of_split(record.place_code, after["into"], after.get("heir", after["into"][0]), after["recoded"])
    return Moves({}, {}, {})
