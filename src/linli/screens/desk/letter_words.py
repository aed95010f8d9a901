"""Why something could not be read, and what to do about it, in words for who answers for the devices."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.readings.models import DeadLetter

Why = DeadLetter.Why

WHAT_TO_DO = {
    Why.UNREADABLE.value: gettext_lazy(
        "内容不符合这个型号的数据格式。核对设备的固件和平台侧的格式设置；格式改好或解码器更新以后，在这里重新解读，不会重复存入。"
    ),
    Why.TOO_LARGE.value: gettext_lazy("一条消息超过 64 KiB，只留了开头。请让厂家分批上报，这一封可以写明原因后处理掉。"),
    Why.NO_VALUE.value: gettext_lazy(
        "读懂了，但里面没有这个型号声明过的量。核对型号登记得对不对，或请场景维护人补上声明，然后重新解读。"
    ),
    Why.NOT_A_NUMBER.value: gettext_lazy(
        "有一个值不是数（空、NaN 或文字），旁边有效的值已经存入。常见于探头断线，请安排检修。"
    ),
    Why.OUT_OF_RANGE.value: gettext_lazy(
        "有一个值超出量程，不可能是真的，旁边有效的值已经存入。多半是探头坏了或倍率配错，请安排检修或核对倍率。"
    ),
    Why.UNIT.value: gettext_lazy("单位与声明的不同，又没有写明怎样换算。请厂家改单位，或请场景维护人声明换算后重新解读。"),
    Why.CLOCK.value: gettext_lazy(
        "设备给的时间不可信（早于 30 天前，或超前太多），没有存入。请校时；校好以后的读数会正常收。"
    ),
    Why.FLOOD.value: gettext_lazy("设备上报过于频繁，超出的被挡住，没有影响别的设备。请检查设备是否反复重启或配置错误。"),
    Why.UNKNOWN.value: gettext_lazy("没有登记过这个编号。是自己的设备就登记或认领；不是就不用管，它进不来。"),
    Why.TOPIC.value: gettext_lazy("设备想用不属于它的主题上报，已拒绝。请核对设备的主题设置。"),
    Why.REFUSED.value: gettext_lazy(
        "读懂了，但数据库无论试多少次都不收，已从同一批里单独挑出来，其余的照常存入。内容里写着数据库的说法，请转给系统维护人；修好以后在这里重新解读，不会重复存入。"
    ),
    Why.NOT_EVALUATED.value: gettext_lazy(
        "收下以后评估时反复出错，已单独挑出来，不再拖住别的设备。内容里写着出了什么错，请转给系统维护人；修好以后在这里重新解读，不会重复存入。"
    ),
}  # fmt: skip

# The kernel's own labels, named here so that the collector of words finds them.
LABELS = (
    gettext_lazy("读不懂"),
    gettext_lazy("太大"),
    gettext_lazy("没有可用的数值"),
    gettext_lazy("不是数"),
    gettext_lazy("超出量程"),
    gettext_lazy("单位不符"),
    gettext_lazy("时间不可信"),
    gettext_lazy("过于频繁"),
    gettext_lazy("不认识的设备"),
    gettext_lazy("主题不符"),
    gettext_lazy("数据库不收"),
    gettext_lazy("评估不了"),
)


def why_word(why: str) -> str:
    return _(Why(why).label) if why in Why.values else why
