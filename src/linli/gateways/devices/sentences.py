"""Why something was not kept, said to whoever sent it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.kernel.readings import limits


def sentence_of(why: str, says: str) -> str:
    """The sentence for a `DeadLetter.Why`; `says` names the field and its value."""
    told = {
        "unreadable": _("这条数据读不懂：{says}"),
        "too_large": _("数据太大：一条不超过 {item} KiB，一次请求不超过 {body} KiB。"),
        "no_value": _("没有这个型号测量的任何数值：{says}"),
        "not_a_number": _("不是数：{says}"),
        "out_of_range": _("超出量程：{says}"),
        "unit": _("单位不符：{says}"),
        "clock": _("时间不可信（早于 {days} 天前、超前 {minutes} 分钟以上，或没有时区）：{says}"),
        "refused_by_database": _("数据库不收这条数据，已另存为死信，其余的已经存入。不用重发。"),
        "flood": _("发送过于频繁：每秒不超过 {rate} 条。请稍后再发。"),
    }.get(why, "{says}")
    return told.format(
        says=says,
        item=limits.LARGEST // 1024,
        body=limits.LARGEST_BODY // 1024,
        days=limits.OLDEST // limits.DAY,
        minutes=limits.AHEAD // limits.MINUTE,
        rate=round(limits.FLOOD_RATE),
    )
