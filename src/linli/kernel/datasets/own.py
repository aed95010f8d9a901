"""Linli's own data sets: what the house itself keeps, declared like any other and counted by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import as_system
from linli.kernel.people.keepers import Word

from .models import OwnCount

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Own:
    """One of them. `fields` are (name, words, type, sensitive); `count` is SQL giving rows and the newest row's time."""

    name: str
    title: Word
    purpose: Word
    basis: Word
    comes: Word
    fields: tuple[tuple[str, Word, str, bool], ...]
    count: str
    again: timedelta = HOUR
    """How long a count stands; counting hundreds of millions of readings is a day's work once a day."""


OWN: Mapping[str, Own] = {
    own.name: own
    for own in (
        Own(
            "matters",
            _("事项"),
            _("受理、派遣、办理、核查群众反映和巡查发现的事，并统计分析"),
            _("履行社会治理职责所必需"),
            _("随时，每件事发生时写入"),
            (
                ("number", _("编号"), "text", False),
                ("kind", _("类别"), "code", False),
                ("place", _("地点代码"), "code", False),
                ("opened_at", _("上报时间"), "moment", False),
                ("state", _("状态"), "code", False),
                ("unit", _("主办单位"), "text", False),
                ("ended_at", _("办结时间"), "moment", False),
                ("body", _("上报内容"), "text", True),
                ("reporter", _("上报人"), "text", True),
            ),
            "SELECT count(*), max(opened_at) FROM matters_matter",
        ),
        Own(
            "readings",
            _("感知读数"),
            _("发现火灾、积水等险情，并看设备是否正常"),
            _("公共场所：履行社会治理职责所必需；家中：住户同意"),
            _("随时，设备上报时写入"),
            (
                ("thing", _("设备"), "text", False),
                ("at", _("时间"), "moment", False),
                ("quantity", _("量"), "code", False),
                ("value", _("读数"), "number", False),
                ("home", _("家中设备的读数"), "number", True),
            ),
            "SELECT count(*), max(at) FROM readings_reading",
            DAY,
        ),
        Own(
            "places",
            _("地点"),
            _("让事、人、物都有确定的地点"),
            _("公开的区划和地址"),
            _("区划或地址调整时"),
            (
                ("code", _("地点代码"), "code", False),
                ("name", _("名称"), "text", False),
                ("address", _("地址"), "text", False),
                ("point", _("坐标"), "number", False),
            ),
            "SELECT count(*), max(valid_from)::timestamptz FROM places_place WHERE valid_to IS NULL",
        ),
        Own(
            "figures",
            _("评价指标（按日）"),
            _("说明各单位、各类别办得怎样，供监督和公布"),
            _("履行监督职责所必需；不含个人信息"),
            _("随时，跟着记录更新"),
            (
                ("place", _("地点代码"), "code", False),
                ("by", _("按单位或类别"), "code", False),
                ("day", _("日期"), "date", False),
                ("counts", _("各项件数"), "number", False),
            ),
            "SELECT count(*), max(day)::timestamptz FROM figures_cell WHERE day <= current_date",
        ),
    )
}


def count_when_due(*, at: datetime) -> int:
    """Count again what was counted longest ago, when it is time; returns how many were counted, 0 or 1."""
    with as_system():
        counted = dict(OwnCount.objects.values_list("name", "counted_at"))
        due = [name for name in OWN if name not in counted or counted[name] <= at - OWN[name].again]
        if not due:
            return 0
        name = min(due, key=lambda one: (one in counted, counted.get(one, at)))
        with connection.cursor() as cursor:
            cursor.execute(OWN[name].count)
            rows, latest = cursor.fetchone()
        OwnCount.objects.update_or_create(name=name, defaults={"rows": rows, "latest_at": latest, "counted_at": at})
    return 1
